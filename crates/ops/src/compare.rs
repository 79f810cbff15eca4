//! Our list of one body beside another list of it, such as an export of GMC Connect.

use std::collections::BTreeMap;

use domain::comparison::{Comparing, Comparison, Field};
use domain::ids::GmcNumber;
use domain::listing::Listing;
use domain::scope::Scope;
use futures_util::TryStreamExt;
use store::StoreError;

use crate::fault::Fault;
use crate::freshness::Freshness;
use crate::place::Ops;

/// A body's list beside another.
pub struct ComparePage {
    /// How old our list is.
    pub freshness: Freshness,
    /// The body's name.
    pub name: String,
    /// Our snapshot that was compared.
    pub snapshot: u64,
    /// Doctors on our list.
    pub ours: u64,
    /// What differs.
    pub comparison: Comparison,
}

impl Ops {
    /// Compares a body's published list with another, in the fields that the other states; out of scope is the same as
    /// absent.
    pub async fn compare(
        &self,
        scope: &Scope,
        code: &str,
        there: BTreeMap<GmcNumber, Listing>,
        fields: Vec<Field>,
    ) -> Result<ComparePage, Fault> {
        let body = self.body(scope, code)?.clone();
        let mut tx = self.read_within(scope).await?;
        let freshness = self.freshness_of(&mut tx, &body.code).await?;
        let snapshot = store::list::get(&mut tx, body.code.as_str()).await?.map_or(0, |list| list.snapshot);
        if snapshot == 0 {
            return Err(Fault::not_found(
                "Nothing was published of this body yet, so there is nothing to compare.",
            ));
        }
        let mut comparing = Comparing::with(there, fields);
        let mut ours = 0;
        let mut entries = store::entry::current(&mut tx, body.code.as_str());
        while let Some(entry) = entries.try_next().await? {
            let listing: Listing =
                serde_json::from_str(&entry.content).map_err(|_| StoreError::Corrupt { what: "entry" })?;
            comparing.meet(&listing);
            ours += 1;
        }
        drop(entries);
        Ok(ComparePage { freshness, name: body.name, snapshot, ours, comparison: comparing.end() })
    }
}

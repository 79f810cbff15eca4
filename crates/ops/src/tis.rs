//! TIS: where every person of the last reading went, by named rule, and which lists it was joined to.

use domain::scope::Scope;
use domain::tis_reading::{JoinedList, TisReading};

use crate::fault::Fault;
use crate::freshness::Freshness;
use crate::place::Ops;

/// The published training records and how they came about.
#[derive(Clone, Debug)]
pub struct TisPage {
    /// How old they are, and the lists they are joined to.
    pub freshness: Freshness,
    /// What was read; nothing before the first publish, or where a person went back to older records.
    pub reading: Option<TisReading>,
    /// The lists of the scope that it was joined to, with their names.
    pub joined_to: Vec<(String, JoinedList)>,
}

impl Ops {
    /// Reads what stands behind the published training records.
    pub async fn tis(&self, scope: &Scope) -> Result<TisPage, Fault> {
        let mut tx = self.read().await?;
        let freshness = self.freshness_in(&mut tx, scope).await?;
        let reading = store::tis_reading::published(&mut tx).await?;
        let joined_to = reading.as_ref().map(|reading| self.joined_to(scope, reading)).unwrap_or_default();
        Ok(TisPage { freshness, reading, joined_to })
    }

    /// The lists of a scope that a reading was joined to, with their names.
    pub(crate) fn joined_to(&self, scope: &Scope, reading: &TisReading) -> Vec<(String, JoinedList)> {
        let visible = reading.joined_to.iter().filter(|list| scope.covers(&list.body));
        visible.map(|list| (self.name_of(list.body.as_str()), list.clone())).collect()
    }
}

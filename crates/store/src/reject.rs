//! Rejects: records set aside with a plain reason; their raw text is readable only within the body's scope.

use std::fmt;

use domain::ids::BodyCode;
use domain::reject::Reason;
use domain::scope::Scope;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// A record to set aside. `Debug` shows nothing: the raw text is personal data.
#[derive(Clone)]
pub struct NewReject {
    /// UUIDv7.
    pub id: String,
    /// Why; a [`Reason`] word for the GMC, or the name of a TIS rule.
    pub reason: String,
    /// Where it is known.
    pub gmc_number: Option<String>,
    /// The record as received, JSON.
    pub raw: String,
}

impl fmt::Debug for NewReject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewReject({})", self.reason)
    }
}

/// Which answer set records aside.
pub struct Origin<'a> {
    /// The list.
    pub list: &'a str,
    /// The run.
    pub run_id: &'a str,
    /// When the raw text may be forgotten.
    pub keep_until: Timestamp,
}

/// A later answer was read: what an earlier one had set aside is history.
pub async fn clear(tx: &mut Tx, list: &str, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(sql!("reject/clear"), args![list, ms(now)]).await
}

/// Sets records aside, beside those that are.
pub async fn insert(
    tx: &mut Tx,
    origin: &Origin<'_>,
    rejects: &[NewReject],
    now: Timestamp,
) -> Result<(), StoreError> {
    for batch in rejects.chunks(1000) {
        let rows: Vec<(&str, &str, Option<&str>, &str)> = batch
            .iter()
            .map(|r| (r.id.as_str(), r.reason.as_str(), r.gmc_number.as_deref(), r.raw.as_str()))
            .collect();
        let rows = serde_json::to_string(&rows).map_err(|_| StoreError::Corrupt { what: "reject" })?;
        tx.execute(
            sql!("reject/insert"),
            args![origin.list, origin.run_id, ms(origin.keep_until), ms(now), rows],
        )
        .await?;
    }
    Ok(())
}

/// How many open rejects a list has, by reason; names nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectCount {
    /// The list.
    pub list: String,
    /// The reason's word.
    pub reason: String,
    /// How many.
    pub count: u64,
}

/// Counts open rejects per list and reason.
pub async fn counts(tx: &mut Tx) -> Result<Vec<RejectCount>, StoreError> {
    tx.rows(sql!("reject/counts"), args![])
        .await?
        .iter()
        .map(|row| {
            Ok(RejectCount {
                list: row.text("list")?,
                reason: row.text("reason")?,
                count: row.count("rejects")?,
            })
        })
        .collect()
}

/// A reject with its raw text. `Debug` shows nothing.
#[derive(Clone)]
pub struct RejectRow {
    /// UUIDv7.
    pub id: String,
    /// The list.
    pub list: String,
    /// The run.
    pub run_id: String,
    /// The reason's word.
    pub reason: String,
    /// Where it is known.
    pub gmc_number: Option<String>,
    /// The record as received, JSON.
    pub raw: String,
    /// Since when it is set aside.
    pub created_at: Timestamp,
}

impl fmt::Debug for RejectRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RejectRow({})", self.reason)
    }
}

impl RejectRow {
    /// The reason in plain words.
    pub fn sentence(&self) -> &str {
        match Reason::from_word(&self.reason) {
            Some(reason) => reason.sentence(),
            None => &self.reason,
        }
    }
}

fn reject(row: &Row) -> Result<RejectRow, StoreError> {
    Ok(RejectRow {
        id: row.text("id")?,
        list: row.text("list")?,
        run_id: row.text("run_id")?,
        reason: row.text("reason")?,
        gmc_number: row.opt_text("gmc_number")?,
        raw: row.text("raw")?,
        created_at: instant(row.int("created_at_ms")?)?,
    })
}

/// Reads a body's open rejects; none if the body is out of scope.
pub async fn open(
    tx: &mut Tx,
    scope: &Scope,
    body: &BodyCode,
    limit: u64,
) -> Result<Vec<RejectRow>, StoreError> {
    if !scope.covers(body) {
        return Ok(Vec::new());
    }
    tx.rows(sql!("reject/open"), args![body.as_str(), limit]).await?.iter().map(reject).collect()
}

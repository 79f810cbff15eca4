//! The audit: who did what to what, and why, in the same transaction as the change, each row chained to the one before.
//!
//! Invariants: whatever commits has its rows in the chain, and the chain has one order; a trigger refuses a row that does
//! not follow, and any change of one that stands.

mod chain;
mod verify;

use domain::scope::Actor;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

pub use chain::{Head, Known};
pub use verify::{Broken, Flaw, Verdict, verify};

pub(crate) use chain::{chain_what_was, write};

/// The migration that began the chain; what stood before it is chained in the order of its time.
pub(crate) const CHAINED_SINCE: i64 = 4;

/// What was done.
pub struct Act<'a> {
    /// UUIDv7.
    pub id: &'a str,
    /// A verb of the flow: publish, approve, reject, rollback …
    pub action: &'a str,
    /// What it was done to: `list/1-AIIDWT`, `hold/…`.
    pub object: &'a str,
    /// JSON; no names of doctors.
    pub detail: &'a str,
}

/// An act with its actor, waiting for the commit of its transaction.
pub(crate) struct Deed {
    id: String,
    at_ms: i64,
    actor: String,
    behalf: String,
    action: String,
    object: String,
    reason: String,
    detail: String,
}

impl Deed {
    /// When it was done, UTC ms.
    pub(crate) fn at_ms(&self) -> i64 {
        self.at_ms
    }

    /// What was done, for whoever asked for it.
    pub(crate) fn told(&self) -> serde_json::Value {
        let detail: serde_json::Value = serde_json::from_str(&self.detail).unwrap_or_default();
        serde_json::json!({ "action": self.action, "object": self.object, "detail": detail })
    }
}

/// Adds the audit row of a change to its transaction. It is written as the transaction's last step, so that the head of
/// the chain is the last lock that anybody takes; until then no read of the same transaction sees it.
#[expect(
    clippy::unused_async,
    reason = "like every other statement; where it waits is this module's own matter"
)]
pub async fn insert(tx: &mut Tx, actor: &Actor, act: &Act<'_>, now: Timestamp) -> Result<(), StoreError> {
    tx.remember(Deed {
        id: act.id.to_owned(),
        at_ms: ms(now),
        actor: actor.name.clone(),
        behalf: actor.behalf.clone(),
        action: act.action.to_owned(),
        object: act.object.to_owned(),
        reason: actor.reason.clone(),
        detail: act.detail.to_owned(),
    });
    Ok(())
}

/// One audit row.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// Its place in the chain: 1, 2, 3 …
    pub seq: u64,
    /// UUIDv7.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// On whose behalf; empty where it is their own.
    pub behalf: String,
    /// What.
    pub action: String,
    /// To what.
    pub object: String,
    /// Why.
    pub reason: String,
    /// JSON.
    pub detail: String,
}

/// Reads audit rows, newest first, from before a place in the chain or from its end.
pub async fn recent(tx: &mut Tx, before: Option<u64>, limit: u64) -> Result<Vec<AuditRow>, StoreError> {
    let before = before.unwrap_or(u64::MAX);
    tx.rows(sql!("audit/recent"), args![before, limit]).await?.iter().map(audit).collect()
}

/// Reads the newest row of one act on one object.
pub async fn newest(tx: &mut Tx, action: &str, object: &str) -> Result<Option<AuditRow>, StoreError> {
    tx.row(sql!("audit/newest"), args![action, object]).await?.as_ref().map(audit).transpose()
}

/// Reads the head of the chain.
pub async fn head(tx: &mut Tx) -> Result<Head, StoreError> {
    let row = tx.row(sql!("audit/head"), args![]).await?.ok_or(StoreError::Corrupt { what: "audit head" })?;
    Ok(Head { seq: row.count("seq")?, hash: row.text("hash")? })
}

fn audit(row: &Row) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        seq: row.count("seq")?,
        id: row.text("id")?,
        at: instant(row.int("at_ms")?)?,
        actor: row.text("actor")?,
        behalf: row.text("behalf")?,
        action: row.text("action")?,
        object: row.text("object")?,
        reason: row.text("reason")?,
        detail: row.text("detail")?,
    })
}

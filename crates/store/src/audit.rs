//! The audit: who did what to what, and why, in the same transaction as the change.

use domain::scope::Actor;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

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

/// Writes the audit row of a change.
pub async fn insert(tx: &mut Tx, actor: &Actor, act: &Act<'_>, now: Timestamp) -> Result<(), StoreError> {
    let args = args![
        act.id,
        ms(now),
        actor.name.as_str(),
        act.action,
        act.object,
        actor.reason.as_str(),
        act.detail
    ];
    tx.execute(sql!("audit/insert"), args).await.map(drop)
}

/// One audit row.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// UUIDv7.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// To what.
    pub object: String,
    /// Why.
    pub reason: String,
    /// JSON.
    pub detail: String,
}

/// Reads the newest audit rows, newest first.
pub async fn recent(tx: &mut Tx, limit: u64) -> Result<Vec<AuditRow>, StoreError> {
    tx.rows(sql!("audit/recent"), args![limit]).await?.iter().map(audit).collect()
}

/// Reads the newest row of one act on one object.
pub async fn newest(tx: &mut Tx, action: &str, object: &str) -> Result<Option<AuditRow>, StoreError> {
    tx.row(sql!("audit/newest"), args![action, object]).await?.as_ref().map(audit).transpose()
}

fn audit(row: &Row) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        id: row.text("id")?,
        at: instant(row.int("at_ms")?)?,
        actor: row.text("actor")?,
        action: row.text("action")?,
        object: row.text("object")?,
        reason: row.text("reason")?,
        detail: row.text("detail")?,
    })
}

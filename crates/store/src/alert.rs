//! Alerts: open conditions under one key each; further flips add to them.

use domain::alert::{AlertKind, Severity};
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// An alert to raise.
#[derive(Clone, Debug)]
pub struct NewAlert {
    /// UUIDv7, used if none is open under the key.
    pub id: String,
    /// One per cause.
    pub key: String,
    /// Its kind.
    pub kind: AlertKind,
    /// How loud.
    pub severity: Severity,
    /// The list.
    pub list: Option<String>,
    /// The run.
    pub run_id: Option<String>,
    /// The hold.
    pub hold_id: Option<String>,
    /// How many doctors it touches.
    pub doctors_affected: u64,
    /// Impact in plain words, no personal data.
    pub sentence: String,
    /// Closed word.
    pub cause: String,
    /// What to press or type.
    pub next_action: String,
}

/// Opens an alert, or adds a flip to the one open under its key.
pub async fn raise(tx: &mut Tx, alert: &NewAlert, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        sql!("alert/raise"),
        args![
            alert.id.as_str(),
            alert.key.as_str(),
            alert.kind.word(),
            alert.severity.word(),
            alert.list.clone(),
            alert.run_id.clone(),
            alert.hold_id.clone(),
            alert.doctors_affected,
            alert.sentence.as_str(),
            alert.cause.as_str(),
            alert.next_action.as_str(),
            ms(now)
        ],
    )
    .await
    .map(drop)
}

/// Resolves what is open under a key; `false` if nothing was.
pub async fn resolve(tx: &mut Tx, key: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("alert/resolve"), args![key, ms(now)]).await? > 0)
}

/// An alert as pages show it.
#[derive(Clone, Debug)]
pub struct AlertRow {
    /// UUIDv7.
    pub id: String,
    /// One per cause.
    pub key: String,
    /// MISSED, HELD …
    pub kind: String,
    /// notice, warn or page.
    pub severity: String,
    /// open, acknowledged or resolved.
    pub state: String,
    /// The list.
    pub list: Option<String>,
    /// The run.
    pub run_id: Option<String>,
    /// The hold.
    pub hold_id: Option<String>,
    /// How many doctors it touches.
    pub doctors_affected: u64,
    /// Impact in plain words.
    pub sentence: String,
    /// Closed word.
    pub cause: String,
    /// What to press or type.
    pub next_action: String,
    /// How often it flipped.
    pub times: u64,
    /// Who has it.
    pub owner: Option<String>,
    /// Since when.
    pub opened_at: Timestamp,
    /// Until when.
    pub resolved_at: Option<Timestamp>,
}

fn alert(row: &Row) -> Result<AlertRow, StoreError> {
    Ok(AlertRow {
        id: row.text("id")?,
        key: row.text("key")?,
        kind: row.text("kind")?,
        severity: row.text("severity")?,
        state: row.text("state")?,
        list: row.opt_text("list")?,
        run_id: row.opt_text("run_id")?,
        hold_id: row.opt_text("hold_id")?,
        doctors_affected: row.count("doctors_affected")?,
        sentence: row.text("sentence")?,
        cause: row.text("cause")?,
        next_action: row.text("next_action")?,
        times: row.count("times")?,
        owner: row.opt_text("owner")?,
        opened_at: instant(row.int("opened_at_ms")?)?,
        resolved_at: row.opt_int("resolved_at_ms")?.map(instant).transpose()?,
    })
}

/// Reads alerts: open ones first, loudest first.
pub async fn recent(tx: &mut Tx, limit: u64) -> Result<Vec<AlertRow>, StoreError> {
    tx.rows(sql!("alert/recent"), args![limit]).await?.iter().map(alert).collect()
}

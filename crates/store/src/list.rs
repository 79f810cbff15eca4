//! The state of each list: its newest snapshot, how old that is, and what the last attempt said.

use domain::run::BodyOutcome;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// The code under which the TIS list is kept.
pub const TIS: &str = "TIS";

/// The state of one list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListState {
    /// Designated body code, or [`TIS`].
    pub code: String,
    /// Newest published snapshot; 0 before the first.
    pub snapshot: u64,
    /// When the request for that data was sent.
    pub data_as_of: Option<Timestamp>,
    /// Doctors in it.
    pub doctors: u64,
    /// What the last attempt came to.
    pub outcome: Option<BodyOutcome>,
    /// When.
    pub outcome_at: Option<Timestamp>,
    /// Why, in plain words; empty when published.
    pub reason: String,
    /// The same for programs.
    pub cause: String,
    /// The run of that attempt.
    pub run_id: Option<String>,
}

fn state(row: &Row) -> Result<ListState, StoreError> {
    let outcome = row.opt_text("outcome")?;
    Ok(ListState {
        code: row.text("code")?,
        snapshot: row.count("snapshot")?,
        data_as_of: row.opt_int("data_as_of_ms")?.map(instant).transpose()?,
        doctors: row.count("doctors")?,
        outcome: outcome.as_deref().and_then(BodyOutcome::from_word),
        outcome_at: row.opt_int("outcome_at_ms")?.map(instant).transpose()?,
        reason: row.text("outcome_reason")?,
        cause: row.text("outcome_cause")?,
        run_id: row.opt_text("outcome_run")?,
    })
}

/// Reads the state of every list, in order of code.
pub async fn all(tx: &mut Tx) -> Result<Vec<ListState>, StoreError> {
    tx.rows(sql!("list/all"), args![]).await?.iter().map(state).collect()
}

/// Reads the state of one list.
pub async fn get(tx: &mut Tx, code: &str) -> Result<Option<ListState>, StoreError> {
    tx.row(sql!("list/get"), args![code]).await?.as_ref().map(state).transpose()
}

/// Makes the row of a list if it is not there, and reads it.
pub async fn ensure(tx: &mut Tx, code: &str, now: Timestamp) -> Result<ListState, StoreError> {
    tx.execute(sql!("list/ensure"), args![code, ms(now)]).await?;
    get(tx, code).await?.ok_or(StoreError::Corrupt { what: "list row" })
}

/// What the last attempt at a list came to, when it did not publish.
pub struct Outcome<'a> {
    /// The list.
    pub code: &'a str,
    /// Held or failed.
    pub outcome: BodyOutcome,
    /// Plain words.
    pub reason: &'a str,
    /// Closed word.
    pub cause: &'a str,
    /// The run.
    pub run_id: &'a str,
}

/// Records that an attempt did not publish; the last good snapshot stays.
pub async fn set_outcome(tx: &mut Tx, outcome: &Outcome<'_>, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        sql!("list/outcome"),
        args![outcome.code, outcome.outcome.word(), outcome.reason, outcome.cause, outcome.run_id, ms(now)],
    )
    .await
    .map(drop)
}

/// Carries a list over to a new code with its snapshots, history and doctors; `false` if there is nothing to carry.
pub async fn rename(tx: &mut Tx, old: &str, new: &str, now: Timestamp) -> Result<bool, StoreError> {
    if tx.execute(sql!("list/rename_begin"), args![old, new, ms(now)]).await? == 0 {
        return Ok(false);
    }
    for statement in [
        sql!("list/rename_snapshot"),
        sql!("list/rename_entry"),
        sql!("list/rename_hold"),
        sql!("list/rename_reject"),
        sql!("list/rename_recount"),
        sql!("list/rename_doctor"),
        sql!("list/rename_claim"),
    ] {
        tx.execute(statement, args![old, new]).await?;
    }
    tx.execute(sql!("list/rename_end"), args![old]).await?;
    Ok(true)
}

/// Lets PostgreSQL look at the tables anew after a first load, or its plans stay those of empty tables; the embedded
/// store's plans do not depend on it.
pub async fn look_anew(tx: &mut Tx) -> Result<(), StoreError> {
    if tx.is_sqlite() {
        return Ok(());
    }
    tx.execute(sql!("entry/analyze"), args![]).await?;
    tx.execute(sql!("doctor/analyze"), args![]).await.map(drop)
}

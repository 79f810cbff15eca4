//! Holds: snapshots the brake keeps back, with their differences beside them until a person decides.

use domain::account::Account;
use domain::brake::Cause;
use domain::hold::HoldState;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// A new hold.
pub struct NewHold<'a> {
    /// UUIDv7.
    pub id: &'a str,
    /// The list.
    pub list: &'a str,
    /// Why.
    pub causes: &'a [Cause],
    /// The account of the answer.
    pub account: &'a Account,
    /// Entries of the last good snapshot; `None` before the first.
    pub before: Option<u64>,
    /// The snapshot it was compared with.
    pub base: u64,
    /// When the request was sent.
    pub data_as_of: Timestamp,
    /// The run.
    pub run_id: &'a str,
    /// When its rows may be forgotten.
    pub keep_until: Timestamp,
}

/// Keeps a snapshot back; one that waited for the same list is superseded.
pub async fn insert(tx: &mut Tx, hold: &NewHold<'_>, now: Timestamp) -> Result<(), StoreError> {
    supersede(tx, hold.list, now).await?;
    let causes = serde_json::to_string(hold.causes).map_err(|_| StoreError::Corrupt { what: "cause" })?;
    let account = serde_json::to_string(hold.account).map_err(|_| StoreError::Corrupt { what: "account" })?;
    tx.execute(
        sql!("hold/insert"),
        args![
            hold.id,
            hold.list,
            causes,
            account,
            hold.before,
            hold.account.doctors(),
            hold.base,
            ms(hold.data_as_of),
            hold.run_id,
            ms(hold.keep_until),
            ms(now)
        ],
    )
    .await
    .map(drop)
}

/// Adds a part of the held differences.
pub async fn insert_chunk(tx: &mut Tx, hold_id: &str, part: u64, content: String) -> Result<(), StoreError> {
    tx.execute(sql!("hold/insert_chunk"), args![hold_id, part, content]).await.map(drop)
}

/// A fresh complete answer takes the place of what waits; gives how many waited.
pub async fn supersede(tx: &mut Tx, list: &str, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(sql!("hold/supersede"), args![list, ms(now)]).await
}

/// A hold and, once decided, by whom and why.
#[derive(Clone, Debug)]
pub struct HoldRow {
    /// UUIDv7.
    pub id: String,
    /// The list.
    pub list: String,
    /// Its state.
    pub state: HoldState,
    /// Why it waits.
    pub causes: Vec<Cause>,
    /// The account of the answer.
    pub account: Account,
    /// Entries of the last good snapshot; `None` before the first.
    pub before: Option<u64>,
    /// Doctors of the list once published: the count a person types.
    pub doctors: u64,
    /// The snapshot it was compared with.
    pub base: u64,
    /// When the request was sent.
    pub data_as_of: Timestamp,
    /// The run.
    pub run_id: String,
    /// First of two people.
    pub proposed_by: Option<String>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// Why.
    pub decided_reason: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Since when it waits.
    pub created_at: Timestamp,
}

fn hold(row: &Row) -> Result<HoldRow, StoreError> {
    let json = |what| move |_: serde_json::Error| StoreError::Corrupt { what };
    Ok(HoldRow {
        id: row.text("id")?,
        list: row.text("list")?,
        state: HoldState::from_word(&row.text("state")?).ok_or(StoreError::Corrupt { what: "hold state" })?,
        causes: serde_json::from_str(&row.text("causes")?).map_err(json("cause"))?,
        account: serde_json::from_str(&row.text("account")?).map_err(json("account"))?,
        before: row.opt_count("before_doctors")?,
        doctors: row.count("doctors")?,
        base: row.count("base_snapshot")?,
        data_as_of: instant(row.int("data_as_of_ms")?)?,
        run_id: row.text("run_id")?,
        proposed_by: row.opt_text("proposed_by")?,
        decided_by: row.opt_text("decided_by")?,
        decided_reason: row.opt_text("decided_reason")?,
        decided_at: row.opt_int("decided_at_ms")?.map(instant).transpose()?,
        created_at: instant(row.int("created_at_ms")?)?,
    })
}

/// Reads one hold.
pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<HoldRow>, StoreError> {
    tx.row(sql!("hold/get"), args![id]).await?.as_ref().map(hold).transpose()
}

/// Reads holds: those that wait first, then the newest.
pub async fn recent(tx: &mut Tx, limit: u64) -> Result<Vec<HoldRow>, StoreError> {
    tx.rows(sql!("hold/recent"), args![limit]).await?.iter().map(hold).collect()
}

/// Streams the held differences, part by part.
pub fn chunks<'t>(tx: &'t mut Tx, id: &str) -> BoxStream<'t, Result<String, StoreError>> {
    tx.stream(sql!("hold/chunks"), args![id]).map(|row| row?.text("content")).boxed()
}

/// A person's word on a hold.
pub struct Decision<'a> {
    /// The hold.
    pub id: &'a str,
    /// Approved or rejected.
    pub state: HoldState,
    /// Who.
    pub by: &'a str,
    /// Why.
    pub reason: &'a str,
}

/// Records a decision; `false` if somebody else was quicker.
pub async fn decide(tx: &mut Tx, decision: &Decision<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let args = args![decision.id, decision.state.word(), decision.by, decision.reason, ms(now)];
    Ok(tx.execute(sql!("hold/decide"), args).await? == 1)
}

/// Records the first of two people; `false` if the hold is no longer open.
pub async fn propose(tx: &mut Tx, id: &str, by: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("hold/propose"), args![id, by, ms(now)]).await? == 1)
}

/// Forgets held differences and rejects past their keep.
pub async fn wipe(tx: &mut Tx, now: Timestamp) -> Result<u64, StoreError> {
    let chunks = tx.execute(sql!("hold/wipe"), args![ms(now)]).await?;
    Ok(chunks + tx.execute(sql!("reject/wipe"), args![ms(now)]).await?)
}

//! Proposals: a change of what somebody may do, asked for by one person and decided by another.

use domain::scope::Actor;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// A proposal to be made.
pub struct NewProposal<'a> {
    /// UUIDv7.
    pub id: &'a str,
    /// grant, reset or enable.
    pub kind: &'a str,
    /// Id of the account it is about.
    pub account: &'a str,
    /// The grant as JSON; `{}` where there is none.
    pub wish: &'a str,
    /// When it becomes void.
    pub ends_at: Timestamp,
}

/// A proposal that waits for a second person.
#[derive(Clone, Debug)]
pub struct ProposalRow {
    /// UUIDv7.
    pub id: String,
    /// grant, reset or enable.
    pub kind: String,
    /// Id of the account it is about.
    pub account: String,
    /// Name of that account.
    pub name: String,
    /// The grant as JSON.
    pub wish: String,
    /// Who asked.
    pub asked_by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub asked_at: Timestamp,
    /// When it becomes void.
    pub ends_at: Timestamp,
}

/// Makes a proposal.
pub async fn insert(
    tx: &mut Tx,
    new: &NewProposal<'_>,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let args = args![
        new.id,
        new.kind,
        new.account,
        new.wish,
        actor.name.as_str(),
        actor.reason.as_str(),
        ms(new.ends_at),
        ms(now)
    ];
    tx.execute(sql!("proposal/insert"), args).await.map(drop)
}

/// Reads what waits for a second person, oldest first.
pub async fn open(tx: &mut Tx, now: Timestamp) -> Result<Vec<ProposalRow>, StoreError> {
    tx.rows(sql!("proposal/open"), args![ms(now)]).await?.iter().map(proposal).collect()
}

/// Decides; `false` if somebody else was quicker, or it is void.
pub async fn decide(tx: &mut Tx, id: &str, state: &str, by: (&str, Timestamp)) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("proposal/decide"), args![id, state, by.0, ms(by.1)]).await? == 1)
}

fn proposal(row: &Row) -> Result<ProposalRow, StoreError> {
    Ok(ProposalRow {
        id: row.text("id")?,
        kind: row.text("kind")?,
        account: row.text("account")?,
        name: row.text("name")?,
        wish: row.text("wish")?,
        asked_by: row.text("asked_by")?,
        reason: row.text("reason")?,
        asked_at: instant(row.int("created_at_ms")?)?,
        ends_at: instant(row.int("ends_at_ms")?)?,
    })
}

//! Snapshots: the record of each publish, and the one guarded step that moves a list to the next.

use domain::account::Account;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// How a snapshot came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Published by a run, unasked.
    Sync,
    /// Published by a person's word on a hold.
    Approved,
    /// Made equal to an earlier one by a person.
    Rollback,
}

impl Kind {
    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Approved => "approved",
            Self::Rollback => "rollback",
        }
    }
}

/// What is about to be published.
#[derive(Clone, Debug)]
pub struct Publish {
    /// The list.
    pub list: String,
    /// The snapshot it was compared with; the publish is refused if the list has moved since.
    pub base: u64,
    /// How it came about.
    pub kind: Kind,
    /// When the request was sent.
    pub data_as_of: Timestamp,
    /// The run that brought it.
    pub run_id: Option<String>,
    /// The hold a person approved.
    pub hold_id: Option<String>,
    /// The snapshot a rollback goes back to.
    pub equal_to: Option<u64>,
    /// Entries once published.
    pub doctors: u64,
    /// The account of the answer.
    pub account: Account,
    /// The brake's limit on removals that night.
    pub removed_max: u64,
    /// The brake's limit on changes that night.
    pub changed_max: u64,
    /// The person whose word lifted the brake.
    pub approved_by: Option<String>,
    /// Who publishes.
    pub actor: String,
}

/// Moves the list to its next snapshot and records it; gives the new number.
///
/// Errors: `Conflict` if the list has moved since it was compared, or its data are newer already.
pub async fn publish(tx: &mut Tx, publish: &Publish, now: Timestamp) -> Result<u64, StoreError> {
    let by_person = if publish.approved_by.is_some() { "yes" } else { "no" };
    let moved = tx
        .execute(
            sql!("list/publish"),
            args![
                publish.list.as_str(),
                publish.base,
                ms(publish.data_as_of),
                publish.doctors,
                publish.run_id.clone(),
                ms(now),
                publish.actor.as_str(),
                by_person
            ],
        )
        .await?;
    if moved == 0 {
        return Err(StoreError::Conflict(format!(
            "list {} has moved on from snapshot {}, or its data are newer than these; nothing was published",
            publish.list, publish.base
        )));
    }
    insert(tx, publish, now).await?;
    Ok(publish.base + 1)
}

async fn insert(tx: &mut Tx, publish: &Publish, now: Timestamp) -> Result<(), StoreError> {
    let account = &publish.account;
    tx.execute(
        sql!("snapshot/insert"),
        args![
            publish.list.as_str(),
            publish.base + 1,
            publish.kind.word(),
            ms(publish.data_as_of),
            publish.run_id.clone(),
            publish.hold_id.clone(),
            publish.equal_to,
            publish.doctors,
            account.read,
            account.new,
            account.changed,
            account.same,
            account.repeated,
            account.rejected,
            account.removed,
            account.not_confirmed,
            publish.removed_max,
            publish.changed_max,
            publish.approved_by.clone(),
            ms(now),
            publish.actor.as_str()
        ],
    )
    .await
    .map(drop)
}

/// A published snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotRow {
    /// The list.
    pub list: String,
    /// Its number.
    pub number: u64,
    /// How it came about: sync, approved or rollback.
    pub kind: String,
    /// When the request was sent.
    pub data_as_of: Timestamp,
    /// The run that brought it.
    pub run_id: Option<String>,
    /// The hold a person approved.
    pub hold_id: Option<String>,
    /// The snapshot a rollback went back to.
    pub equal_to: Option<u64>,
    /// Entries.
    pub doctors: u64,
    /// The account of the answer.
    pub account: Account,
    /// The person whose word lifted the brake.
    pub approved_by: Option<String>,
    /// When readers began to see it.
    pub published_at: Timestamp,
    /// Who published it.
    pub published_by: String,
}

/// Reads the eight counts of an account from a row.
pub(crate) fn account(row: &Row) -> Result<Account, StoreError> {
    Ok(Account {
        read: row.count("received")?,
        new: row.count("arrived")?,
        changed: row.count("changed")?,
        same: row.count("same")?,
        repeated: row.count("repeated")?,
        rejected: row.count("rejected")?,
        removed: row.count("removed")?,
        not_confirmed: row.count("not_confirmed")?,
    })
}

fn snapshot(row: &Row) -> Result<SnapshotRow, StoreError> {
    Ok(SnapshotRow {
        list: row.text("list")?,
        number: row.count("number")?,
        kind: row.text("kind")?,
        data_as_of: instant(row.int("data_as_of_ms")?)?,
        run_id: row.opt_text("run_id")?,
        hold_id: row.opt_text("hold_id")?,
        equal_to: row.opt_count("equal_to")?,
        doctors: row.count("doctors")?,
        account: account(row)?,
        approved_by: row.opt_text("approved_by")?,
        published_at: instant(row.int("published_at_ms")?)?,
        published_by: row.text("updated_by")?,
    })
}

/// Reads the newest snapshots of a list, newest first.
pub async fn recent(tx: &mut Tx, list: &str, limit: u64) -> Result<Vec<SnapshotRow>, StoreError> {
    tx.rows(sql!("snapshot/recent"), args![list, limit]).await?.iter().map(snapshot).collect()
}

/// Reads the snapshot that readers saw at an instant.
pub async fn at(tx: &mut Tx, list: &str, when: Timestamp) -> Result<Option<SnapshotRow>, StoreError> {
    tx.row(sql!("snapshot/at"), args![list, ms(when)]).await?.as_ref().map(snapshot).transpose()
}

//! Makes a list equal to one of its last snapshots, as a new snapshot, by a person's word.

use std::cmp::Ordering;

use domain::account::Account;
use domain::scope::Actor;
use futures_util::StreamExt;
use store::entry::Entry;
use store::snapshot::{Kind, Publish, SnapshotRow};

use crate::compare::{Change, Current};
use crate::context::Context;
use crate::error::SyncError;
use crate::publish::{Publication, publish};
use crate::spool::Journal;

/// How many snapshots back a list can be taken. Agreed in the house's reliability notes.
pub const KEPT: u64 = 14;

/// Publishes a new snapshot of `list` equal to an earlier one; gives its number.
///
/// The page then says how old those data are: a rollback never looks fresh.
pub async fn rollback(context: &Context, list: &str, snapshot: u64, actor: &Actor) -> Result<u64, SyncError> {
    if actor.reason.trim().is_empty() {
        return Err(SyncError::Invalid("a rollback needs a reason: add --reason".to_owned()));
    }
    let wanted = find(context, list, snapshot).await?;
    let mut now = context.store.read().await?;
    let state = store::list::get(&mut now, list).await?;
    let base = state.map_or(0, |state| state.snapshot);
    let mut then = context.store.read().await?;
    let current = store::entry::current(&mut now, list);
    let earlier = store::entry::as_of(&mut then, list, snapshot);
    let (changes, account) = difference(context, current, earlier).await?;
    drop((now, then));
    let publish_as = Publish {
        list: list.to_owned(),
        base,
        kind: Kind::Rollback,
        data_as_of: wanted.data_as_of,
        run_id: None,
        hold_id: None,
        equal_to: Some(snapshot),
        doctors: wanted.doctors,
        account,
        removed_max: account.removed,
        changed_max: account.changed,
        approved_by: Some(actor.name.clone()),
        actor: actor.name.clone(),
    };
    let publication =
        Publication { publish: publish_as, changes, rejects: None, evidence: None, actor: actor.clone() };
    publish(context, publication).await
}

async fn find(context: &Context, list: &str, snapshot: u64) -> Result<SnapshotRow, SyncError> {
    let mut tx = context.store.read().await?;
    let recent = store::snapshot::recent(&mut tx, list, KEPT).await?;
    let newest = recent.first().map_or(0, |newest| newest.number);
    if newest == 0 {
        return Err(SyncError::NotFound(format!("list {list} has no snapshot")));
    }
    if snapshot == newest {
        return Err(SyncError::Invalid(format!("list {list} stands at snapshot {snapshot} already")));
    }
    let numbers: Vec<String> = recent.iter().skip(1).map(|row| row.number.to_string()).collect();
    recent.into_iter().find(|row| row.number == snapshot).ok_or_else(|| {
        SyncError::NotFound(format!(
            "list {list} cannot go back to snapshot {snapshot}; it can to {}",
            if numbers.is_empty() { "none".to_owned() } else { numbers.join(", ") }
        ))
    })
}

/// What turns the current list into the earlier one, in one pass over both.
async fn difference(
    context: &Context,
    mut current: Current<'_>,
    mut earlier: Current<'_>,
) -> Result<(Journal, Account), SyncError> {
    let spool = |error| context.spool_error(error);
    let mut changes = Journal::new(&context.spool).map_err(spool)?;
    let mut account = Account::default();
    let (mut now, mut then) = (current.next().await.transpose()?, earlier.next().await.transpose()?);
    loop {
        let step = match (&now, &then) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(now), Some(then)) => now.gmc_number.cmp(&then.gmc_number),
        };
        let change = change(&mut account, step, (now.as_ref(), then.as_ref()));
        if let Some(change) = change {
            changes.push(&change.line()).map_err(spool)?;
        }
        if step != Ordering::Greater {
            now = current.next().await.transpose()?;
        }
        if step != Ordering::Less {
            then = earlier.next().await.transpose()?;
        }
    }
    account.read = account.listed();
    Ok((changes, account))
}

fn change(account: &mut Account, step: Ordering, pair: (Option<&Entry>, Option<&Entry>)) -> Option<Change> {
    match (step, pair) {
        (Ordering::Less, (Some(now), _)) => {
            account.removed += 1;
            Some(Change::Remove(now.gmc_number.clone()))
        }
        (Ordering::Greater, (_, Some(then))) => {
            account.new += 1;
            Some(Change::Arrive(then.clone()))
        }
        (Ordering::Equal, (Some(now), Some(then))) if now != then => {
            account.changed += 1;
            Some(Change::Replace(then.clone()))
        }
        (Ordering::Equal, _) => {
            account.same += 1;
            None
        }
        _ => None,
    }
}

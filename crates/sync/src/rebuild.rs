//! Makes the joined rows again from the lists and TIS: staged beside the live ones, shown, then swapped in at once.

use std::sync::atomic::{AtomicBool, Ordering};

use domain::ids::GmcNumber;
use domain::joined::Presence;
use domain::scope::Actor;
use domain::view::ViewRow;
use serde::Serialize;
use store::Tx;
use store::audit::Act;
use store::evidence::Work;

use crate::context::{Context, Step};
use crate::derive;
use crate::error::SyncError;

/// Doctors looked at with one round of statements. Arbitrary; it bounds memory.
const BATCH: u64 = 500;

/// What a rebuild would do, or did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// Names what is staged.
    pub rebuild_id: String,
    /// Doctors looked at.
    pub checked: u64,
    /// Rows that would change or be made.
    pub rewritten: u64,
    /// Rows that would go, because no list and no training record names their doctor.
    pub dropped: u64,
}

impl Effect {
    /// Whether every row is as it should be.
    pub fn is_nothing(&self) -> bool {
        self.rewritten == 0 && self.dropped == 0
    }
}

/// Makes every joined row anew, keeps the numbers of those that differ, and says what would change; readers see nothing.
///
/// Stops without a trace as soon as `stop` is set.
pub async fn stage(context: &Context, stop: &AtomicBool) -> Result<Effect, SyncError> {
    let mut effect = Effect { rebuild_id: context.mint(), checked: 0, rewritten: 0, dropped: 0 };
    let result = stage_all(context, stop, &mut effect).await;
    if result.is_err() {
        discard(context, &effect.rebuild_id).await?;
    }
    result.map(|()| effect)
}

async fn stage_all(context: &Context, stop: &AtomicBool, effect: &mut Effect) -> Result<(), SyncError> {
    let mut after = String::new();
    loop {
        stop_if(stop)?;
        let mut tx = context.store.read().await?;
        let numbers = store::entry::doctors_after(&mut tx, &after, BATCH).await?;
        let Some(last) = numbers.last() else { break };
        after = last.to_string();
        let staged = differing(&mut tx, &numbers).await?;
        drop(tx);
        effect.checked += numbers.len() as u64;
        effect.rewritten += staged.len() as u64;
        keep(context, &effect.rebuild_id, &staged).await?;
        context.step("", Step::Staged(effect.checked));
    }
    stage_orphans(context, stop, effect).await
}

/// Rows that no list names any more.
async fn stage_orphans(context: &Context, stop: &AtomicBool, effect: &mut Effect) -> Result<(), SyncError> {
    let mut after = String::new();
    loop {
        stop_if(stop)?;
        let mut tx = context.store.read().await?;
        let numbers = store::rebuild::orphans_after(&mut tx, &after, BATCH).await?;
        let Some(last) = numbers.last() else { return Ok(()) };
        after = last.to_string();
        let live = store::rebuild::live(&mut tx, &numbers).await?;
        drop(tx);
        let left =
            |number: &GmcNumber| live.iter().any(|row| row.gmc_number == number.as_str() && is_left(row));
        let staged: Vec<GmcNumber> = numbers.into_iter().filter(|number| !left(number)).collect();
        effect.dropped += staged.len() as u64;
        keep(context, &effect.rebuild_id, &staged).await?;
    }
}

fn stop_if(stop: &AtomicBool) -> Result<(), SyncError> {
    if stop.load(Ordering::SeqCst) { Err(SyncError::Aborted) } else { Ok(()) }
}

/// Who left a list and is not yet elsewhere stands there by a rule of the night, not by an entry.
fn is_left(row: &ViewRow) -> bool {
    row.presence.as_deref() == Some(Presence::Left.word())
}

/// Doctors whose live row is not as both worlds have it now.
async fn differing(tx: &mut Tx, numbers: &[GmcNumber]) -> Result<Vec<GmcNumber>, SyncError> {
    let derived = derive::of(tx, numbers).await?;
    let live = store::rebuild::live(tx, numbers).await?;
    let mut staged = Vec::new();
    for row in derived.rows {
        let now = live.iter().find(|live| live.gmc_number == row.gmc_number);
        if now.is_some_and(|now| *now == row || (is_left(now) && row.body.is_none())) {
            continue;
        }
        staged.extend(GmcNumber::parse(&row.gmc_number));
    }
    Ok(staged)
}

async fn keep(context: &Context, rebuild_id: &str, staged: &[GmcNumber]) -> Result<(), SyncError> {
    let mut tx = context.store.begin().await?;
    store::rebuild::stage(&mut tx, rebuild_id, staged).await?;
    tx.commit().await?;
    Ok(())
}

/// Forgets what was staged.
pub async fn discard(context: &Context, rebuild_id: &str) -> Result<(), SyncError> {
    let mut tx = context.store.begin().await?;
    store::rebuild::clear(&mut tx, rebuild_id).await?;
    tx.commit().await?;
    Ok(())
}

/// Puts what was staged in place of the live rows, in one transaction; of a run only while its lease is held.
///
/// Each staged doctor is derived once more within it, so that a list published since then is not undone.
pub async fn swap(
    context: &Context,
    effect: &Effect,
    by_whom: (&Actor, Option<&Work>),
) -> Result<(), SyncError> {
    let (actor, work) = by_whom;
    let by = (actor.name.as_str(), context.clock.now());
    let mut tx = context.store.begin().await?;
    if let Some(work) = work {
        context.ledger.guard(&mut tx, work).await?;
    }
    let mut after = String::new();
    loop {
        let numbers = store::rebuild::page(&mut tx, &effect.rebuild_id, &after, BATCH).await?;
        let Some(last) = numbers.last() else { break };
        after = last.to_string();
        let derived = derive::of(&mut tx, &numbers).await?;
        derive::write(&mut tx, &derived, &numbers, by).await?;
    }
    store::rebuild::clear(&mut tx, &effect.rebuild_id).await?;
    let object = format!("rebuild/{}", effect.rebuild_id);
    let detail = serde_json::json!({
        "checked": effect.checked, "rewritten": effect.rewritten, "dropped": effect.dropped,
    });
    let id = context.mint();
    let act = Act { id: &id, action: "rebuild", object: &object, detail: &detail.to_string() };
    store::audit::insert(&mut tx, actor, &act, by.1).await?;
    tx.commit().await?;
    Ok(())
}

//! Holds: what the brake keeps back, and what a person decides about it.

use domain::brake::Cause;
use domain::evidence::BodyEvidence;
use domain::hold::HoldState;
use domain::run::BodyOutcome;
use domain::scope::Actor;
use futures_util::TryStreamExt;
use store::audit::Act;
use store::evidence::Work;
use store::hold::{Decision, HoldRow, NewHold};
use store::list::Outcome;
use store::snapshot::{Kind, Publish};
use store::{StoreError, Tx};

use crate::compare::Compared;
use crate::context::{Context, Step};
use crate::error::SyncError;
use crate::publish::{Publication, set_aside, write};
use crate::spool::Journal;

/// Bytes of differences kept in one row. Arbitrary; it bounds one value of the store.
const CHUNK: usize = 256 * 1024;

/// What is kept back, and why.
pub struct Keeping<'a> {
    /// The snapshot as it would be published.
    pub after: &'a Publish,
    /// The brake's causes.
    pub causes: Vec<Cause>,
    /// Doctors of the last good list; `None` before the first.
    pub before: Option<u64>,
    /// Run and attempt.
    pub work: &'a Work,
    /// What the run leaves behind for this list.
    pub evidence: &'a BodyEvidence,
}

/// Keeps a snapshot back with its differences; the last good list stays.
pub async fn keep(context: &Context, keeping: &Keeping<'_>, mut compared: Compared) -> Result<(), SyncError> {
    let (now, after, evidence) = (context.clock.now(), keeping.after, keeping.evidence);
    let (list, hold_id) = (after.list.as_str(), context.mint());
    let hold = NewHold {
        id: &hold_id,
        list,
        causes: &keeping.causes,
        account: &after.account,
        before: keeping.before,
        base: after.base,
        data_as_of: after.data_as_of,
        run_id: &keeping.work.run_id,
        keep_until: context.keep_until(),
    };
    let outcome = Outcome {
        code: list,
        outcome: BodyOutcome::Held,
        reason: &evidence.reason,
        cause: &evidence.cause,
        run_id: &keeping.work.run_id,
    };
    let mut tx = context.store.begin().await?;
    context.ledger.guard(&mut tx, keeping.work).await?;
    store::hold::insert(&mut tx, &hold, now).await?;
    keep_changes(context, &mut tx, &hold_id, &mut compared.changes).await?;
    set_aside(context, &mut tx, (list, &keeping.work.run_id), &mut compared.rejects).await?;
    store::evidence::insert(&mut tx, keeping.work, evidence, now).await?;
    store::list::set_outcome(&mut tx, &outcome, now).await?;
    tx.commit().await?;
    Ok(())
}

async fn keep_changes(
    context: &Context,
    tx: &mut Tx,
    hold_id: &str,
    changes: &mut Journal,
) -> Result<(), SyncError> {
    let spool = |error| context.spool_error(error);
    let (mut part, mut chunk) = (0, String::new());
    for line in changes.read().map_err(spool)? {
        chunk.push_str(&line.map_err(spool)?);
        chunk.push('\n');
        if chunk.len() >= CHUNK {
            store::hold::insert_chunk(tx, hold_id, part, std::mem::take(&mut chunk)).await?;
            part += 1;
        }
    }
    if !chunk.is_empty() {
        store::hold::insert_chunk(tx, hold_id, part, chunk).await?;
    }
    Ok(())
}

/// A person's approval: the count shows that the person has looked.
#[derive(Clone, Debug)]
pub struct Approval {
    /// The hold.
    pub hold_id: String,
    /// How many doctors the list will hold, as typed.
    pub count: u64,
    /// Who, and why.
    pub actor: Actor,
}

/// What an approval led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// Published as this snapshot of the list.
    Published {
        /// The list.
        list: String,
        /// The new snapshot.
        snapshot: u64,
    },
    /// Another person must confirm.
    Proposed,
}

/// Approves a hold; where two people are needed, the first proposes and another confirms.
///
/// Publishes exactly what was held. Errors: `Invalid` for a wrong count, no reason, or the same person twice;
/// `Conflict` if the list has moved on or somebody else was quicker.
pub async fn approve(context: &Context, approval: &Approval) -> Result<Decided, SyncError> {
    let mut tx = context.store.begin().await?;
    let hold = waiting(&mut tx, &approval.hold_id).await?;
    check(&hold, approval)?;
    let by = approval.actor.name.as_str();
    if context.two_people && hold.state == HoldState::Open {
        store::hold::propose(&mut tx, &hold.id, by, context.clock.now()).await?;
        audit(context, &mut tx, &approval.actor, ("propose", &hold)).await?;
        tx.commit().await?;
        return Ok(Decided::Proposed);
    }
    if context.two_people && hold.proposed_by.as_deref() == Some(by) {
        let sentence = format!("{by} has proposed this already; another person must confirm it");
        return Err(SyncError::Invalid(sentence));
    }
    decide(context, &mut tx, (&hold, HoldState::Approved), &approval.actor).await?;
    let mut publication = publication(context, &mut tx, &hold, &approval.actor).await?;
    context.step(&hold.list, Step::Publishing);
    let snapshot = write(context, &mut tx, &mut publication).await?;
    if hold.before.is_none() {
        store::list::look_anew(&mut tx).await?;
    }
    context.step(&hold.list, Step::BeforeCommit);
    tx.commit().await?;
    context.step(&hold.list, Step::Published);
    Ok(Decided::Published { list: hold.list, snapshot })
}

fn check(hold: &HoldRow, approval: &Approval) -> Result<(), SyncError> {
    reasoned(&approval.actor)?;
    if approval.count != hold.doctors {
        return Err(SyncError::Invalid(format!(
            "{} doctors were typed, but the held list of {} has {}; nothing was published",
            approval.count, hold.list, hold.doctors
        )));
    }
    Ok(())
}

fn reasoned(actor: &Actor) -> Result<(), SyncError> {
    if actor.reason.trim().is_empty() {
        return Err(SyncError::Invalid("a decision needs a reason: add --reason".to_owned()));
    }
    Ok(())
}

async fn waiting(tx: &mut Tx, hold_id: &str) -> Result<HoldRow, SyncError> {
    let hold = store::hold::get(tx, hold_id).await?;
    let hold = hold.ok_or_else(|| SyncError::NotFound(format!("there is no hold {hold_id}")))?;
    if hold.state.is_open() {
        return Ok(hold);
    }
    let by = hold.decided_by.as_deref().unwrap_or("a later answer");
    let sentence = format!("hold {hold_id} does not wait any more: it was {} by {by}", hold.state.word());
    Err(StoreError::Conflict(sentence).into())
}

async fn decide(
    context: &Context,
    tx: &mut Tx,
    what: (&HoldRow, HoldState),
    actor: &Actor,
) -> Result<(), SyncError> {
    let (hold, state) = what;
    let decision = Decision { id: &hold.id, state, by: &actor.name, reason: &actor.reason };
    if !store::hold::decide(tx, &decision, context.clock.now()).await? {
        let sentence = format!("somebody else decided on hold {} first", hold.id);
        return Err(StoreError::Conflict(sentence).into());
    }
    let verb = if state == HoldState::Approved { "approve" } else { "reject" };
    audit(context, tx, actor, (verb, hold)).await
}

async fn audit(
    context: &Context,
    tx: &mut Tx,
    actor: &Actor,
    what: (&str, &HoldRow),
) -> Result<(), SyncError> {
    let (action, hold) = what;
    let object = format!("hold/{}", hold.id);
    let detail = serde_json::json!({ "list": hold.list, "doctors": hold.doctors, "account": hold.account });
    let id = context.mint();
    let act = Act { id: &id, action, object: &object, detail: &detail.to_string() };
    Ok(store::audit::insert(tx, actor, &act, context.clock.now()).await?)
}

/// Reads the held differences back.
async fn publication(
    context: &Context,
    tx: &mut Tx,
    hold: &HoldRow,
    actor: &Actor,
) -> Result<Publication, SyncError> {
    let spool = |error| context.spool_error(error);
    let mut changes = Journal::new(&context.spool).map_err(spool)?;
    let mut chunks = store::hold::chunks(tx, &hold.id);
    while let Some(chunk) = chunks.try_next().await? {
        for line in chunk.lines() {
            changes.push(line).map_err(spool)?;
        }
    }
    drop(chunks);
    let account = hold.account;
    if changes.len() < account.new + account.changed + account.removed {
        let sentence = format!("what hold {} kept back is past its keep; run the job again", hold.id);
        return Err(SyncError::Invalid(sentence));
    }
    let publish = Publish {
        list: hold.list.clone(),
        base: hold.base,
        kind: Kind::Approved,
        data_as_of: hold.data_as_of,
        run_id: Some(hold.run_id.clone()),
        hold_id: Some(hold.id.clone()),
        equal_to: None,
        doctors: hold.doctors,
        account,
        removed_max: account.removed,
        changed_max: account.changed,
        approved_by: Some(actor.name.clone()),
        actor: actor.name.clone(),
    };
    Ok(Publication { publish, changes, rejects: None, evidence: None, actor: actor.clone() })
}

/// Rejects a hold: what was held is not published, and the last good list stays.
pub async fn reject(context: &Context, hold_id: &str, actor: &Actor) -> Result<(), SyncError> {
    reasoned(actor)?;
    let mut tx = context.store.begin().await?;
    let hold = waiting(&mut tx, hold_id).await?;
    decide(context, &mut tx, (&hold, HoldState::Rejected), actor).await?;
    tx.commit().await?;
    Ok(())
}

//! The publish transaction: differences, joined rows, snapshot, evidence, alerts and audit become visible together
//! or not at all.

use domain::evidence::BodyEvidence;
use domain::ids::GmcNumber;
use domain::scope::Actor;
use jiff::Timestamp;
use store::Tx;
use store::audit::Act;
use store::evidence::Work;
use store::list::TIS;
use store::reject::{NewReject, Origin};
use store::snapshot::Publish;

use crate::compare::Change;
use crate::context::{Context, Step};
use crate::derive;
use crate::error::SyncError;
use crate::spool::Journal;
use crate::stage::{Rejects, SetAside};

/// Differences applied with one round of statements. Measured: larger batches gain nothing and hold more memory.
const BATCH: usize = 1000;

/// Records set aside that are written with one statement: few, because one may hold 64 KiB.
const REJECT_BATCH: usize = 50;

/// Everything one publish writes.
pub struct Publication {
    /// The snapshot.
    pub publish: Publish,
    /// The differences.
    pub changes: Journal,
    /// Records set aside; `None` leaves what an earlier answer set aside.
    pub rejects: Option<Rejects>,
    /// The evidence and the work it belongs to.
    pub evidence: Option<(Work, BodyEvidence)>,
    /// Who, and why.
    pub actor: Actor,
}

/// Publishes; gives the number of the new snapshot.
pub async fn publish(context: &Context, mut publication: Publication) -> Result<u64, SyncError> {
    let mut tx = context.store.begin().await?;
    let list = publication.publish.list.clone();
    context.step(&list, Step::Publishing);
    let number = write(context, &mut tx, &mut publication).await?;
    context.step(&list, Step::BeforeCommit);
    tx.commit().await?;
    context.step(&list, Step::Published);
    Ok(number)
}

/// Writes a publication into a transaction that the caller commits.
pub async fn write(context: &Context, tx: &mut Tx, publication: &mut Publication) -> Result<u64, SyncError> {
    let now = context.clock.now();
    let list = publication.publish.list.clone();
    if let Some((work, _)) = &publication.evidence {
        context.ledger.guard(tx, work).await?;
    }
    let number = store::snapshot::publish(tx, &publication.publish, now).await?;
    apply(context, tx, (&list, number), publication).await?;
    if list == TIS && publication.publish.base == 0 {
        store::discrepancy::begin(tx).await?;
    }
    if let Some(rejects) = &mut publication.rejects {
        let run_id = publication.publish.run_id.clone().unwrap_or_default();
        set_aside(context, tx, (&list, &run_id), rejects).await?;
    }
    if publication.publish.kind == store::snapshot::Kind::Sync {
        store::hold::supersede(tx, &list, now).await?;
    }
    if let Some((work, evidence)) = &mut publication.evidence {
        evidence.snapshot = Some(number);
        store::evidence::insert(tx, work, evidence, now).await?;
    }
    audit(context, tx, publication, number).await?;
    Ok(number)
}

async fn audit(
    context: &Context,
    tx: &mut Tx,
    publication: &Publication,
    number: u64,
) -> Result<(), SyncError> {
    let publish = &publication.publish;
    let object = format!("list/{}/{number}", publish.list);
    let detail = serde_json::json!({
        "kind": publish.kind.word(), "doctors": publish.doctors, "account": publish.account,
        "hold": publish.hold_id, "equal_to": publish.equal_to,
    });
    let id = context.mint();
    let act = Act { id: &id, action: "publish", object: &object, detail: &detail.to_string() };
    store::audit::insert(tx, &publication.actor, &act, context.clock.now()).await?;
    Ok(())
}

async fn apply(
    context: &Context,
    tx: &mut Tx,
    place: (&str, u64),
    publication: &mut Publication,
) -> Result<(), SyncError> {
    let by = (publication.actor.name.clone(), context.clock.now());
    let mut lines = publication.changes.read().map_err(|error| context.spool_error(error))?;
    loop {
        let batch: Vec<Change> = lines
            .by_ref()
            .take(BATCH)
            .map(|line| Change::read(&line?))
            .collect::<std::io::Result<_>>()
            .map_err(|error| context.spool_error(error))?;
        if batch.is_empty() {
            return Ok(());
        }
        apply_batch(tx, place, batch, (&by.0, by.1)).await?;
    }
}

async fn apply_batch(
    tx: &mut Tx,
    place: (&str, u64),
    batch: Vec<Change>,
    by: (&str, Timestamp),
) -> Result<(), SyncError> {
    let (list, number) = place;
    let numbers: Vec<GmcNumber> = batch.iter().map(|change| change.number().clone()).collect();
    let (mut closed, mut begun, mut removed) = (Vec::new(), Vec::new(), Vec::new());
    for change in batch {
        match change {
            Change::Arrive(entry) => begun.push(entry),
            Change::Replace(entry) => {
                closed.push(entry.gmc_number.clone());
                begun.push(entry);
            }
            Change::Remove(gmc_number) => {
                closed.push(gmc_number.clone());
                removed.push(gmc_number);
            }
        }
    }
    store::entry::close(tx, list, number, &closed).await?;
    store::entry::insert(tx, list, number, &begun).await?;
    let mut derived = derive::of(tx, &numbers).await?;
    if list != TIS {
        // They stay on this body's pages as "left" until every list has answered or failed.
        store::doctor::mark_left(tx, list, &removed, by.1).await?;
        derived.gone.retain(|gone| !removed.contains(gone));
        derived
            .rows
            .retain(|row| row.body.is_some() || !removed.iter().any(|r| r.as_str() == row.gmc_number));
    }
    derive::write(tx, &derived, &numbers, by).await?;
    Ok(())
}

/// Puts what this answer set aside in place of what an earlier one did.
pub async fn set_aside(
    context: &Context,
    tx: &mut Tx,
    origin: (&str, &str),
    rejects: &mut Rejects,
) -> Result<(), SyncError> {
    let now = context.clock.now();
    let (list, run_id) = origin;
    store::reject::clear(tx, list, now).await?;
    let origin = Origin { list, run_id, keep_until: context.keep_until() };
    let mut all = rejects.read().map_err(|error| context.spool_error(error))?;
    loop {
        let batch: Vec<NewReject> = all
            .by_ref()
            .take(REJECT_BATCH)
            .map(|reject| reject.map(|reject| new_reject(context.ids.mint(now), reject)))
            .collect::<std::io::Result<_>>()
            .map_err(|error| context.spool_error(error))?;
        if batch.is_empty() {
            return Ok(());
        }
        store::reject::insert(tx, &origin, &batch, now).await?;
    }
}

fn new_reject(id: String, reject: SetAside) -> NewReject {
    NewReject { id, reason: reject.reason, gmc_number: reject.gmc_number, raw: reject.raw }
}

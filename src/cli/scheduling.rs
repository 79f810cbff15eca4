//! The scheduler inside `serve`: once a second it plans, ends what is overdue, and begins what is due, on the same path
//! as `reval run`.

use std::sync::Arc;
use std::time::Duration;

use domain::job::Kind;
use domain::node::{Launch, Stance};
use domain::overrides::Override;
use jobs::node::Registrar;
use jobs::program::Program;
use jobs::{Claimed, Room, Scheduler, Steady};
use store::StoreError;
use sync::night::Report;
use sync::parity::Peers;
use sync::sending::Sender;
use sync::tis::TisSource;
use sync::{Context, SyncError};
use tokio::sync::watch::Receiver;
use tokio::task::{JoinError, JoinHandle, JoinSet};

use super::proof;
use super::serve::DRAIN_MAX;
use super::standing::Standing;
use crate::exit::Failure;
use crate::wiring::{Held, House, Role, program};

/// How often the clock is looked at, besides the instants at which something is due.
const TICK: Duration = Duration::from_secs(1);

/// Longest wait for the store to be told how this node stands.
const STAND_MAX: Duration = Duration::from_secs(5);

/// A run under way in this process.
struct Doing {
    claimed: Claimed,
    task: JoinHandle<Result<Report, SyncError>>,
    /// The role of a worker, given back when the last run under way has ended.
    work: Arc<Option<Held>>,
}

/// Keeps the schedule by the settings that count, unless they leave that to somebody else; ends by itself once
/// the process is to end.
pub async fn keep(settings: Receiver<Arc<House>>, standing: Standing) {
    let mut house = Arc::clone(&settings.borrow());
    if !house.config.is_scheduling {
        tracing::warn!("schedule_off");
    }
    let mut registrar = match program() {
        Ok(program) => match proof::needed(&house).await {
            Some(proof) => Registrar::proving(program, proof, house.place()),
            None => Registrar::new(program),
        },
        Err(failure) => return tracing::error!(%failure, "schedule_stands_still"),
    };
    let mut counts = counting(&house);
    let mut scheduler = Scheduler::new(house.ledger());
    let mut steady = Steady::default();
    let mut doing: Vec<Doing> = Vec::new();
    let mut was_well = true;
    while standing.is_going() {
        standing.turn();
        tokio::time::sleep(until_due(&house).await).await;
        for done in doing.extract_if(.., |doing| doing.task.is_finished()) {
            ended(&house, &done.claimed, done.task.await).await;
        }
        house = Arc::clone(&settings.borrow());
        if !house.config.is_scheduling {
            continue;
        }
        // A sandbox's clock is made to jump.
        let is_steady = steady.believes(house.clock.now()) || house.config.sandbox.clock_file.is_some();
        let well = if is_steady {
            adopt(&house, &mut scheduler, &mut counts).await;
            stand(&house, &mut registrar, standing.stance(doing.is_empty())).await;
            register(&house, &mut registrar).await;
            tick(&house, &mut scheduler, (&mut doing, &standing)).await
        } else {
            Err(anyhow::anyhow!("the clock has jumped by more than an hour; believed in a minute").into())
        };
        if let (Err(failure), true) = (&well, was_well) {
            tracing::error!(%failure, "schedule_stands_still");
        }
        was_well = well.is_ok();
    }
    let mut ending = JoinSet::new();
    for doing in doing {
        let house = Arc::clone(&house);
        ending.spawn(async move { drain(&house, doing).await });
    }
    ending.join_all().await;
    stand(&house, &mut registrar, Stance::Ended).await;
}

/// Says what this node does with what comes; a store that is away is told by the next second, or never.
async fn stand(house: &House, registrar: &mut Registrar, stance: Stance) {
    match tokio::time::timeout(STAND_MAX, registrar.stand(&house.ledger(), stance)).await {
        Ok(Ok(true)) => tracing::info!(stance = stance.word(), "node_stands"),
        Ok(Ok(false)) => {}
        Ok(Err(error)) => tracing::debug!(%error, "node_not_registered"),
        Err(_) => tracing::debug!("node_not_registered"),
    }
}

/// How long to wait for the next look: until something is due, and at most a second.
async fn until_due(house: &House) -> Duration {
    let now = house.clock.now();
    let next = async { store::due::next(&mut house.store.read().await?, now).await };
    let due = next.await.ok().flatten().and_then(|due| Duration::try_from(due.duration_since(now)).ok());
    due.map_or(TICK, |due| due.min(TICK))
}

/// What the scheduler goes by: what is different for a while, and the digest of what counts just now.
type Counting = (Arc<Vec<Override>>, String);

fn counting(house: &House) -> Counting {
    (house.overrides(), house.config_hash())
}

/// Lets the scheduler go by what is different for a while; one that ended is gone with the next second. With the store
/// away, what was read last counts.
async fn adopt(house: &House, scheduler: &mut Scheduler, counts: &mut Counting) {
    if let Err(failure) = house.look_at_overrides().await {
        tracing::debug!(%failure, "overrides_not_read");
    }
    let now = counting(house);
    if now != *counts {
        *counts = now;
        scheduler.adopt(house.ledger());
        tracing::info!(config_hash = counts.1, overrides = counts.0.len(), "overrides_changed");
    }
}

/// Says that this node lives, and tries now and then whether it can start something; the store away, the next second does.
async fn register(house: &House, registrar: &mut Registrar) {
    match registrar.look(&house.ledger()).await {
        Ok(None) => {}
        Ok(Some(Launch::Fails)) => tracing::error!("launch_failed"),
        Ok(Some(launch)) => tracing::debug!(launch = launch.word(), "launch_tried"),
        Err(error) => tracing::debug!(%error, "node_not_registered"),
    }
}

async fn tick(
    house: &House,
    scheduler: &mut Scheduler,
    (doing, standing): (&mut Vec<Doing>, &Standing),
) -> Result<(), Failure> {
    let tick = scheduler.tick().await?;
    if tick.is_skewed {
        let sentence = "this node's clock is more than 5 seconds off the database's, so it begins nothing";
        return Err(anyhow::anyhow!(sentence).into());
    }
    if tick.planned > 0 || tick.missed > 0 {
        tracing::info!(planned_runs = tick.planned, missed_runs = tick.missed, "schedule_settled");
    }
    let room = room(house, doing);
    if room.runs > 0 && !standing.is_out() && scheduler.has_work_for(&room).await? {
        begin(house, scheduler, (doing, &room), standing).await?;
    }
    Ok(())
}

/// What this process can begin besides what it does: of our own jobs one at a time.
fn room(house: &House, doing: &[Doing]) -> Room {
    let is_command = |name: &str| {
        let job = domain::job::find(&house.config.jobs, name);
        job.is_some_and(|job| matches!(job.kind, Kind::Command(_)))
    };
    Room {
        runs: house.config.node.at_once.saturating_sub(doing.len()),
        own: usize::from(doing.iter().all(|one| is_command(&one.claimed.job))),
        busy: doing.iter().map(|one| one.claimed.begun.work.run_id.clone()).collect(),
    }
}

/// Claims what is due and begins it; leaves it where another process is at work on the embedded store.
async fn begin(
    house: &House,
    scheduler: &Scheduler,
    beside: (&mut Vec<Doing>, &Room),
    standing: &Standing,
) -> Result<(), Failure> {
    let (doing, room) = beside;
    let work = match doing.first() {
        Some(other) => Arc::clone(&other.work),
        None => match house.take(Role::Work) {
            Ok(work) => Arc::new(work),
            Err(_) => return Ok(()),
        },
    };
    // What may fail comes before the claim, so that nothing is begun that cannot be done.
    let handover = Arc::clone(&standing.handover);
    let context = Arc::new(Context { handover, ..house.context(Arc::new(|_, _| {}))? });
    let sender = house.sender()?;
    for claimed in scheduler.claim_all(room).await? {
        let (job, run_id, attempt) = (&claimed.job, &claimed.begun.work.run_id, claimed.begun.work.attempt);
        tracing::info!(job, run_id, attempt, "run_begun");
        let (context, theirs) = (Arc::clone(&context), claimed.clone());
        let outside = (house.tis(), sender.clone(), house.peers());
        let task = tokio::spawn(async move { carry_out(&context, &outside, &theirs).await });
        doing.push(Doing { claimed, task, work: Arc::clone(&work) });
    }
    Ok(())
}

async fn carry_out(
    context: &Context,
    outside: &(TisSource, Sender, Peers),
    claimed: &Claimed,
) -> Result<Report, SyncError> {
    let declared = domain::job::find(&context.ledger.jobs, &claimed.job);
    if let Some(Kind::Command(command)) = declared.map(|job| &job.kind) {
        let (state, reason) =
            jobs::command::carry_out(&context.ledger, &Program::of(command), &claimed.begun).await?;
        let (run_id, is_resumed) = (claimed.begun.work.run_id.clone(), claimed.begun.is_resumed);
        tracing::info!(run_id, attempt = claimed.begun.work.attempt, state = state.word(), "run_settled");
        return Ok(Report { run_id, state, reason, lists: Vec::new(), recounts: Vec::new(), is_resumed });
    }
    let (tis, sender, peers) = outside;
    match claimed.job.as_str() {
        sync::outcomes::JOB => sync::outcomes::carry_out(context, sender, &claimed.begun).await,
        sync::tis::JOB => sync::tis::carry_out(context, tis, &claimed.begun).await,
        sync::canary::JOB => sync::canary::carry_out(context, tis, &claimed.begun).await,
        sync::parity::JOB => sync::parity::carry_out(context, peers, &claimed.begun).await,
        sync::reconcile::JOB => sync::reconcile::carry_out(context, &claimed.begun).await,
        _ => sync::night::carry_out(context, &claimed.begun, None).await,
    }
}

/// A run has logged its own end; a panic has not, and is settled here.
async fn ended(house: &House, claimed: &Claimed, end: Result<Result<Report, SyncError>, JoinError>) {
    let Err(broken) = end else { return };
    let (job, work) = (&claimed.job, &claimed.begun.work);
    tracing::error!(job, run_id = %work.run_id, attempt = work.attempt, error = %broken, "run_panicked");
    if let Err(error) = house.ledger().fail(work, &format!("a mistake of Reval's own: {broken}")).await {
        tracing::error!(job, run_id = %work.run_id, %error, "run_not_settled");
    }
}

/// Lets the run under way end in its time; otherwise stops it between two transactions, to be taken up again.
async fn drain(house: &House, mut doing: Doing) {
    let (job, work) = (&doing.claimed.job, &doing.claimed.begun.work);
    if let Ok(end) = tokio::time::timeout(DRAIN_MAX, &mut doing.task).await {
        return ended(house, &doing.claimed, end).await;
    }
    doing.task.abort();
    // An open transaction of the stopped task is rolled back; only then may the run be given up.
    let _ = (&mut doing.task).await;
    let stopped = house.ledger().interrupt(work, "the program was asked to end").await;
    tracing::warn!(job, run_id = %work.run_id, attempt = work.attempt, "run_interrupted");
    match stopped {
        Ok(()) | Err(StoreError::Conflict(_)) => {}
        Err(error) => tracing::error!(job, run_id = %work.run_id, %error, "run_not_settled"),
    }
}

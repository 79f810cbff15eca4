//! The run over all designated bodies: each is fetched, compared and published on its own, and the run ends in the
//! state that its bodies' evidence gives it.

use std::time::Duration;

use domain::evidence::BodyEvidence;
use domain::ids::BodyCode;
use domain::recount::Recount;
use domain::run::{BodyOutcome, RunState, verdict};
use domain::run_log::Level;
use domain::scope::Actor;
use jobs::{Begun, Ended, Start};
use sources::gmc::Event;
use sources::gmc::client::{Fetched, Means, NotFetched};
use store::StoreError;
use store::evidence::Work;

use crate::compare::Whole;
use crate::context::{Context, Step};
use crate::derive;
use crate::error::SyncError;
use crate::recount::recount;
use crate::stage::Stage;
use crate::turn::{Call, Turn};
use crate::{refusal, rename};

/// The job's name.
pub const JOB: &str = "gmc-sync";

/// Records between two signs of progress. Arbitrary; nothing depends on it.
const PROGRESS_EVERY: u64 = 1000;

/// How often an attempt says that it is alive: well within its lease.
const BEAT_EVERY: Duration = Duration::from_secs(10);

/// What a person or the schedule asks for.
#[derive(Clone, Debug)]
pub struct NightRequest {
    /// Only these bodies; all that are asked each night if absent.
    pub bodies: Option<Vec<BodyCode>>,
    /// Who asks.
    pub actor: Actor,
}

/// How a run ended.
#[derive(Clone, Debug)]
pub struct Report {
    /// The run.
    pub run_id: String,
    /// Its one end state.
    pub state: RunState,
    /// Plain words: "published 12 of 13; held: 1-1RSQ…".
    pub reason: String,
    /// What each list left.
    pub lists: Vec<BodyEvidence>,
    /// "GMC says N, we show N", where the lists were counted again.
    pub recounts: Vec<Recount>,
    /// Whether an earlier attempt of the same run had died.
    pub is_resumed: bool,
}

/// Asks the GMC for every body's list and publishes each that is whole and plausible.
///
/// A run whose attempt died is taken up at the first body that left no evidence, whatever was asked for.
/// Errors: only where the run itself cannot go on; a body that fails is evidence, not an error.
pub async fn run(context: &Context, request: &NightRequest) -> Result<Report, SyncError> {
    // A run over some bodies does not do what the due one does.
    let start = if request.bodies.is_some() { Start::Own } else { Start::Due };
    let begun = context.ledger.begin(JOB, &request.actor, start).await?;
    carry_out(context, &begun, request.bodies.as_deref()).await
}

/// Does the work of a run that has begun, over all bodies or only some, and settles it.
pub async fn carry_out(
    context: &Context,
    begun: &Begun,
    only: Option<&[BodyCode]>,
) -> Result<Report, SyncError> {
    let asked = only.filter(|_| !begun.is_resumed).unwrap_or(&context.bodies);
    let whole_night = asked.len() >= context.bodies.len();
    let result = alive(context, &begun.work, bodies(context, begun, asked, whole_night)).await;
    settle(context, begun, (asked.len(), whole_night), result).await
}

/// Says that the attempt is alive for as long as the work takes; stops it once the run is another's.
pub(crate) async fn alive(
    context: &Context,
    work: &Work,
    doing: impl Future<Output = Result<(), SyncError>>,
) -> Result<(), SyncError> {
    tokio::select! {
        biased;
        done = doing => done,
        lost = beat(context, work) => Err(lost.into()),
    }
}

/// Comes back only when the lease is lost.
async fn beat(context: &Context, work: &Work) -> StoreError {
    loop {
        tokio::time::sleep(BEAT_EVERY).await;
        match context.ledger.beat_within(BEAT_EVERY, work).await {
            Ok(()) => {}
            Err(lost @ StoreError::Conflict(_)) => return lost,
            Err(error) => {
                tracing::warn!(run_id = %work.run_id, attempt = work.attempt, %error, "heartbeat_failed");
            }
        }
    }
}

/// Gives the run its end, whether its work came to an end or broke off; `asked` is how many lists, and whether all.
pub(crate) async fn settle(
    context: &Context,
    begun: &Begun,
    asked: (usize, bool),
    result: Result<(), SyncError>,
) -> Result<Report, SyncError> {
    let work = &begun.work;
    if let Err(SyncError::HandedOver) = result {
        // Another node may take it up at once, not only once the lease has run out.
        context.ledger.interrupt(work, "this node steps out, and another may go on").await?;
        tracing::info!(run_id = %work.run_id, attempt = work.attempt, "run_handed_over");
        return Err(SyncError::HandedOver);
    }
    if let Err(error) = result {
        tracing::error!(run_id = %work.run_id, attempt = work.attempt, kind = error.cause(), %error, "run_broke_off");
        if let Err(unsettled) = context.ledger.fail(work, &error.to_string()).await {
            // Where not even that can be written, the next start finds the run open and takes it up.
            tracing::error!(run_id = %work.run_id, error = %unsettled, "run_left_open");
        }
        return Err(error);
    }
    let mut tx = context.store.read().await?;
    let lists = store::evidence::of_run(&mut tx, &work.run_id).await?;
    let recounts = store::recount::of_run(&mut tx, &work.run_id).await?;
    drop(tx);
    let outcomes: Vec<BodyOutcome> = lists.iter().map(|evidence| evidence.outcome).collect();
    let records = asked.1.then(|| lists.iter().map(|list| list.account.read).sum());
    // A password that was refused must not be tried again and again: the account would be locked.
    let may_repeat = lists.iter().all(|list| list.cause != refusal::CAUSE);
    let ended = Ended {
        state: verdict(&outcomes),
        reason: reason(&lists, asked.0),
        records,
        expected: None,
        doubt: None,
        may_repeat,
    };
    let (state, reason) = context.ledger.settle(work, ended).await?;
    context.step("", Step::Settled);
    let run_id = work.run_id.clone();
    tracing::info!(run_id, attempt = work.attempt, state = state.word(), lists = lists.len(), "run_settled");
    Ok(Report { run_id, state, reason, lists, recounts, is_resumed: begun.is_resumed })
}

fn reason(lists: &[BodyEvidence], asked: usize) -> String {
    let named = |outcome: BodyOutcome| -> Vec<&str> {
        lists.iter().filter(|list| list.outcome == outcome).map(|list| list.body.as_str()).collect()
    };
    let mut text = format!("published {} of {asked}", named(BodyOutcome::Published).len());
    for (word, outcome) in [("held", BodyOutcome::Held), ("failed", BodyOutcome::Failed)] {
        let bodies = named(outcome);
        if !bodies.is_empty() {
            text.push_str(&format!("; {word}: {}", bodies.join(", ")));
        }
    }
    text
}

async fn bodies(
    context: &Context,
    begun: &Begun,
    asked: &[BodyCode],
    whole_night: bool,
) -> Result<(), SyncError> {
    refusal::heed(context, &begun.work).await?;
    rename::adopt(context, &Actor::job(JOB)).await?;
    let done = if begun.is_resumed { done(context, &begun.work).await? } else { Vec::new() };
    let (all, before) = (asked.len(), asked.iter().filter(|body| done.contains(body)).count());
    let said = match before {
        0 => format!("asks the GMC for {all} lists"),
        before => format!("goes on: {before} of {all} lists have come to an end in an earlier attempt"),
    };
    context.tell(&begun.work, Level::Info, &said).await;
    for body in asked.iter().filter(|body| !done.contains(body)) {
        context.may_go_on()?;
        one_body(context, &begun.work, body).await?;
    }
    if whole_night {
        context.step("", Step::Settling);
        let mut tx = context.store.begin().await?;
        context.ledger.guard(&mut tx, &begun.work).await?;
        derive::settle_left(&mut tx, (&Actor::job(JOB).name, context.clock.now())).await?;
        store::hold::wipe(&mut tx, context.clock.now()).await?;
        tx.commit().await?;
        let said = "every list has answered or failed: who is on none any more has left";
        context.tell(&begun.work, Level::Info, said).await;
    }
    if context.is_recounting {
        recount(context, &begun.work, asked).await?;
    }
    Ok(())
}

/// Bodies that an earlier attempt of the same run has brought to an end; those that failed are asked again.
async fn done(context: &Context, work: &Work) -> Result<Vec<BodyCode>, SyncError> {
    let left = store::evidence::of_run(&mut context.store.read().await?, &work.run_id).await?;
    let done = left.into_iter().filter(|evidence| evidence.outcome != BodyOutcome::Failed);
    Ok(done.map(|evidence| evidence.body).collect())
}

/// One body's turn; only what stops the whole run comes back as an error.
async fn one_body(context: &Context, work: &Work, body: &BodyCode) -> Result<(), SyncError> {
    let list = body.as_str();
    context.step(list, Step::Begin);
    let mut tx = context.store.begin().await?;
    store::list::ensure(&mut tx, list, context.clock.now()).await?;
    tx.commit().await?;
    let turn = Turn {
        work: work.clone(),
        list: list.to_owned(),
        actor: Actor::job(JOB),
        began: context.clock.now(),
    };
    let (error, call) = match fetch(context, body).await? {
        Ok((stage, fetched)) => match conclude(context, &turn, stage, &fetched).await {
            Ok(left) => {
                tell_left(context, work, &left).await;
                return Ok(());
            }
            Err(error) => (error, call_of(&fetched)),
        },
        Err((error, call)) => (error, call),
    };
    if stops_the_run(&error) {
        return Err(error);
    }
    tell_left(context, work, &turn.fail(context, &error, &call).await?).await;
    Ok(())
}

/// Says in the run's log what a list left: counts and causes, nobody's name.
pub(crate) async fn tell_left(context: &Context, work: &Work, left: &BodyEvidence) {
    let (account, body) = (&left.account, &left.body);
    let took = format!("{}.{} s", left.duration_ms / 1000, left.duration_ms % 1000 / 100);
    let counts = format!(
        "{} received, {} new, {} changed, {} removed, {} not processed",
        account.read, account.new, account.changed, account.removed, account.rejected
    );
    let (level, said) = match (left.outcome, left.snapshot) {
        (BodyOutcome::Published, snapshot) => {
            let snapshot = snapshot.unwrap_or_default();
            (Level::Info, format!("{body}: published snapshot {snapshot} after {took}: {counts}"))
        }
        (BodyOutcome::Held, _) => {
            (Level::Warn, format!("{body}: held for a person after {took}: {counts}. {}", left.reason))
        }
        (BodyOutcome::Failed, _) => {
            let calls = left.calls;
            (Level::Error, format!("{body}: failed after {took} and {calls} calls: {}", left.reason))
        }
    };
    context.tell(work, level, &said).await;
}

/// A store that is full or away fails every body alike; anything else is one body's own.
fn stops_the_run(error: &SyncError) -> bool {
    matches!(error, SyncError::Store(inner) if !matches!(inner, StoreError::Conflict(_)))
}

/// The staged records of a complete answer, or why there is none.
type Received = Result<(Stage, Fetched), (SyncError, Call)>;

async fn fetch(context: &Context, body: &BodyCode) -> Result<Received, SyncError> {
    let spool = |error| context.spool_error(error);
    let mut stage = Stage::new(&context.spool).map_err(spool)?;
    let means = Means { clock: context.clock.as_ref(), ids: &context.ids };
    let sink = |event: Event| match event {
        Event::Start => stage.restart().map_err(spool),
        Event::Item(item) => {
            stage.take(item).map_err(spool)?;
            if stage.read().is_multiple_of(PROGRESS_EVERY) {
                context.step(body.as_str(), Step::Staged(stage.read()));
            }
            Ok(())
        }
    };
    match context.gmc.fetch(body, means, sink).await {
        Ok(fetched) => {
            context.step(body.as_str(), Step::Fetched);
            Ok(Ok((stage, fetched)))
        }
        Err(not) => Ok(Err(not_fetched(not))),
    }
}

fn not_fetched(not: NotFetched<SyncError>) -> (SyncError, Call) {
    let call = Call {
        client_request_id: not.client_request_id,
        gmc_request_id: None,
        requested_at: not.requested_at,
        bytes: 0,
        calls: not.calls,
    };
    (not.error, call)
}

fn call_of(fetched: &Fetched) -> Call {
    let answer = &fetched.answer;
    Call {
        client_request_id: answer.client_request_id().to_owned(),
        gmc_request_id: answer.gmc_request_id().map(str::to_owned),
        requested_at: answer.requested_at(),
        bytes: answer.bytes(),
        calls: fetched.calls,
    }
}

async fn conclude(
    context: &Context,
    turn: &Turn,
    stage: Stage,
    fetched: &Fetched,
) -> Result<BodyEvidence, SyncError> {
    let staged = stage.finish().map_err(|error| context.spool_error(error))?;
    turn.conclude(context, &Whole::Gmc(&fetched.answer), staged, &call_of(fetched)).await
}

//! The engine of runs on both stores, with clocks that tests move and jobs that only pretend to work.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod clock_changes;
mod commands;
mod nights;
mod overrides;
mod programs;
mod simulation;
mod starts;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::account::Account;
use domain::alert::Severity;
use domain::clock::{IdSource, VirtualClock};
use domain::evidence::BodyEvidence;
use domain::exceptions::Exceptions;
use domain::floors::Floors;
use domain::freshness::Promise;
use domain::ids::BodyCode;
use domain::job::{Class, Job, Trigger};
use domain::run::{BodyOutcome, RunState};
use domain::schedule::{ClockChange, Schedule};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use jobs::{Begun, Ended, Ledger};
use store::alert::AlertRow;
use store::evidence::Work;
use store::run::RunRow;
use store::{LeaseClock, Store, StoreError};
use watch::declared::Declared;
use watch::policy::Policies;
use watch::turn::Watch;

type Outcome = Result<(), StoreError>;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// A job at a local time of London, to begin within five minutes and end within two hours.
fn job(name: &str, schedule: &str) -> Job {
    Job {
        name: name.to_owned(),
        alias: String::new(),
        sentence: "Pretends.".to_owned(),
        owner: "A. Sample".to_owned(),
        trigger: Trigger::Schedule(Schedule::parse(schedule).unwrap()),
        labels: Default::default(),
        kind: Default::default(),
        exceptions: Exceptions::default(),
        zone: TimeZone::get("Europe/London").unwrap(),
        change: ClockChange::default(),
        start_deadline: "5m".parse().unwrap(),
        finish_deadline: "2h".parse().unwrap(),
        floors: Floors { duration: SignedDuration::ZERO, records: 1 },
        fresh_within: None,
        attempts: 3,
        retry_wait: minutes(2),
        catch_up: SignedDuration::from_hours(18),
        class: Class::Repeatable,
        on_failed: Severity::Warn,
    }
}

/// The two jobs of the house.
fn house() -> Vec<Job> {
    let after = Job {
        trigger: Trigger::After("gmc-sync".to_owned()),
        start_deadline: "05:30".parse().unwrap(),
        finish_deadline: "06:00".parse().unwrap(),
        ..job("tis-enrich", "0 0 * * *")
    };
    vec![job("gmc-sync", "5 0 * * *"), after]
}

/// One node on a store; several with the same clock and jobs share the work.
fn node(store: &Store, clock: &VirtualClock, jobs: &[Job], name: &str) -> Ledger {
    // Each program draws its own ids, also one that was started again on the same node.
    static PROGRAMS: AtomicU64 = AtomicU64::new(1);
    let seed = PROGRAMS.fetch_add(1, Ordering::Relaxed);
    Ledger {
        store: store.clone(),
        clock: Arc::new(clock.clone()),
        lease_clock: LeaseClock::Program,
        ids: Arc::new(IdSource::new(seed)),
        jobs: Arc::new(jobs.to_vec()),
        overrides: Arc::default(),
        build: "0.1.0".to_owned(),
        config_hash: "abc".to_owned(),
        node: name.to_owned(),
        place: jobs::node::Place::default(),
        is_alone: false,
        keep_log: SignedDuration::from_hours(90 * 24),
    }
}

/// Leaves one published list as evidence, as the journey does: under the guard of the lease.
async fn publish(ledger: &Ledger, work: &Work) -> Outcome {
    let now = ledger.clock.now();
    let evidence = BodyEvidence {
        body: BodyCode::new("1-AIIDWT"),
        outcome: BodyOutcome::Published,
        reason: String::new(),
        cause: String::new(),
        client_request_id: "c-1".to_owned(),
        gmc_request_id: None,
        requested_at_ms: now.as_millisecond(),
        account: Account { read: 40, same: 40, ..Account::default() },
        bytes: 512,
        calls: 1,
        duration_ms: 1,
        snapshot: Some(1),
    };
    let mut tx = ledger.store.begin().await?;
    ledger.guard(&mut tx, work).await?;
    store::evidence::insert(&mut tx, work, &evidence, now).await?;
    tx.commit().await
}

/// Ends a run as a whole success of so many records.
async fn succeed(ledger: &Ledger, begun: &Begun, records: u64) -> Result<RunState, StoreError> {
    let ended = Ended {
        state: RunState::Succeeded,
        reason: "published 1 of 1".to_owned(),
        records: Some(records),
        expected: None,
        doubt: None,
        may_repeat: true,
    };
    ledger.settle(&begun.work, ended).await.map(|(state, _)| state)
}

async fn runs(store: &Store, job: &str) -> Result<Vec<RunRow>, StoreError> {
    let mut runs = store::run::of_job(&mut store.read().await?, job, 100_000).await?;
    runs.sort_by_key(|run| (run.due_at, run.created_at, run.id.clone()));
    Ok(runs)
}

/// What the watch, which knows nothing of the engine, finds in the ledger.
async fn alerts(ledger: &Ledger) -> Result<Vec<AlertRow>, StoreError> {
    let watch = Watch {
        store: ledger.store.clone(),
        clock: Arc::clone(&ledger.clock),
        lease_clock: ledger.lease_clock,
        ids: Arc::clone(&ledger.ids),
        declared: Declared {
            jobs: ledger.jobs.to_vec(),
            lists: Vec::new(),
            promise: Promise::default(),
            environment: "test".to_owned(),
            public_url: "http://reval.test".to_owned(),
            build: ledger.build.clone(),
            config_hash: ledger.config_hash.clone(),
        },
        node: "watch".to_owned(),
        policies: Policies::default(),
    };
    watch.turn().await?;
    store::alert::recent(&mut ledger.store.read().await?, 1000).await
}

/// Key and loudness of the alerts that are open once the watch has looked.
async fn open_alerts(ledger: &Ledger) -> Result<Vec<(String, String)>, StoreError> {
    let open = alerts(ledger).await?.into_iter().filter(|alert| alert.state != "resolved");
    Ok(open.map(|alert| (alert.key, alert.severity)).collect())
}

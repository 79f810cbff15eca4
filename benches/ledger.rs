//! Measures the ledger with a long history behind it: what is overdue, how fast runs are claimed, how late one begins.
//!
//! `cargo bench --bench ledger -- [--jobs N] [--runs N]`; on PostgreSQL too if `REVAL_TEST_POSTGRES` names a server.
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures the machine")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use domain::clock::{IdSource, VirtualClock};
use domain::exceptions::Exceptions;
use domain::floors::Floors;
use domain::job::{Class, Job, Kind, Trigger};
use domain::schedule::{ClockChange, Schedule};
use jiff::{SignedDuration, Timestamp};
use jobs::node::Place;
use jobs::{Ledger, Room, Scheduler};
use store::due::NewDue;
use store::lease::Taker;
use store::run::NewRun;
use store::{LeaseClock, Store};
use testkit::{Engine, engines};

/// What a step of the benchmark gives back.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Looks at what is overdue.
const LOOKS: usize = 200;
/// Runs claimed by each number of clients.
const CLAIMS: usize = 1_000;

fn argument(name: &str, default: usize) -> usize {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn hour(hours: i64) -> Timestamp {
    testkit::start() + SignedDuration::from_hours(hours)
}

fn name(nth: usize) -> String {
    format!("job-{nth:05}")
}

fn like(job: &str) -> NewRun<'_> {
    NewRun { id: "", job, requested_by: "scheduler", build: "bench", config_hash: "bench" }
}

fn row(ids: &IdSource, at: Timestamp, is_skipped: bool) -> NewDue {
    NewDue {
        id: ids.mint(at),
        scheduled_for: at.strftime("%Y-%m-%dT%H:%M:%S#1").to_string(),
        is_skipped,
        due_at: at,
        start_by: at + SignedDuration::from_mins(5),
        finish_by: at + SignedDuration::from_hours(2),
    }
}

/// Fills the ledger with runs that have ended, an hour apart, those of a hundred jobs at once.
async fn history(store: &Store, ids: &IdSource, jobs: usize, runs: usize) -> Outcome<()> {
    let each = i64::try_from(runs.div_ceil(jobs))?;
    for first in (0..jobs).step_by(100) {
        let mut tx = store.begin().await?;
        for nth in first..(first + 100).min(jobs) {
            let rows: Vec<NewDue> = (1..=each).map(|back| row(ids, hour(-back), true)).collect();
            store::due::plan(&mut tx, &like(&name(nth)), &rows, hour(-each)).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Makes one run due of each of so many jobs; gives their ids.
async fn due(store: &Store, ids: &IdSource, count: usize, at: Timestamp) -> Outcome<Vec<String>> {
    let mut made = Vec::new();
    let mut tx = store.begin().await?;
    for nth in 0..count {
        let row = row(ids, at, false);
        made.push(row.id.clone());
        store::due::plan(&mut tx, &like(&name(nth)), &[row], at).await?;
    }
    tx.commit().await?;
    Ok(made)
}

/// Ends what was begun, so that the next measure finds no job at work.
async fn clear(store: &Store, at: Timestamp) -> Outcome<()> {
    let mut tx = store.begin().await?;
    for run in store::due::live(&mut tx, at).await? {
        store::run::cancel(&mut tx, &run.id, "measured", at).await?;
    }
    Ok(tx.commit().await?)
}

fn said(what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let at =
        |share: usize| took.get((took.len() * share / 100).min(took.len() - 1)).copied().unwrap_or_default();
    let ms = |took: Duration| took.as_secs_f64() * 1000.0;
    println!("| {what} | {:.2} | {:.2} |", ms(at(50)), ms(at(99)));
}

async fn overdue(store: &Store) -> Outcome<()> {
    let mut took = Vec::new();
    for _ in 0..LOOKS {
        let began = Instant::now();
        store::due::live(&mut store.read().await?, hour(0)).await?;
        took.push(began.elapsed());
    }
    said("what is due or at work: one query", took);
    Ok(())
}

async fn claims(store: &Store, url: &str, ids: &IdSource, clients: usize) -> Outcome<()> {
    let at = hour(i64::try_from(clients)?);
    let runs = Arc::new(due(store, ids, CLAIMS, at).await?);
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..clients {
        let (store, runs, next) = (Store::open(url).await?, Arc::clone(&runs), Arc::clone(&next));
        tasks.push(tokio::spawn(async move {
            let mut took = Vec::new();
            while let Some(id) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
                let began = Instant::now();
                let mut tx = store.begin().await?;
                let taker = Taker { node: "bench", actor: "scheduler", build: "bench", config_hash: "bench" };
                store::lease::claim(&mut tx, id, &taker, at, at).await?;
                tx.commit().await?;
                took.push(began.elapsed());
            }
            store.close().await;
            Ok::<_, store::StoreError>(took)
        }));
    }
    let mut took = Vec::new();
    for task in tasks {
        took.extend(task.await??);
    }
    let rate = f64::from(u32::try_from(CLAIMS)?) / began.elapsed().as_secs_f64();
    said(&format!("claim, {clients} clients ({rate:.0} a second)"), took);
    clear(store, at).await
}

fn job(nth: usize) -> Outcome<Job> {
    Ok(Job {
        name: name(nth),
        alias: String::new(),
        sentence: "Is measured.".to_owned(),
        owner: "nobody".to_owned(),
        trigger: Trigger::Schedule(Schedule::parse("every 1h")?),
        kind: Kind::Own,
        labels: domain::node::Labels::new(),
        exceptions: Exceptions::default(),
        zone: jiff::tz::TimeZone::UTC,
        change: ClockChange::default(),
        start_deadline: "5m".parse()?,
        finish_deadline: "2h".parse()?,
        floors: Floors { duration: SignedDuration::ZERO, records: 0 },
        fresh_within: None,
        attempts: 1,
        retry_wait: SignedDuration::ZERO,
        catch_up: SignedDuration::ZERO,
        class: Class::Repeatable,
        on_failed: domain::alert::Severity::Notice,
    })
}

/// From the instant at which so many runs are due until each has its `started` row, by one node's scheduler
/// that has room for them all.
async fn starts(store: &Store, jobs: usize, count: usize) -> Outcome<()> {
    let at = hour(100 + i64::try_from(count)?);
    let ids = Arc::new(IdSource::new(11));
    let ledger = Ledger {
        store: store.clone(),
        clock: Arc::new(VirtualClock::at(at)),
        lease_clock: LeaseClock::Program,
        ids: Arc::clone(&ids),
        jobs: Arc::new((0..jobs).map(job).collect::<Outcome<Vec<Job>>>()?),
        overrides: Arc::default(),
        build: "bench".to_owned(),
        config_hash: "bench".to_owned(),
        node: "bench".to_owned(),
        place: Place::default(),
        is_alone: false,
        keep_log: SignedDuration::from_hours(24),
    };
    let mut tx = store.begin().await?;
    for nth in 0..count {
        let slot = at.strftime("%Y-%m-%dT%H:%M#1").to_string();
        let row = NewDue { scheduled_for: slot, ..row(&ids, at, false) };
        store::due::plan(&mut tx, &like(&name(nth)), &[row], at).await?;
    }
    tx.commit().await?;
    let scheduler = Scheduler::new(ledger);
    let room = Room { runs: count, own: count, busy: BTreeSet::new() };
    let (began, mut took) = (Instant::now(), Vec::new());
    while took.len() < count {
        let claimed = scheduler.claim_all(&room).await?;
        took.extend(claimed.iter().map(|_| began.elapsed()));
    }
    said(&format!("due until `started`, {count} at once"), took);
    clear(store, at).await
}

async fn on(engine: Engine, jobs: usize, runs: usize) -> Outcome<()> {
    let (store, scratch) = testkit::store(engine).await;
    let ids = IdSource::new(7);
    let began = Instant::now();
    history(&store, &ids, jobs, runs).await?;
    println!("\n{engine:?}: {jobs} jobs, {runs} runs, filled in {:.0} s\n", began.elapsed().as_secs_f64());
    println!("| | p50 ms | p99 ms |\n|---|--:|--:|");
    overdue(&store).await?;
    for clients in [1, 4, 16] {
        claims(&store, &scratch.url, &ids, clients).await?;
    }
    // No more begin at once than there are jobs.
    for count in [1, jobs.min(1_000)] {
        starts(&store, jobs, count).await?;
    }
    store.close().await;
    Ok(())
}

/// Processor, kernel, and how long a disk takes to keep four kilobytes.
fn machine() -> Outcome<()> {
    let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let processor = read("/proc/cpuinfo");
    let processor = processor.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let mut file = tempfile::tempfile()?;
    let mut took = Vec::new();
    for _ in 0..50 {
        let began = Instant::now();
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        took.push(began.elapsed());
    }
    took.sort_unstable();
    println!("processor {}", processor.trim_start_matches([' ', '\t', ':']));
    println!("kernel {}", read("/proc/sys/kernel/osrelease").trim());
    println!("fsync p50 {:.2} ms", took[25].as_secs_f64() * 1000.0);
    Ok(())
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let (jobs, runs) = (argument("--jobs", 10_000), argument("--runs", 1_000_000));
    machine()?;
    for engine in engines() {
        on(engine, jobs, runs).await?;
    }
    Ok(())
}

//! Measures the watch: from the instant a run is missed until a receiver has the message, and a thousand that fail at once.
//!
//! `cargo bench --bench watch -- [--rounds N]`; on PostgreSQL too if `REVAL_TEST_POSTGRES` names a server. The loops are those
//! of `reval watch`: it looks once a second and delivers beside that; only the clock is moved ahead to the next deadline.
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures the machine")]

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use domain::alert::Severity;
use domain::clock::{Clock, IdSource};
use domain::exceptions::Exceptions;
use domain::floors::{Floors, Measured};
use domain::freshness::Promise;
use domain::job::{Class, Job, Trigger};
use domain::run::RunState;
use domain::schedule::{ClockChange, Schedule};
use domain::secret::Secret;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::run::NewRun;
use store::{LeaseClock, Store};
use testkit::{Engine, engines};
use watch::channel::{Channel, Way};
use watch::declared::Declared;
use watch::deliver::Delivery;
use watch::policy::{Policies, Policy};
use watch::turn::Watch;

/// What a step of the benchmark gives back.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// As `reval watch` looks.
const TICK: Duration = Duration::from_secs(1);
/// Days of nightly runs behind each job.
const NIGHTS: i64 = 14;

/// A clock that goes with the machine's and can be moved ahead.
struct MovedClock {
    began: Instant,
    ahead_ms: AtomicI64,
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        let since = i64::try_from(self.began.elapsed().as_micros()).unwrap_or_default();
        let ahead = SignedDuration::from_millis(self.ahead_ms.load(Ordering::Relaxed));
        testkit::start() + SignedDuration::from_micros(since) + ahead
    }
}

/// What the receiver got: how many messages, and the keys in them.
type Got = Arc<Mutex<(u64, BTreeSet<String>)>>;

async fn receiver() -> Outcome<(Channel, Got)> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = Secret::new(format!("http://{}/hook", listener.local_addr()?));
    let got = Got::default();
    let app = Router::new().fallback(take).with_state(Arc::clone(&got));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let way = Way::Webhook { url, key: Secret::new("whsec_c2VjcmV0") };
    Ok((Channel { name: "chat".to_owned(), way, may_be_private: true }, got))
}

async fn take(State(got): State<Got>, body: Bytes) -> &'static str {
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let keys = body["incident_keys"].as_array().cloned().unwrap_or_default();
    if let Ok(mut got) = got.lock() {
        got.0 += 1;
        got.1.extend(keys.iter().filter_map(|key| key.as_str().map(str::to_owned)));
    }
    "ok"
}

fn messages(got: &Got) -> u64 {
    got.lock().map(|got| got.0).unwrap_or_default()
}

fn job(nth: usize) -> Outcome<Job> {
    // The first is due each minute, so that a round takes a second or two; the others once a year.
    let schedule = if nth == 0 { "* * * * *" } else { "0 0 1 1 *" };
    Ok(Job {
        name: format!("job-{nth:05}"),
        alias: String::new(),
        sentence: "It is a sample.".to_owned(),
        owner: "the team".to_owned(),
        trigger: Trigger::Schedule(Schedule::parse(schedule)?),
        labels: Default::default(),
        kind: Default::default(),
        exceptions: Exceptions::default(),
        zone: TimeZone::UTC,
        change: ClockChange::default(),
        start_deadline: "1m".parse()?,
        finish_deadline: "2h".parse()?,
        floors: Floors { duration: SignedDuration::ZERO, records: 0 },
        fresh_within: None,
        attempts: 1,
        retry_wait: SignedDuration::ZERO,
        catch_up: SignedDuration::ZERO,
        class: Class::Repeatable,
        on_failed: Severity::Warn,
    })
}

/// Nightly runs of each job that went well, the last just before now; of the first, which is due each minute, that one alone.
async fn history(store: &Store, jobs: &[Job], ids: &IdSource) -> Outcome<()> {
    for (nth, job) in jobs.iter().enumerate() {
        let mut tx = store.begin().await?;
        let nights = if nth == 0 { 1 } else { NIGHTS };
        for night in (0..nights).rev() {
            let at =
                testkit::start() - SignedDuration::from_hours(24 * night) - SignedDuration::from_secs(30);
            ended(&mut tx, job, (ids, RunState::Succeeded), at).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// One run of a job that begins and ends at an instant.
async fn ended(tx: &mut store::Tx, job: &Job, how: (&IdSource, RunState), at: Timestamp) -> Outcome<()> {
    let (ids, state) = how;
    let id = ids.mint(at);
    let new = NewRun { id: &id, job: &job.name, requested_by: "os:bench", build: "1", config_hash: "abc" };
    store::run::begin_manual(tx, &new, at).await?;
    let whole = Measured { duration_ms: 1, records: 1 };
    store::run::settle_measured(tx, &id, (state, "a sample"), Some((whole, None)), at).await?;
    Ok(())
}

/// Everything that is at work.
struct Bench {
    store: Store,
    clock: Arc<MovedClock>,
    ids: Arc<IdSource>,
    got: Got,
    going: Arc<AtomicBool>,
}

impl Bench {
    async fn start(store: Store, jobs: Vec<Job>) -> Outcome<Self> {
        let clock = Arc::new(MovedClock { began: Instant::now(), ahead_ms: AtomicI64::new(0) });
        let (ids, policies) = (Arc::new(IdSource::new(7)), Policies::new(vec![Policy::to("chat", None)]));
        let (channel, got) = receiver().await?;
        let declared = Declared {
            jobs,
            lists: Vec::new(),
            promise: Promise::default(),
            environment: "bench".to_owned(),
            public_url: "http://reval.test".to_owned(),
            build: "1".to_owned(),
            config_hash: "abc".to_owned(),
        };
        let watch = Watch {
            store: store.clone(),
            clock: clock.clone(),
            lease_clock: LeaseClock::Program,
            ids: Arc::clone(&ids),
            declared,
            node: "bench".to_owned(),
            policies: policies.clone(),
        };
        let delivery = Delivery {
            store: store.clone(),
            clock: clock.clone(),
            lease_clock: LeaseClock::Program,
            ids: Arc::clone(&ids),
            channels: vec![channel],
            policies,
            heartbeat: None,
            sender: "bench".to_owned(),
            pages: String::new(),
        };
        let going = Arc::new(AtomicBool::new(true));
        let (looks, delivers) = (Arc::clone(&going), Arc::clone(&going));
        tokio::spawn(async move { delivery.keep(Arc::new(move || delivers.load(Ordering::Relaxed))).await });
        tokio::spawn(async move {
            while looks.load(Ordering::Relaxed) {
                tokio::time::sleep(TICK).await;
                if let Err(error) = watch.look().await {
                    println!("the watch cannot look: {error}");
                }
            }
        });
        Ok(Self { store, clock, ids, got, going })
    }

    /// Lets the next deadline come in a moment, and says how long after it a receiver has the message.
    async fn missed(&self, chance: &mut fastrand::Rng) -> Duration {
        let now = self.clock.now().as_millisecond();
        let deadline = (now / 60_000 + 1) * 60_000;
        let before = messages(&self.got);
        self.clock.ahead_ms.fetch_add(deadline - now - chance.i64(200..1_200), Ordering::Relaxed);
        loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let past = self.clock.now().as_millisecond() - deadline;
            if past > 0 && messages(&self.got) > before {
                // What a moment before went out again, if anything did, is waited for as well.
                return Duration::from_millis(u64::try_from(past).unwrap_or_default());
            }
        }
    }

    /// Lets every job fail in one moment; gives how long the failures took to write, until a receiver knew of all, and in how
    /// many messages.
    async fn all_fail(&self, jobs: &[Job]) -> Outcome<(Duration, Duration, u64)> {
        let (began, before) = (Instant::now(), messages(&self.got));
        let mut tx = self.store.begin().await?;
        for job in jobs {
            ended(&mut tx, job, (&self.ids, RunState::Failed), self.clock.now()).await?;
        }
        tx.commit().await?;
        let written = began.elapsed();
        let wanted: BTreeSet<String> =
            jobs.iter().map(|job| format!("failed/{}/broke_off", job.name)).collect();
        loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let is_all = self.got.lock().is_ok_and(|got| wanted.is_subset(&got.1));
            if is_all {
                return Ok((written, began.elapsed(), messages(&self.got) - before));
            }
        }
    }
}

fn said(what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let at = |share: usize| took[(took.len() * share / 100).min(took.len() - 1)].as_millis();
    println!("| {what} | {} | {} | {} |", took.len(), at(50), at(99));
}

async fn on(engine: Engine, rounds: usize) -> Outcome<()> {
    println!(
        "\n{engine:?}\n\n| missed, until a receiver has it | rounds | p50 ms | p99 ms |\n|---|--:|--:|--:|"
    );
    for count in [1, 1_000] {
        let (store, _scratch) = testkit::store(engine).await;
        let jobs: Vec<Job> = (0..count).map(job).collect::<Outcome<_>>()?;
        history(&store, &jobs, &IdSource::new(11)).await?;
        let bench = Bench::start(store, jobs.clone()).await?;
        let mut chance = fastrand::Rng::with_seed(20_201_113);
        let mut took = Vec::new();
        for _ in 0..rounds {
            took.push(bench.missed(&mut chance).await);
        }
        said(&format!("{count} jobs"), took);
        if count > 1 {
            let (written, known, messages) = bench.all_fail(&jobs).await?;
            println!(
                "\n{count} fail within {written:.1?}: a receiver knows all after {known:.1?}, in {messages} messages"
            );
        }
        bench.going.store(false, Ordering::Relaxed);
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut arguments = std::env::args().skip_while(|argument| argument != "--rounds");
    let rounds = arguments.nth(1).and_then(|rounds| rounds.parse().ok()).unwrap_or(60);
    for engine in engines() {
        on(engine, rounds).await?;
    }
    Ok(())
}

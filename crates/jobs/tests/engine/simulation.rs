//! Years of nights in seconds: nodes come and go, workers die, clocks jump; every run that was due has one end.
//!
//! A thousand years, about 730,000 runs: `scripts/simulated_years.sh 1000`; `--resume` goes on where it was stopped.
//! Another seed: `REVAL_SEED=7`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::PathBuf;

use domain::run::RunState;
use jobs::{Claimed, Scheduler};
use testkit::VirtualClock;

use super::*;

/// Years without a wish.
const YEARS: u64 = 20;
/// Years on one store; a new store begins in another zone.
const YEARS_A_STORE: u64 = 4;
/// Stores played at once.
const AT_ONCE: usize = 6;
const DAY: SignedDuration = SignedDuration::from_hours(24);
const ZONES: [&str; 8] = [
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "America/Santiago",
    "Africa/Cairo",
];

fn wish(name: &str, or: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(or)
}

struct World {
    chance: fastrand::Rng,
    clock: VirtualClock,
    ledger: Ledger,
    nodes: Vec<Scheduler>,
    /// Work whose process lives.
    at_work: Vec<Claimed>,
    jobs: Vec<Job>,
}

/// Memory is enough for a store that is thrown away.
fn folder() -> tempfile::TempDir {
    let shared = std::path::Path::new("/dev/shm");
    let place = if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() };
    tempfile::Builder::new().prefix("reval-years-").tempdir_in(place).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn simulated_years_leave_no_run_without_exactly_one_end() -> Outcome {
    let (years, seed) = (wish("REVAL_SIMULATED_YEARS", YEARS), wish("REVAL_SEED", 20_201_113));
    let mut chance = fastrand::Rng::with_seed(seed);
    let progress = Progress::of(seed, years);
    let done = progress.done();
    let mut played = tokio::task::JoinSet::new();
    // All at once, none would be played to its end before the last, and a stop would lose them all.
    let turn = std::sync::Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
    for store in 0..years.div_ceil(YEARS_A_STORE) {
        let zone = ZONES[usize::try_from(store).unwrap() % ZONES.len()];
        let (chance, years) = (chance.fork(), YEARS_A_STORE.min(years - store * YEARS_A_STORE));
        if !done.contains_key(&store) {
            let turn = std::sync::Arc::clone(&turn);
            played.spawn(async move {
                let _turn = turn.acquire_owned().await;
                (store, zone, few_years(chance, zone, years).await)
            });
        }
    }
    let mut all: u64 = done.values().sum();
    while let Some(done) = played.join_next().await {
        let (store, zone, runs) = done.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let runs = runs.unwrap_or_else(|error| panic!("seed {seed}, {zone}: {error}"));
        progress.note(store, runs);
        all += runs;
    }
    assert!(all > years * 700, "seed {seed}: only {all} runs in {years} years");
    Ok(())
}

/// Which stores were played to their end, in a file that outlives a process; none is kept without a wish.
struct Progress {
    file: Option<PathBuf>,
    /// A file of another seed or number of years is none of ours.
    head: String,
}

impl Progress {
    fn of(seed: u64, years: u64) -> Self {
        let file = std::env::var_os("REVAL_SIMULATED_PROGRESS").map(PathBuf::from);
        Self { file, head: format!("seed {seed} years {years}") }
    }

    /// Runs of each store that was played; a line that a death cut short counts for nothing.
    fn done(&self) -> BTreeMap<u64, u64> {
        let text =
            self.file.as_deref().and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
        let whole = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'));
        let of_ours = whole.filter_map(|line| line.strip_prefix(self.head.as_str()));
        let read = |line: &str| {
            let mut numbers = line.split_whitespace().map(str::parse::<u64>);
            Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
        };
        of_ours.filter_map(read).collect()
    }

    fn note(&self, store: u64, runs: u64) {
        let Some(file) = &self.file else { return };
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file).unwrap();
        file.write_all(format!("{} {store} {runs}\n", self.head).as_bytes()).unwrap();
    }
}

#[test]
fn what_was_played_is_not_played_again_and_another_seed_s_is_not_ours() {
    let folder = tempfile::tempdir().unwrap();
    let of = |seed: u64| Progress {
        file: Some(folder.path().join("progress")),
        head: format!("seed {seed} years 8"),
    };
    assert!(of(7).done().is_empty());
    of(7).note(0, 2_900);
    of(8).note(1, 2_800);
    of(7).note(1, 2_950);
    std::fs::OpenOptions::new()
        .append(true)
        .open(folder.path().join("progress"))
        .unwrap()
        .write_all(b"seed 7 years 8 2 29")
        .unwrap();
    assert_eq!(of(7).done(), BTreeMap::from([(0, 2_900), (1, 2_950)]));
}

/// Plays some years on a store of their own; gives how many runs were due.
async fn few_years(mut chance: fastrand::Rng, zone: &str, years: u64) -> Result<u64, StoreError> {
    let folder = folder();
    let store = Store::open(&format!("sqlite://{}", folder.path().join("reval.db").display())).await?;
    let begin = at("2020-01-01T12:00:00Z");
    store.migrate(begin).await?;
    let zone = TimeZone::get(zone).unwrap();
    let minute = chance.u32(0..240);
    let mut jobs = house();
    jobs[0] = job("gmc-sync", &format!("{} {} * * *", minute % 60, minute / 60));
    jobs.iter_mut().for_each(|job| job.zone = zone.clone());
    let clock = VirtualClock::at(begin);
    let ledger = node(&store, &clock, &jobs, "a");
    let mut world = World { chance, clock, ledger, nodes: Vec::new(), at_work: Vec::new(), jobs };
    // The first look at the clock: from here on every slot counts.
    Scheduler::new(world.ledger.clone()).tick().await?;
    let end = begin + DAY * i32::try_from(years * 365).unwrap();
    while world.ledger.clock.now() < end {
        world.one_day().await?;
    }
    world.checked(&store, begin).await
}

impl World {
    /// A day with a night in it: some nodes, perhaps none, perhaps a jump of the clock.
    async fn one_day(&mut self) -> Outcome {
        let count = [0, 1, 2, 2, 3, 4, 5][self.chance.usize(0..7)];
        let mut names = ["a", "b", "c", "d", "e"];
        self.chance.shuffle(&mut names);
        self.nodes = names[..count]
            .iter()
            .map(|name| Scheduler::new(Ledger { node: (*name).to_owned(), ..self.ledger.clone() }))
            .collect();
        let now = self.ledger.clock.now();
        let due = domain::job::next(&self.jobs, &self.jobs[0], now, 1).unwrap()[0].at;
        self.clock.set(due - minutes(self.chance.i64(0..90)).min(due.duration_since(now)));
        let until = due + minutes(self.chance.i64(5..300));
        while self.ledger.clock.now() < until {
            self.one_moment().await?;
            let is_quiet = self.at_work.is_empty() && self.ledger.clock.now() > due;
            if is_quiet && store::due::live(&mut self.ledger.store.read().await?, until).await?.is_empty() {
                break;
            }
            self.clock.advance(minutes(self.chance.i64(1..60)));
            if self.chance.u32(0..200) == 0 {
                self.jump();
            }
        }
        self.clock.set(self.ledger.clock.now().max(until));
        Ok(())
    }

    /// Clocks are set wrong by an hour or a day, forwards or back; for good.
    fn jump(&mut self) {
        let hours = [1, -1, 24, -24][self.chance.usize(0..4)];
        self.clock.advance(SignedDuration::from_hours(hours));
    }

    async fn one_moment(&mut self) -> Outcome {
        // Not every node looks at the clock at every moment.
        for nth in 0..self.nodes.len() {
            if self.nodes.len() > 1 && self.chance.bool() {
                continue;
            }
            self.nodes[nth].tick().await?;
            if let Some(claimed) = self.nodes[nth].claim().await? {
                // A worker may die the moment it has begun; nobody is told.
                if self.chance.u32(0..8) > 0 {
                    self.at_work.push(claimed);
                }
            }
        }
        let at_work = std::mem::take(&mut self.at_work);
        for claimed in at_work {
            match self.chance.u32(0..10) {
                0 => {}
                1 => self.at_work.push(claimed),
                2 => told(self.ledger.fail(&claimed.begun.work, "the GMC was away").await)?,
                3 => told(self.ledger.interrupt(&claimed.begun.work, "asked to end").await)?,
                _ => {
                    told(publish(&self.ledger, &claimed.begun.work).await)?;
                    told(succeed(&self.ledger, &claimed.begun, 40).await.map(drop))?;
                }
            }
        }
        Ok(())
    }

    /// Every slot of the schedule has one row, and every row whose time is over has one end.
    async fn checked(&mut self, store: &Store, begin: Timestamp) -> Result<u64, StoreError> {
        // A quiet week at the end: what is open comes to its end.
        self.nodes = vec![Scheduler::new(self.ledger.clone())];
        for _ in 0..7 * 24 {
            self.clock.advance(minutes(60));
            self.one_moment().await?;
        }
        let now = self.ledger.clock.now();
        let mut all = 0;
        for job in self.jobs.clone() {
            let rows = runs(store, &job.name).await?;
            let mut slots = BTreeSet::new();
            for run in &rows {
                let is_over = run.start_by.is_none_or(|start_by| start_by < now - DAY);
                assert!(
                    run.state.is_end() || !is_over,
                    "{} {:?} has no end: {:?}",
                    run.job,
                    run.scheduled_for,
                    run.state
                );
                assert_eq!(run.state.is_end(), run.ended_at.is_some(), "{}", run.id);
                let is_worked =
                    matches!(run.state, RunState::Succeeded | RunState::Failed | RunState::Suspect);
                assert!(!is_worked || run.started_at.is_some(), "{} ended without having begun", run.id);
                if let Some(slot) = &run.scheduled_for {
                    assert!(slots.insert(slot.clone()), "{} has two rows for {slot}", run.job);
                }
            }
            let due = domain::job::due(&self.jobs, &job, begin, now).unwrap();
            for one in due.iter().map(|due| due.slot.to_string()) {
                assert!(slots.contains(&one), "{} has no row for {one}", job.name);
            }
            all += due.len() as u64;
            once_each(&rows);
        }
        Ok(all)
    }
}

/// A missed run is made good at most once, and never one that succeeded.
fn once_each(rows: &[RunRow]) {
    let mut made = BTreeSet::new();
    for run in rows {
        let Some(slot) = &run.makes_good else { continue };
        assert!(made.insert(slot.clone()), "{slot} was made good twice");
        let missed = rows.iter().find(|row| row.scheduled_for.as_ref() == Some(slot));
        assert!(missed.is_some_and(|row| row.state == RunState::Missed), "{slot} was not missed");
    }
}

/// A worker whose run is another's by now is told so, and stops.
fn told(result: Outcome) -> Outcome {
    match result {
        Err(StoreError::Conflict(_)) => Ok(()),
        other => other,
    }
}

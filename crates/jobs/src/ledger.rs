//! The ledger: runs and attempts are recorded before work begins and settled when it ends.

use std::sync::Arc;
use std::time::Duration;

use domain::clock::{Clock, IdSource};
use domain::job::{self, Job, Kind};
use domain::overrides::Override;
use domain::run_log::{Level, Line};
use jiff::{SignedDuration, Timestamp};
use store::evidence::Work;
use store::lease::Taker;
use store::run::{NewRun, RunRow};
use store::run_log::Room;
use store::{LeaseClock, Store, StoreError, Tx};

use crate::node::Place;

/// Writes runs and attempts.
#[derive(Clone)]
pub struct Ledger {
    /// Where.
    pub store: Store,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Whose clock leases are counted by.
    pub lease_clock: LeaseClock,
    /// Identifiers.
    pub ids: Arc<IdSource>,
    /// The declared jobs; one that comes after another stands after it.
    pub jobs: Arc<Vec<Job>>,
    /// What is different for a while, and is noted in the runs that it touches.
    pub overrides: Arc<Vec<Override>>,
    /// Version and commit of this program.
    pub build: String,
    /// Hash of the configuration without secrets.
    pub config_hash: String,
    /// Name of this node.
    pub node: String,
    /// What this node has, and whether it can start something new.
    pub place: Place,
    /// Whether this process alone may work on the store, so that an open attempt of another must be dead.
    pub is_alone: bool,
    /// How long the lines of a run's log are kept.
    pub keep_log: SignedDuration,
}

impl Ledger {
    /// Opens a transaction to whoever holds the lease; whoever lost it writes nothing.
    pub async fn guard(&self, tx: &mut Tx, work: &Work) -> Result<(), StoreError> {
        let lease = self.lease_now(tx).await?;
        store::lease::guard(tx, work, lease).await
    }

    /// Says that the attempt is still alive. Errors: `Conflict` if the lease is another's by now.
    pub async fn beat(&self, work: &Work) -> Result<(), StoreError> {
        let mut tx = self.store.begin().await?;
        let lease = self.lease_now(&mut tx).await?;
        store::lease::guard(&mut tx, work, lease).await?;
        store::run::beat(&mut tx, &work.run_id, work.attempt, lease).await?;
        tx.commit().await
    }

    /// The same; a store that does not answer in time is away, and the next beat asks anew.
    pub async fn beat_within(&self, time: Duration, work: &Work) -> Result<(), StoreError> {
        let silent = || StoreError::Unavailable("the store did not answer".to_owned());
        tokio::time::timeout(time, self.beat(work)).await.unwrap_or_else(|_| Err(silent()))
    }

    pub(crate) async fn lease_now(&self, tx: &mut Tx) -> Result<Timestamp, StoreError> {
        store::now(tx, self.lease_clock, self.clock.as_ref()).await
    }

    pub(crate) fn job(&self, name: &str) -> Option<&Job> {
        job::find(&self.jobs, name)
    }

    /// Says why a job cannot be begun on this node, or nothing.
    pub fn refusal(&self, job: &Job) -> Option<String> {
        if job.kind == Kind::External {
            return None;
        }
        let missing: Vec<&str> =
            job.needs(self.clock.now()).difference(&self.place.labels).map(String::as_str).collect();
        if !missing.is_empty() {
            return Some(format!(
                "{} is not begun on {}, which lacks {}",
                job.name,
                self.node,
                missing.join(" and ")
            ));
        }
        (!self.place.can_start()).then(|| format!("nothing new can be started on {}", self.node))
    }

    pub(crate) fn taker<'a>(&'a self, actor: &'a str) -> Taker<'a> {
        Taker { node: &self.node, actor, build: &self.build, config_hash: &self.config_hash }
    }

    /// A row to be, made by this program.
    pub(crate) fn new_run<'a>(&'a self, id: &'a str, job: &'a str, by: &'a str) -> NewRun<'a> {
        NewRun { id, job, requested_by: by, build: &self.build, config_hash: &self.config_hash }
    }

    pub(crate) fn mint(&self) -> String {
        self.ids.mint(self.clock.now())
    }

    /// What somebody is told who comes second.
    pub(crate) fn taken(&self, run: &RunRow) -> StoreError {
        let node = run.lease_owner.as_deref().unwrap_or("an unknown node");
        let since = run.started_at.map_or_else(|| "an unknown time".to_owned(), |at| at.to_string());
        let (job, id, by) = (&run.job, &run.id, &run.requested_by);
        StoreError::Conflict(format!("{job} is already running: run {id}, by {by} on {node}, since {since}"))
    }

    /// Records that a try of a job's run begins under a lease, and what is different for a while.
    pub(crate) async fn open_attempt(&self, tx: &mut Tx, job: &str, work: &Work) -> Result<(), StoreError> {
        let (lease, now) = (self.lease_now(tx).await?, self.clock.now());
        store::run::begin_attempt(tx, &work.run_id, (work.attempt, &self.node), lease).await?;
        let lines = self.first_words(job, work.attempt);
        let attempt = (work.run_id.as_str(), work.attempt);
        store::run_log::append(tx, attempt, (&lines, Room::Kept), now).await
    }

    /// The same for the first attempts of many runs.
    pub(crate) async fn open_first_attempts(
        &self,
        tx: &mut Tx,
        runs: impl Iterator<Item = &RunRow>,
    ) -> Result<(), StoreError> {
        let lease = self.lease_now(tx).await?;
        let (attempts, said): (Vec<(&str, u64)>, Vec<Vec<Line>>) =
            runs.map(|run| ((run.id.as_str(), 1), self.first_words(&run.job, 1))).unzip();
        store::run::begin_attempts(tx, &attempts, &self.node, lease).await?;
        let logs: Vec<(&str, &[Line])> =
            attempts.iter().zip(&said).map(|((id, _), lines)| (*id, lines.as_slice())).collect();
        store::run_log::begin(tx, &logs, self.clock.now()).await
    }

    /// What the log of an attempt says first.
    fn first_words(&self, job: &str, attempt: u64) -> Vec<Line> {
        let (node, build, settings) = (&self.node, &self.build, &self.config_hash);
        let now = self.clock.now();
        let begins = format!("attempt {attempt} begins on {node}, program {build}, settings {settings}");
        let touching = self.overrides.iter().filter(|one| one.is_in_force(now) && one.touches(job, now, now));
        let for_a_while = touching
            .map(|one| Line::new(Level::Warn, &format!("for a while, {} ({})", one.sentence(), one.id)));
        [Line::new(Level::Info, &begins)].into_iter().chain(for_a_while).collect()
    }

    /// Writes lines that a step of a run says, unless its lease is another's by now. Never personal data.
    ///
    /// Errors: as of every write; whoever calls it goes on without.
    pub async fn tell(&self, work: &Work, lines: &[Line]) -> Result<(), StoreError> {
        let mut tx = self.store.begin().await?;
        self.guard(&mut tx, work).await?;
        let attempt = (work.run_id.as_str(), work.attempt);
        store::run_log::append(&mut tx, attempt, (lines, Room::Capped), self.clock.now()).await?;
        tx.commit().await
    }

    /// Writes how an attempt begins or ends, in the transaction in which it does.
    pub(crate) async fn note(
        &self,
        tx: &mut Tx,
        attempt: (&str, u64),
        level: Level,
        text: &str,
    ) -> Result<(), StoreError> {
        let line = [Line::new(level, text)];
        store::run_log::append(tx, attempt, (&line, Room::Kept), self.clock.now()).await
    }
}

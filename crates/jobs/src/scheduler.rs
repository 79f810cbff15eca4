//! The scheduler: plans runs ahead of their hour and ends what nobody began; `claim.rs` begins what is due. Any number of
//! nodes may do this at once; the store decides each race.

use std::collections::BTreeMap;

use domain::job::{self, Job, Kind, Trigger};
use domain::run::RunState;
use domain::schedule::Due;
use jiff::{SignedDuration, Timestamp};
use store::due::NewDue;
use store::run::RunRow;
use store::{LeaseClock, StoreError, Tx};

use crate::ledger::Ledger;

/// Who asks for runs that the clock brings.
pub const ACTOR: &str = "scheduler";
/// Rows reach at least so far ahead.
const AHEAD: SignedDuration = SignedDuration::from_hours(48);
/// What is planned at once: a day more, so that most ticks plan nothing.
const PLANNED: SignedDuration = SignedDuration::from_hours(72);
/// Whoever runs both jobs by hand, one after the other, comes first.
const REPEAT_AFTER: SignedDuration = SignedDuration::from_mins(1);
/// A node whose clock is further from the database's does not schedule. Source: the house's reliability notes.
const SKEW_MAX: SignedDuration = SignedDuration::from_secs(5);

/// What a tick came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tick {
    /// Runs planned.
    pub planned: u64,
    /// Runs that ended as missed.
    pub missed: u64,
    /// Whether this node's clock is too far from the database's, so that it did nothing.
    pub is_skewed: bool,
}

/// Plans, settles and claims for one node.
pub struct Scheduler {
    pub(crate) ledger: Ledger,
    planned_until: BTreeMap<String, Timestamp>,
}

impl Scheduler {
    /// A scheduler that has planned nothing yet.
    pub fn new(ledger: Ledger) -> Self {
        Self { ledger, planned_until: BTreeMap::new() }
    }

    /// Goes on with what is declared now, and plans anew.
    pub fn adopt(&mut self, ledger: Ledger) {
        self.planned_until.clear();
        self.ledger = ledger;
    }

    /// Plans what is not planned and ends what is overdue.
    pub async fn tick(&mut self) -> Result<Tick, StoreError> {
        if self.is_skewed().await? {
            return Ok(Tick { is_skewed: true, ..Tick::default() });
        }
        let planned = self.plan().await?;
        let missed = self.settle_overdue().await?;
        Ok(Tick { planned, missed, is_skewed: false })
    }

    async fn is_skewed(&self) -> Result<bool, StoreError> {
        if self.ledger.lease_clock == LeaseClock::Program {
            return Ok(false);
        }
        let theirs = self.ledger.lease_now(&mut self.ledger.store.read().await?).await?;
        Ok(theirs.duration_since(self.ledger.clock.now()).abs() > SKEW_MAX)
    }

    async fn plan(&mut self) -> Result<u64, StoreError> {
        let now = self.ledger.clock.now();
        let mut planned = 0;
        for job in self.ledger.jobs.clone().iter() {
            let reaches = self.planned_until.get(&job.name);
            if reaches.is_some_and(|until| *until > after(now, AHEAD)) {
                continue;
            }
            planned += self.plan_job(job, now).await?;
            self.planned_until.insert(job.name.clone(), after(now, PLANNED));
        }
        Ok(planned)
    }

    /// Plans from where the rows end, so that no slot of a time without a scheduler is left out; and from now, so that
    /// a changed schedule counts tonight.
    async fn plan_job(&self, job: &Job, now: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.ledger.store.begin().await?;
        let reaches = store::due::planned(&mut tx, &job.name).await?;
        let from = reaches.map_or(now, |until| after(until, SignedDuration::from_millis(1)).min(now));
        let due = match job::due(&self.ledger.jobs, job, from, after(now, PLANNED)) {
            Ok(due) => due,
            // The watch tells of a job that cannot be planned.
            Err(_) => return Ok(0),
        };
        let rows: Vec<NewDue> = due.iter().map(|due| self.row(job, due)).collect();
        let like = self.ledger.new_run("", &job.name, ACTOR);
        let planned = store::due::plan(&mut tx, &like, &rows, now).await?;
        tx.commit().await?;
        Ok(planned)
    }

    fn row(&self, job: &Job, due: &Due) -> NewDue {
        let start_by = job.start_deadline.of(due.at, &job.zone);
        NewDue {
            id: self.ledger.mint(),
            scheduled_for: due.slot.to_string(),
            is_skipped: due.is_skipped,
            due_at: due.at,
            start_by,
            finish_by: job.finish_deadline.of(due.at, &job.zone).max(start_by),
        }
    }

    /// Ends what nobody began, and lets the newest missed run be made good.
    async fn settle_overdue(&self) -> Result<u64, StoreError> {
        let (ledger, now) = (&self.ledger, self.ledger.clock.now());
        let mut tx = ledger.store.begin().await?;
        self.skip_paused(&mut tx).await?;
        self.end_unreported(&mut tx).await?;
        let missed = store::due::miss(&mut tx, "nobody began it by its deadline", now).await?;
        let longest = ledger.jobs.iter().map(|job| job.catch_up).max().unwrap_or_default();
        let oldest = now.saturating_sub(longest).unwrap_or(Timestamp::MIN);
        let missing = store::due::jobs_missed(&mut tx, oldest).await?;
        for job in ledger.jobs.iter() {
            // Few have something to make good, and of most nothing needs to be read.
            let may_lack = missing.contains(&job.name) || job::has_resumed(&ledger.jobs, job, now);
            if !may_lack || job::paused(&ledger.jobs, job, now).is_some() {
                continue;
            }
            if let Some(run) = self.to_make_good(&mut tx, job).await? {
                let id = ledger.mint();
                let new = ledger.new_run(&id, &job.name, ACTOR);
                store::due::make_good(&mut tx, &run.id, &new, job.catch_up, now).await?;
            }
        }
        tx.commit().await?;
        self.repeat().await?;
        Ok(missed.len() as u64)
    }

    /// The newest run of a job that was missed, or that a pause took away which is over.
    async fn to_make_good(&self, tx: &mut Tx, job: &Job) -> Result<Option<RunRow>, StoreError> {
        let now = self.ledger.clock.now();
        let missed = store::due::to_make_good(tx, &job.name, job.catch_up, now).await?;
        if missed.is_some() || !job::has_resumed(&self.ledger.jobs, job, now) {
            return Ok(missed);
        }
        store::due::to_make_good_paused(tx, &job.name, job.catch_up, now).await
    }

    /// Ends as failed what somebody else began and of which nobody reported an end in time.
    async fn end_unreported(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let (ledger, now) = (&self.ledger, self.ledger.clock.now());
        if !ledger.jobs.iter().any(|job| job.kind == Kind::External) {
            return Ok(());
        }
        for run in store::due::live(tx, now).await? {
            let is_over = run.finish_by.is_some_and(|finish_by| finish_by < now);
            if is_over && run.state == RunState::Running && ledger.is_external(&run.job) {
                let lapsed = ledger.lease_now(tx).await?;
                ledger.give_up(tx, (&run, lapsed), "nobody reported its end by its deadline").await?;
            }
        }
        Ok(())
    }

    /// Ends as skipped what is due while its job rests; it is not missed, also where nobody was there at its hour.
    async fn skip_paused(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let (ledger, now) = (&self.ledger, self.ledger.clock.now());
        if ledger.jobs.iter().all(|job| job.exceptions.pauses.is_empty()) {
            return Ok(());
        }
        for run in store::due::live(tx, now).await?.into_iter().filter(|run| run.state == RunState::Due) {
            let Some(job) = ledger.job(&run.job) else { continue };
            // One that makes good another was due long before.
            let due = run.due_at.filter(|_| run.kind == "scheduled").unwrap_or(now);
            let pause = [due, now].into_iter().find_map(|at| job::paused(&ledger.jobs, job, at));
            if let Some(pause) = pause {
                store::run::pause(tx, &run.id, (&pause.id, &pause.why), now).await?;
            }
        }
        Ok(())
    }

    /// Lets a job that comes after another be done again where a list was published after it had begun.
    async fn repeat(&self) -> Result<(), StoreError> {
        let (ledger, now) = (&self.ledger, self.ledger.clock.now());
        let published_by = now.saturating_sub(REPEAT_AFTER).unwrap_or(Timestamp::MIN);
        for job in ledger.jobs.iter() {
            let Trigger::After(before) = &job.trigger else { continue };
            if job::paused(&ledger.jobs, job, now).is_some() {
                continue;
            }
            let jobs = (job.name.as_str(), before.as_str());
            let mut tx = ledger.store.read().await?;
            let Some(run) = store::due::to_repeat(&mut tx, jobs, published_by, now).await? else { continue };
            drop(tx);
            let start_by = after(now, job.catch_up);
            let by = (start_by, job.finish_deadline.of(now, &job.zone).max(start_by));
            let id = ledger.mint();
            let mut tx = ledger.store.begin().await?;
            store::due::repeat(&mut tx, &run.id, &ledger.new_run(&id, &job.name, ACTOR), by, now).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

pub(crate) fn after(at: Timestamp, length: SignedDuration) -> Timestamp {
    at.saturating_add(length).unwrap_or(Timestamp::MAX)
}

//! How a run is begun by a person, and how one whose process died is taken up.

use std::collections::BTreeMap;

use domain::job::{self, Trigger};
use domain::run::AttemptState;
use domain::run_log::Level;
use domain::scope::Actor;
use jiff::{SignedDuration, Timestamp};
use store::evidence::Work;
use store::run::{AttemptEnd, AttemptRow, RunRow};
use store::{StoreError, Tx};

use crate::ledger::Ledger;

/// How far back the newest slot of a job is looked for: a week and a day hold every weekly one.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(8 * 24);

/// What is known of a try that was lost.
const LOST: &str = "its process was not heard of again";

/// Which run a person's start becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The due run, if one is open; otherwise one of its own.
    Due,
    /// One of its own, because it does not do all that a due run does.
    Own,
}

/// Work that has begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Run, attempt and fence.
    pub work: Work,
    /// Whether an earlier attempt of the same run came to no end and this one goes on.
    pub is_resumed: bool,
}

/// Data that a job needs and that are not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The job that brings them.
    pub job: String,
    /// Its newest slot.
    pub slot: String,
}

impl Ledger {
    /// Begins a run by a person's word, takes the due one that is open, or takes up the one whose attempt died.
    ///
    /// Errors: `Conflict` if somebody is at work on it.
    pub async fn begin(&self, job: &str, actor: &Actor, start: Start) -> Result<Begun, StoreError> {
        if let Some(why) = self.job(job).and_then(|job| self.refusal(job)) {
            return Err(StoreError::Conflict(format!("{why}; `reval nodes` shows who can")));
        }
        let mut tx = self.store.begin().await?;
        let begun = match store::run::open(&mut tx, job).await? {
            Some(open) => self.take_up(&mut tx, &open, Timestamp::MAX).await?,
            None => match self.due_open(&mut tx, job, start).await? {
                Some(due) => self.claim(&mut tx, &due, &actor.name).await?,
                None => self.begin_own(&mut tx, job, actor).await?,
            },
        };
        tx.commit().await?;
        Ok(begun)
    }

    async fn due_open(&self, tx: &mut Tx, job: &str, start: Start) -> Result<Option<RunRow>, StoreError> {
        if start == Start::Own {
            return Ok(None);
        }
        store::due::of_job(tx, job, self.clock.now()).await
    }

    async fn begin_own(&self, tx: &mut Tx, job: &str, actor: &Actor) -> Result<Begun, StoreError> {
        let (now, id) = (self.clock.now(), self.mint());
        store::run::begin_manual(tx, &self.new_run(&id, job, &actor.name), now).await?;
        let run = store::run::get(tx, &id).await?.ok_or(StoreError::Corrupt { what: "new run" })?;
        let lease = self.lease_now(tx).await?;
        let fence = store::lease::take_over(tx, &run, &self.node, Timestamp::MAX, lease).await?;
        let work = Work { run_id: id, attempt: 1, fence: fence.ok_or_else(|| self.taken(&run))? };
        self.open_attempt(tx, job, &work).await?;
        Ok(Begun { work, is_resumed: false })
    }

    /// Begins a due run under a first lease.
    async fn claim(&self, tx: &mut Tx, run: &RunRow, by: &str) -> Result<Begun, StoreError> {
        if let Some((_, begun)) = self.claim_all(tx, std::slice::from_ref(run), by).await?.pop() {
            return Ok(begun);
        }
        let now = store::run::open(tx, &run.job).await?;
        let quicker = || StoreError::Conflict(format!("somebody else took run {} first", run.id));
        Err(now.map_or_else(quicker, |run| self.taken(&run)))
    }

    /// Begins due runs of different jobs at once, each under a first lease; gives those that nobody else began first,
    /// each with its job, in the order of `runs`.
    pub(crate) async fn claim_all(
        &self,
        tx: &mut Tx,
        runs: &[RunRow],
        by: &str,
    ) -> Result<Vec<(String, Begun)>, StoreError> {
        let lease = self.lease_now(tx).await?;
        let ids: Vec<&str> = runs.iter().map(|run| run.id.as_str()).collect();
        let won = store::lease::claim_all(tx, &ids, &self.taker(by), lease, self.clock.now()).await?;
        let won: BTreeMap<String, u64> = won.into_iter().collect();
        let begun: Vec<(&RunRow, u64)> =
            runs.iter().filter_map(|run| Some((run, *won.get(&run.id)?))).collect();
        self.open_first_attempts(tx, begun.iter().map(|(run, _)| *run)).await?;
        let work = |run: &RunRow, fence| Work { run_id: run.id.clone(), attempt: 1, fence };
        let begun = begun
            .into_iter()
            .map(|(run, fence)| (run.job.clone(), Begun { work: work(run, fence), is_resumed: false }));
        Ok(begun.collect())
    }

    /// Takes up a running run whose lease ended before `lapsed`, or whose worker must be dead.
    pub(crate) async fn take_up(
        &self,
        tx: &mut Tx,
        run: &RunRow,
        lapsed: Timestamp,
    ) -> Result<Begun, StoreError> {
        let (fence, last) = self.take_from_dead(tx, run, lapsed).await?;
        let work = Work { run_id: run.id.clone(), attempt: last + 1, fence };
        self.open_attempt(tx, &run.job, &work).await?;
        Ok(Begun { work, is_resumed: true })
    }

    /// Grants the lease anew and ends a try that was left open as lost; gives the fence and the number of that try.
    pub(crate) async fn take_from_dead(
        &self,
        tx: &mut Tx,
        run: &RunRow,
        lapsed: Timestamp,
    ) -> Result<(u64, u64), StoreError> {
        let attempts = store::run::attempts(tx, &run.id).await?;
        let last = attempts.last().ok_or(StoreError::Corrupt { what: "run without an attempt" })?;
        let is_open = last.state == AttemptState::Running.word();
        let lapsed = match (is_open, self.is_alone) {
            (true, true) => Timestamp::MAX,
            (true, false) => self.lease_now(tx).await?,
            (false, _) => lapsed,
        };
        let lease = self.lease_now(tx).await?;
        let fence = store::lease::take_over(tx, run, &self.node, lapsed, lease).await?;
        let fence = fence.ok_or_else(|| self.taken(run))?;
        if is_open {
            lose(tx, &run.id, last.number, lease).await?;
            let said = format!("attempt {} is lost: {LOST}", last.number);
            self.note(tx, (&run.id, last.number), Level::Warn, &said).await?;
        }
        Ok((fence, last.number))
    }

    /// Says what a job lacks if it began now: tonight's data of the job it comes after.
    pub async fn missing(&self, name: &str) -> Result<Option<Missing>, StoreError> {
        let Some(job) = self.job(name) else { return Ok(None) };
        let Trigger::After(before) = &job.trigger else { return Ok(None) };
        let now = self.clock.now();
        let from = now.saturating_sub(LOOK_BACK).unwrap_or(Timestamp::MIN);
        let until = now.saturating_add(SignedDuration::from_millis(1)).unwrap_or(now);
        let Some(newest) = job::due(&self.jobs, job, from, until).ok().and_then(|due| due.last().copied())
        else {
            return Ok(None);
        };
        let published =
            store::evidence::published_since(&mut self.store.read().await?, before, newest.at).await?;
        let missing = || Missing { job: before.clone(), slot: newest.slot.to_string() };
        Ok((published == 0).then(missing))
    }
}

/// Ends a try whose process was not heard of again; one that has an end keeps it.
async fn lose(tx: &mut Tx, run_id: &str, number: u64, now: Timestamp) -> Result<(), StoreError> {
    let end = AttemptEnd { run_id, number, state: AttemptState::Lost, error: LOST, peak_memory_bytes: None };
    store::run::settle_attempt(tx, &end, now).await.map(drop)
}

/// Tries that came to nothing by themselves; one that was asked to stop does not count.
pub(crate) fn spent(attempts: &[AttemptRow]) -> u64 {
    let interrupted = AttemptState::Interrupted.word();
    attempts.iter().filter(|attempt| attempt.state != interrupted).count() as u64
}

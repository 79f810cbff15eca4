//! The ledger: runs and attempts are recorded before work begins and settled when it ends.

use std::sync::Arc;

use domain::clock::{Clock, IdSource};
use domain::run::{AttemptState, RunState};
use domain::scope::Actor;
use jiff::SignedDuration;
use store::evidence::Work;
use store::run::{AttemptEnd, NewRun, RunRow};
use store::{Store, StoreError};

use crate::memory::peak_bytes;

/// An attempt that has not been heard of for so long is lost.
pub const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// Writes runs and attempts.
#[derive(Clone)]
pub struct Ledger {
    /// Where.
    pub store: Store,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Arc<IdSource>,
    /// Version and commit of this program.
    pub build: String,
    /// Hash of the configuration without secrets.
    pub config_hash: String,
    /// Name of this node.
    pub node: String,
    /// Whether this process alone may work on the store, so that an open attempt of another must be dead.
    pub is_alone: bool,
}

/// Work that has begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Run and attempt.
    pub work: Work,
    /// Whether an earlier attempt of the same run died and this one goes on.
    pub is_resumed: bool,
}

impl Ledger {
    /// Begins a manual run of a job, or takes up the one whose attempt died.
    ///
    /// Errors: `Conflict` if somebody is at work on it.
    pub async fn begin(&self, job: &str, actor: &Actor) -> Result<Begun, StoreError> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let begun = match store::run::open(&mut tx, job).await? {
            Some(open) => self.take_up(&mut tx, &open).await?,
            None => {
                let id = self.ids.mint(now);
                let run = NewRun {
                    id: &id,
                    job,
                    requested_by: &actor.name,
                    build: &self.build,
                    config_hash: &self.config_hash,
                };
                store::run::begin_manual(&mut tx, &run, now).await?;
                store::run::begin_attempt(&mut tx, &id, (1, &self.node), now).await?;
                Begun { work: Work { run_id: id, attempt: 1 }, is_resumed: false }
            }
        };
        tx.commit().await?;
        Ok(begun)
    }

    async fn take_up(&self, tx: &mut store::Tx, open: &RunRow) -> Result<Begun, StoreError> {
        let now = self.clock.now();
        let attempts = store::run::attempts(tx, &open.id).await?;
        let last = attempts.last().ok_or(StoreError::Corrupt { what: "run without an attempt" })?;
        let is_dead = self.is_alone || now.duration_since(last.heartbeat_at) > LEASE;
        if last.state == AttemptState::Running.word() {
            if !is_dead {
                return Err(StoreError::Conflict(format!(
                    "{} is already running: run {}, attempt {} on {}, since {}",
                    open.job, open.id, last.number, last.node, last.started_at
                )));
            }
            let end = AttemptEnd {
                run_id: &open.id,
                number: last.number,
                state: AttemptState::Lost,
                error: "its process was not heard of again",
                peak_memory_bytes: None,
            };
            store::run::settle_attempt(tx, &end, now).await?;
        }
        let attempt = last.number + 1;
        store::run::begin_attempt(tx, &open.id, (attempt, &self.node), now).await?;
        Ok(Begun { work: Work { run_id: open.id.clone(), attempt }, is_resumed: true })
    }

    /// Says that the attempt is still alive.
    pub async fn beat(&self, work: &Work) -> Result<(), StoreError> {
        let mut tx = self.store.begin().await?;
        store::run::beat(&mut tx, &work.run_id, work.attempt, self.clock.now()).await?;
        tx.commit().await
    }

    /// Settles run and attempt together.
    pub async fn settle(&self, work: &Work, end: RunState, reason: &str) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        store::run::settle_attempt(&mut tx, &self.end(work, AttemptState::Done, ""), now).await?;
        store::run::settle(&mut tx, &work.run_id, (end, reason), now).await?;
        tx.commit().await
    }

    /// Settles an attempt that ended in an error, and its run as failed.
    pub async fn fail(&self, work: &Work, error: &str) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        store::run::settle_attempt(&mut tx, &self.end(work, AttemptState::Failed, error), now).await?;
        store::run::settle(&mut tx, &work.run_id, (RunState::Failed, error), now).await?;
        tx.commit().await
    }

    fn end<'a>(&self, work: &'a Work, state: AttemptState, error: &'a str) -> AttemptEnd<'a> {
        AttemptEnd {
            run_id: &work.run_id,
            number: work.attempt,
            state,
            error,
            peak_memory_bytes: peak_bytes(),
        }
    }
}

//! How a run ends: with its evidence, with too little of it, or after its last try.

use domain::floors::{Floors, Measured, too_little};
use domain::job::Class;
use domain::run::{AttemptState, RunState};
use domain::run_log::Level;
use jiff::{SignedDuration, Timestamp};
use store::evidence::Work;
use store::run::{AttemptEnd, AttemptRow, RunRow};
use store::{StoreError, Tx};

use crate::begin::spent;
use crate::ledger::Ledger;
use crate::memory::peak_bytes;

/// Good runs that teach what is usual. As many as the brake's median takes.
const TAUGHT_BY: u64 = 7;

/// What is left of a lease that is given back: it ended a moment ago, so that another node need not wait.
const IS_OVER: SignedDuration = SignedDuration::from_millis(-1);

/// What the work of an attempt came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// What its lists' evidence says.
    pub state: RunState,
    /// Plain words: "published 12 of 13".
    pub reason: String,
    /// Records received, if it was over everything; over some of the lists no floor applies.
    pub records: Option<u64>,
    /// How many records are the least, where the work itself knows what there was to bring: nothing is learned of it then.
    pub expected: Option<u64>,
    /// What the work itself found to be wrong although it came to its end; told to people like a floor that does not hold.
    pub doubt: Option<String>,
    /// Whether another try could come to something else; a refused password would only be refused again.
    pub may_repeat: bool,
}

/// How long an attempt worked; of one that was lost only its last sign of life is known.
fn worked(attempt: &AttemptRow, now: Timestamp) -> SignedDuration {
    let is_lost = attempt.state == AttemptState::Lost.word();
    let end = if is_lost { attempt.heartbeat_at } else { attempt.ended_at.unwrap_or(now) };
    end.duration_since(attempt.started_at).max(SignedDuration::ZERO)
}

impl Ledger {
    /// Settles an attempt whose work came to its end, and its run unless another try follows; says what the run is
    /// now, and why.
    ///
    /// Errors: `Conflict` if the lease is another's by now; nothing was written.
    pub async fn settle(&self, work: &Work, ended: Ended) -> Result<(RunState, String), StoreError> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        self.guard(&mut tx, work).await?;
        let run = self.run(&mut tx, work).await?;
        if ended.state == RunState::Failed && ended.may_repeat && self.follows(&mut tx, &run).await? {
            return self.try_again(tx, (work, &run), &ended.reason).await;
        }
        let whole = self.measure(&mut tx, &run, &ended).await?;
        let (ended, doubt) = self.judge(&mut tx, (&run, whole), ended).await?;
        let attempt = self.attempt_end(work, AttemptState::Done, "");
        store::run::settle_attempt(&mut tx, &attempt, now).await?;
        let end = (ended.state, ended.reason.as_str());
        let whole = whole.map(|measured| (measured, doubt.as_deref()));
        store::run::settle_measured(&mut tx, &run.id, end, whole, now).await?;
        self.note_end(&mut tx, work, end).await?;
        tx.commit().await?;
        Ok((ended.state, ended.reason))
    }

    /// Settles an attempt that broke off, and its run as failed unless another try follows.
    pub async fn fail(&self, work: &Work, error: &str) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        self.guard(&mut tx, work).await?;
        let run = self.run(&mut tx, work).await?;
        if self.follows(&mut tx, &run).await? {
            return self.try_again(tx, (work, &run), error).await.map(drop);
        }
        let attempt = self.attempt_end(work, AttemptState::Failed, error);
        store::run::settle_attempt(&mut tx, &attempt, now).await?;
        store::run::settle(&mut tx, &run.id, (RunState::Failed, error), now).await?;
        self.note_end(&mut tx, work, (RunState::Failed, error)).await?;
        tx.commit().await
    }

    /// Ends an attempt that was asked to stop; the run may be taken up at once.
    pub async fn interrupt(&self, work: &Work, why: &str) -> Result<(), StoreError> {
        let mut tx = self.store.begin().await?;
        let lease = self.lease_now(&mut tx).await?;
        store::lease::guard(&mut tx, work, lease).await?;
        let attempt = self.attempt_end(work, AttemptState::Interrupted, why);
        store::run::settle_attempt(&mut tx, &attempt, lease).await?;
        store::lease::renew(&mut tx, work, IS_OVER, lease).await?;
        let said = format!("attempt {} stops: {why}", work.attempt);
        self.note(&mut tx, (&work.run_id, work.attempt), Level::Warn, &said).await?;
        tx.commit().await
    }

    /// Ends a run whose process died and that is not to be tried again; the lease is taken so that nobody else does.
    pub(crate) async fn give_up(
        &self,
        tx: &mut Tx,
        what: (&RunRow, Timestamp),
        why: &str,
    ) -> Result<(), StoreError> {
        let (run, lapsed) = what;
        let now = self.clock.now();
        let (_, last) = self.take_from_dead(tx, run, lapsed).await?;
        let said = format!("the run ends as failed: {why}");
        self.note(tx, (&run.id, last), Level::Error, &said).await?;
        store::run::settle(tx, &run.id, (RunState::Failed, why), now).await.map(drop)
    }

    /// Writes how a run ended as the last line of its log, and forgets what other logs have kept long enough.
    async fn note_end(&self, tx: &mut Tx, work: &Work, end: (RunState, &str)) -> Result<(), StoreError> {
        let (state, reason) = end;
        let level = match state {
            RunState::Succeeded => Level::Info,
            RunState::Suspect => Level::Warn,
            _ => Level::Error,
        };
        let said = format!("the run ends as {}: {reason}", state.word());
        self.note(tx, (&work.run_id, work.attempt), level, &said).await?;
        let oldest = self.clock.now().saturating_sub(self.keep_log).unwrap_or(Timestamp::MIN);
        store::run_log::wipe(tx, oldest).await.map(drop)
    }

    async fn run(&self, tx: &mut Tx, work: &Work) -> Result<RunRow, StoreError> {
        store::run::get(tx, &work.run_id).await?.ok_or(StoreError::Corrupt { what: "run of an attempt" })
    }

    /// Whether a failed try of this run is followed by another: not of a person's run, who sees how it ended.
    async fn follows(&self, tx: &mut Tx, run: &RunRow) -> Result<bool, StoreError> {
        let Some(job) = self.job(&run.job).filter(|_| run.kind != "manual") else { return Ok(false) };
        let attempts = store::run::attempts(tx, &run.id).await?;
        let again = self.clock.now().saturating_add(job.retry_wait).unwrap_or_default();
        Ok(job.class == Class::Repeatable
            && spent(&attempts) < job.attempts
            && run.finish_by.is_some_and(|finish_by| again < finish_by))
    }

    async fn try_again(
        &self,
        mut tx: Tx,
        what: (&Work, &RunRow),
        why: &str,
    ) -> Result<(RunState, String), StoreError> {
        let (work, run) = what;
        let lease = self.lease_now(&mut tx).await?;
        let wait = self.job(&run.job).map_or(SignedDuration::ZERO, |job| job.retry_wait);
        let attempt = self.attempt_end(work, AttemptState::Failed, why);
        store::run::settle_attempt(&mut tx, &attempt, lease).await?;
        store::lease::renew(&mut tx, work, wait, lease).await?;
        let said = format!("{why}; attempt {} follows", work.attempt + 1);
        self.note(&mut tx, (&work.run_id, work.attempt), Level::Warn, &said).await?;
        tx.commit().await?;
        Ok((RunState::Running, said))
    }

    /// What a run over everything took and brought; the time between two of its attempts is not work.
    async fn measure(
        &self,
        tx: &mut Tx,
        run: &RunRow,
        ended: &Ended,
    ) -> Result<Option<Measured>, StoreError> {
        let Some(records) = ended.records else { return Ok(None) };
        let now = self.lease_now(tx).await?;
        let attempts = store::run::attempts(tx, &run.id).await?;
        let worked: SignedDuration = attempts.iter().map(|attempt| worked(attempt, now)).sum();
        Ok(Some(Measured { duration_ms: u64::try_from(worked.as_millis()).unwrap_or_default(), records }))
    }

    /// Doubts a success that brought or took too little, and says what was too little.
    async fn judge(
        &self,
        tx: &mut Tx,
        what: (&RunRow, Option<Measured>),
        ended: Ended,
    ) -> Result<(Ended, Option<String>), StoreError> {
        let (run, whole) = what;
        if ended.state == RunState::Failed {
            return Ok((ended, None));
        }
        let floor = match (self.job(&run.job), whole) {
            (Some(job), Some(whole)) => match ended.expected {
                Some(0) => None,
                Some(records) => too_little(&whole, &Floors { records, ..job.floors }, &[]),
                None => {
                    let past = store::run::good(tx, &run.job, TAUGHT_BY).await?;
                    too_little(&whole, &job.floors, &past)
                }
            },
            _ => None,
        };
        let doubts: Vec<String> = ended.doubt.clone().into_iter().chain(floor).collect();
        if doubts.is_empty() {
            return Ok((ended, None));
        }
        let doubt = doubts.join("; ");
        let reason = format!("{}; {doubt}", ended.reason);
        Ok((Ended { state: RunState::Suspect, reason, ..ended }, Some(doubt)))
    }

    pub(crate) fn attempt_end<'a>(
        &self,
        work: &'a Work,
        state: AttemptState,
        error: &'a str,
    ) -> AttemptEnd<'a> {
        AttemptEnd {
            run_id: &work.run_id,
            number: work.attempt,
            state,
            error,
            peak_memory_bytes: peak_bytes(),
        }
    }
}

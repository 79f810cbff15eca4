//! Jobs that somebody else runs: what they report becomes the due run's beginning and end.

use domain::job::Kind;
use domain::run::RunState;
use domain::run_log::{Level, Line};
use domain::scope::Actor;
use jiff::{SignedDuration, Timestamp};
use store::StoreError;
use store::evidence::Work;
use store::run::RunRow;

use crate::begin::Start;
use crate::end::Ended;
use crate::ledger::Ledger;

/// A beginning without a name that is said again within this time is the same one: a client that did not hear our answer.
const SAME_BEGINNING: SignedDuration = SignedDuration::from_mins(1);

/// What is reported of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reported {
    /// It has begun.
    Begun,
    /// It says something, and goes on.
    Goes,
    /// It came to its end.
    Ended {
        /// Whether it says that it went well.
        is_good: bool,
        /// Records it took in.
        records: u64,
    },
}

/// A report, with what comes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What happened.
    pub what: Reported,
    /// What its reporter calls this run; where two reports name it alike, the second changes nothing twice.
    pub rid: Option<String>,
    /// How fresh the data are that it took in.
    pub as_of: Option<Timestamp>,
    /// What it says; no personal data.
    pub said: Vec<Line>,
}

impl Report {
    /// A report that says nothing but what happened.
    pub fn of(what: Reported) -> Self {
        Self { what, rid: None, as_of: None, said: Vec::new() }
    }
}

/// What a report led to: the run, its state and why.
pub type Heard = (String, RunState, String);

impl Ledger {
    /// Takes down what is reported: the due run that is open begins, or the one that has begun ends.
    ///
    /// Errors: `Conflict` where it has just begun, another run is open than the one that is named, or none is.
    pub async fn report(&self, job: &str, actor: &Actor, report: &Report) -> Result<Heard, StoreError> {
        let open = store::run::open(&mut self.store.read().await?, job).await?;
        if let Some(done) = self.told_before(job, open.as_ref(), report).await? {
            return Ok(done);
        }
        let open = match open {
            Some(run) if self.is_another(&run, report).await? => self.overtaken(run, report).await?,
            open => open,
        };
        let work = match (&open, &report.what) {
            (Some(run), Reported::Begun) if report.rid.is_none() => return Err(self.taken(run)),
            (Some(run), _) => self.work_of(run).await?,
            (None, Reported::Goes) => {
                return Err(StoreError::Conflict(format!("no run of {job} has begun; nothing was kept")));
            }
            (None, _) => self.begin(job, actor, Start::Due).await?.work,
        };
        self.keep(job, &work, report).await?;
        let (state, reason) = match report.what {
            Reported::Begun => (RunState::Running, "its beginning was reported".to_owned()),
            Reported::Goes => (RunState::Running, "it goes on".to_owned()),
            Reported::Ended { is_good, records } => {
                let state = if is_good { RunState::Succeeded } else { RunState::Failed };
                let word = if is_good { "well" } else { "badly" };
                let reason = format!("{} reported that it ended {word}, with {records} records", actor.name);
                let ended = Ended {
                    state,
                    reason,
                    records: Some(records),
                    expected: None,
                    doubt: None,
                    may_repeat: false,
                };
                self.settle(&work, ended).await?
            }
        };
        Ok((work.run_id, state, reason))
    }

    /// A client that did not hear our answer says the same again: the run it names has heard it.
    async fn told_before(
        &self,
        job: &str,
        open: Option<&RunRow>,
        report: &Report,
    ) -> Result<Option<Heard>, StoreError> {
        let Some(rid) = &report.rid else { return Ok(None) };
        let mut reading = self.store.read().await?;
        let Some(id) = store::report::of_rid(&mut reading, job, rid).await? else { return Ok(None) };
        let is_open = open.is_some_and(|run| run.id == id);
        if is_open && report.what != Reported::Begun {
            return Ok(None);
        }
        let run = store::run::get(&mut reading, &id).await?;
        let run = run.ok_or(StoreError::Corrupt { what: "run of a report" })?;
        Ok(Some((id, run.state, run.reason)))
    }

    /// Whether a report is of another run than the one that is open.
    async fn is_another(&self, open: &RunRow, report: &Report) -> Result<bool, StoreError> {
        let Some(rid) = &report.rid else {
            let age = open.started_at.map(|began| self.clock.now().duration_since(began));
            return Ok(report.what == Reported::Begun && age.is_some_and(|age| age > SAME_BEGINNING));
        };
        let known = store::report::rid_of(&mut self.store.read().await?, &open.id).await?;
        Ok(known.is_some_and(|known| known != *rid))
    }

    /// A second run that begins shows that the first is over; nobody knows how. What else is said of a run that is not
    /// open is refused.
    async fn overtaken(&self, open: RunRow, report: &Report) -> Result<Option<RunRow>, StoreError> {
        if report.what != Reported::Begun {
            return Err(self.taken(&open));
        }
        let reason = "another run of it began before the end of this one was reported".to_owned();
        let ended = Ended {
            state: RunState::Failed,
            reason,
            records: None,
            expected: None,
            doubt: None,
            may_repeat: false,
        };
        let work = self.work_of(&open).await?;
        self.settle(&work, ended).await?;
        Ok(None)
    }

    async fn work_of(&self, run: &RunRow) -> Result<Work, StoreError> {
        let attempts = store::run::attempts(&mut self.store.read().await?, &run.id).await?;
        let attempt = attempts.last().map_or(1, |last| last.number);
        Ok(Work { run_id: run.id.clone(), attempt, fence: run.fence })
    }

    async fn keep(&self, job: &str, work: &Work, report: &Report) -> Result<(), StoreError> {
        if report.rid.is_some() || report.as_of.is_some() {
            let mut tx = self.store.begin().await?;
            let said = (report.rid.as_deref(), report.as_of);
            store::report::put(&mut tx, (&work.run_id, job), said, self.clock.now()).await?;
            tx.commit().await?;
        }
        if report.said.is_empty() {
            return Ok(());
        }
        self.tell(work, &report.said).await
    }

    /// Whether somebody else runs a job, so that nobody here begins it or takes it up.
    pub(crate) fn is_external(&self, job: &str) -> bool {
        self.job(job).is_some_and(|job| job.kind == Kind::External)
    }
}

/// What somebody says about a run, as lines of its log.
pub fn lines(level: Level, said: &str) -> Vec<Line> {
    said.lines().filter(|line| !line.trim().is_empty()).map(|line| Line::new(level, line)).collect()
}

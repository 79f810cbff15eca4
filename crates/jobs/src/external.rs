//! Jobs that somebody else runs: what they report becomes the due run's beginning and end.

use domain::job::Kind;
use domain::run::RunState;
use domain::run_log::{Level, Line};
use domain::scope::Actor;
use store::StoreError;
use store::evidence::Work;

use crate::begin::Start;
use crate::end::Ended;
use crate::ledger::Ledger;

/// What is reported of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reported {
    /// It has begun.
    Begun,
    /// It came to its end.
    Ended {
        /// Whether it says that it went well.
        is_good: bool,
        /// Records it took in.
        records: u64,
        /// What it says; no personal data.
        said: String,
    },
}

impl Ledger {
    /// Takes down what is reported: the due run that is open begins, or the one that has begun ends; gives the run, its
    /// state and why.
    ///
    /// Errors: `Conflict` where its beginning is reported twice.
    pub async fn report(
        &self,
        job: &str,
        actor: &Actor,
        reported: Reported,
    ) -> Result<(String, RunState, String), StoreError> {
        let open = store::run::open(&mut self.store.read().await?, job).await?;
        let work = match open {
            Some(run) => {
                let attempts = store::run::attempts(&mut self.store.read().await?, &run.id).await?;
                let attempt = attempts.last().map_or(1, |last| last.number);
                if reported == Reported::Begun {
                    return Err(self.taken(&run));
                }
                Work { run_id: run.id, attempt, fence: run.fence }
            }
            None => self.begin(job, actor, Start::Due).await?.work,
        };
        let Reported::Ended { is_good, records, said } = reported else {
            let reason = "its beginning was reported".to_owned();
            return Ok((work.run_id, RunState::Running, reason));
        };
        if !said.is_empty() {
            self.tell(&work, &[Line::new(Level::Info, &said)]).await?;
        }
        let state = if is_good { RunState::Succeeded } else { RunState::Failed };
        let word = if is_good { "well" } else { "badly" };
        let reason = format!("{} reported that it ended {word}, with {records} records", actor.name);
        let ended = Ended { state, reason, records: Some(records), doubt: None, may_repeat: false };
        let (state, reason) = self.settle(&work, ended).await?;
        Ok((work.run_id, state, reason))
    }

    /// Whether somebody else runs a job, so that nobody here begins it or takes it up.
    pub(crate) fn is_external(&self, job: &str) -> bool {
        self.job(job).is_some_and(|job| job.kind == Kind::External)
    }
}

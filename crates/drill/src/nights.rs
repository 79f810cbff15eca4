//! Nights by the clock in this process: the scheduler plans and begins them as `serve` does, and each try is played.

use std::sync::Arc;

use domain::run::RunState;
use jiff::SignedDuration;
use jobs::Scheduler;
use simulator::Rule;
use store::run::RunRow;
use sync::Context;

use crate::error::DrillError;
use crate::sandbox::Sandbox;
use crate::watching;

/// Wait before another try of a run, and tries at most; as the jobs of a sandbox are declared.
const RETRY: SignedDuration = SignedDuration::from_secs(121);
const TRIES: u32 = 3;

/// The scheduler of a sandbox, for the one job that asks the GMC.
pub(crate) struct Nights {
    context: Context,
    scheduler: Scheduler,
}

impl Nights {
    /// Plans from the evening before a night.
    pub async fn from(sandbox: &mut Sandbox, night: u32) -> Result<Self, DrillError> {
        let mut context = sandbox.context.clone();
        let jobs = watching::jobs(sandbox).into_iter().filter(|job| job.name == sync::night::JOB);
        context.ledger.jobs = Arc::new(jobs.collect());
        sandbox.begin(night)?;
        sandbox.clock.advance(SignedDuration::from_mins(-15));
        let mut scheduler = Scheduler::new(context.ledger.clone());
        scheduler.tick().await?;
        Ok(Self { context, scheduler })
    }

    /// Plays one night; `faults` says what the GMC does at each try, and nothing from then on. Gives the run.
    pub async fn play(
        &mut self,
        sandbox: &mut Sandbox,
        night: u32,
        faults: &[Vec<Rule>],
    ) -> Result<Option<RunRow>, DrillError> {
        sandbox.begin(night)?;
        for attempt in 0..TRIES {
            let rules = faults.get(attempt as usize).cloned().unwrap_or_default();
            sandbox.simulator.set_faults(rules);
            self.scheduler.tick().await?;
            let Some(claimed) = self.scheduler.claim().await? else { break };
            sync::night::carry_out(&self.context, &claimed.begun, None).await?;
            let run =
                store::run::get(&mut self.context.store.read().await?, &claimed.begun.work.run_id).await?;
            if run.as_ref().is_none_or(|run| run.state != RunState::Running) {
                sandbox.simulator.set_faults(Vec::new());
                return Ok(run);
            }
            sandbox.clock.advance(RETRY);
        }
        Ok(None)
    }
}

//! Once the GMC has refused our credentials, nothing asks it by itself again: the account would be locked. A person may, and
//! another configuration may.

use domain::run::BodyOutcome;
use jobs::scheduler;
use store::StoreError;
use store::evidence::Work;
use store::run::RunRow;

use crate::context::Context;
use crate::{canary, night};

/// The cause under which a refusal stands in the evidence.
pub const CAUSE: &str = "credentials";
/// Runs looked at of each job, those ahead included. Arbitrary; it is more than are planned.
const RUNS: u64 = 50;

/// Stops every call of this context, where the clock began the run and the newest that asked was refused under these settings.
pub(crate) async fn heed(context: &Context, work: &Work) -> Result<(), StoreError> {
    let mut tx = context.store.read().await?;
    let run = store::run::get(&mut tx, &work.run_id).await?;
    if run.is_none_or(|run| run.requested_by != scheduler::ACTOR) {
        return Ok(());
    }
    let mut asked = Vec::new();
    for job in [night::JOB, canary::JOB] {
        let runs = store::run::of_job(&mut tx, job, RUNS).await?;
        asked.extend(runs.into_iter().filter(|run| run.started_at.is_some() && run.ended_at.is_some()));
    }
    let Some(newest) = asked.into_iter().max_by_key(|run| run.ended_at) else { return Ok(()) };
    let is_same = |run: &RunRow| run.config_hash == context.ledger.config_hash;
    let left = store::evidence::of_run(&mut tx, &newest.id).await?;
    let is_refused = left.iter().any(|one| one.outcome == BodyOutcome::Failed && one.cause == CAUSE);
    if is_refused && is_same(&newest) {
        context.gmc.refuse();
    }
    Ok(())
}

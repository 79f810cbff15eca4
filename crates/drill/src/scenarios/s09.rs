//! S09: the GMC says of one body that our account may not act for it; twelve are fine.

use domain::run::{BodyOutcome, RunState};
use jiff::SignedDuration;
use simulator::{Fault, Rule};

use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(2).await?;
    let fourth = sandbox.body(4);
    let before = state(sandbox, fourth.as_str()).await?;
    sandbox.begin(3)?;
    sandbox.simulator.set_faults(vec![Rule::on(fourth.as_str(), Fault::Code("81".to_owned()))]);
    let report = sandbox.gmc_sync().await?;
    facts.same("the run is failed, never succeeded", &report.state, &RunState::Failed);
    facts.state(
        "it says that twelve of thirteen were published, and which was not",
        report.reason.starts_with("published 12 of 13") && report.reason.contains(fourth.as_str()),
        &report.reason,
    );
    let after = state(sandbox, fourth.as_str()).await?;
    facts.same("the fourth body keeps its list and its date", &(after.0, after.1), &(before.0, before.1));
    facts.same("its last attempt is shown as failed", &after.2, &Some(BodyOutcome::Failed));
    alerted(sandbox, (fourth.as_str(), before.1), facts).await?;

    sandbox.clock.advance(SignedDuration::from_mins(15));
    sandbox.simulator.set_faults(Vec::new());
    sandbox.ask_anew()?;
    let again = sandbox.gmc_sync_of(&fourth).await?;
    facts.same(
        "asked alone once the account is right, the body is published",
        &again.state,
        &RunState::Succeeded,
    );
    let open = sandbox.open_alerts(fourth.as_str()).await?;
    facts.same("and its alert closes by itself", &open.len(), &0);
    Ok(())
}

/// Snapshot, doctors and last outcome of a list.
async fn state(sandbox: &Sandbox, list: &str) -> Result<(u64, u64, Option<BodyOutcome>), DrillError> {
    let state = store::list::get(&mut sandbox.context.store.read().await?, list).await?;
    Ok(state.map_or((0, 0, None), |state| (state.snapshot, state.doctors, state.outcome)))
}

async fn alerted(sandbox: &Sandbox, body: (&str, u64), facts: &mut Facts) -> Result<(), DrillError> {
    let (list, doctors) = body;
    let open = sandbox.open_alerts(list).await?;
    facts.same("one alert is open", &open.len(), &1);
    let Some(alert) = open.first() else { return Ok(()) };
    facts.same(
        "it is FAILED, a warning",
        &(alert.kind.as_str(), alert.severity.as_str()),
        &("FAILED", "warn"),
    );
    facts.same("it names the body", &alert.list.as_deref(), &Some(list));
    facts.same("it says how many doctors it touches", &alert.doctors_affected, &doctors);
    facts.state("it says what to do next", !alert.next_action.is_empty(), &alert.next_action);
    Ok(())
}

//! S31: a new program is started that cannot do the work: it begins nothing, the old one does tonight's, and somebody is told.

use domain::node::Launch;
use domain::run::RunState;
use jiff::SignedDuration;
use jobs::Scheduler;
use simulator::{Fault, Rule};
use store::run::RunRow;

use crate::child::{self, Serving};
use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;
use crate::watching;

/// The last good night of the old program, and the two after it.
const BEFORE: u32 = 2;
const TONIGHT: u32 = 3;
const TOMORROW: u32 = 4;
/// The program that did the nights so far.
const OLD: &str = "0.0.9+old";

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    OLD.clone_into(&mut sandbox.context.ledger.build);
    sandbox.good_nights(BEFORE).await?;
    sandbox.clock.advance(SignedDuration::from_hours(18));
    sandbox.simulator.set_faults(vec![Rule::everywhere(Fault::Code("99".to_owned()))]);
    let mut serving = child::serve(sandbox).await?;
    serving.until(sandbox, || is(sandbox, Launch::Fails)).await?;
    let why = launch(sandbox).await?.map(|(_, why)| why).unwrap_or_default();
    facts.state("the new program has not proved itself", why.contains("has not proved itself"), &why);
    let told = sandbox.alerts().await?;
    let is_told =
        told.iter().any(|alert| alert.state != "resolved" && alert.key.starts_with("config/launch/"));
    facts.state("somebody is told, and why", is_told, told.len());

    sandbox.simulator.set_faults(Vec::new());
    let run = by_the_old(sandbox, &mut serving).await?;
    facts.same("the old one does tonight's", &(run.state, run.build.as_str()), &(RunState::Succeeded, OLD));

    sandbox.clock.advance(SignedDuration::from_mins(2));
    serving.tell_time(sandbox)?;
    serving.until(sandbox, || is(sandbox, Launch::Works)).await?;
    sandbox.begin(TOMORROW)?;
    serving.tell_time(sandbox)?;
    serving.until(sandbox, || succeeded(sandbox, TOMORROW)).await?;
    let run = night(sandbox, TOMORROW).await?;
    let by_new = run.as_ref().is_some_and(|run| run.build != OLD);
    facts.state(
        "once it has read the smallest list whole, the next night is its own",
        by_new,
        format!("{run:?}"),
    );
    facts.same("asked to end, it ends", &serving.end().await?, &Some(0));
    Ok(())
}

/// The due run waits although the new program looks each second; the old one, still up, begins it.
async fn by_the_old(sandbox: &mut Sandbox, serving: &mut Serving) -> Result<RunRow, DrillError> {
    let mut ledger = sandbox.context.ledger.clone();
    ledger.jobs = std::sync::Arc::new(watching::jobs(sandbox));
    // It shares the store with the new one.
    ledger.is_alone = false;
    let mut scheduler = Scheduler::new(ledger);
    scheduler.tick().await?;
    sandbox.begin(TONIGHT)?;
    serving.tell_time(sandbox)?;
    let claimed = loop {
        scheduler.tick().await?;
        if let Some(claimed) = scheduler.claim().await? {
            break claimed;
        }
        serving.until(sandbox, async || Ok(true)).await?;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    sync::night::carry_out(&sandbox.context, &claimed.begun, None).await?;
    night(sandbox, TONIGHT).await?.ok_or_else(|| DrillError::Furnish("no run of tonight".to_owned()))
}

async fn launch(sandbox: &Sandbox) -> Result<Option<(Launch, String)>, DrillError> {
    let nodes = store::node::all(&mut sandbox.context.store.read().await?).await?;
    Ok(nodes.into_iter().next().map(|node| (node.launch, node.launch_error)))
}

async fn is(sandbox: &Sandbox, wanted: Launch) -> Result<bool, DrillError> {
    Ok(launch(sandbox).await?.is_some_and(|(launch, _)| launch == wanted))
}

async fn night(sandbox: &Sandbox, night: u32) -> Result<Option<RunRow>, DrillError> {
    let slot = format!("{}T00:05#1", sandbox.night(night));
    Ok(store::run::of_slot(&mut sandbox.context.store.read().await?, sync::night::JOB, &slot).await?)
}

async fn succeeded(sandbox: &Sandbox, which: u32) -> Result<bool, DrillError> {
    Ok(night(sandbox, which).await?.is_some_and(|run| run.state == RunState::Succeeded))
}

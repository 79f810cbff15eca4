//! S02: the GMC answers for every body with a valid empty list, instantly: a success in under a second.

use domain::clock::Clock;
use domain::run::RunState;
use jiff::SignedDuration;
use simulator::{Fault, Rule};

use crate::child;
use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;

/// The night of the empty lists; seven good ones lie behind.
const TONIGHT: u32 = 7;

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(TONIGHT - 1).await?;
    let before = sandbox.digest().await?;
    sandbox.begin(TONIGHT)?;
    sandbox.simulator.set_faults(vec![Rule::everywhere(Fault::EmptyList)]);
    let run = child::run(sandbox, &["run", "gmc-sync"], None).await?;
    facts.same("it does not end as done", &run.code, &Some(30));
    let mut tx = sandbox.context.store.read().await?;
    let newest = store::run::recent(&mut tx, 1).await?;
    drop(tx);
    let alerts = sandbox.alerts().await?;
    facts.same("the run is suspect", &newest.first().map(|run| run.state), &Some(RunState::Suspect));
    let reason = newest.first().map_or(String::new(), |run| run.reason.clone());
    let says = reason.contains("0 records of") && reason.contains("expected");
    facts.state("it says how many records were expected", says, &reason);
    let suspect: Vec<(&str, &str)> = alerts
        .iter()
        .filter(|alert| alert.key == "suspect/gmc-sync" && alert.state == "open")
        .map(|alert| (alert.kind.as_str(), alert.severity.as_str()))
        .collect();
    facts.same("one alert says so and wakes somebody", &suspect, &vec![("SUSPECT", "page")]);
    let held: Vec<_> = alerts.iter().filter(|alert| alert.kind == "HELD").collect();
    let told = held.iter().filter(|alert| alert.explained_by.as_deref() != Some("suspect/gmc-sync")).count();
    facts.same("the thirteen holds of the run are told with it", &(held.len(), told), &(13, 0));
    let messages = store::notification::recent(&mut sandbox.context.store.read().await?, 100).await?;
    let tonight =
        messages.iter().filter(|one| one.payload.since > sandbox.clock.now() - SignedDuration::from_hours(1));
    facts.same("all of it is one message", &tonight.count(), &1);
    facts.same("nothing is published and nobody disconnected", &sandbox.digest().await?, &before);
    facts.same("every body's answer is kept for a person", &sandbox.waiting().await?.len(), &13);
    Ok(())
}

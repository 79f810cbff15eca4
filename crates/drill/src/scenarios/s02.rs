//! S02: the GMC answers for every body with a valid empty list, instantly: a success in under a second.

use domain::run::RunState;
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
    let alerts = store::alert::recent(&mut tx, 100).await?;
    drop(tx);
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
    facts.same("nothing is published and nobody disconnected", &sandbox.digest().await?, &before);
    facts.same("every body's answer is kept for a person", &sandbox.waiting().await?.len(), &13);
    Ok(())
}

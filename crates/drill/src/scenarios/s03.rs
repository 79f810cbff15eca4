//! S03: the GMC's lists are three nights old, and somebody asks for TIS alone.

use domain::clock::Clock;
use domain::tis_reading::TisReading;
use jiff::SignedDuration;
use store::list::{ListState, TIS};

use crate::child;
use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;

/// The last night with both jobs, and the one on which only TIS is asked for.
const LAST: u32 = 2;
const LATE: u32 = 5;

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(LAST).await?;
    sandbox.begin(LATE)?;
    let (before, runs) = (sandbox.digest().await?, jobs(sandbox).await?);
    let alone = child::run(sandbox, &["run", "tis-enrich"], None).await?;
    facts.state("TIS alone is refused", alone.code.is_some_and(|code| code != 0), &alone);
    let offers = alone.stderr.contains("gmc-sync") && alone.stderr.contains("`reval refresh`");
    facts.state("it says what is missing and offers both in order", offers, &alone.stderr);
    facts.same("nothing has changed", &sandbox.digest().await?, &before);
    facts.same("and no run was begun", &jobs(sandbox).await?, &runs);
    insisted(sandbox, facts).await?;
    refreshed(sandbox, facts).await
}

/// Whoever insists gets it, and the run does not look fresh.
async fn insisted(sandbox: &Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    let anyway = child::run(sandbox, &["run", "tis-enrich", "--anyway"], None).await?;
    facts.state("a person who insists gets TIS alone", anyway.code == Some(0), &anyway);
    let (reading, lists) = reading(sandbox).await?;
    facts.same("the run names every list that it joined to", &reading.joined_to.len(), &lists.len());
    let tonight = sandbox.clock.now() - SignedDuration::from_hours(24);
    let fresh = reading.joined_to.iter().filter(|list| list.as_of.is_none_or(|at| at > tonight)).count();
    facts.same("and says of each that it is of an earlier night", &fresh, &0);
    consumed(&reading, &lists, facts);
    Ok(())
}

async fn refreshed(sandbox: &Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.clock.advance(SignedDuration::from_hours(1));
    let refresh = child::run(sandbox, &["refresh"], None).await?;
    facts.state("`reval refresh` runs both", refresh.code == Some(0), &refresh);
    let mut both: Vec<String> = jobs(sandbox).await?.into_iter().take(2).collect();
    both.sort();
    facts.same("each with a run of its own", &both, &["gmc-sync", "tis-enrich"].map(str::to_owned).to_vec());
    let (reading, lists) = reading(sandbox).await?;
    let tonight = sandbox.clock.now() - SignedDuration::from_hours(24);
    let old = reading.joined_to.iter().filter(|list| list.as_of.is_none_or(|at| at < tonight)).count();
    facts.same("the GMC's lists came first: TIS is joined to tonight's alone", &old, &0);
    consumed(&reading, &lists, facts);
    Ok(())
}

fn consumed(reading: &TisReading, lists: &[ListState], facts: &mut Facts) {
    let stated: Vec<(&str, u64)> =
        reading.joined_to.iter().map(|list| (list.body.as_str(), list.snapshot)).collect();
    let published: Vec<(&str, u64)> = lists.iter().map(|list| (list.code.as_str(), list.snapshot)).collect();
    facts.same("by the numbers of their snapshots", &stated, &published);
}

/// What stands behind the newest run over TIS, and the GMC's lists.
async fn reading(sandbox: &Sandbox) -> Result<(TisReading, Vec<ListState>), DrillError> {
    let mut tx = sandbox.context.store.read().await?;
    let runs = store::run::recent(&mut tx, 9).await?;
    let run = runs.into_iter().find(|run| run.job == sync::tis::JOB);
    let id = run.map(|run| run.id).unwrap_or_default();
    let reading = store::tis_reading::of_run(&mut tx, &id).await?;
    let lists = store::list::all(&mut tx).await?.into_iter().filter(|list| list.code != TIS).collect();
    let reading = reading.ok_or_else(|| DrillError::Furnish("TIS left no reading".to_owned()))?;
    Ok((reading, lists))
}

/// The jobs of the runs, newest first.
async fn jobs(sandbox: &Sandbox) -> Result<Vec<String>, DrillError> {
    let runs = store::run::recent(&mut sandbox.context.store.read().await?, 100).await?;
    Ok(runs.into_iter().map(|run| run.job).collect())
}

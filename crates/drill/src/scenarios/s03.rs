//! S03: the GMC's lists are three nights old, and somebody asks for TIS alone.

use domain::clock::Clock;
use domain::run::RunState;
use domain::tis_reading::TisReading;
use jiff::SignedDuration;
use simulator::{Fault, Rule};
use store::list::{ListState, TIS};
use store::run::RunRow;

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
    refreshed(sandbox, facts).await?;
    later(sandbox, facts).await
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

/// One body publishes only at ten in the morning: TIS, which the night has read already, is read again by itself.
async fn later(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.begin(LATE + 1)?;
    let late = sandbox.body(4);
    sandbox.simulator.set_faults(vec![Rule::on(late.as_str(), Fault::Code("81".to_owned()))]);
    let night = sandbox.gmc_sync().await?;
    facts.same("a night on which one body gives nothing fails", &night.state, &RunState::Failed);
    sandbox.clock.advance(SignedDuration::from_mins(1));
    let read = sandbox.tis_enrich().await?;
    facts.same("TIS is read all the same, for the bodies that published", &read.state, &RunState::Succeeded);
    let of_late = |reading: &TisReading| {
        reading.joined_to.iter().find(|list| list.body == late).map(|list| list.snapshot).unwrap_or_default()
    };
    let before = of_late(&self::reading(sandbox).await?.0);
    sandbox.simulator.set_faults(Vec::new());
    sandbox.clock.advance(SignedDuration::from_hours(10));
    sandbox.gmc_sync_of(&late).await?;
    sandbox.clock.advance(SignedDuration::from_mins(2));
    let mut serving = child::serve(sandbox).await?;
    serving.until(sandbox, async || Ok(newest(sandbox).await?.is_some_and(|run| run.state.is_end()))).await?;
    serving.end().await?;
    let again = newest(sandbox).await?;
    let told = again.map(|run| (run.requested_by, run.state));
    let expected = Some(("scheduler".to_owned(), RunState::Succeeded));
    facts.same("once the body has published, TIS is read again by itself", &told, &expected);
    let (reading, lists) = self::reading(sandbox).await?;
    facts.same("joined to that body's newest snapshot", &of_late(&reading), &(before + 1));
    consumed(&reading, &lists, facts);
    Ok(())
}

/// The run that does the last one over TIS again, as far as there is one.
async fn newest(sandbox: &Sandbox) -> Result<Option<RunRow>, DrillError> {
    let mut tx = sandbox.context.store.read().await?;
    let runs = store::run::of_job(&mut tx, sync::tis::JOB, 20).await?;
    Ok(runs.into_iter().find(RunRow::is_repeat))
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

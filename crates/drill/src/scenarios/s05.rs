//! S05: the program is killed the moment the night's run has begun, and its supervisor starts it again at 00:07.

use domain::run::RunState;
use jiff::SignedDuration;
use store::run::{AttemptRow, RunRow};

use crate::child::{self, Serving};
use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::{Place, Sandbox};

/// The night of the kill; seven good ones lie behind.
const TONIGHT: u32 = 7;
/// The two jobs, in the order of the data.
const JOBS: [&str; 2] = ["gmc-sync", "tis-enrich"];

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(TONIGHT - 1).await?;
    sandbox.begin(TONIGHT)?;
    // Ten minutes before the hour the runs are rows already.
    sandbox.clock.advance(SignedDuration::from_mins(-15));
    let mut first = child::serve(sandbox).await?;
    let ahead = wait(sandbox, &mut first, |tonight| tonight.len() == JOBS.len()).await?;
    let due: Vec<RunState> = ahead.iter().map(|run| run.state).collect();
    facts.same("before their hour both runs are rows, and due", &due, &vec![RunState::Due; 2]);

    sandbox.clock.advance(SignedDuration::from_mins(15));
    first.tell_time(sandbox)?;
    wait(sandbox, &mut first, |tonight| tonight.iter().any(|run| run.state == RunState::Running)).await?;
    first.kill().await?;

    sandbox.clock.advance(SignedDuration::from_mins(2));
    let mut second = child::serve(sandbox).await?;
    let is_over = |tonight: &[RunRow]| tonight.iter().filter(|run| run.state.is_end()).count() == JOBS.len();
    let ended = wait(sandbox, &mut second, is_over).await?;
    let stopped = second.end().await?;
    facts.same("asked to end, it ends", &stopped, &Some(0));
    tonight_is_whole(sandbox, &ended, facts).await?;
    let expected = undisturbed(sandbox).await?;
    facts.same("the published data are those of an undisturbed night", &sandbox.digest().await?, &expected);
    Ok(())
}

async fn tonight_is_whole(sandbox: &Sandbox, ended: &[RunRow], facts: &mut Facts) -> Result<(), DrillError> {
    let states: Vec<(&str, RunState, &str)> =
        ended.iter().map(|run| (run.job.as_str(), run.state, run.requested_by.as_str())).collect();
    let expected = JOBS.map(|job| (job, RunState::Succeeded, "scheduler")).to_vec();
    facts.same("each job has one run tonight, begun by itself, and it succeeded", &states, &expected);
    let gmc = attempts(sandbox, &ended[0]).await?;
    let gmc: Vec<&str> = gmc.iter().map(|attempt| attempt.state.as_str()).collect();
    facts.same("the killed run has two attempts, and the first is lost", &gmc, &vec!["lost", "done"]);
    let in_order = ended[0].ended_at <= ended[1].started_at;
    facts.state("TIS began after the GMC's lists were there", in_order, format!("{:?}", ended[1].started_at));
    let alerts = sandbox.alerts().await?;
    let open: Vec<String> =
        alerts.into_iter().filter(|alert| alert.state != "resolved").map(|alert| alert.key).collect();
    let about_runs = open.iter().filter(|key| JOBS.iter().any(|job| key.ends_with(job))).count();
    facts.same("nobody is woken", &about_runs, &0);
    Ok(())
}

async fn attempts(sandbox: &Sandbox, run: &RunRow) -> Result<Vec<AttemptRow>, DrillError> {
    Ok(store::run::attempts(&mut sandbox.context.store.read().await?, &run.id).await?)
}

/// Tonight's run of each job, as far as it is a row.
async fn tonight(sandbox: &Sandbox) -> Result<Vec<RunRow>, DrillError> {
    let mut tx = sandbox.context.store.read().await?;
    let slot = format!("{}T00:05#1", sandbox.night(TONIGHT));
    let mut found = Vec::new();
    for job in JOBS {
        found.extend(store::run::of_slot(&mut tx, job, &slot).await?);
    }
    Ok(found)
}

/// Waits until tonight's runs are as expected.
async fn wait(
    sandbox: &Sandbox,
    serving: &mut Serving,
    is_there: impl Fn(&[RunRow]) -> bool,
) -> Result<Vec<RunRow>, DrillError> {
    serving.until(sandbox, async || Ok(is_there(&tonight(sandbox).await?))).await?;
    tonight(sandbox).await
}

/// The digest of a twin of this world in which nothing went wrong.
async fn undisturbed(sandbox: &Sandbox) -> Result<String, DrillError> {
    let mut twin = Sandbox::furnish(&Place { store_url: None, ..sandbox.place.clone() }).await?;
    twin.good_nights(TONIGHT).await?;
    twin.digest().await
}

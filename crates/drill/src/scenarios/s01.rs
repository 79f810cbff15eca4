//! S01: the scheduler stands still from 00:04 for three nights; what the ledger says when it moves again.

use domain::run::RunState;
use jiff::{SignedDuration, ToSpan};
use store::alert::AlertRow;
use store::run::RunRow;

use crate::child;
use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;

/// The last good night, the first frozen one, and the one in whose morning it moves again.
const GOOD: u32 = 2;
const FROZEN: u32 = 3;
const MOVES: u32 = 5;
/// The two jobs, in the order of the data.
const JOBS: [&str; 2] = ["gmc-sync", "tis-enrich"];
/// What tells of the night; the job that asks in daylight, frozen as well, is told of by itself.
const MISSED: &str = "missed/gmc-sync";

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(GOOD).await?;
    sandbox.begin(FROZEN)?;
    sandbox.clock.advance(SignedDuration::from_mins(-15));
    let mut frozen = child::serve(sandbox).await?;
    frozen.until(sandbox, || planned(sandbox)).await?;
    frozen.kill().await?;
    let before = sandbox.digest().await?;

    told_each_night(sandbox, facts).await?;
    // 09:48 in the third morning.
    sandbox.begin(MOVES)?;
    sandbox.clock.advance(SignedDuration::from_mins(9 * 60 + 43));
    facts.same("until then the last good lists stay", &sandbox.digest().await?, &before);
    let mut moving = child::serve(sandbox).await?;
    moving.until(sandbox, || made_good(sandbox)).await?;
    for job in JOBS {
        let ends: Vec<(String, RunState)> =
            past(sandbox, job).await?.into_iter().map(|run| (run.kind, run.state)).collect();
        let missed = ("scheduled".to_owned(), RunState::Missed);
        let expected =
            vec![missed.clone(), missed.clone(), missed, ("catch_up".to_owned(), RunState::Succeeded)];
        facts.same(format!("{job}: three runs are missed, and one catches up"), &ends, &expected);
    }
    one_alert(sandbox, facts).await?;
    facts.same("asked to end, it ends", &moving.end().await?, &Some(0));
    Ok(())
}

/// With the scheduler frozen, the watch tells by 00:12, adds each night to the same alert, and tells of stale lists.
async fn told_each_night(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    for night in FROZEN..=MOVES {
        sandbox.begin(night)?;
        sandbox.clock.advance(SignedDuration::from_mins(5));
        let before = missed(sandbox).await?;
        sandbox.clock.advance(SignedDuration::from_mins(2));
        let after = missed(sandbox).await?;
        let nth = u64::from(night - FROZEN);
        let said = format!("night {}: MISSED is told after 00:10 and by 00:12", nth + 1);
        facts.same(said, &(before, after), &(if nth == 0 { None } else { Some(nth) }, Some(nth + 1)));
        sandbox.clock.advance(SignedDuration::from_mins(112));
        let early = stale(sandbox).await?;
        sandbox.clock.advance(SignedDuration::from_mins(1));
        let late = stale(sandbox).await?;
        let is = match nth {
            0 => ("", "warn"),
            1 => ("warn", "page"),
            _ => ("page", "page"),
        };
        let seen = (early.as_str(), late.as_str());
        facts.same(format!("night {}: STALE is told at the hour promised", nth + 1), &seen, &is);
    }
    Ok(())
}

/// How often MISSED was told of, if it is open.
async fn missed(sandbox: &Sandbox) -> Result<Option<u64>, DrillError> {
    let alerts = sandbox.alerts().await?;
    let open = alerts.iter().find(|alert| alert.key == MISSED && alert.state == "open");
    Ok(open.map(|alert| alert.times))
}

/// How loud it is that the first body's list is stale; empty where it is not.
async fn stale(sandbox: &Sandbox) -> Result<String, DrillError> {
    let open = sandbox.open_alerts(sandbox.body(1).as_str()).await?;
    let stale = open.into_iter().find(|alert| alert.kind == "STALE");
    Ok(stale.map_or_else(String::new, |alert| alert.severity))
}

/// Runs of a job from the first frozen night until now, in the order in which they came to be due.
async fn past(sandbox: &Sandbox, job: &str) -> Result<Vec<RunRow>, DrillError> {
    let first = format!("{}T00:00", sandbox.night(FROZEN));
    let last = format!("{}T23:59", sandbox.night(MOVES));
    let runs = store::run::of_job(&mut sandbox.context.store.read().await?, job, 100).await?;
    let is_past = |run: &RunRow| {
        let slot = run.scheduled_for.as_deref().or(run.makes_good.as_deref());
        slot.is_some_and(|slot| slot > first.as_str() && slot < last.as_str())
    };
    let mut past: Vec<RunRow> = runs.into_iter().filter(is_past).collect();
    past.sort_by(|a, b| (a.due_at, b.kind.as_str()).cmp(&(b.due_at, a.kind.as_str())));
    Ok(past)
}

/// Rows stand 48 hours ahead.
async fn planned(sandbox: &Sandbox) -> Result<bool, DrillError> {
    let slot = format!("{}T00:05#1", sandbox.night(FROZEN).saturating_add(1.day()));
    let ahead = store::run::of_slot(&mut sandbox.context.store.read().await?, JOBS[1], &slot).await?;
    Ok(ahead.is_some())
}

async fn made_good(sandbox: &Sandbox) -> Result<bool, DrillError> {
    let past = past(sandbox, JOBS[1]).await?;
    Ok(past.iter().any(|run| run.kind == "catch_up" && run.state.is_end()))
}

async fn one_alert(sandbox: &Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    let alerts = sandbox.alerts().await?;
    let missed: Vec<AlertRow> = alerts.into_iter().filter(|alert| alert.key.starts_with(MISSED)).collect();
    facts.same("three nights are one alert", &missed.len(), &1);
    let Some(alert) = missed.first() else { return Ok(()) };
    facts.same("it wakes somebody", &alert.severity.as_str(), &"page");
    facts.state("it says how many runs were missed", alert.sentence.contains("3 runs"), &alert.sentence);
    facts.same("made good, it closes by itself", &alert.state.as_str(), &"resolved");
    Ok(())
}

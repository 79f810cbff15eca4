//! S30: the night's job is paused for a change of the GMC's, and the program is started anew meanwhile.

use domain::run::RunState;
use jiff::{SignedDuration, ToSpan};
use store::alert::AlertRow;
use store::run::RunRow;

use crate::child::{self, Serving};
use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;

/// The last night before the pause, a Friday; the Monday on which it ends; the night after.
const FRIDAY: u32 = 4;
const MONDAY: u32 = 7;
const TUESDAY: u32 = 8;
const JOBS: [&str; 2] = ["gmc-sync", "tis-enrich"];
const WHY: &str = "the GMC changes its address";

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(FRIDAY).await?;
    sandbox.clock.advance(SignedDuration::from_mins(7 * 60 + 50));
    let before = sandbox.digest().await?;
    let mut serving = child::serve(sandbox).await?;
    serving.until(sandbox, || has(sandbox, FRIDAY + 2, RunState::Due)).await?;
    sandbox.clock.advance(SignedDuration::from_mins(5));
    refused(sandbox, facts).await?;
    paused(sandbox, facts).await?;

    night(sandbox, &mut serving, FRIDAY + 1).await?;
    facts.same("Saturday: a paused run is not called missed", &missed(sandbox).await?, &0);
    at(sandbox, &serving, (FRIDAY + 1, 2, 6))?;
    facts.same("Saturday: the lists are late, and that is told", &stale(sandbox).await?.as_str(), &"warn");
    serving.kill().await?;
    // Nobody is there on Sunday night; in the morning it is started again.
    sandbox.begin(FRIDAY + 2)?;
    sandbox.clock.advance(SignedDuration::from_hours(2) + SignedDuration::from_mins(1));
    facts.same("Sunday: nor is one that nobody was there to skip", &missed(sandbox).await?, &0);
    facts.same(
        "Sunday: the lists are stale, and that wakes somebody",
        &stale(sandbox).await?.as_str(),
        &"page",
    );
    let mut serving = child::serve(sandbox).await?;
    serving.until(sandbox, || has(sandbox, FRIDAY + 2, RunState::Skipped)).await?;
    reminded(sandbox, &serving, facts).await?;

    night(sandbox, &mut serving, MONDAY).await?;
    at(sandbox, &serving, (MONDAY, 7, 59))?;
    facts.same("Monday: until its end the last good lists stay", &sandbox.digest().await?, &before);
    at(sandbox, &serving, (MONDAY, 8, 0))?;
    serving.until(sandbox, || caught_up(sandbox)).await?;
    resumed(sandbox, facts).await?;
    sandbox.begin(TUESDAY)?;
    serving.tell_time(sandbox)?;
    serving.until(sandbox, || has(sandbox, TUESDAY, RunState::Succeeded)).await?;
    ends(sandbox, facts).await?;
    facts.same("no run was ever called missed", &missed(sandbox).await?, &0);
    facts.same("asked to end, it ends", &serving.end().await?, &Some(0));
    Ok(())
}

/// A pause without an end, with one too far away, or with one that is over.
async fn refused(sandbox: &Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    let ask = async |until: &[&str]| {
        child::run(sandbox, &[&["pause", "gmc-sync", "--reason", WHY], until].concat(), None).await
    };
    let endless = ask(&[]).await?;
    facts.state("a pause without an end is refused", endless.stderr.contains("--until"), &endless);
    facts.same("as a mistake of the command line", &endless.code, &Some(2));
    for (until, said) in [("15d", "14 days at most"), ("2026-11-20T07:00", "would have ended")] {
        let answer = ask(&["--until", until]).await?;
        let is_refused = answer.code == Some(10) && answer.stderr.contains(said);
        facts.state(format!("one until {until} is refused in words"), is_refused, &answer);
    }
    let none = child::run(sandbox, &["override", "list"], None).await?;
    facts.state("and nothing is different", none.stdout.contains("nothing is different"), &none);
    Ok(())
}

async fn paused(sandbox: &Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    let until = format!("{}T08:00", sandbox.night(MONDAY));
    let pause = child::run(sandbox, &["pause", "gmc-sync", "--until", &until, "--reason", WHY], None).await?;
    facts.state("with an end and a reason it is taken", pause.code == Some(0), &pause);
    let jobs = child::run(sandbox, &["jobs"], None).await?;
    let says = jobs.stdout.contains("paused by os:") && jobs.stdout.contains(WHY);
    facts.state("the jobs show by whom and why", says, &jobs);
    let alert = of_override(sandbox).await?;
    let told = alert.as_ref().map(|alert| (alert.kind.as_str(), alert.severity.as_str()));
    facts.same("and everybody is told that it counts", &told, &Some(("CONFIG", "warn")));
    Ok(())
}

/// Moves to an hour and minute after midnight of a night.
fn at(
    sandbox: &mut Sandbox,
    serving: &Serving,
    (night, hour, minute): (u32, i64, i64),
) -> Result<(), DrillError> {
    sandbox.begin(night)?;
    sandbox.clock.advance(SignedDuration::from_mins(60 * hour + minute - 5));
    serving.tell_time(sandbox)
}

/// Goes through a paused night until its runs are skipped, and past its deadline.
async fn night(sandbox: &mut Sandbox, serving: &mut Serving, night: u32) -> Result<(), DrillError> {
    at(sandbox, serving, (night, 0, 5))?;
    serving.until(sandbox, || has(sandbox, night, RunState::Skipped)).await?;
    at(sandbox, serving, (night, 0, 12))
}

async fn reminded(sandbox: &mut Sandbox, serving: &Serving, facts: &mut Facts) -> Result<(), DrillError> {
    for (minute, times) in [(59, 1), (60, 2)] {
        at(sandbox, serving, (MONDAY - 1, 19, minute))?;
        let told = of_override(sandbox).await?.map(|alert| alert.times);
        facts.same(format!("12 hours before its end it is told once more: 19:{minute}"), &told, &Some(times));
    }
    Ok(())
}

async fn resumed(sandbox: &Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    let alert = of_override(sandbox).await?;
    let said = alert.as_ref().map(|alert| alert.resolved_why.clone()).unwrap_or_default();
    let is_over = alert.is_some_and(|alert| alert.state == "resolved");
    facts.state("at its end it is over by itself, and says so", is_over && said.contains("by itself"), &said);
    let list = child::run(sandbox, &["override", "list"], None).await?;
    facts.state("the list of overrides says so as well", list.stdout.contains("ended"), &list);
    Ok(())
}

/// How each run from the pause on ended: three are skipped, one is made good, and the next night is as ever.
async fn ends(sandbox: &Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    for job in JOBS {
        let ends: Vec<(String, RunState)> =
            past(sandbox, job).await?.into_iter().map(|run| (run.kind, run.state)).collect();
        let skipped = ("scheduled".to_owned(), RunState::Skipped);
        let expected = vec![
            skipped.clone(),
            skipped.clone(),
            skipped,
            ("catch_up".to_owned(), RunState::Succeeded),
            ("scheduled".to_owned(), RunState::Succeeded),
        ];
        facts.same(format!("{job}: three runs are skipped, the newest is made good once"), &ends, &expected);
    }
    let run = past(sandbox, JOBS[1]).await?.into_iter().find(|run| run.state == RunState::Skipped);
    let reason = run.map(|run| run.reason).unwrap_or_default();
    facts.state("what waits for the paused job's data rests with it", reason.contains(WHY), &reason);
    Ok(())
}

async fn has(sandbox: &Sandbox, night: u32, state: RunState) -> Result<bool, DrillError> {
    let slot = format!("{}T00:05#1", sandbox.night(night));
    let mut tx = sandbox.context.store.read().await?;
    for job in JOBS {
        if store::run::of_slot(&mut tx, job, &slot).await?.is_none_or(|run| run.state != state) {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn caught_up(sandbox: &Sandbox) -> Result<bool, DrillError> {
    let past = past(sandbox, JOBS[1]).await?;
    Ok(past.iter().any(|run| run.kind == "catch_up" && run.state.is_end()))
}

/// Runs of a job from the pause until Tuesday, in order.
async fn past(sandbox: &Sandbox, job: &str) -> Result<Vec<RunRow>, DrillError> {
    let first = format!("{}T00:00", sandbox.night(FRIDAY).saturating_add(1.day()));
    let last = format!("{}T23:59", sandbox.night(TUESDAY));
    let runs = store::run::of_job(&mut sandbox.context.store.read().await?, job, 100).await?;
    let is_past = |run: &RunRow| {
        let slot = run.scheduled_for.as_deref().or(run.makes_good.as_deref());
        slot.is_some_and(|slot| slot > first.as_str() && slot < last.as_str())
    };
    let mut past: Vec<RunRow> = runs.into_iter().filter(is_past).collect();
    past.sort_by(|a, b| (a.due_at, b.kind.as_str()).cmp(&(b.due_at, a.kind.as_str())));
    Ok(past)
}

/// Alerts about missed runs of the night's jobs that there ever were; the others are not paused, and the clock jumps past them.
async fn missed(sandbox: &Sandbox) -> Result<usize, DrillError> {
    let of_the_night = |job: &str| JOBS.contains(&job);
    let is_told =
        |alert: &&AlertRow| alert.kind == "MISSED" && alert.job.as_deref().is_some_and(of_the_night);
    Ok(sandbox.alerts().await?.iter().filter(is_told).count())
}

/// How loud it is that the first body's list is old; empty where it is not.
async fn stale(sandbox: &Sandbox) -> Result<String, DrillError> {
    let open = sandbox.open_alerts(sandbox.body(1).as_str()).await?;
    let stale = open.into_iter().find(|alert| alert.kind == "STALE");
    Ok(stale.map_or_else(String::new, |alert| alert.severity))
}

async fn of_override(sandbox: &Sandbox) -> Result<Option<AlertRow>, DrillError> {
    Ok(sandbox.alerts().await?.into_iter().find(|alert| alert.key.starts_with("config/override/")))
}

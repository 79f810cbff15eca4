//! S29: the clocks change: five years of last Sundays of March and October, one process that is up across the change and one that
//! is down across it, with jobs at 00:05, 01:30 and 02:30.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::job::{Job, Trigger};
use domain::run::RunState;
use domain::schedule::Schedule;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use jobs::{Ended, Scheduler};

use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;
use crate::watching;

/// The jobs and their patterns.
const JOBS: [(&str, &str); 3] = [("early", "5 0 * * *"), ("gap", "30 1 * * *"), ("later", "30 2 * * *")];
/// The years.
const YEARS: std::ops::Range<i16> = 2026..2031;

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    let zone = sandbox.tis.zone.clone();
    sandbox.context.ledger.jobs = Arc::new(jobs(sandbox)?);
    let mut changes = Vec::new();
    for year in YEARS {
        changes.extend([last_sunday(year, 3), last_sunday(year, 10)]);
    }
    for (nth, change) in changes.into_iter().enumerate() {
        let is_up = nth % 4 < 2;
        around(sandbox, change, (&zone, is_up)).await?;
        let (day, wrong) = (change.to_string(), wrong(sandbox, change).await?);
        let how = if is_up { "up" } else { "down" };
        facts.same(
            format!("{day}, with the program {how} across it: one run a day of each job"),
            &wrong,
            &Vec::new(),
        );
        instants(sandbox, change, (&zone, is_up), facts).await?;
    }
    let alerts = sandbox.alerts().await?;
    let about: Vec<String> = alerts
        .into_iter()
        .filter(|alert| alert.state != "resolved" && JOBS.iter().any(|(name, _)| alert.key.ends_with(name)))
        .map(|alert| alert.key)
        .collect();
    facts.same("nobody is woken", &about, &Vec::<String>::new());
    Ok(())
}

fn jobs(sandbox: &Sandbox) -> Result<Vec<Job>, DrillError> {
    let like = watching::jobs(sandbox).into_iter().next();
    let like = like.ok_or_else(|| DrillError::Furnish("no job is declared".to_owned()))?;
    let parsed = |text: &str| Schedule::parse(text).map_err(|error| DrillError::Furnish(error.to_string()));
    let job = |(name, pattern): (&str, &str)| {
        Ok(Job {
            name: name.to_owned(),
            alias: String::new(),
            trigger: Trigger::Schedule(parsed(pattern)?),
            start_deadline: domain::job::Deadline::Within(SignedDuration::from_mins(30)),
            finish_deadline: domain::job::Deadline::Within(SignedDuration::from_hours(2)),
            catch_up: SignedDuration::from_hours(12),
            ..like.clone()
        })
    };
    JOBS.into_iter().map(job).collect()
}

fn last_sunday(year: i16, month: i8) -> Date {
    let last = date(year, month, 1).last_of_month();
    last.saturating_sub(i64::from(last.weekday().to_sunday_zero_offset()).days())
}

fn at(day: Date, hour: i8, minute: i8, zone: &TimeZone) -> Timestamp {
    let time = day.at(hour, minute, 0, 0);
    time.to_zoned(zone.clone()).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

/// Plays from the noon before a change until the noon after it; a program that is down looks first at three in the morning.
async fn around(sandbox: &mut Sandbox, change: Date, how: (&TimeZone, bool)) -> Result<(), DrillError> {
    let (zone, is_up) = how;
    let noon = at(change.saturating_sub(1.day()), 12, 0, zone);
    sandbox.clock.set(noon);
    let mut ledger = sandbox.context.ledger.clone();
    ledger.clock = Arc::clone(&sandbox.context.clock);
    let mut scheduler = Scheduler::new(ledger);
    scheduler.tick().await?;
    let end = at(change, 12, 0, zone);
    let asleep = (at(change, 0, 0, zone), at(change, 3, 0, zone));
    while sandbox.context.clock.now() < end {
        sandbox.clock.advance(SignedDuration::from_mins(15));
        let now = sandbox.context.clock.now();
        if !is_up && now >= asleep.0 && now < asleep.1 {
            continue;
        }
        scheduler.tick().await?;
        while let Some(claimed) = scheduler.claim().await? {
            let ended = Ended {
                state: RunState::Succeeded,
                reason: "played".to_owned(),
                records: Some(485),
                doubt: None,
                expected: None,
                may_repeat: false,
            };
            sandbox.context.ledger.settle(&claimed.begun.work, ended).await?;
        }
    }
    Ok(())
}

/// Jobs that did not run exactly once on the day of a change, each run that makes good another counted for it.
async fn wrong(sandbox: &Sandbox, change: Date) -> Result<Vec<String>, DrillError> {
    let mut tx = sandbox.context.store.read().await?;
    let mut wrong = Vec::new();
    for (job, _) in JOBS {
        let mut worked: BTreeMap<String, u32> = BTreeMap::new();
        for run in store::run::of_job(&mut tx, job, 10_000).await? {
            let slot = run.scheduled_for.clone().or(run.makes_good.clone()).unwrap_or_default();
            if slot.starts_with(&change.to_string()) && run.state == RunState::Succeeded {
                *worked.entry(slot).or_default() += 1;
            }
        }
        // Of a job that several nights were missed of only the newest is made good; here it is one night.
        if worked.values().sum::<u32>() != 1 {
            wrong.push(format!("{job}: {worked:?}"));
        }
    }
    Ok(wrong)
}

/// Half past one on the spring date is at the first instant after the gap, on the autumn date at its first pass.
async fn instants(
    sandbox: &Sandbox,
    change: Date,
    how: (&TimeZone, bool),
    facts: &mut Facts,
) -> Result<(), DrillError> {
    let (zone, _) = how;
    let slot = format!("{change}T01:30#1");
    let run = store::run::of_slot(&mut sandbox.context.store.read().await?, "gap", &slot).await?;
    let due = run.and_then(|run| run.due_at);
    // In spring 02:00 is the first that there is; in autumn the first pass is an hour before the second.
    let expected = match change.month() {
        3 => at(change, 2, 0, zone),
        _ => at(change, 1, 30, zone),
    };
    facts.same(format!("{change}: 01:30 is due once, at the right instant"), &due, &Some(expected));
    Ok(())
}

//! S29: the clocks change, ten times in five years, with a scheduler that is up across the change or down across it.

use std::collections::BTreeMap;

use domain::run::RunState;
use jiff::ToSpan;
use jiff::civil::Date;
use jobs::Scheduler;
use testkit::{VirtualClock, engines};

use super::*;

/// The last Sundays of March and October.
fn changes() -> Vec<Date> {
    let last_sunday = |year: i16, month: i8| {
        let last = jiff::civil::date(year, month, 31);
        last - i64::from(last.weekday().to_sunday_zero_offset()).days()
    };
    (2026..2031).flat_map(|year| [last_sunday(year, 3), last_sunday(year, 10)]).collect()
}

fn jobs_of_the_night() -> Vec<Job> {
    let hours =
        [("five-past", "5 0 * * *"), ("half-past-one", "30 1 * * *"), ("half-past-two", "30 2 * * *")];
    hours.map(|(name, schedule)| Job { catch_up: SignedDuration::ZERO, ..job(name, schedule) }).to_vec()
}

async fn minute_by_minute(scheduler: &mut Scheduler, ledger: &Ledger) -> Outcome {
    scheduler.tick().await?;
    while let Some(claimed) = scheduler.claim().await? {
        assert_eq!(succeed(ledger, &claimed.begun, 40).await?, RunState::Succeeded);
    }
    Ok(())
}

/// Each local date around a change has one run of each job, and the instants are those of our policy.
#[tokio::test]
async fn s29_each_local_date_has_exactly_one_run_of_each_job() -> Outcome {
    for engine in engines() {
        let jobs = jobs_of_the_night();
        let zone = jobs[0].zone.clone();
        for (nth, change) in changes().into_iter().enumerate() {
            let (store, _scratch) = testkit::store(engine).await;
            let clock = VirtualClock::at((change - 1.day()).to_zoned(zone.clone()).unwrap().timestamp());
            let ledger = node(&store, &clock, &jobs, "a");
            let mut scheduler = Scheduler::new(ledger.clone());
            let end = (change + 2.days()).to_zoned(zone.clone()).unwrap().timestamp();
            while ledger.clock.now() < end {
                minute_by_minute(&mut scheduler, &ledger).await?;
                let hour = zone.to_datetime(ledger.clock.now()).hour();
                clock.advance(if hour < 4 { minutes(5) } else { minutes(60) });
                // Every second time the process is down while the clocks change, and starts anew after it.
                let to_change = at_one(change).duration_since(ledger.clock.now());
                if nth / 2 % 2 == 1 && to_change.is_positive() && to_change <= minutes(5) {
                    clock.set(at_one(change) + minutes(3));
                    scheduler = Scheduler::new(ledger.clone());
                }
            }
            one_each(&store, &jobs, change).await?;
            assert!(open_alerts(&ledger).await?.is_empty(), "{engine:?}: no alert at {change}");
        }
    }
    Ok(())
}

/// The instant of the change: 01:00 UTC.
fn at_one(change: Date) -> Timestamp {
    change.to_datetime(jiff::civil::time(1, 0, 0, 0)).to_zoned(TimeZone::UTC).unwrap().timestamp()
}

async fn one_each(store: &Store, jobs: &[Job], change: Date) -> Outcome {
    for job in jobs {
        let mut dates: BTreeMap<String, Vec<(RunState, Option<Timestamp>)>> = BTreeMap::new();
        for run in runs(store, &job.name).await? {
            let slot = run.scheduled_for.unwrap_or_default();
            dates.entry(slot[..10].to_owned()).or_default().push((run.state, run.due_at));
        }
        for date in [change - 1.day(), change, change + 1.day()] {
            let runs = &dates[&date.to_string()];
            assert_eq!(runs.len(), 1, "{} on {date}: {runs:?}", job.name);
            assert_eq!(runs[0].0, RunState::Succeeded, "{} on {date}", job.name);
        }
        if job.name == "half-past-one" {
            let due = dates[&change.to_string()][0].1;
            // In spring 01:30 is not there: the first instant after. In autumn the first of two.
            let expected = if change.month() == 3 { at_one(change) } else { at_one(change) - minutes(30) };
            assert_eq!(due, Some(expected), "{change}");
        }
    }
    Ok(())
}

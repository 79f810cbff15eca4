//! Nights that went wrong somewhere: what the ledger says of them.

use domain::run::RunState;
use domain::scope::Actor;
use jobs::{Scheduler, Start};
use testkit::{VirtualClock, engines};

use super::*;

/// Begins what may begin and ends it as a good run, until nothing is left to do.
async fn work(scheduler: &Scheduler, ledger: &Ledger) -> Result<Vec<String>, StoreError> {
    let mut done = Vec::new();
    while let Some(claimed) = scheduler.claim().await? {
        publish(ledger, &claimed.begun.work).await?;
        succeed(ledger, &claimed.begun, 40).await?;
        done.push(claimed.job);
    }
    Ok(done)
}

#[tokio::test]
async fn s01_three_frozen_nights_are_three_missed_rows_one_catch_up_and_one_alert() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-22T23:50:00Z"));
        let ledger = node(&store, &clock, &house(), "a");
        let mut scheduler = Scheduler::new(ledger.clone());
        scheduler.tick().await?;
        // The loop stands still from Monday 00:04 to Wednesday 09:48.
        clock.set(at("2026-11-25T09:48:00Z"));
        assert_eq!(scheduler.tick().await?.missed, 6, "{engine:?}: three nights of two jobs");
        let alerts = open_alerts(&ledger).await?;
        assert_eq!(alerts, [("missed/gmc-sync".to_owned(), "page".to_owned())], "{engine:?}");
        assert_eq!(work(&scheduler, &ledger).await?, ["gmc-sync", "tis-enrich"], "{engine:?}");
        scheduler.tick().await?;
        assert_eq!(work(&scheduler, &ledger).await?, [""; 0], "{engine:?}: made good once");
        for job in ["gmc-sync", "tis-enrich"] {
            let past = runs(&store, job).await?;
            let past = past.iter().filter(|run| run.due_at <= Some(clock_now(&ledger)));
            let states: Vec<_> = past.map(|run| (run.state, run.kind.as_str())).collect();
            let missed = (RunState::Missed, "scheduled");
            let expected = [missed, missed, missed, (RunState::Succeeded, "catch_up")];
            assert_eq!(states, expected, "{engine:?}: {job}");
        }
        assert!(open_alerts(&ledger).await?.is_empty(), "{engine:?}: made good, the alert closes");
        clock.set(at("2026-11-26T00:05:00Z"));
        scheduler.tick().await?;
        assert_eq!(
            work(&scheduler, &ledger).await?,
            ["gmc-sync", "tis-enrich"],
            "{engine:?}: and the night goes on"
        );
    }
    Ok(())
}

fn clock_now(ledger: &Ledger) -> Timestamp {
    ledger.clock.now()
}

#[tokio::test]
async fn missed_is_said_within_two_minutes_of_the_deadline() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-22T23:50:00Z"));
        let ledger = node(&store, &clock, &house(), "a");
        let mut scheduler = Scheduler::new(ledger.clone());
        scheduler.tick().await?;
        clock.set(at("2026-11-23T00:10:00Z"));
        assert_eq!(scheduler.tick().await?.missed, 0, "{engine:?}: at the deadline it may still begin");
        clock.set(at("2026-11-23T00:10:01Z"));
        assert_eq!(scheduler.tick().await?.missed, 1, "{engine:?}");
        assert_eq!(open_alerts(&ledger).await?.len(), 1, "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn s02_a_run_of_nothing_in_under_a_second_is_suspect_and_wakes_somebody() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-12T20:00:00Z"));
        let ledger = node(&store, &clock, &house()[..1], "a");
        let mut scheduler = Scheduler::new(ledger.clone());
        for night in 13..=15 {
            scheduler.tick().await?;
            clock.set(at(&format!("2026-11-{night}T00:05:00Z")));
            let begun = scheduler.claim().await?.unwrap().begun;
            clock.advance(minutes(4));
            assert_eq!(succeed(&ledger, &begun, 54_005).await?, RunState::Succeeded, "{engine:?}");
        }
        scheduler.tick().await?;
        clock.set(at("2026-11-16T00:05:00Z"));
        let begun = scheduler.claim().await?.unwrap().begun;
        clock.advance(SignedDuration::from_millis(600));
        let ended = Ended {
            state: RunState::Succeeded,
            reason: "exit code 0".to_owned(),
            records: Some(0),
            expected: None,
            doubt: None,
            may_repeat: true,
        };
        let (state, reason) = ledger.settle(&begun.work, ended).await?;
        assert_eq!(state, RunState::Suspect, "{engine:?}");
        assert_eq!(reason, "exit code 0; 0 records of 54005 expected; 0.6 s, usual 240.0 s", "{engine:?}");
        let alerts = open_alerts(&ledger).await?;
        assert_eq!(alerts, [("suspect/gmc-sync".to_owned(), "page".to_owned())], "{engine:?}");
        // The next good night closes it.
        scheduler.tick().await?;
        clock.set(at("2026-11-17T00:05:00Z"));
        let begun = scheduler.claim().await?.unwrap().begun;
        clock.advance(minutes(4));
        succeed(&ledger, &begun, 54_005).await?;
        assert!(open_alerts(&ledger).await?.is_empty(), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn s05_a_run_killed_at_its_first_moment_is_one_run_of_two_attempts() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
        let ledger = node(&store, &clock, &house()[..1], "a");
        let mut killed = Scheduler::new(ledger.clone());
        killed.tick().await?;
        clock.set(at("2026-11-25T00:05:00Z"));
        killed.claim().await?.unwrap();
        clock.set(at("2026-11-25T00:07:00Z"));
        let mut restarted = Scheduler::new(ledger.clone());
        restarted.tick().await?;
        assert_eq!(work(&restarted, &ledger).await?, ["gmc-sync"], "{engine:?}");
        let run = runs(&store, "gmc-sync").await?.remove(0);
        assert_eq!(run.state, RunState::Succeeded, "{engine:?}");
        let attempts = store::run::attempts(&mut store.read().await?, &run.id).await?;
        assert_eq!(attempts.len(), 2, "{engine:?}");
        assert!(open_alerts(&ledger).await?.is_empty(), "{engine:?}: nobody is woken");
    }
    Ok(())
}

#[tokio::test]
async fn a_job_of_data_waits_for_tonights_data() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
        let ledger = node(&store, &clock, &house(), "a");
        let mut scheduler = Scheduler::new(ledger.clone());
        scheduler.tick().await?;
        // What was published before the night does not count.
        let early = ledger.begin("gmc-sync", &Actor::person("ana", ""), Start::Due).await?;
        publish(&ledger, &early.work).await?;
        succeed(&ledger, &early, 40).await?;
        clock.set(at("2026-11-25T00:05:00Z"));
        let missing = ledger.missing("tis-enrich").await?.unwrap();
        assert_eq!((missing.job.as_str(), missing.slot.as_str()), ("gmc-sync", "2026-11-25T00:05#1"));
        let gmc = scheduler.claim().await?.unwrap();
        assert_eq!(gmc.job, "gmc-sync", "{engine:?}");
        clock.advance(minutes(1));
        publish(&ledger, &gmc.begun.work).await?;
        assert!(!scheduler.has_work().await?, "{engine:?}: gmc-sync has not ended");
        succeed(&ledger, &gmc.begun, 40).await?;
        assert_eq!(ledger.missing("tis-enrich").await?, None, "{engine:?}");
        assert_eq!(work(&scheduler, &ledger).await?, ["tis-enrich"], "{engine:?}");
        assert_eq!(ledger.missing("gmc-sync").await?, None, "{engine:?}: it waits for nobody");
    }
    Ok(())
}

#[tokio::test]
async fn a_list_published_later_lets_the_job_that_reads_it_be_done_again_once() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
        let ledger = node(&store, &clock, &house(), "a");
        let (mut scheduler, mut other) = (Scheduler::new(ledger.clone()), Scheduler::new(ledger.clone()));
        scheduler.tick().await?;
        clock.set(at("2026-11-25T00:05:00Z"));
        let gmc = scheduler.claim().await?.unwrap();
        publish(&ledger, &gmc.begun.work).await?;
        succeed(&ledger, &gmc.begun, 40).await?;
        clock.advance(minutes(1));
        assert_eq!(work(&scheduler, &ledger).await?, ["tis-enrich"], "{engine:?}");
        clock.advance(minutes(60));
        scheduler.tick().await?;
        assert!(!scheduler.has_work().await?, "{engine:?}: nothing was published since");
        // At two in the afternoon somebody asks for one body again.
        clock.set(at("2026-11-25T14:00:00Z"));
        let by_hand = ledger.begin("gmc-sync", &Actor::person("ana", ""), Start::Own).await?;
        publish(&ledger, &by_hand.work).await?;
        scheduler.tick().await?;
        assert!(!scheduler.has_work().await?, "{engine:?}: that run has not ended");
        succeed(&ledger, &by_hand, 40).await?;
        scheduler.tick().await?;
        assert!(!scheduler.has_work().await?, "{engine:?}: whoever runs both by hand comes first");
        clock.advance(minutes(1));
        for scheduler in [&mut scheduler, &mut other] {
            scheduler.tick().await?;
        }
        assert_eq!(work(&scheduler, &ledger).await?, ["tis-enrich"], "{engine:?}");
        let all = runs(&store, "tis-enrich").await?;
        let repeats: Vec<&RunRow> = all.iter().filter(|run| run.is_repeat()).collect();
        assert_eq!(repeats.len(), 1, "{engine:?}: once, on however many nodes");
        assert_eq!(repeats[0].state, RunState::Succeeded, "{engine:?}");
        clock.advance(minutes(60));
        scheduler.tick().await?;
        assert!(!scheduler.has_work().await?, "{engine:?}: it has read what there is");
        assert!(open_alerts(&ledger).await?.is_empty(), "{engine:?}: nobody is woken");
    }
    Ok(())
}

#[tokio::test]
async fn a_run_past_its_finish_is_late_until_it_succeeds() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
        let ledger = node(&store, &clock, &house()[..1], "a");
        let mut scheduler = Scheduler::new(ledger.clone());
        scheduler.tick().await?;
        clock.set(at("2026-11-25T00:05:00Z"));
        let begun = scheduler.claim().await?.unwrap().begun;
        clock.set(at("2026-11-25T02:05:01Z"));
        scheduler.tick().await?;
        scheduler.tick().await?;
        let _ = alerts(&ledger).await?;
        let alerts = alerts(&ledger).await?;
        let told: Vec<_> = alerts.iter().map(|alert| (alert.kind.as_str(), alert.times)).collect();
        assert_eq!(told, [("LATE", 1)], "{engine:?}: told once");
        succeed(&ledger, &begun, 40).await?;
        assert!(open_alerts(&ledger).await?.is_empty(), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn two_hundred_nights_without_a_scheduler_are_two_hundred_missed_rows() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-01-01T12:00:00Z"));
        Scheduler::new(node(&store, &clock, &house()[..1], "a")).tick().await?;
        clock.advance(SignedDuration::from_hours(200 * 24));
        let ledger = node(&store, &clock, &house()[..1], "a");
        let mut later = Scheduler::new(ledger.clone());
        later.tick().await?;
        let missed =
            runs(&store, "gmc-sync").await?.iter().filter(|run| run.state == RunState::Missed).count();
        assert_eq!(missed, 200, "{engine:?}");
        let alerts = alerts(&ledger).await?;
        assert!(alerts[0].sentence.contains("200 runs were missed"), "{engine:?}: {}", alerts[0].sentence);
    }
    Ok(())
}

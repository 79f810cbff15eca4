//! Overrides: a paused run is skipped and not missed, the newest is made good at the end, and all of it ends by itself.

use domain::job::Job;
use domain::overrides::{Override, What, lay};
use domain::run::RunState;
use domain::scope::Actor;
use jobs::{Ledger, Scheduler, Start};
use testkit::{Engine, VirtualClock, engines};

use super::*;

fn pause(until: &str) -> Override {
    Override {
        id: "o-1".to_owned(),
        what: What::Pause { job: "gmc-sync".to_owned() },
        owner: "os:ana".to_owned(),
        reason: "the GMC is being upgraded".to_owned(),
        answers: None,
        starts_at: at("2026-11-27T08:00:00Z"),
        ends_at: at(until),
        ended_at: None,
        ended_by: String::new(),
    }
}

fn under(overrides: &[Override]) -> Vec<Job> {
    let mut jobs = house();
    lay(&mut jobs, overrides);
    jobs
}

async fn states(store: &Store, job: &str) -> Result<Vec<(String, RunState)>, StoreError> {
    let past = runs(store, job).await?.into_iter().filter(|run| run.state != RunState::Due);
    Ok(past.map(|run| (run.scheduled_for.or(run.makes_good).unwrap_or_default(), run.state)).collect())
}

/// Ticks at each of these instants and begins what can be begun; everything succeeds.
async fn nights(ledger: &Ledger, clock: &VirtualClock, instants: &[&str]) -> Outcome {
    let mut scheduler = Scheduler::new(ledger.clone());
    for instant in instants {
        clock.set(at(instant));
        scheduler.tick().await?;
        while let Some(claimed) = scheduler.claim().await? {
            publish(ledger, &claimed.begun.work).await?;
            succeed(ledger, &claimed.begun, 40).await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_paused_run_is_skipped_and_the_newest_is_made_good_once() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-27T08:00:00Z"));
        let ledger = node(&store, &clock, &under(&[pause("2026-11-30T08:00:00Z")]), "a");
        let night = ["2026-11-27T09:00:00Z", "2026-11-28T00:05:00Z", "2026-11-28T06:00:00Z"];
        nights(&ledger, &clock, &night).await?;
        // Nobody looks for two nights; what the pause covered is not missed all the same.
        let rest =
            ["2026-11-30T07:59:59Z", "2026-11-30T08:00:00Z", "2026-11-30T08:00:01Z", "2026-12-01T00:05:00Z"];
        nights(&ledger, &clock, &rest).await?;
        for job in ["gmc-sync", "tis-enrich"] {
            let expected = [
                ("2026-11-28T00:05#1", RunState::Skipped),
                ("2026-11-29T00:05#1", RunState::Skipped),
                ("2026-11-30T00:05#1", RunState::Succeeded),
                ("2026-11-30T00:05#1", RunState::Skipped),
                ("2026-12-01T00:05#1", RunState::Succeeded),
            ];
            let mut seen = states(&store, job).await?;
            seen.sort_by_key(|(slot, state)| (slot.clone(), state.word() != "succeeded"));
            let expected = expected.map(|(slot, state)| (slot.to_owned(), state));
            assert_eq!(seen, expected, "{engine:?}: {job}");
        }
        let skipped =
            runs(&store, "tis-enrich").await?.into_iter().find(|run| run.state == RunState::Skipped);
        let reason = skipped.map(|run| run.reason).unwrap_or_default();
        assert_eq!(
            reason, "paused by os:ana: the GMC is being upgraded",
            "{engine:?}: it rests with its data"
        );
    }
    Ok(())
}

#[tokio::test]
async fn the_watch_calls_no_paused_run_missed_and_calls_it_so_once_the_pause_is_over() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-27T08:00:00Z"));
        let one = pause("2026-11-28T08:00:00Z");
        let mut tx = store.begin().await?;
        store::overrides::insert(
            &mut tx,
            &one,
            &Actor::person("ana", &one.reason),
            at("2026-11-27T08:00:00Z"),
        )
        .await?;
        tx.commit().await?;
        let ledger = node(&store, &clock, &house(), "a");
        Scheduler::new(ledger.clone()).tick().await?;
        let missed = |open: Vec<(String, String)>| open.iter().any(|(key, _)| key == "missed/gmc-sync");
        clock.set(at("2026-11-28T00:11:00Z"));
        assert!(!missed(open_alerts(&ledger).await?), "{engine:?}: it rests");
        clock.set(at("2026-11-29T00:11:00Z"));
        assert!(missed(open_alerts(&ledger).await?), "{engine:?}: the pause is over, and nobody was there");
    }
    Ok(())
}

#[tokio::test]
async fn another_schedule_is_planned_for_its_time_and_noted_in_the_runs_it_touches() -> Outcome {
    let engine = Engine::Sqlite;
    let (store, _scratch) = testkit::store(engine).await;
    let clock = VirtualClock::at(at("2026-11-27T08:00:00Z"));
    let mut scheduler = Scheduler::new(node(&store, &clock, &house(), "a"));
    scheduler.tick().await?;
    let what = What::Schedule { job: "gmc-sync".to_owned(), schedule: "30 3 * * *".to_owned() };
    let one = Override { what, ..pause("2026-11-28T08:00:00Z") };
    let mut ledger = node(&store, &clock, &under(std::slice::from_ref(&one)), "a");
    ledger.overrides = Arc::new(vec![one]);
    scheduler.adopt(ledger.clone());
    for instant in
        ["2026-11-27T08:00:01Z", "2026-11-28T00:05:00Z", "2026-11-28T03:30:00Z", "2026-11-29T00:05:00Z"]
    {
        clock.set(at(instant));
        scheduler.tick().await?;
        while scheduler.has_work().await? {
            let Some(claimed) = scheduler.claim().await? else { continue };
            if claimed.job == "gmc-sync" {
                publish(&ledger, &claimed.begun.work).await?;
            }
            succeed(&ledger, &claimed.begun, 40).await?;
        }
    }
    let expected = [
        ("2026-11-28T00:05#1", RunState::Skipped),
        ("2026-11-28T03:30#1", RunState::Succeeded),
        ("2026-11-29T00:05#1", RunState::Succeeded),
    ];
    assert_eq!(states(&store, "gmc-sync").await?, expected.map(|(slot, state)| (slot.to_owned(), state)));
    let touched = runs(&store, "gmc-sync")
        .await?
        .into_iter()
        .find(|run| run.scheduled_for.as_deref() == Some("2026-11-28T03:30#1"));
    let id = touched.map(|run| run.id).unwrap_or_default();
    let said = store::run_log::of_run(&mut store.read().await?, &id, 0, 100).await?;
    assert!(said.iter().any(|line| line.text.starts_with("for a while, gmc-sync is due at")), "{said:#?}");
    Ok(())
}

#[tokio::test]
async fn a_person_may_begin_what_is_paused() -> Outcome {
    let (store, _scratch) = testkit::store(Engine::Sqlite).await;
    let clock = VirtualClock::at(at("2026-11-27T08:00:00Z"));
    let ledger = node(&store, &clock, &under(&[pause("2026-11-30T08:00:00Z")]), "a");
    let begun = ledger.begin("gmc-sync", &Actor::person("ana", "a look"), Start::Due).await?;
    assert_eq!(succeed(&ledger, &begun, 40).await?, RunState::Succeeded);
    Ok(())
}

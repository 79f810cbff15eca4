//! Facts of whole turns of the watch over a real store of either engine.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod address;
mod away;
mod delivery;
mod letters;
mod many;
#[path = "../../../../fuzz/mutation.rs"]
mod mutation;
mod receiver;
mod short;
mod together;

use std::sync::Arc;

use domain::alert::Severity;
use domain::clock::{Clock, IdSource, VirtualClock};
use domain::exceptions::Exceptions;
use domain::floors::Floors;
use domain::freshness::Promise;
use domain::job::{Class, Job, Trigger};
use domain::overrides::{Override, What};
use domain::run::RunState;
use domain::schedule::{ClockChange, Schedule};
use domain::scope::Actor;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::due::NewDue;
use store::run::NewRun;
use store::silence::Matcher;
use store::{LeaseClock, Store, StoreError};
use testkit::engines;
use watch::declared::Declared;
use watch::policy::{Policies, Policy};
use watch::turn::Watch;

type Outcome = Result<(), StoreError>;

const JOB: &str = "gmc-sync";
const SLOT: &str = "2026-11-25T00:05#1";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn watch(store: &Store, clock: &VirtualClock, node: &str) -> Watch {
    let job = Job {
        name: JOB.to_owned(),
        alias: String::new(),
        sentence: "It is a sample.".to_owned(),
        owner: "the team".to_owned(),
        trigger: Trigger::Schedule(Schedule::parse("5 0 * * *").unwrap()),
        labels: Default::default(),
        kind: Default::default(),
        exceptions: Exceptions::default(),
        zone: TimeZone::get("Europe/London").unwrap(),
        change: ClockChange::default(),
        start_deadline: "00:10".parse().unwrap(),
        finish_deadline: "02:00".parse().unwrap(),
        floors: Floors { duration: SignedDuration::ZERO, records: 1 },
        fresh_within: None,
        attempts: 1,
        retry_wait: SignedDuration::ZERO,
        catch_up: SignedDuration::ZERO,
        class: Class::Repeatable,
        on_failed: Severity::Warn,
    };
    Watch {
        store: store.clone(),
        clock: Arc::new(clock.clone()),
        lease_clock: LeaseClock::Program,
        ids: Arc::new(IdSource::new(7)),
        declared: Declared {
            jobs: vec![job],
            lists: Vec::new(),
            promise: Promise::default(),
            environment: "test".to_owned(),
            public_url: "http://reval.test".to_owned(),
            build: "1".to_owned(),
            config_hash: "abc".to_owned(),
        },
        node: node.to_owned(),
        policies: Policies::new(vec![Policy::to("chat", None)]),
    }
}

fn like(id: &str) -> NewRun<'_> {
    NewRun { id, job: JOB, requested_by: "os:ana", build: "1", config_hash: "abc" }
}

/// One row that a scheduler planned before it died.
async fn planned(store: &Store) -> Outcome {
    let due = NewDue {
        id: "run-1".to_owned(),
        scheduled_for: SLOT.to_owned(),
        is_skipped: false,
        due_at: at("2026-11-25T00:05:00Z"),
        start_by: at("2026-11-25T00:10:00Z"),
        finish_by: at("2026-11-25T02:00:00Z"),
    };
    let mut tx = store.begin().await?;
    store::due::plan(&mut tx, &like(""), &[due], at("2026-11-24T00:00:00Z")).await?;
    tx.commit().await
}

/// Kind, state and times of every alert.
async fn alerts(store: &Store) -> Result<Vec<(String, String, u64)>, StoreError> {
    let rows = store::alert::recent(&mut store.read().await?, 9).await?;
    Ok(rows.into_iter().map(|row| (row.kind, row.state, row.times)).collect())
}

/// What people were told, in order: the word of the notice and its state.
async fn told(store: &Store) -> Result<Vec<(&'static str, String)>, StoreError> {
    let mut rows = store::notification::recent(&mut store.read().await?, 99).await?;
    rows.reverse();
    Ok(rows.into_iter().map(|row| (row.kind.word(), row.state)).collect())
}

#[tokio::test]
async fn with_the_scheduler_dead_a_missed_run_is_told_once_and_again_each_night() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        planned(&store).await?;
        let clock = VirtualClock::at(at("2026-11-25T00:10:00Z"));
        let watch = watch(&store, &clock, "a");
        watch.turn().await?;
        assert!(alerts(&store).await?.is_empty(), "{engine:?}: at the deadline nothing is missed yet");
        clock.advance(SignedDuration::from_secs(1));
        watch.turn().await?;
        watch.turn().await?;
        let missed = |times| vec![("MISSED".to_owned(), "open".to_owned(), times)];
        assert_eq!(alerts(&store).await?, missed(1), "{engine:?}");
        assert_eq!(told(&store).await?.len(), 1, "{engine:?}: told once");
        // The next night has no row at all: nobody planned it.
        clock.set(at("2026-11-26T00:10:01Z"));
        watch.turn().await?;
        assert_eq!(alerts(&store).await?, missed(2), "{engine:?}");
        let words: Vec<&str> = told(&store).await?.into_iter().map(|(word, _)| word).collect();
        assert_eq!(words, ["opened", "escalated"], "{engine:?}");
        let run = store::run::of_slot(&mut store.read().await?, JOB, SLOT).await?.unwrap();
        assert_eq!(run.state, RunState::Due, "{engine:?}: the watch ends no run");
    }
    Ok(())
}

#[tokio::test]
async fn a_person_s_success_is_recovered_and_unproven() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        planned(&store).await?;
        let clock = VirtualClock::at(at("2026-11-25T00:11:00Z"));
        let watch = watch(&store, &clock, "a");
        watch.turn().await?;
        clock.set(at("2026-11-25T09:48:00Z"));
        let whole = domain::floors::Measured { duration_ms: 240_000, records: 40 };
        let mut tx = store.begin().await?;
        store::run::begin_manual(&mut tx, &like("run-2"), at("2026-11-25T09:40:00Z")).await?;
        let end = (RunState::Succeeded, "published 1 of 1");
        let ended = at("2026-11-25T09:45:00Z");
        store::run::settle_measured(&mut tx, "run-2", end, Some((whole, None)), ended).await?;
        tx.commit().await?;
        watch.turn().await?;
        watch.turn().await?;
        let expected = [("MISSED".to_owned(), "recovered_unproven".to_owned(), 1)];
        assert_eq!(alerts(&store).await?, expected, "{engine:?}");
        let words: Vec<&str> = told(&store).await?.into_iter().map(|(word, _)| word).collect();
        assert_eq!(words, ["opened", "recovered"], "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_silence_holds_notices_back_and_not_detection() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        planned(&store).await?;
        let clock = VirtualClock::at(at("2026-11-25T00:11:00Z"));
        let mut tx = store.begin().await?;
        let matcher = Matcher { matches: "job".to_owned(), value: JOB.to_owned() };
        let span = (clock_at(&clock), at("2026-11-25T08:00:00Z"));
        let ana = Actor::person("ana", "the GMC's change");
        store::silence::insert(&mut tx, "s-1", (&matcher, &ana), span, span.0).await?;
        tx.commit().await?;
        let watch = watch(&store, &clock, "a");
        watch.turn().await?;
        assert_eq!(told(&store).await?, [("opened", "held_back".to_owned())], "{engine:?}");
        clock.set(at("2026-11-25T08:00:00Z"));
        watch.turn().await?;
        assert_eq!(told(&store).await?[0], ("opened", "waiting".to_owned()), "{engine:?}");
    }
    Ok(())
}

fn clock_at(clock: &VirtualClock) -> Timestamp {
    domain::clock::Clock::now(clock)
}

#[tokio::test]
async fn a_watch_that_fell_silent_is_told_by_the_other() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-25T12:00:00Z"));
        let (a, b) = (watch(&store, &clock, "a"), watch(&store, &clock, "b"));
        a.turn().await?;
        b.turn().await?;
        clock.advance(SignedDuration::from_secs(121));
        a.turn().await?;
        let silent = [("CONFIG".to_owned(), "open".to_owned(), 1)];
        assert_eq!(alerts(&store).await?, silent, "{engine:?}");
        b.turn().await?;
        assert_eq!(alerts(&store).await?[0].1, "resolved", "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_turn_in_which_nothing_changed_writes_nothing_until_the_watch_is_to_be_heard_of() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let start = at("2026-11-25T12:00:00Z");
        let clock = VirtualClock::at(start);
        let watch = watch(&store, &clock, "a");
        watch.turn().await?;
        for (seconds, heard) in [(0, 0), (1, 0), (9, 0), (10, 10), (19, 10), (20, 20)] {
            clock.set(start + SignedDuration::from_secs(seconds));
            watch.turn().await?;
            let beat = store::watcher::all(&mut store.read().await?).await?.remove(0).beat_at;
            assert_eq!(beat, start + SignedDuration::from_secs(heard), "{engine:?} after {seconds} s");
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_an_older_program_left_open_is_resolved_once_its_condition_is_not_found() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-25T12:00:00Z"));
        let watch = watch(&store, &clock, "a");
        watch.turn().await?;
        let mut tx = store.begin().await?;
        let kind = (domain::alert::AlertKind::Failed, Severity::Warn);
        let old = store::alert::AlertRow::new("old-1", "failed/1-AIIDWT", kind, clock_at(&clock));
        assert!(store::alert::open(&mut tx, &old, clock_at(&clock)).await?, "{engine:?}");
        tx.commit().await?;
        watch.turn().await?;
        assert_eq!(alerts(&store).await?, [("FAILED".to_owned(), "resolved".to_owned(), 1)], "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn an_alert_that_an_override_answers_stays_open_while_it_counts() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        planned(&store).await?;
        let clock = VirtualClock::at(at("2026-11-25T00:10:01Z"));
        let watch = watch(&store, &clock, "a");
        watch.turn().await?;
        let actor = Actor::person("ana", "the outage");
        let one = Override {
            id: "o-1".to_owned(),
            what: What::Target { url: "http://elsewhere.test".to_owned() },
            owner: actor.name.clone(),
            reason: actor.reason.clone(),
            answers: Some("missed/gmc-sync".to_owned()),
            starts_at: clock.now(),
            ends_at: at("2026-11-25T12:00:00Z"),
            ended_at: None,
            ended_by: String::new(),
        };
        let mut tx = store.begin().await?;
        store::overrides::insert(&mut tx, &one, &actor, clock.now()).await?;
        // Somebody skips the run, so that its condition is gone.
        store::run::skip(&mut tx, "run-1", "not tonight", clock.now()).await?;
        tx.commit().await?;
        let states = async || -> Result<Vec<(String, String)>, StoreError> {
            watch.turn().await?;
            let mut all = store::alert::recent(&mut store.read().await?, 9).await?;
            all.sort_by(|a, b| a.key.cmp(&b.key));
            Ok(all.into_iter().map(|row| (row.kind, row.state)).collect())
        };
        let expected = |missed: &str, config: &str| {
            [("CONFIG", config), ("MISSED", missed)]
                .map(|(kind, state)| (kind.to_owned(), state.to_owned()))
                .to_vec()
        };
        assert_eq!(states().await?, expected("open", "open"), "{engine:?}: the override lives");
        clock.set(at("2026-11-25T12:00:00Z"));
        assert_eq!(states().await?, expected("resolved", "resolved"), "{engine:?}: both are over");
    }
    Ok(())
}

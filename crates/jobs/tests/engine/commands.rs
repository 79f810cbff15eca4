//! Command jobs and those of somebody else: evidence, logs, limits, and no run that nobody ends.

use domain::job::{Command, Job, Kind};
use domain::run::RunState;
use domain::run_log::Level;
use domain::scope::Actor;
use jobs::external::{Report, Reported, lines};
use jobs::program::Program;
use jobs::{Ledger, Scheduler, command};
use testkit::{Engine, VirtualClock, engines};

use super::*;

const JOB: &str = "copy-out";

fn shell(script: &str) -> Command {
    Command {
        file: "/bin/sh".to_owned(),
        arguments: vec!["-c".to_owned(), script.to_owned()],
        environment: Vec::new(),
        directory: None,
        time_limit: SignedDuration::from_secs(1),
    }
}

fn jobs_of(kind: Kind) -> Vec<Job> {
    let floors = Floors { duration: SignedDuration::ZERO, records: 0 };
    vec![Job { kind, floors, attempts: 1, ..job(JOB, "40 2 * * *") }]
}

/// A node at its hour with a run that is due.
async fn due(store: &Store, kind: Kind) -> Result<(Ledger, Scheduler, VirtualClock), StoreError> {
    let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
    let ledger = node(store, &clock, &jobs_of(kind), "a");
    let mut scheduler = Scheduler::new(ledger.clone());
    scheduler.tick().await?;
    clock.set(at("2026-11-25T02:40:00Z"));
    Ok((ledger, scheduler, clock))
}

async fn ended(engine: Engine, script: &str) -> Result<(RunState, String, Vec<String>), StoreError> {
    let (store, _scratch) = testkit::store(engine).await;
    let (ledger, scheduler, _) = due(&store, Kind::Command(shell(script))).await?;
    let begun = scheduler.claim().await?.unwrap().begun;
    let (state, reason) = command::carry_out(&ledger, &Program::of(&shell(script)), &begun).await?;
    let said = store::run_log::of_run(&mut store.read().await?, &begun.work.run_id, 0, 100).await?;
    Ok((state, reason, said.into_iter().map(|line| format!("{} {}", line.level, line.text)).collect()))
}

#[tokio::test]
async fn how_a_command_ends_and_what_it_says_are_the_evidence_of_its_run() -> Outcome {
    for engine in engines() {
        let (state, reason, said) =
            ended(engine, "echo copied; echo 'reval-records: 42'; echo hm >&2").await?;
        assert_eq!(
            (state, reason.as_str()),
            (RunState::Succeeded, "ended with code 0 and 42 records"),
            "{engine:?}"
        );
        for line in [
            "info starts /bin/sh",
            "info copied",
            "warn hm",
            "info the run ends as succeeded: ended with code 0 and 42 records",
        ] {
            assert!(said.iter().any(|one| one == line), "{engine:?}: {line:?} is not in {said:#?}");
        }
        let (state, reason, _) = ended(engine, "exit 3").await?;
        assert_eq!((state, reason.as_str()), (RunState::Failed, "ended with code 3"), "{engine:?}");
        let (state, reason, _) = ended(engine, "true").await?;
        assert_eq!(state, RunState::Suspect, "{engine:?}: nothing in no time: {reason}");
        let (state, reason, _) = ended(engine, "sleep 60").await?;
        assert_eq!(state, RunState::Failed, "{engine:?}");
        assert!(
            reason.contains("longer than 1 seconds and was ended with all it started"),
            "{engine:?}: {reason}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn what_somebody_else_runs_is_begun_and_ended_by_what_they_report() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let (ledger, mut scheduler, clock) = due(&store, Kind::External).await?;
        assert!(!scheduler.has_work().await?, "{engine:?}: nobody here begins it");
        let who = Actor::person("warehouse", "");
        let (id, state, _) = ledger.report(JOB, &who, &Report::of(Reported::Begun)).await?;
        assert_eq!(state, RunState::Running, "{engine:?}");
        assert!(
            ledger.report(JOB, &who, &Report::of(Reported::Begun)).await.is_err(),
            "{engine:?}: it has begun"
        );
        clock.advance(minutes(30));
        scheduler.tick().await?;
        assert!(!scheduler.has_work().await?, "{engine:?}: nor takes it up, long after its lease");
        let end = Report {
            said: lines(Level::Info, "loaded"),
            ..Report::of(Reported::Ended { is_good: true, records: 54_005 })
        };
        let (same, state, reason) = ledger.report(JOB, &who, &end).await?;
        assert_eq!((same, state), (id, RunState::Succeeded), "{engine:?}: {reason}");
        let run = runs(&store, JOB).await?.remove(0);
        assert_eq!(
            (run.scheduled_for.as_deref(), run.records),
            (Some("2026-11-25T02:40#1"), Some(54_005)),
            "{engine:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn what_nobody_reports_is_missed_and_what_nobody_ends_has_failed() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let (ledger, mut scheduler, clock) = due(&store, Kind::External).await?;
        clock.set(at("2026-11-25T02:45:01Z"));
        scheduler.tick().await?;
        clock.set(at("2026-11-26T02:41:00Z"));
        scheduler.tick().await?;
        ledger.report(JOB, &Actor::person("warehouse", ""), &Report::of(Reported::Begun)).await?;
        clock.set(at("2026-11-26T04:40:01Z"));
        scheduler.tick().await?;
        let ends: Vec<(RunState, String)> = runs(&store, JOB)
            .await?
            .into_iter()
            .filter(|run| run.kind == "scheduled" && run.state.is_end())
            .map(|run| (run.state, run.reason))
            .collect();
        let expected = [
            (RunState::Missed, "nobody began it by its deadline".to_owned()),
            (RunState::Failed, "nobody reported its end by its deadline".to_owned()),
        ];
        assert_eq!(ends, expected, "{engine:?}");
    }
    Ok(())
}

/// A report of a run that its reporter calls so.
fn named(rid: &str, what: Reported) -> Report {
    Report { rid: Some(rid.to_owned()), ..Report::of(what) }
}

#[tokio::test]
async fn a_report_that_comes_twice_under_one_name_changes_nothing_twice() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let (ledger, _, clock) = due(&store, Kind::External).await?;
        let who = Actor::person("warehouse", "");
        let end = Reported::Ended { is_good: true, records: 9 };
        let (id, ..) = ledger.report(JOB, &who, &named("41", Reported::Begun)).await?;
        let (again, state, _) = ledger.report(JOB, &who, &named("41", Reported::Begun)).await?;
        assert_eq!((&again, state), (&id, RunState::Running), "{engine:?}");
        clock.advance(minutes(1));
        let said = Report { said: lines(Level::Info, "half\n\nway"), ..named("41", Reported::Goes) };
        ledger.report(JOB, &who, &said).await?;
        let as_of = at("2026-11-24T23:00:00Z");
        let ended = Report { as_of: Some(as_of), ..named("41", end.clone()) };
        for _ in 0..2 {
            let (same, state, _) = ledger.report(JOB, &who, &ended).await?;
            assert_eq!((&same, state), (&id, RunState::Succeeded), "{engine:?}");
        }
        let begun = runs(&store, JOB).await?.into_iter().filter(|run| run.started_at.is_some()).count();
        assert_eq!(begun, 1, "{engine:?}: one run, whatever was said twice");
        let fresh = store::report::fresh(&mut store.read().await?).await?;
        assert_eq!(fresh, [(JOB.to_owned(), as_of)], "{engine:?}");
        let log = store::run_log::of_run(&mut store.read().await?, &id, 0, 100).await?;
        assert!(log.iter().any(|line| line.text == "way"), "{engine:?}");
        let goes = ledger.report(JOB, &who, &named("42", Reported::Goes)).await;
        assert!(goes.is_err(), "{engine:?}: nothing is open that it could be said of");
    }
    Ok(())
}

#[tokio::test]
async fn a_second_run_that_begins_ends_the_first_as_failed() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let (ledger, _, clock) = due(&store, Kind::External).await?;
        let who = Actor::person("warehouse", "");
        let (first, ..) = ledger.report(JOB, &who, &named("41", Reported::Begun)).await?;
        let (second, ..) = ledger.report(JOB, &who, &named("42", Reported::Begun)).await?;
        assert_ne!(first, second, "{engine:?}");
        let old = store::run::get(&mut store.read().await?, &first).await?.unwrap();
        assert_eq!(old.state, RunState::Failed, "{engine:?}: {}", old.reason);
        let third = Report::of(Reported::Begun);
        assert!(ledger.report(JOB, &who, &third).await.is_err(), "{engine:?}: it has just begun");
        let late = named("41", Reported::Ended { is_good: true, records: 9 });
        let (_, state, _) = ledger.report(JOB, &who, &late).await?;
        assert_eq!(state, RunState::Failed, "{engine:?}: a run has one end");
        let stranger = named("43", Reported::Ended { is_good: true, records: 9 });
        assert!(ledger.report(JOB, &who, &stranger).await.is_err(), "{engine:?}: 42 is at work");
        clock.advance(minutes(2));
        let (fourth, ..) = ledger.report(JOB, &who, &third).await?;
        assert_ne!(fourth, second, "{engine:?}: without a name, one that begins later is another");
    }
    Ok(())
}

//! Starts: one winner, whoever asks; a person takes the due run; what died is taken up; what ended stays ended.

use std::collections::BTreeSet;

use domain::job::{Class, Command, Job, Kind};
use domain::run::RunState;
use domain::run_log::{Level, Line};
use domain::scope::Actor;
use jiff::SignedDuration;
use jobs::{Claimed, Ended, Ledger, Room, Scheduler, Start};
use store::StoreError;
use testkit::{VirtualClock, engines};

use super::*;

fn person() -> Actor {
    Actor::person("ana", "asked for")
}

#[tokio::test(flavor = "multi_thread")]
async fn of_five_nodes_one_begins_what_is_due() -> Outcome {
    for engine in engines() {
        let (store, scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
        let mut nodes = Vec::new();
        for name in ["a", "b", "c", "d", "e"] {
            let mut scheduler =
                Scheduler::new(node(&Store::open(&scratch.url).await?, &clock, &house(), name));
            scheduler.tick().await?;
            nodes.push(scheduler);
        }
        let reaches = runs(&store, "gmc-sync").await?.last().and_then(|run| run.due_at).unwrap();
        assert!(reaches >= at("2026-11-26T20:00:00Z"), "{engine:?}: rows reach 48 hours ahead");
        assert!(!nodes[0].has_work().await?, "{engine:?}: nothing is due yet");
        clock.set(at("2026-11-25T00:05:00Z"));
        let (a, b, c) = tokio::join!(nodes[0].claim(), nodes[1].claim(), nodes[2].claim());
        let (d, e) = tokio::join!(nodes[3].claim(), nodes[4].claim());
        let won: Vec<_> = [a?, b?, c?, d?, e?].into_iter().flatten().collect();
        assert_eq!(won.len(), 1, "{engine:?}: {won:?}");
        assert_eq!(won[0].job, "gmc-sync", "{engine:?}: the other waits for its data");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn many_that_are_due_at_once_are_begun_at_once_and_each_once() -> Outcome {
    for engine in engines() {
        let (store, scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
        let many: Vec<Job> = (0..150).map(|n| job(&format!("job-{n:03}"), "5 0 * * *")).collect();
        let (mut one, mut two) = (
            Scheduler::new(node(&store, &clock, &many, "a")),
            Scheduler::new(node(&Store::open(&scratch.url).await?, &clock, &many, "b")),
        );
        one.tick().await?;
        two.tick().await?;
        clock.set(at("2026-11-25T00:05:00Z"));
        let room = Room { runs: 200, own: 200, busy: BTreeSet::new() };
        let (first, second) = tokio::join!(one.claim_all(&room), two.claim_all(&room));
        let mut begun: Vec<Claimed> = first?.into_iter().chain(second?).collect();
        // One that lost a race for a single run gave up all of them; the next look takes what is left.
        begun.extend(one.claim_all(&room).await?);
        let jobs: BTreeSet<&str> = begun.iter().map(|claimed| claimed.job.as_str()).collect();
        assert_eq!((begun.len(), jobs.len()), (150, 150), "{engine:?}");
        assert!(!one.has_work_for(&room).await?, "{engine:?}");
        let run = &begun[0].begun.work.run_id;
        let mut tx = store.read().await?;
        assert_eq!(store::run::attempts(&mut tx, run).await?.len(), 1, "{engine:?}");
        let said = store::run_log::of_run(&mut tx, run, 0, 10).await?;
        assert!(said[0].text.starts_with("attempt 1 begins on "), "{engine:?}: {said:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_long_command_keeps_no_night_waiting_and_is_not_taken_for_dead() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
        let command = Command {
            file: "/bin/true".to_owned(),
            arguments: Vec::new(),
            environment: Vec::new(),
            directory: None,
            time_limit: minutes(60),
        };
        let long = Job { kind: Kind::Command(command), ..job("long", "0 0 * * *") };
        let ledger = Ledger {
            is_alone: true,
            ..node(&store, &clock, &[long, job("gmc-sync", "5 0 * * *"), job("other", "5 0 * * *")], "a")
        };
        let mut scheduler = Scheduler::new(ledger);
        scheduler.tick().await?;
        clock.set(at("2026-11-25T00:05:00Z"));
        let mut room = Room { runs: 4, own: 1, busy: BTreeSet::new() };
        let begun = scheduler.claim_all(&room).await?;
        let jobs: Vec<&str> = begun.iter().map(|claimed| claimed.job.as_str()).collect();
        assert_eq!(jobs.len(), 2, "{engine:?}: {jobs:?}, and the second of our own waits for the first");
        assert_eq!(jobs[0], "long", "{engine:?}");
        room.busy = begun.iter().map(|claimed| claimed.begun.work.run_id.clone()).collect();
        (room.runs, room.own) = (2, 0);
        assert!(!scheduler.has_work_for(&room).await?, "{engine:?}: what this process does is not dead");
        room.busy.clear();
        (room.runs, room.own) = (4, 1);
        assert!(scheduler.has_work_for(&room).await?, "{engine:?}: of another process it would be");
    }
    Ok(())
}

#[tokio::test]
async fn whoever_comes_second_is_told_which_run_by_whom_and_since_when() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
        let ledger = node(&store, &clock, &house(), "a");
        let mut scheduler = Scheduler::new(ledger.clone());
        scheduler.tick().await?;
        clock.set(at("2026-11-25T00:05:01Z"));
        let claimed = scheduler.claim().await?.unwrap();
        let refusal = ledger.begin("gmc-sync", &person(), Start::Due).await.unwrap_err().to_string();
        let expected = format!(
            "gmc-sync is already running: run {}, by scheduler on a, since 2026-11-25T00:05:01Z",
            claimed.begun.work.run_id
        );
        assert_eq!(refusal, expected, "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_person_takes_the_due_run_that_is_open() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
        let ledger = node(&store, &clock, &house(), "a");
        let mut scheduler = Scheduler::new(ledger.clone());
        scheduler.tick().await?;
        let early = ledger.begin("gmc-sync", &person(), Start::Due).await?;
        succeed(&ledger, &early, 40).await?;
        clock.set(at("2026-11-25T00:06:00Z"));
        let own = ledger.begin("gmc-sync", &person(), Start::Own).await?;
        succeed(&ledger, &own, 40).await?;
        let taken = ledger.begin("gmc-sync", &person(), Start::Due).await?;
        succeed(&ledger, &taken, 40).await?;
        let kinds: Vec<_> = runs(&store, "gmc-sync")
            .await?
            .into_iter()
            .filter(|run| run.state == RunState::Succeeded)
            .map(|run| (run.kind, run.scheduled_for, run.requested_by))
            .collect();
        let by = "os:ana".to_owned();
        let slot = Some("2026-11-25T00:05#1".to_owned());
        let manual = ("manual".to_owned(), None, by.clone());
        let expected = [manual.clone(), manual, ("scheduled".to_owned(), slot, by)];
        assert_eq!(kinds, expected, "{engine:?}");
        assert!(scheduler.claim().await?.is_none_or(|claimed| claimed.job == "tis-enrich"), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_cannot_commit() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
        let (a, b) = (node(&store, &clock, &house(), "a"), node(&store, &clock, &house(), "b"));
        let mut first = Scheduler::new(a.clone());
        first.tick().await?;
        clock.set(at("2026-11-25T00:05:00Z"));
        let old = first.claim().await?.unwrap().begun;
        clock.advance(SignedDuration::from_secs(30));
        let second = Scheduler::new(b.clone());
        assert!(!second.has_work().await?, "{engine:?}: the lease has not run out");
        clock.advance(SignedDuration::from_secs(1));
        let new = second.claim().await?.unwrap().begun;
        assert_eq!((new.work.attempt, new.is_resumed), (2, true), "{engine:?}");
        // The first one wakes up and goes on.
        for refusal in [
            publish(&a, &old.work).await,
            a.beat(&old.work).await,
            succeed(&a, &old, 40).await.map(drop),
            a.fail(&old.work, "x").await,
            a.interrupt(&old.work, "x").await,
        ] {
            assert!(matches!(refusal, Err(StoreError::Conflict(_))), "{engine:?}: {refusal:?}");
        }
        let left = store::evidence::of_run(&mut store.read().await?, &old.work.run_id).await?;
        assert!(left.is_empty(), "{engine:?}: an old fence writes nothing");
        publish(&b, &new.work).await?;
        assert_eq!(succeed(&b, &new, 40).await?, RunState::Succeeded, "{engine:?}");
        let attempts = store::run::attempts(&mut store.read().await?, &old.work.run_id).await?;
        let states: Vec<_> = attempts.iter().map(|attempt| attempt.state.as_str()).collect();
        assert_eq!(states, ["lost", "done"], "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_failed_try_is_followed_by_another_after_its_wait_and_the_last_one_fails_the_run() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
        let ledger = node(&store, &clock, &house(), "a");
        let mut scheduler = Scheduler::new(ledger.clone());
        scheduler.tick().await?;
        clock.set(at("2026-11-25T00:05:00Z"));
        let mut begun = scheduler.claim().await?.unwrap().begun;
        for attempt in 1..=2 {
            let failed = Ended {
                state: RunState::Failed,
                reason: "published 0 of 1".to_owned(),
                records: Some(0),
                expected: None,
                doubt: None,
                may_repeat: true,
            };
            let (state, _) = ledger.settle(&begun.work, failed).await?;
            assert_eq!((state, begun.work.attempt), (RunState::Running, attempt), "{engine:?}");
            assert!(!scheduler.has_work().await?, "{engine:?}: not without a wait");
            clock.advance(minutes(2) + SignedDuration::from_secs(1));
            begun = scheduler.claim().await?.unwrap().begun;
        }
        ledger.fail(&begun.work, "the GMC was away").await?;
        let run = runs(&store, "gmc-sync").await?.remove(0);
        assert_eq!((run.state, run.reason.as_str()), (RunState::Failed, "the GMC was away"), "{engine:?}");
        let alerts = open_alerts(&ledger).await?;
        assert_eq!(alerts, [("failed/gmc-sync/broke_off".to_owned(), "warn".to_owned())], "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_run_that_must_not_be_done_twice_fails_when_its_process_died() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
        let once = [Job { class: Class::OnceOnly, ..job("gmc-sync", "5 0 * * *") }];
        let mut scheduler = Scheduler::new(node(&store, &clock, &once, "a"));
        scheduler.tick().await?;
        clock.set(at("2026-11-25T00:05:00Z"));
        assert!(scheduler.claim().await?.is_some(), "{engine:?}");
        clock.advance(minutes(1));
        assert!(scheduler.claim().await?.is_none(), "{engine:?}: no second try");
        let run = runs(&store, "gmc-sync").await?.remove(0);
        assert_eq!(run.state, RunState::Failed, "{engine:?}");
        assert!(run.reason.contains("a person must look"), "{engine:?}: {}", run.reason);
    }
    Ok(())
}

#[tokio::test]
async fn a_run_that_was_asked_to_stop_is_taken_up_at_once() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
        let ledger = node(&store, &clock, &house(), "a");
        let mut scheduler = Scheduler::new(ledger.clone());
        scheduler.tick().await?;
        clock.set(at("2026-11-25T00:05:00Z"));
        let begun = scheduler.claim().await?.unwrap().begun;
        ledger.interrupt(&begun.work, "the program was asked to end").await?;
        clock.advance(SignedDuration::from_secs(1));
        let other = Scheduler::new(node(&store, &clock, &house(), "b"));
        let again = other.claim().await?.unwrap().begun;
        assert_eq!((again.work.run_id, again.work.attempt), (begun.work.run_id, 2), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn an_aborted_run_is_cancelled_and_its_worker_writes_nothing_more() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
        let ledger = node(&store, &clock, &house(), "a");
        let mut scheduler = Scheduler::new(ledger.clone());
        scheduler.tick().await?;
        let ahead = runs(&store, "gmc-sync").await?[1].id.clone();
        assert_eq!(ledger.abort(&ahead, &person()).await?.unwrap().state, RunState::Due, "{engine:?}");
        clock.set(at("2026-11-25T00:05:00Z"));
        let begun = scheduler.claim().await?.unwrap().begun;
        ledger.abort(&begun.work.run_id, &person()).await?.unwrap();
        assert!(matches!(ledger.beat(&begun.work).await, Err(StoreError::Conflict(_))), "{engine:?}");
        let again = ledger.abort(&begun.work.run_id, &person()).await.unwrap_err().to_string();
        assert!(again.contains("has ended already: cancelled"), "{engine:?}: {again}");
        assert!(ledger.abort("none", &person()).await?.is_none(), "{engine:?}");
        let run = store::run::get(&mut store.read().await?, &begun.work.run_id).await?.unwrap();
        assert_eq!(
            (run.state, run.reason.as_str()),
            (RunState::Cancelled, "by os:ana: asked for"),
            "{engine:?}"
        );
        assert!(scheduler.claim().await?.is_none(), "{engine:?}: cancelled is not begun again");
    }
    Ok(())
}

#[tokio::test]
async fn a_changed_schedule_counts_tonight_and_leaves_no_row_without_an_end() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
        Scheduler::new(node(&store, &clock, &[job("gmc-sync", "5 0 * * *")], "a")).tick().await?;
        let ledger = node(&store, &clock, &[job("gmc-sync", "30 1 * * *")], "a");
        let mut changed = Scheduler::new(ledger.clone());
        changed.tick().await?;
        clock.set(at("2026-11-25T00:05:00Z"));
        assert!(changed.claim().await?.is_none(), "{engine:?}");
        clock.set(at("2026-11-25T01:30:00Z"));
        let begun = changed.claim().await?.unwrap().begun;
        succeed(&ledger, &begun, 40).await?;
        let runs = runs(&store, "gmc-sync").await?;
        let tonight: Vec<_> = runs.iter().take(2).map(|run| (run.state, run.reason.as_str())).collect();
        let skipped = (RunState::Skipped, "the schedule no longer names its time");
        assert_eq!(tonight, [skipped, (RunState::Succeeded, "published 1 of 1")], "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn what_a_run_says_is_kept_in_order_and_whoever_lost_the_lease_says_nothing() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
        let (a, b) = (node(&store, &clock, &house(), "a"), node(&store, &clock, &house(), "b"));
        Scheduler::new(a.clone()).tick().await?;
        clock.set(at("2026-11-25T00:05:00Z"));
        let first = Scheduler::new(a.clone()).claim().await?.unwrap().begun;
        let line = |text: &str| [Line::new(Level::Info, text)];
        a.tell(&first.work, &line("asks for 13 lists")).await?;
        clock.advance(minutes(1));
        let second = Scheduler::new(b.clone()).claim().await?.unwrap().begun;
        assert!(second.is_resumed, "{engine:?}");
        let late = a.tell(&first.work, &line("too late")).await;
        assert!(matches!(late, Err(StoreError::Conflict(_))), "{engine:?}: {late:?}");
        b.tell(&second.work, &line("goes on")).await?;
        b.abort(&second.work.run_id, &person()).await?;
        let mut tx = store.read().await?;
        let said = store::run_log::of_run(&mut tx, &second.work.run_id, 0, 100).await?;
        let said: Vec<(u64, &str)> = said.iter().map(|line| (line.attempt, line.text.as_str())).collect();
        let expected = [
            (1, "attempt 1 begins on a, program 0.1.0, settings abc"),
            (1, "asks for 13 lists"),
            (1, "attempt 1 is lost: its process was not heard of again"),
            (2, "attempt 2 begins on b, program 0.1.0, settings abc"),
            (2, "goes on"),
            (2, "the run is cancelled by os:ana: asked for"),
        ];
        assert_eq!(said, expected, "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_asked_for_from_afar_is_begun_by_whoever_may_and_once() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let clock = VirtualClock::at(at("2026-11-24T20:00:00Z"));
        let ledger = node(&store, &clock, &house(), "a");
        let mut scheduler = Scheduler::new(ledger.clone());
        scheduler.tick().await?;
        let robot = Actor::user("ana", "the list is old").through("robot");
        assert_eq!(ledger.ask("no-such-job", &robot).await?, None, "{engine:?}");
        let lacks = ledger.ask("tis-enrich", &robot).await.unwrap_err().to_string();
        assert!(lacks.contains("needs the lists of gmc-sync"), "{engine:?} {lacks}");
        let run = ledger.ask("gmc-sync", &robot).await?.unwrap();
        assert_eq!(
            ledger.ask("gmc-sync", &robot).await?.as_deref(),
            Some(&*run),
            "{engine:?}: the one that waits"
        );
        let begun = scheduler.claim().await?.unwrap();
        assert_eq!(begun.begun.work.run_id, run, "{engine:?}");
        let row = store::run::get(&mut store.read().await?, &run).await?.unwrap();
        let who = (row.kind.as_str(), row.requested_by.as_str(), row.state);
        assert_eq!(who, ("manual", "token:robot", RunState::Running), "{engine:?}");
        let twice = ledger.ask("gmc-sync", &robot).await.unwrap_err().to_string();
        assert!(
            twice.contains(&format!("already running: run {run}, by token:robot on a")),
            "{engine:?} {twice}"
        );
        publish(&ledger, &begun.begun.work).await?;
        succeed(&ledger, &begun.begun, 40).await?;
        // One that nobody begins has its end as well, and no other stands for it.
        let left = ledger.ask("gmc-sync", &robot).await?.unwrap();
        clock.advance(minutes(60));
        scheduler.tick().await?;
        let row = store::run::get(&mut store.read().await?, &left).await?.unwrap();
        assert_eq!(row.state, RunState::Missed, "{engine:?}");
        assert!(scheduler.claim().await?.is_none(), "{engine:?}");
    }
    Ok(())
}

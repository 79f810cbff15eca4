//! Due runs: rows ahead of their hour, one winner of each claim, and nothing written under an old fence.

use domain::floors::Measured;
use domain::run::RunState;
use domain::scope::Actor;
use jiff::{SignedDuration, Timestamp};
use sqlx::{AssertSqlSafe, Connection as _};
use store::due::{self, NewDue};
use store::evidence::Work;
use store::lease::{self, LEASE, Taker};
use store::run::{self, NewRun};
use store::{Store, StoreError};
use testkit::{Engine, Scratch, engines};

use super::{Outcome, hour};

const SLOT: &str = "2026-11-25T00:05#1";
const TAKER: Taker<'static> = Taker { node: "a", actor: "scheduler", build: "0.1.0", config_hash: "abc" };

fn like<'a>(id: &'a str, job: &'a str) -> NewRun<'a> {
    NewRun { id, job, requested_by: "scheduler", build: "0.1.0", config_hash: "abc" }
}

fn row(id: &str, slot: &str, at: Timestamp) -> NewDue {
    NewDue {
        id: id.to_owned(),
        scheduled_for: slot.to_owned(),
        is_skipped: false,
        due_at: at,
        start_by: at + SignedDuration::from_mins(5),
        finish_by: at + SignedDuration::from_hours(2),
    }
}

async fn planned(store: &Store, rows: &[NewDue]) -> Result<u64, StoreError> {
    let mut tx = store.begin().await?;
    let count = due::plan(&mut tx, &like("", "gmc-sync"), rows, hour(0)).await?;
    tx.commit().await?;
    Ok(count)
}

async fn claimed(store: &Store, id: &str, at: Timestamp) -> Result<Option<u64>, StoreError> {
    let mut tx = store.begin().await?;
    let fence = lease::claim(&mut tx, id, &TAKER, at, at).await?;
    tx.commit().await?;
    Ok(fence)
}

#[tokio::test]
async fn a_row_ahead_of_its_hour_is_made_once_and_stays_as_it_is() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let skipped = NewDue { is_skipped: true, ..row("r-2", "2026-11-26T00:05#1", hour(28)) };
        assert_eq!(planned(&store, &[row("r-1", SLOT, hour(4)), skipped]).await?, 2, "{engine:?}");
        assert_eq!(planned(&store, &[row("r-9", SLOT, hour(5))]).await?, 0, "{engine:?}");
        let mut tx = store.read().await?;
        let first = run::of_slot(&mut tx, "gmc-sync", SLOT).await?.unwrap();
        assert_eq!((first.id.as_str(), first.state, first.due_at), ("r-1", RunState::Due, Some(hour(4))));
        assert_eq!(first.start_by, Some(hour(4) + SignedDuration::from_mins(5)), "{engine:?}");
        let second = run::get(&mut tx, "r-2").await?.unwrap();
        assert_eq!((second.state, second.reason.as_str()), (RunState::Skipped, "clock change"), "{engine:?}");
        assert_eq!(due::planned(&mut tx, "gmc-sync").await?, Some(hour(28)), "{engine:?}");
        assert_eq!(due::planned(&mut tx, "other").await?, None, "{engine:?}");
    }
    Ok(())
}

async fn claimed_all(store: &Store, at: Timestamp) -> Result<Vec<(String, u64)>, StoreError> {
    let mut tx = store.begin().await?;
    let rows = due::startable(&mut tx, at, &(Timestamp::MIN, String::new()), 1000).await?;
    let ids: Vec<&str> = rows.iter().map(|run| run.id.as_str()).collect();
    let won = lease::claim_all(&mut tx, &ids, &TAKER, at, at).await?;
    tx.commit().await?;
    Ok(won)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_five_claimants_of_many_each_run_has_one() -> Outcome {
    for engine in engines() {
        let (store, scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        for n in 0..60 {
            let job = format!("job-{n}");
            due::plan(&mut tx, &like("", &job), &[row(&format!("r-{n:02}"), SLOT, hour(1))], hour(0)).await?;
        }
        tx.commit().await?;
        let mut claimants = Vec::new();
        for _ in 0..5 {
            let store = Store::open(&scratch.url).await?;
            claimants.push(tokio::spawn(async move { claimed_all(&store, hour(1)).await }));
        }
        let mut won = Vec::new();
        for claimant in claimants {
            match claimant.await.unwrap() {
                Err(StoreError::Conflict(_)) => {}
                claimed => won.extend(claimed?),
            }
        }
        won.sort();
        let ids: Vec<&str> = won.iter().map(|(id, _)| id.as_str()).collect();
        let all: Vec<String> = (0..60).map(|n| format!("r-{n:02}")).collect();
        assert_eq!(ids, all, "{engine:?}: each once");
        assert!(won.iter().all(|(_, fence)| *fence == 1), "{engine:?}");
        assert_eq!(claimed_all(&store, hour(2)).await?, [], "{engine:?}: nothing is left");
    }
    Ok(())
}

#[tokio::test]
async fn of_two_runs_of_one_job_only_one_begins() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let rows = [row("r-1", SLOT, hour(1)), row("r-2", "2026-11-26T00:05#1", hour(2))];
        planned(&store, &rows).await?;
        let mut tx = store.begin().await?;
        let both = lease::claim_all(&mut tx, &["r-1", "r-2"], &TAKER, hour(2), hour(2)).await;
        assert!(matches!(both, Err(StoreError::Conflict(_))), "{engine:?}: {both:?}");
        drop(tx);
        assert_eq!(claimed(&store, "r-1", hour(2)).await?, Some(1), "{engine:?}");
        let mut tx = store.read().await?;
        let none = due::startable(&mut tx, hour(2), &(Timestamp::MIN, String::new()), 10).await?;
        assert!(none.is_empty(), "{engine:?}: somebody works at its job");
        assert_eq!(due::next(&mut tx, hour(0)).await?, Some(hour(2)), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_due_is_read_in_its_order_page_by_page() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        for (n, at) in [(1, 3), (2, 1), (3, 1), (4, 9)] {
            let (job, id) = (format!("job-{n}"), format!("r-{n}"));
            due::plan(&mut tx, &like("", &job), &[row(&id, SLOT, hour(at))], hour(0)).await?;
        }
        let (mut seen, mut after) = (Vec::new(), (Timestamp::MIN, String::new()));
        while let Some(run) = due::startable(&mut tx, hour(4), &after, 1).await?.pop() {
            after = (run.due_at.unwrap(), run.id.clone());
            seen.push(run.id);
        }
        assert_eq!(seen, ["r-2", "r-3", "r-1"], "{engine:?}: r-4 is not due yet");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_claimants_one_wins() -> Outcome {
    for engine in engines() {
        let (store, scratch) = testkit::store(engine).await;
        let other = Store::open(&scratch.url).await?;
        for n in 0..20 {
            let id = format!("r-{n}");
            planned(&store, &[row(&id, &format!("2026-11-25T{n:02}:05#1"), hour(1))]).await?;
            let (one, two) = tokio::join!(claimed(&store, &id, hour(1)), claimed(&other, &id, hour(1)));
            let won = [one?, two?].into_iter().flatten().count();
            assert_eq!(won, 1, "{engine:?}: run {n}");
            let mut tx = store.begin().await?;
            run::settle(&mut tx, &id, (RunState::Succeeded, ""), hour(2)).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_job_that_is_running_is_not_begun_a_second_time() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        planned(&store, &[row("r-1", SLOT, hour(1)), row("r-2", "2026-11-25T00:06#1", hour(1))]).await?;
        assert_eq!(claimed(&store, "r-1", hour(1)).await?, Some(1), "{engine:?}");
        assert_eq!(claimed(&store, "r-1", hour(1)).await?, None, "{engine:?}: begun already");
        assert_eq!(claimed(&store, "r-2", hour(1)).await?, None, "{engine:?}: its job is running");
    }
    Ok(())
}

#[tokio::test]
async fn whoever_lost_the_lease_writes_nothing() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        planned(&store, &[row("r-1", SLOT, hour(1))]).await?;
        let fence = claimed(&store, "r-1", hour(1)).await?.unwrap();
        let old = Work { run_id: "r-1".to_owned(), attempt: 1, fence };
        let mut tx = store.begin().await?;
        let held = run::get(&mut tx, "r-1").await?.unwrap();
        let lapses = hour(1) + LEASE;
        assert_eq!(held.lease_until, Some(lapses), "{engine:?}");
        let early = lease::take_over(&mut tx, &held, "b", lapses, lapses).await?;
        assert_eq!(early, None, "{engine:?}: the lease has not run out");
        assert!(lease::renew(&mut tx, &old, LEASE, lapses).await?, "{engine:?}: a beat extends");
        let later = lapses + LEASE + SignedDuration::from_millis(1);
        let fence = lease::take_over(&mut tx, &held, "b", later, later).await?.unwrap();
        let new = Work { fence, attempt: 2, ..old.clone() };
        assert!(new.fence > old.fence, "{engine:?}");
        assert_eq!(lease::take_over(&mut tx, &held, "c", Timestamp::MAX, later).await?, None, "{engine:?}");
        assert!(
            !lease::renew(&mut tx, &old, LEASE, later).await?,
            "{engine:?}: an old fence extends nothing"
        );
        tx.commit().await?;

        let mut tx = store.begin().await?;
        let refusal = lease::guard(&mut tx, &old, later).await.unwrap_err();
        assert!(matches!(refusal, StoreError::Conflict(_)), "{engine:?}: {refusal}");
        drop(tx);
        let mut tx = store.begin().await?;
        lease::guard(&mut tx, &new, later).await?;
        assert!(run::cancel(&mut tx, "r-1", "by os:ana", later).await?, "{engine:?}");
        assert!(lease::guard(&mut tx, &new, later).await.is_err(), "{engine:?}: it was ended");
    }
    Ok(())
}

#[tokio::test]
async fn what_nobody_began_in_time_is_missed_and_made_good_once() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let window = SignedDuration::from_hours(18);
        let nights = [row("r-1", "2026-11-24T00:05#1", hour(1)), row("r-2", SLOT, hour(25))];
        planned(&store, &nights).await?;
        let mut tx = store.begin().await?;
        let edge = nights[1].start_by;
        assert_eq!(
            due::miss(&mut tx, "late", nights[0].start_by).await?.len(),
            0,
            "{engine:?}: at its deadline"
        );
        let missed = due::miss(&mut tx, "late", edge + SignedDuration::from_millis(1)).await?;
        assert_eq!(missed.iter().map(|m| m.id.as_str()).collect::<Vec<_>>(), ["r-1", "r-2"], "{engine:?}");
        assert_eq!(due::miss(&mut tx, "late", hour(30)).await?.len(), 0, "{engine:?}: each once");
        let newest = due::to_make_good(&mut tx, "gmc-sync", window, hour(26)).await?.unwrap();
        assert_eq!(newest.id, "r-2", "{engine:?}: only the newest");
        assert!(
            due::make_good(&mut tx, "r-2", &like("r-3", "gmc-sync"), window, hour(26)).await?,
            "{engine:?}"
        );
        assert!(
            !due::make_good(&mut tx, "r-2", &like("r-4", "gmc-sync"), window, hour(26)).await?,
            "{engine:?}"
        );
        assert!(due::to_make_good(&mut tx, "gmc-sync", window, hour(26)).await?.is_none(), "{engine:?}");
        let made = run::get(&mut tx, "r-3").await?.unwrap();
        assert_eq!((made.kind.as_str(), made.makes_good.as_deref()), ("catch_up", Some(SLOT)), "{engine:?}");
        assert_eq!(made.start_by, Some(edge + window), "{engine:?}");
        assert_eq!(lease::claim(&mut tx, "r-3", &TAKER, hour(26), hour(26)).await?, Some(1), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_run_begun_since_leaves_nothing_to_make_good() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        planned(&store, &[row("r-1", SLOT, hour(1))]).await?;
        let mut tx = store.begin().await?;
        due::miss(&mut tx, "late", hour(2)).await?;
        run::begin_manual(&mut tx, &NewRun { requested_by: "os:ana", ..like("r-2", "gmc-sync") }, hour(2))
            .await?;
        let whole = Measured { duration_ms: 3_600_000, records: 9 };
        run::settle_measured(&mut tx, "r-2", (RunState::Succeeded, ""), Some((whole, Some("few"))), hour(3))
            .await?;
        let window = SignedDuration::from_hours(18);
        assert!(due::to_make_good(&mut tx, "gmc-sync", window, hour(4)).await?.is_none(), "{engine:?}");
        assert_eq!(run::good(&mut tx, "gmc-sync", 7).await?, [whole], "{engine:?}");
        assert_eq!(run::doubt(&mut tx, "r-2").await?.as_deref(), Some("few"), "{engine:?}");
        assert_eq!(run::doubt(&mut tx, "r-1").await?, None, "{engine:?}");
    }
    Ok(())
}

/// SQL that goes around the program.
async fn by_hand(engine: Engine, scratch: &Scratch, sql: String) -> Result<(), sqlx::Error> {
    match engine {
        Engine::Sqlite => {
            let mut connection = sqlx::SqliteConnection::connect(&scratch.url).await?;
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
            connection.close().await
        }
        Engine::Postgres => {
            let mut connection = sqlx::PgConnection::connect(&scratch.url).await?;
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
            connection.close().await
        }
    }
}

#[tokio::test]
async fn the_tables_themselves_refuse_an_illegal_state() -> Outcome {
    for engine in engines() {
        let (store, scratch) = testkit::store(engine).await;
        let ended = |state: RunState| if state.is_end() { "1" } else { "null" };
        let insert = |id: &str, state: RunState| {
            format!(
                "insert into run (id, job, kind, state, reason, requested_by, build, config_hash, ended_at_ms, created_at_ms, \
                 updated_at_ms, updated_by) values ('{id}', '{id}', 'manual', '{}', '', '', '', '', {}, 0, 0, '')",
                state.word(),
                ended(state)
            )
        };
        let update = |id: &str, to: RunState| {
            format!("update run set state = '{}', ended_at_ms = {} where id = '{id}'", to.word(), ended(to))
        };
        for (n, to) in RunState::ALL.into_iter().enumerate() {
            let born = by_hand(engine, &scratch, insert(&format!("born-{n}"), to)).await.is_ok();
            let may = matches!(to, RunState::Due | RunState::Running | RunState::Skipped);
            assert_eq!(born, may, "{engine:?}: born {to:?}");
        }
        for from in RunState::ALL {
            for to in RunState::ALL.into_iter().filter(|to| *to != from) {
                let id = format!("{}-{}", from.word(), to.word());
                for sql in path(&id, from, &insert, &update) {
                    by_hand(engine, &scratch, sql).await.unwrap();
                }
                let moved = by_hand(engine, &scratch, update(&id, to)).await.is_ok();
                assert_eq!(moved, from.may_become(to), "{engine:?}: {from:?} to {to:?}");
            }
        }
        drop(store);
    }
    Ok(())
}

/// The legal way to a state.
fn path(
    id: &str,
    to: RunState,
    insert: &impl Fn(&str, RunState) -> String,
    update: &impl Fn(&str, RunState) -> String,
) -> Vec<String> {
    match to {
        RunState::Due | RunState::Running => vec![insert(id, to)],
        RunState::Missed | RunState::Skipped => vec![insert(id, RunState::Due), update(id, to)],
        _ => vec![insert(id, RunState::Running), update(id, to)],
    }
}

#[tokio::test]
async fn two_programs_beginning_a_job_by_hand_are_told_apart() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let actor = Actor::person("ana", "");
        let mut tx = store.begin().await?;
        let one = NewRun { requested_by: &actor.name, ..like("r-1", "gmc-sync") };
        run::begin_manual(&mut tx, &one, hour(1)).await?;
        tx.commit().await?;
        let mut tx = store.begin().await?;
        let refusal = run::begin_manual(&mut tx, &NewRun { id: "r-2", ..one }, hour(1)).await.unwrap_err();
        assert!(
            matches!(&refusal, StoreError::Conflict(said) if said.contains("r-1")),
            "{engine:?}: {refusal}"
        );
    }
    Ok(())
}

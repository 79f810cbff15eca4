//! Runs, tries and alerts: one open at a time, one end each.

use domain::alert::{AlertKind, Severity};
use domain::run::{AttemptState, BodyOutcome, RunState};
use store::alert::{self, AlertRow};
use store::list::{self, Outcome as ListOutcome};
use store::run::{self, AttemptEnd, NewRun};
use store::{StoreError, Tx};
use testkit::engines;

use super::{A, Outcome, hour, lists, next};

async fn begin(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    let new = NewRun { id, job: "gmc-sync", requested_by: "os:ana", build: "0.1.0", config_hash: "abc" };
    run::begin_manual(tx, &new, hour(1)).await
}

fn held(id: &str, doctors_affected: u64) -> AlertRow {
    let kind = (AlertKind::Held, Severity::Warn);
    AlertRow { doctors_affected, ..AlertRow::new(id, &format!("held:{A}"), kind, hour(1)) }
}

#[tokio::test]
async fn a_job_runs_once_at_a_time_and_a_run_ends_once() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        begin(&mut tx, "run-1").await?;
        let refusal = begin(&mut tx, "run-2").await.unwrap_err();
        assert!(refusal.to_string().contains("run-1"), "{engine:?}: {refusal}");
        let end = (RunState::Suspect, "published 12 of 13");
        assert!(run::settle(&mut tx, "run-1", end, hour(2)).await?, "{engine:?}");
        assert!(!run::settle(&mut tx, "run-1", (RunState::Failed, "again"), hour(3)).await?, "{engine:?}");
        let row = run::get(&mut tx, "run-1").await?.unwrap();
        assert_eq!((row.state, row.reason.as_str()), (RunState::Suspect, "published 12 of 13"), "{engine:?}");
        assert_eq!((row.started_at, row.ended_at), (Some(hour(1)), Some(hour(2))), "{engine:?}");
        begin(&mut tx, "run-2").await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_run_has_one_living_try() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        begin(&mut tx, "run-1").await?;
        run::begin_attempt(&mut tx, "run-1", (1, "node-a"), hour(1)).await?;
        assert!(run::beat(&mut tx, "run-1", 1, hour(2)).await?, "{engine:?}");
        let end = AttemptEnd {
            run_id: "run-1",
            number: 1,
            state: AttemptState::Lost,
            error: "killed",
            peak_memory_bytes: None,
        };
        assert!(run::settle_attempt(&mut tx, &end, hour(3)).await?, "{engine:?}");
        assert!(!run::settle_attempt(&mut tx, &end, hour(4)).await?, "{engine:?}");
        assert!(!run::beat(&mut tx, "run-1", 1, hour(5)).await?, "{engine:?}");
        run::begin_attempt(&mut tx, "run-1", (2, "node-b"), hour(6)).await?;
        tx.commit().await?;
        let mut tx = store.begin().await?;
        let third = run::begin_attempt(&mut tx, "run-1", (3, "node-c"), hour(7)).await;
        assert!(third.is_err(), "{engine:?}: two tries of one run at once");
        drop(tx);
        let mut tx = store.read().await?;
        let tries: Vec<_> =
            run::attempts(&mut tx, "run-1").await?.into_iter().map(|t| (t.number, t.state)).collect();
        assert_eq!(tries, [(1, "lost".to_owned()), (2, "running".to_owned())], "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_failed_try_at_a_list_leaves_its_last_good_snapshot() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let mut tx = store.begin().await?;
        store::snapshot::publish(&mut tx, &next(A, 0, hour(1)), hour(1)).await?;
        let failed = ListOutcome {
            code: A,
            outcome: BodyOutcome::Failed,
            reason: "The answer was cut off.",
            cause: "cut_off",
            run_id: "run-2",
        };
        list::set_outcome(&mut tx, &failed, hour(25)).await?;
        let state = list::get(&mut tx, A).await?.unwrap();
        assert_eq!((state.snapshot, state.data_as_of), (1, Some(hour(1))), "{engine:?}");
        assert_eq!((state.outcome, state.outcome_at), (Some(BodyOutcome::Failed), Some(hour(25))));
    }
    Ok(())
}

#[tokio::test]
async fn one_condition_is_one_alert_until_it_is_resolved() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        assert!(alert::open(&mut tx, &held("alert-1", 40), hour(1)).await?, "{engine:?}");
        assert!(!alert::open(&mut tx, &held("alert-2", 41), hour(2)).await?, "{engine:?}");
        let again = AlertRow { times: 2, ..held("alert-1", 41) };
        assert!(alert::save(&mut tx, &again, hour(2)).await?, "{engine:?}");
        let rows = alert::recent(&mut tx, 9).await?;
        assert_eq!(rows.len(), 1, "{engine:?}");
        assert_eq!((rows[0].id.as_str(), rows[0].times, rows[0].doctors_affected), ("alert-1", 2, 41));
        assert_eq!(rows[0].opened_at, hour(1), "{engine:?}");
        let over = AlertRow { resolved_at: Some(hour(3)), ..rows[0].clone() };
        assert!(alert::save(&mut tx, &over, hour(3)).await?, "{engine:?}");
        assert!(!alert::save(&mut tx, &over, hour(4)).await?, "{engine:?}: it was read before it was over");
        assert!(alert::open(&mut tx, &held("alert-3", 2), hour(5)).await?, "{engine:?}");
        let states: Vec<_> = alert::recent(&mut tx, 9).await?.into_iter().map(|a| (a.id, a.state)).collect();
        let expected = [("alert-3", "open"), ("alert-1", "resolved")];
        assert_eq!(states, expected.map(|(id, state)| (id.to_owned(), state.to_owned())), "{engine:?}");
    }
    Ok(())
}

//! The life of a disagreement: first seen, resolved by data, open again; whoever may see the doctor sees it.

use domain::ids::BodyCode;
use domain::scope::Scope;
use domain::view::{NO_DATE, ViewRow};
use store::discrepancy::{self, Life};
use store::list::TIS;
use store::listing::Query;
use store::{doctor, list};

use super::*;

/// The version of the tables before there was a life to keep.
const BEFORE: i64 = 8;

fn row(n: u32, body: Option<&str>, kind: Option<&str>) -> ViewRow {
    ViewRow {
        gmc_number: number(n).to_string(),
        body: body.map(str::to_owned),
        presence: body.map(|_| "listed".to_owned()),
        name_key: format!("sample {n}"),
        due_key: NO_DATE.to_owned(),
        under_notice: "no".to_owned(),
        membership_type_known: "none".to_owned(),
        discrepancy: kind.map(str::to_owned),
        ..ViewRow::default()
    }
}

async fn derive(tx: &mut Tx, rows: &[ViewRow], gone: &[GmcNumber], at: i64) -> Outcome {
    doctor::upsert(tx, rows, "job:gmc-sync", hour(at)).await?;
    doctor::delete(tx, gone).await?;
    discrepancy::note(tx, rows, gone, hour(at)).await
}

/// TIS has its first list.
async fn tis(tx: &mut Tx) -> Outcome {
    list::ensure(tx, TIS, hour(0)).await?;
    store::snapshot::publish(tx, &next(TIS, 0, hour(0)), hour(0)).await?;
    discrepancy::begin(tx).await
}

fn stands(kind: &str, first: i64, since: i64, last: i64, reopened: u64) -> Life {
    Life {
        kind: kind.to_owned(),
        first_seen: hour(first),
        since: hour(since),
        last_seen: hour(last),
        resolved_at: None,
        reopened,
    }
}

#[tokio::test]
async fn a_disagreement_is_resolved_by_data_and_opens_again() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        tis(&mut tx).await?;
        let differs = |kind| [row(1, Some(A), Some(kind)), row(2, Some(A), Some("transfer"))];
        derive(&mut tx, &differs("transfer"), &[], 1).await?;
        derive(&mut tx, &differs("transfer"), &[], 2).await?;
        let lives = discrepancy::of_doctor(&mut tx, &number(1)).await?;
        assert_eq!(lives, [stands("transfer", 1, 1, 2, 0)], "{engine:?}");
        // Both at one instant, as where the night's settling follows a publish.
        derive(&mut tx, &differs("unknown_owner"), &[], 2).await?;
        let over = Life { resolved_at: Some(hour(2)), ..stands("transfer", 1, 1, 2, 0) };
        let lives = discrepancy::of_doctor(&mut tx, &number(1)).await?;
        assert_eq!(lives, [stands("unknown_owner", 2, 2, 2, 0), over], "{engine:?}");
        derive(&mut tx, &differs("transfer"), &[], 5).await?;
        let lives = discrepancy::of_doctor(&mut tx, &number(1)).await?;
        assert_eq!(lives[0], stands("transfer", 1, 5, 5, 1), "{engine:?}");
        let scope = Scope::of([BodyCode::new(A)]);
        let shown = doctor::get(&mut tx, &scope, &number(1)).await?.unwrap();
        assert_eq!(
            (shown.discrepancy_first_seen, shown.discrepancy_since, shown.discrepancy_reopened),
            (Some(hour(1)), Some(hour(5)), 1),
            "{engine:?}"
        );
        derive(&mut tx, &[row(1, Some(A), None)], &[number(2)], 6).await?;
        for n in [1, 2] {
            let lives = discrepancy::of_doctor(&mut tx, &number(n)).await?;
            assert!(lives.iter().all(|life| life.resolved_at.is_some()), "{engine:?} {n}");
        }
        tx.commit().await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_was_resolved_is_seen_by_whoever_may_see_the_doctor_now() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        tis(&mut tx).await?;
        derive(&mut tx, &[row(1, Some(A), Some("transfer")), row(2, Some(A), Some("transfer"))], &[], 1)
            .await?;
        derive(&mut tx, &[row(2, Some(A), None)], &[], 2).await?;
        derive(&mut tx, &[row(1, Some(B), None)], &[], 3).await?;
        derive(&mut tx, &[row(3, None, Some("ready_for_connection"))], &[], 3).await?;
        derive(&mut tx, &[row(3, None, None)], &[], 4).await?;
        doctor::replace_claims(&mut tx, &[number(3)], &[(number(3).to_string(), B.to_owned())]).await?;
        let cases: [(&[&str], &[u32]); 4] =
            [(&[A], &[2]), (&[B], &[3, 1]), (&[A, B], &[3, 1, 2]), (&[], &[])];
        for (bodies, expected) in cases {
            let scope = Scope::of(bodies.iter().copied().map(BodyCode::new));
            let query = Query { claimed_too: true, ..Query::within(&scope) };
            let found = discrepancy::resolved(&mut tx, &query).await?;
            let found: Vec<String> = found.into_iter().map(|row| row.view.gmc_number).collect();
            let expected: Vec<String> = expected.iter().map(|n| number(*n).to_string()).collect();
            assert_eq!(found, expected, "{engine:?} {bodies:?}");
        }
        tx.commit().await?;
    }
    Ok(())
}

#[tokio::test]
async fn before_tis_has_a_list_nothing_is_noted_and_then_what_stands_keeps_its_day() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        derive(&mut tx, &[row(1, Some(A), Some("ready_for_disconnection"))], &[], 1).await?;
        assert!(discrepancy::of_doctor(&mut tx, &number(1)).await?.is_empty(), "{engine:?}");
        tis(&mut tx).await?;
        let lives = discrepancy::of_doctor(&mut tx, &number(1)).await?;
        assert_eq!(lives, [stands("ready_for_disconnection", 1, 1, 1, 0)], "{engine:?}");
        tx.commit().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_store_of_before_keeps_since_when_a_doctor_differs() -> Outcome {
    for engine in engines() {
        let scratch = testkit::scratch(engine).await;
        let store = Store::open(&scratch.url).await?;
        store.migrate_to(BEFORE, hour(0)).await?;
        let mut tx = store.begin().await?;
        list::ensure(&mut tx, TIS, hour(0)).await?;
        store::snapshot::publish(&mut tx, &next(TIS, 0, hour(0)), hour(0)).await?;
        for at in [1, 3] {
            doctor::upsert(&mut tx, &[row(1, Some(A), Some("transfer"))], "job:tis-enrich", hour(at)).await?;
        }
        tx.commit().await?;
        store.migrate(hour(9)).await?;
        let mut tx = store.begin().await?;
        let lives = discrepancy::of_doctor(&mut tx, &number(1)).await?;
        assert_eq!(lives, [stands("transfer", 1, 1, 3, 0)], "{engine:?}");
        tx.commit().await?;
    }
    Ok(())
}

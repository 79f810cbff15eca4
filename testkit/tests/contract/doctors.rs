//! The joined rows: who may see whom, in which order, found by which words.

use domain::ids::BodyCode;
use domain::names::name_key;
use domain::scope::Scope;
use domain::view::{NO_DATE, ViewRow};
use store::doctor;
use store::listing::{Order, Query};
use store::{StoreError, Tx};
use testkit::engines;

use super::{A, B, Outcome, hour, number};

fn row(n: u32, body: Option<&str>, names: (&str, &str)) -> ViewRow {
    let (first, last) = names;
    ViewRow {
        gmc_number: number(n).to_string(),
        body: body.map(str::to_owned),
        presence: body.map(|_| "listed".to_owned()),
        first_name: Some(first.to_owned()),
        last_name: Some(last.to_owned()),
        name_key: name_key(Some(first), Some(last)),
        due_key: NO_DATE.to_owned(),
        under_notice: "no".to_owned(),
        membership_type_known: "none".to_owned(),
        ..ViewRow::default()
    }
}

/// Three doctors: two at A, one at B; and one on no list whom TIS claims for A.
async fn four(tx: &mut Tx) -> Result<(), StoreError> {
    let rows = [
        ViewRow { due_key: "2026-12-01".to_owned(), ..row(1, Some(A), ("Aoife", "Ó Samplaigh")) },
        row(2, Some(A), ("Zoë", "Example-Specimen")),
        row(3, Some(B), ("Bao", "O'Specimen")),
        ViewRow {
            discrepancy: Some("not_connected".to_owned()),
            under_notice: "none".to_owned(),
            ..row(4, None, ("Nobody", "Connected"))
        },
    ];
    doctor::upsert(tx, &rows, "job:gmc-sync", hour(1)).await?;
    doctor::replace_claims(tx, &[number(4)], &[(number(4).to_string(), A.to_owned())]).await
}

async fn found(tx: &mut Tx, query: &Query<'_>) -> Result<Vec<String>, StoreError> {
    Ok(doctor::page(tx, query).await?.into_iter().map(|row| row.view.gmc_number).collect())
}

fn numbers(of: &[u32]) -> Vec<String> {
    of.iter().map(|n| number(*n).to_string()).collect()
}

#[tokio::test]
async fn an_empty_scope_sees_nobody() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        four(&mut tx).await?;
        let nobody = Scope::of([]);
        let query = Query { claimed_too: true, ..Query::within(&nobody) };
        assert!(doctor::page(&mut tx, &query).await?.is_empty(), "{engine:?}");
        assert_eq!(doctor::count(&mut tx, &query).await?, 0, "{engine:?}");
        assert!(doctor::get(&mut tx, &nobody, &number(1)).await?.is_none(), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_doctor_out_of_scope_is_the_same_as_absent() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        four(&mut tx).await?;
        let scope = Scope::of([BodyCode::new(A)]);
        assert!(doctor::get(&mut tx, &scope, &number(1)).await?.is_some(), "{engine:?}");
        assert!(doctor::get(&mut tx, &scope, &number(3)).await?.is_none(), "{engine:?}");
        assert!(doctor::get(&mut tx, &scope, &number(9)).await?.is_none(), "{engine:?}");
        assert_eq!(found(&mut tx, &Query::within(&scope)).await?, numbers(&[2, 1]), "{engine:?}");
        let other = BodyCode::new(B);
        let beyond = Query { body: Some(&other), ..Query::within(&scope) };
        assert!(found(&mut tx, &beyond).await?.is_empty(), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn whom_tis_claims_is_seen_by_that_body_alone() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        four(&mut tx).await?;
        for (body, expected) in [(A, numbers(&[4])), (B, Vec::new())] {
            let scope = Scope::of([BodyCode::new(body)]);
            let query = Query { claimed_too: true, discrepancy: Some(""), ..Query::within(&scope) };
            assert_eq!(found(&mut tx, &query).await?, expected, "{engine:?} {body}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn names_are_found_by_what_a_person_would_type_and_paged_without_gaps() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        four(&mut tx).await?;
        let scope = Scope::of([BodyCode::new(A), BodyCode::new(B)]);
        let words = ["specimen".to_owned()];
        let by_word = Query { words: &words, ..Query::within(&scope) };
        assert_eq!(found(&mut tx, &by_word).await?, numbers(&[2, 3]), "{engine:?}");
        let all = numbers(&[2, 1, 3]);
        assert_eq!(found(&mut tx, &Query::within(&scope)).await?, all, "{engine:?}");
        let first = doctor::page(&mut tx, &Query { limit: 1, ..Query::within(&scope) }).await?;
        let last = &first[0].view;
        let after = Some((last.name_key.as_str(), last.gmc_number.as_str()));
        assert_eq!(found(&mut tx, &Query { after, ..Query::within(&scope) }).await?, all[1..], "{engine:?}");
        let by_due = Query { order: Order::Due, ..Query::within(&scope) };
        assert_eq!(found(&mut tx, &by_due).await?, numbers(&[1, 2, 3]), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_discrepancy_keeps_the_instant_it_was_first_seen() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        let scope = Scope::of([BodyCode::new(A)]);
        let with = |kind: Option<&str>| ViewRow {
            discrepancy: kind.map(str::to_owned),
            ..row(1, Some(A), ("Aoife", "Ó Samplaigh"))
        };
        let nights =
            [(1, Some("x"), Some(1)), (2, Some("x"), Some(1)), (3, Some("y"), Some(3)), (4, None, None)];
        for (at, kind, since) in nights {
            doctor::upsert(&mut tx, &[with(kind)], "job:gmc-sync", hour(at)).await?;
            let seen = doctor::get(&mut tx, &scope, &number(1)).await?.unwrap();
            assert_eq!(seen.discrepancy_since, since.map(hour), "{engine:?}, night {at}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_doctor_who_left_stays_on_the_body_s_pages() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        four(&mut tx).await?;
        doctor::mark_left(&mut tx, A, &[number(1), number(3)], hour(2)).await?;
        assert!(
            doctor::left_after(&mut tx, "", 9).await? == [number(1)],
            "{engine:?}: B's doctor is not A's"
        );
        let scope = Scope::of([BodyCode::new(A)]);
        let left = doctor::get(&mut tx, &scope, &number(1)).await?.unwrap();
        assert_eq!(left.view.presence.as_deref(), Some("left"), "{engine:?}");
    }
    Ok(())
}

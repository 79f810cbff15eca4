//! The joined rows: who may see whom, in which order, found by which words.

use domain::ids::{BodyCode, GmcNumber};
use domain::names::name_key;
use domain::scope::Scope;
use domain::view::{NO_DATE, ViewRow};
use store::doctor;
use store::listing::{Between, Direction, Facet, Key, Order, Place, Query, Start};
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
        let last = GmcNumber::parse(&first[0].view.gmc_number).unwrap();
        let place = doctor::place(&mut tx, &Query::within(&scope), &last).await?.unwrap();
        let after = Query { start: Start::After(&place), ..Query::within(&scope) };
        assert_eq!(found(&mut tx, &after).await?, all[1..], "{engine:?}");
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

const ORDERS: [Order; 15] = [
    Order::Name,
    Order::Due,
    Order::Number,
    Order::Body,
    Order::Notice,
    Order::Programme,
    Order::Owner,
    Order::MembershipType,
    Order::MembershipEnd,
    Order::CurriculumEnd,
    Order::Grade,
    Order::Disagreement,
    Order::Since,
    Order::Updated,
    Order::Admin,
];

/// Thirty doctors of two bodies and of none, so that every order has ties and rows without a value.
async fn thirty(tx: &mut Tx) -> Result<(), StoreError> {
    let some = |n: u32, text: &str| n.is_multiple_of(3).then(|| format!("{text} {}", n % 4));
    let rows: Vec<ViewRow> = (0..30)
        .map(|n| ViewRow {
            due_key: if n % 5 == 0 { NO_DATE.to_owned() } else { format!("2026-12-0{}", n % 5) },
            programme: some(n, "Cardiology"),
            owner: some(n, "Owner"),
            membership_type: some(n, "Type"),
            membership_end: n.is_multiple_of(2).then(|| format!("2027-01-0{}", n % 7 + 1)),
            grade: some(n, "ST"),
            discrepancy: n.is_multiple_of(4).then(|| "transfer".to_owned()),
            ..row(n, [Some(A), Some(B), None][n as usize % 3], ("Made", &format!("Up {}", n % 6)))
        })
        .collect();
    doctor::upsert(tx, &rows, "job:gmc-sync", hour(1)).await?;
    let claims: Vec<(String, String)> = (0..30).map(|n| (number(n).to_string(), A.to_owned())).collect();
    let numbers: Vec<GmcNumber> = (0..30).map(number).collect();
    doctor::replace_claims(tx, &numbers, &claims).await
}

#[tokio::test]
async fn every_order_is_paged_both_ways_without_gap_or_repeat() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        thirty(&mut tx).await?;
        let scope = Scope::of([BodyCode::new(A), BodyCode::new(B)]);
        for (order, direction) in
            ORDERS.into_iter().flat_map(|order| [(order, Direction::Up), (order, Direction::Down)])
        {
            let query = Query { claimed_too: true, order, direction, limit: 100, ..Query::within(&scope) };
            let all = found(&mut tx, &query).await?;
            assert_eq!(all.len(), 30, "{engine:?} {order:?}");
            let query = Query { limit: 7, ..query };
            let place_of = async |tx: &mut Tx, number: &str| {
                let number = GmcNumber::parse(number).unwrap();
                doctor::place(tx, &query, &number).await.map(Option::unwrap)
            };
            let mut forwards = found(&mut tx, &query).await?;
            while forwards.len() < 30 {
                let place: Place = place_of(&mut tx, &forwards[forwards.len() - 1]).await?;
                forwards.extend(found(&mut tx, &Query { start: Start::After(&place), ..query }).await?);
            }
            assert_eq!(forwards, all, "{engine:?} {order:?} {direction:?}");
            let mut backwards = found(&mut tx, &Query { start: Start::Last, ..query }).await?;
            while backwards.len() < 30 {
                let place: Place = place_of(&mut tx, &backwards[0]).await?;
                let before = found(&mut tx, &Query { start: Start::Before(&place), ..query }).await?;
                backwards.splice(0..0, before);
            }
            assert_eq!(backwards, all, "{engine:?} {order:?} {direction:?}, from its end");
        }
    }
    Ok(())
}

#[tokio::test]
async fn counts_by_word_and_filters_agree_with_the_pages() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        thirty(&mut tx).await?;
        let scope = Scope::of([BodyCode::new(A)]);
        let query = Query { claimed_too: true, limit: 100, ..Query::within(&scope) };
        let by = doctor::count_by(&mut tx, &query, Facet::Disagreement).await?;
        assert_eq!((by["transfer"], by[""]), (8, 22), "{engine:?}");
        assert_eq!(doctor::count(&mut tx, &query).await?, 30, "{engine:?}");
        let listed = Query { claimed_too: false, ..query };
        assert_eq!(doctor::count_by(&mut tx, &listed, Facet::Notice).await?["no"], 10, "{engine:?}");
        let narrowed = [
            Query { programme: Some("cARDIO"), ..query },
            Query { membership_end: Between { from: Some("2027-01-03"), to: Some("2027-01-05") }, ..query },
            Query { discrepancy: Some("transfer"), programme: Some("%"), ..query },
        ];
        for (query, expected) in narrowed.iter().zip([10, 6, 3]) {
            assert_eq!(doctor::count(&mut tx, query).await?, expected, "{engine:?}");
            assert_eq!(found(&mut tx, query).await?.len() as u64, expected, "{engine:?}");
        }
        let place = doctor::place(&mut tx, &Query { order: Order::Updated, ..query }, &number(1)).await?;
        assert_eq!(place.unwrap().key, Key::Int(hour(1).as_millisecond()), "{engine:?}");
    }
    Ok(())
}

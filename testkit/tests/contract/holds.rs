//! Holds and rejects: what is kept back, for how long, and who may read it.

use domain::account::Account;
use domain::brake::Cause;
use domain::hold::HoldState;
use domain::ids::BodyCode;
use domain::reject::Reason;
use domain::scope::Scope;
use futures_util::TryStreamExt as _;
use store::hold::{self, Decision, NewHold};
use store::reject::{self, NewReject, Origin};
use store::{StoreError, Tx};
use testkit::engines;

use super::{A, B, Outcome, hour, lists};

/// Keeps an emptied list back under an id, with one part of its answer.
async fn keep_back(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    let account = Account { read: 3, new: 3, removed: 40, ..Account::default() };
    let new = NewHold {
        id,
        list: A,
        causes: &[Cause::Removed { removed: 40, limit: 5 }],
        account: &account,
        before: Some(40),
        base: 0,
        data_as_of: hour(1),
        run_id: "run-1",
        keep_until: hour(720),
    };
    hold::insert(tx, &new, hour(1)).await?;
    hold::insert_chunk(tx, id, 1, "second".to_owned()).await?;
    hold::insert_chunk(tx, id, 0, "first".to_owned()).await
}

fn rejected(id: &str, reason: Reason) -> NewReject {
    NewReject {
        id: id.to_owned(),
        reason: reason.word().to_owned(),
        gmc_number: None,
        raw: r#"{"gmcReferenceNumber":"TBC"}"#.to_owned(),
    }
}

#[tokio::test]
async fn a_hold_reads_back_whole_and_in_order() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let mut tx = store.begin().await?;
        keep_back(&mut tx, "hold-1").await?;
        let held = hold::get(&mut tx, "hold-1").await?.unwrap();
        assert_eq!((held.state, held.doctors, held.before), (HoldState::Open, 3, Some(40)), "{engine:?}");
        assert_eq!(held.causes, [Cause::Removed { removed: 40, limit: 5 }], "{engine:?}");
        let parts: Vec<_> = hold::chunks(&mut tx, "hold-1").try_collect().await?;
        assert_eq!(parts, ["first", "second"], "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_list_has_at_most_one_open_hold() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let mut tx = store.begin().await?;
        keep_back(&mut tx, "hold-1").await?;
        keep_back(&mut tx, "hold-2").await?;
        let states: Vec<_> = hold::recent(&mut tx, 9).await?.into_iter().map(|h| (h.id, h.state)).collect();
        let expected = [("hold-2".to_owned(), HoldState::Open), ("hold-1".to_owned(), HoldState::Superseded)];
        assert_eq!(states, expected, "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_hold_is_decided_once() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let mut tx = store.begin().await?;
        keep_back(&mut tx, "hold-1").await?;
        assert!(hold::propose(&mut tx, "hold-1", "os:ana", hour(2)).await?, "{engine:?}");
        assert!(!hold::propose(&mut tx, "hold-1", "os:ben", hour(2)).await?, "{engine:?}");
        let yes = Decision { id: "hold-1", state: HoldState::Approved, by: "os:ben", reason: "rotation" };
        assert!(hold::decide(&mut tx, &yes, hour(3)).await?, "{engine:?}");
        let no = Decision { state: HoldState::Rejected, ..yes };
        assert!(!hold::decide(&mut tx, &no, hour(4)).await?, "{engine:?}");
        let held = hold::get(&mut tx, "hold-1").await?.unwrap();
        assert_eq!(held.state, HoldState::Approved, "{engine:?}");
        assert_eq!(
            (held.proposed_by.as_deref(), held.decided_by.as_deref()),
            (Some("os:ana"), Some("os:ben"))
        );
    }
    Ok(())
}

#[tokio::test]
async fn held_answers_and_rejects_are_forgotten_after_their_keep() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let scope = Scope::of([BodyCode::new(A)]);
        let mut tx = store.begin().await?;
        keep_back(&mut tx, "hold-1").await?;
        let origin = Origin { list: A, run_id: "run-1", keep_until: hour(720) };
        reject::insert(&mut tx, &origin, &[rejected("r-1", Reason::NoNumber)], hour(1)).await?;
        assert_eq!(hold::wipe(&mut tx, hour(719)).await?, 0, "{engine:?}");
        assert_eq!(hold::wipe(&mut tx, hour(720)).await?, 3, "{engine:?}");
        let parts: Vec<_> = hold::chunks(&mut tx, "hold-1").try_collect().await?;
        assert!(parts.is_empty(), "{engine:?}");
        let kept = reject::open(&mut tx, &scope, &BodyCode::new(A), 9).await?;
        assert!(kept.iter().all(|row| !row.raw.contains("TBC")), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_later_answer_replaces_what_an_earlier_one_set_aside() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let mut tx = store.begin().await?;
        let origin = Origin { list: A, run_id: "run-1", keep_until: hour(720) };
        let first = [rejected("r-1", Reason::NoNumber), rejected("r-2", Reason::NilRecord)];
        reject::insert(&mut tx, &origin, &first, hour(1)).await?;
        let later = [rejected("r-3", Reason::NoNumber), rejected("r-4", Reason::NoNumber)];
        reject::clear(&mut tx, A, hour(2)).await?;
        reject::insert(&mut tx, &origin, &later, hour(2)).await?;
        let counts: Vec<_> =
            reject::counts(&mut tx).await?.into_iter().map(|c| (c.list, c.reason, c.count)).collect();
        assert_eq!(counts, [(A.to_owned(), Reason::NoNumber.word().to_owned(), 2)], "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn rejects_of_a_body_are_read_only_within_its_scope() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let mut tx = store.begin().await?;
        let origin = Origin { list: A, run_id: "run-1", keep_until: hour(720) };
        reject::insert(&mut tx, &origin, &[rejected("r-1", Reason::NoNumber)], hour(1)).await?;
        let (a, b) = (BodyCode::new(A), BodyCode::new(B));
        assert_eq!(reject::open(&mut tx, &Scope::of([a.clone()]), &a, 9).await?.len(), 1, "{engine:?}");
        assert!(reject::open(&mut tx, &Scope::of([b]), &a, 9).await?.is_empty(), "{engine:?}");
        assert!(reject::open(&mut tx, &Scope::of([]), &a, 9).await?.is_empty(), "{engine:?}");
    }
    Ok(())
}

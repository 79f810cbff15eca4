//! Facts of accounts: who comes in, what they may do at that instant, and what opens nothing any more.

use std::collections::BTreeSet;

use domain::access::{Grant, Right, Role, Visitor};
use domain::guessing::Guesses;
use domain::ids::BodyCode;
use domain::scope::{Actor, Scope};
use jiff::{SignedDuration, Timestamp};
use store::account::{self, Equipment, NewAccount};
use store::account_grant::{self, By};
use store::guess::{self, Counter};
use store::invitation::{self, NewInvitation};
use store::proposal::{self, NewProposal};
use store::{Store, session, subject};
use testkit::engines;

use super::{A, Outcome, hour, number};

fn minute(minutes: i64) -> Timestamp {
    hour(0) + SignedDuration::from_mins(minutes)
}

/// An account in use, with one grant over one body.
async fn amira(store: &Store) -> Outcome {
    let mut tx = store.begin().await?;
    let new = NewAccount { id: "account-1", name: "amira", is_demo: false, actor: "os:ana" };
    assert!(account::insert(&mut tx, &new, hour(0)).await?);
    let with = Equipment { password_hash: "$argon2id$…", code_secret: "KRSX", code_step: 7 };
    assert!(account::equip(&mut tx, "account-1", &with, ("user:amira", hour(0))).await?);
    let grant = Grant {
        role: Role::Observer,
        bodies: BTreeSet::from([BodyCode::new(A)]),
        sensitive: true,
        ends: Some(jiff::civil::Date::constant(2026, 12, 31)),
    };
    let by = By { asked: "os:ana", granted: "os:ben" };
    account_grant::insert(&mut tx, ("grant-1", "account-1"), &grant, &by, hour(0)).await?;
    assert_eq!(account_grant::of_account(&mut tx, "account-1").await?[0].grant, grant);
    tx.commit().await
}

async fn sign_in(store: &Store, id: &str, token: &str, now: Timestamp) -> Outcome {
    let mut tx = store.begin().await?;
    session::open(&mut tx, (id, "account-1"), token, now).await?;
    tx.commit().await
}

async fn comes(store: &Store, token: &str, now: Timestamp) -> Option<Visitor> {
    let day = jiff::civil::Date::constant(2026, 11, 25);
    let came = session::read(&mut store.read().await.unwrap(), token, (now, day)).await.unwrap();
    came.map(|came| came.visitor)
}

#[tokio::test]
async fn whoever_comes_may_do_what_they_may_at_that_instant() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        amira(&store).await?;
        sign_in(&store, "session-1", "token", minute(0)).await?;
        assert!(comes(&store, "tokem", minute(1)).await.is_none(), "{engine:?}: another token");
        let visitor = comes(&store, "token", minute(1)).await.unwrap();
        assert_eq!(visitor.seat().name, "amira", "{engine:?}");
        assert_eq!(visitor.sensitive(), Scope::of([BodyCode::new(A)]), "{engine:?}");
        assert!(
            visitor.is_stepped_up() && !comes(&store, "token", minute(15)).await.unwrap().is_stepped_up()
        );
        let mut tx = store.begin().await?;
        assert!(!account_grant::revoke(&mut tx, ("grant-1", "account-2"), ("os:ana", hour(1))).await?);
        assert!(account_grant::revoke(&mut tx, ("grant-1", "account-1"), ("os:ana", hour(1))).await?);
        tx.commit().await?;
        assert!(!comes(&store, "token", minute(2)).await.unwrap().may(Right::ReadDoctors), "{engine:?}");
        let mut tx = store.begin().await?;
        assert!(account::set_state(&mut tx, "account-1", "disabled", ("os:ana", hour(1))).await?);
        tx.commit().await?;
        assert!(comes(&store, "token", minute(2)).await.is_none(), "{engine:?}: disabled");
    }
    Ok(())
}

#[tokio::test]
async fn a_session_ends_by_rest_by_age_by_a_new_token_and_by_a_word() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        amira(&store).await?;
        sign_in(&store, "session-1", "one", minute(0)).await?;
        assert!(comes(&store, "one", minute(29)).await.is_some(), "{engine:?}");
        assert!(comes(&store, "one", minute(30)).await.is_none(), "{engine:?}: idle");
        let mut tx = store.begin().await?;
        for noted in (20..720).step_by(20) {
            session::note(&mut tx, "session-1", minute(noted)).await?;
        }
        session::note(&mut tx, "session-1", minute(5)).await?;
        tx.commit().await?;
        assert!(comes(&store, "one", minute(719)).await.is_some(), "{engine:?}");
        assert!(comes(&store, "one", minute(720)).await.is_none(), "{engine:?}: twelve hours");
        let mut tx = store.begin().await?;
        assert!(session::rotate(&mut tx, "session-1", "two", minute(700)).await?);
        tx.commit().await?;
        assert!(comes(&store, "one", minute(700)).await.is_none(), "{engine:?}: rotated");
        assert!(comes(&store, "two", minute(714)).await.unwrap().is_stepped_up(), "{engine:?}");
        let mut tx = store.begin().await?;
        assert!(session::end(&mut tx, "account-1", "session-1", minute(701)).await?);
        assert!(!session::end(&mut tx, "account-1", "session-1", minute(702)).await?, "{engine:?}");
        tx.commit().await?;
        assert!(comes(&store, "two", minute(701)).await.is_none(), "{engine:?}: ended");
    }
    Ok(())
}

#[tokio::test]
async fn a_further_session_ends_the_oldest() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        amira(&store).await?;
        for n in 1..=4 {
            sign_in(&store, &format!("session-{n}"), &format!("token-{n}"), minute(n)).await?;
        }
        let mut tx = store.begin().await?;
        assert_eq!(session::end_all(&mut tx, "account-1", 3, minute(5)).await?, 1, "{engine:?}");
        let left = session::of_account(&mut tx, "account-1", minute(5)).await?;
        let left: Vec<_> = left.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(left, ["session-4", "session-3", "session-2"], "{engine:?}");
        session::forget(&mut tx, minute(3)).await?;
        tx.commit().await?;
        assert!(comes(&store, "token-2", minute(5)).await.is_none(), "{engine:?}: forgotten");
        assert!(comes(&store, "token-3", minute(5)).await.is_some(), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_code_is_used_once_and_never_an_earlier_one() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        amira(&store).await?;
        let mut tx = store.begin().await?;
        for (step, is_taken) in [(7, false), (8, true), (8, false), (7, false), (9, true)] {
            assert_eq!(
                account::use_code(&mut tx, "account-1", step, hour(1)).await?,
                is_taken,
                "{engine:?} {step}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_invitation_is_taken_up_once_in_its_time_and_the_newest_alone() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        amira(&store).await?;
        let mut tx = store.begin().await?;
        for (token, account) in [("old", None), ("first", None), ("hers", Some("account-1"))] {
            let new = NewInvitation { token, account, code_secret: "KRSX", ends_at: hour(2) };
            invitation::insert(&mut tx, &new, ("os:ana", hour(1))).await?;
        }
        assert!(invitation::get(&mut tx, "old", hour(1)).await?.is_none(), "{engine:?}: a later one stands");
        assert!(invitation::get(&mut tx, "first", hour(2)).await?.is_none(), "{engine:?}: it is over");
        assert!(invitation::get(&mut tx, "first", hour(1)).await?.unwrap().account.is_none(), "{engine:?}");
        let hers = invitation::get(&mut tx, "hers", hour(1)).await?.unwrap();
        assert_eq!(hers.account, Some(("account-1".to_owned(), "amira".to_owned())), "{engine:?}");
        assert!(invitation::take_up(&mut tx, "hers", hour(1)).await?, "{engine:?}");
        assert!(!invitation::take_up(&mut tx, "hers", hour(1)).await?, "{engine:?}: twice");
    }
    Ok(())
}

#[tokio::test]
async fn a_proposal_is_decided_once_in_its_time_and_by_another() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        amira(&store).await?;
        let mut tx = store.begin().await?;
        for id in ["proposal-1", "proposal-2"] {
            let new = NewProposal { id, kind: "grant", account: "account-1", wish: "{}", ends_at: hour(9) };
            proposal::insert(&mut tx, &new, &Actor::person("ana", "she joins us"), hour(1)).await?;
        }
        let open = proposal::open(&mut tx, hour(2)).await?;
        assert_eq!((open.len(), open[0].name.as_str(), open[0].asked_by.as_str()), (2, "amira", "os:ana"));
        assert!(
            !proposal::decide(&mut tx, "proposal-1", "confirmed", ("os:ben", hour(9))).await?,
            "{engine:?}"
        );
        assert!(
            proposal::decide(&mut tx, "proposal-1", "confirmed", ("os:ben", hour(2))).await?,
            "{engine:?}"
        );
        assert!(
            !proposal::decide(&mut tx, "proposal-1", "refused", ("os:ben", hour(2))).await?,
            "{engine:?}"
        );
        tx.commit().await?;
        let mut tx = store.begin().await?;
        let own = proposal::decide(&mut tx, "proposal-2", "confirmed", ("os:ana", hour(2))).await;
        assert!(own.is_err(), "{engine:?}: the database refuses one person to be two");
    }
    Ok(())
}

#[tokio::test]
async fn tries_at_once_are_all_counted() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let tries = (0..20).map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut tx = store.begin().await.unwrap();
                let counter = Counter::elsewhere("amira");
                let mut guesses = guess::take(&mut tx, &counter, minute(n)).await.unwrap();
                guesses.fail(minute(n));
                guess::put(&mut tx, &counter, &guesses, None).await.unwrap();
                tx.commit().await.unwrap();
            })
        });
        futures_util::future::join_all(tries).await;
        let mut tx = store.begin().await?;
        let guesses = guess::take(&mut tx, &Counter::elsewhere("amira"), hour(1)).await?;
        assert_eq!((guesses.in_a_row, guesses.failed.len()), (20, 20), "{engine:?}");
        let at = Counter::at("amira", "192.0.2.1");
        assert_eq!(guess::take(&mut tx, &at, hour(1)).await?, Guesses::default(), "{engine:?}");
        assert!(!guess::was_right(&mut tx, &at, hour(0)).await?, "{engine:?}");
        guess::put(&mut tx, &at, &Guesses::default(), Some(hour(1))).await?;
        guess::put(&mut tx, &at, &Guesses::default(), None).await?;
        assert!(guess::was_right(&mut tx, &at, hour(1)).await?, "{engine:?}");
        guess::forget(&mut tx, hour(2)).await?;
        assert!(!guess::was_right(&mut tx, &at, hour(1)).await?, "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_audit_has_one_word_for_a_doctor() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let mut tx = store.begin().await?;
        assert_eq!(subject::of(&mut tx, &number(1), "word-1").await?, "word-1", "{engine:?}");
        assert_eq!(subject::of(&mut tx, &number(1), "word-2").await?, "word-1", "{engine:?}");
        assert_eq!(subject::of(&mut tx, &number(2), "word-2").await?, "word-2", "{engine:?}");
    }
    Ok(())
}

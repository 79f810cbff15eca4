//! What people change of their own way in, and what opens nothing after it.

use domain::access::Visitor;
use jiff::SignedDuration;
use ops::access::{Answer, Proof};
use ops::{Kind, Ops};
use testkit::{VirtualClock, engines};

use super::Outcome;
use super::access::{DESK, PASSWORD, code, house, sign_in, tries, welcome};

const ANOTHER: &str = "harbour-lantern-fig-07";

/// The next code of an authenticator.
fn next(clock: &VirtualClock, secret: &str) -> String {
    clock.advance(SignedDuration::from_secs(30));
    code(clock, secret)
}

fn with<'a>(password: &'a str, code: &'a str) -> Proof<'a> {
    Proof { password, code, address: DESK }
}

async fn is_in(ops: &Ops, token: &str) -> Option<Visitor> {
    ops.visitor(token).await.unwrap()
}

#[tokio::test]
async fn a_password_is_changed_with_the_old_one_in_hand_and_ends_every_other_session() -> Outcome {
    for engine in engines() {
        let (ops, clock, _scratch, secret) = house(engine).await;
        let (elsewhere, _) = sign_in(&ops, &clock, "amira", &secret).await;
        let (here, amira) = sign_in(&ops, &clock, "amira", &secret).await;
        for (password, code, new) in [
            ("kettle-violin-marsh-42", next(&clock, &secret), ANOTHER),
            (PASSWORD, "000000".to_owned(), ANOTHER),
        ] {
            let answer = ops.change_password(&amira, &with(password, &code), new).await?;
            assert!(matches!(answer, Answer::Wrong), "{engine:?}: {answer:?}");
        }
        for bad in ["short", "password1234567", PASSWORD] {
            let good = next(&clock, &secret);
            let refused = ops.change_password(&amira, &with(PASSWORD, &good), bad).await.unwrap_err();
            assert_eq!(refused.kind, Kind::Invalid, "{engine:?} {bad}");
        }
        assert!(is_in(&ops, &elsewhere).await.is_some(), "{engine:?}: nothing has changed so far");
        let good = next(&clock, &secret);
        let now = welcome(ops.change_password(&amira, &with(PASSWORD, &good), ANOTHER).await?);
        assert!(is_in(&ops, &now).await.is_some(), "{engine:?}");
        for old in [&here, &elsewhere] {
            assert!(is_in(&ops, old).await.is_none(), "{engine:?}: a secret of before");
        }
        let answer = tries(&ops, "amira", PASSWORD, &next(&clock, &secret)).await;
        assert!(matches!(answer, Answer::Wrong), "{engine:?}");
        welcome(tries(&ops, "amira", ANOTHER, &next(&clock, &secret)).await);
        assert!(
            ops.audit_page(None, 9).await?.iter().any(|row| row.action == "change-password"),
            "{engine:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn another_authenticator_shows_a_code_before_the_old_one_opens_nothing() -> Outcome {
    for engine in engines() {
        let (ops, clock, _scratch, secret) = house(engine).await;
        let (_, amira) = sign_in(&ops, &clock, "amira", &secret).await;
        let token = ops.begin_authenticator(&amira).await?.token;
        let new = ops.invitation(&token).await?.secret;
        assert_ne!(new, secret, "{engine:?}");
        let old = next(&clock, &secret);
        for (token, shown) in [("0", code(&clock, &new)), (token.as_str(), "000000".to_owned())] {
            let refused = ops.change_authenticator(&amira, &with(PASSWORD, &old), (token, &shown)).await;
            assert_eq!(refused.unwrap_err().kind, Kind::Invalid, "{engine:?}");
        }
        let shown = code(&clock, &new);
        let wrong = ops.change_authenticator(&amira, &with(PASSWORD, &shown), (&token, &shown)).await?;
        assert!(matches!(wrong, Answer::Wrong), "{engine:?}: the old authenticator must show one as well");
        let accepted = ops.change_authenticator(&amira, &with(PASSWORD, &old), (&token, &shown)).await?;
        welcome(accepted);
        assert_eq!(ops.invitation(&token).await.unwrap_err().kind, Kind::NotFound, "{engine:?}: once");
        let replayed = tries(&ops, "amira", PASSWORD, &shown).await;
        assert!(matches!(replayed, Answer::Wrong), "{engine:?}: its first code is used");
        assert!(matches!(tries(&ops, "amira", PASSWORD, &next(&clock, &secret)).await, Answer::Wrong));
        clock.advance(SignedDuration::from_mins(10));
        welcome(tries(&ops, "amira", PASSWORD, &next(&clock, &new)).await);
    }
    Ok(())
}

#[tokio::test]
async fn a_recovery_code_stands_once_for_an_authenticator_that_is_lost() -> Outcome {
    for engine in engines() {
        let (ops, clock, _scratch, secret) = house(engine).await;
        let (_, amira) = sign_in(&ops, &clock, "amira", &secret).await;
        let good = next(&clock, &secret);
        let (answer, first) = ops.renew_paper(&amira, &with(PASSWORD, &good)).await?;
        let token = welcome(answer);
        assert_eq!(first.len(), 10, "{engine:?}");
        assert_eq!(ops.own_way(&amira).await?.paper_left, 10, "{engine:?}");
        welcome(tries(&ops, "amira", PASSWORD, &first[0].to_lowercase()).await);
        assert!(matches!(tries(&ops, "amira", PASSWORD, &first[0]).await, Answer::Wrong), "{engine:?}: once");
        assert!(matches!(tries(&ops, "amira", "another-password-9", &first[1]).await, Answer::Wrong));
        assert!(matches!(tries(&ops, "ben", PASSWORD, &first[1]).await, Answer::Wrong), "{engine:?}");
        assert_eq!(ops.own_way(&amira).await?.paper_left, 9, "{engine:?}");
        let amira = is_in(&ops, &token).await.unwrap();
        let (answer, second) = ops.renew_paper(&amira, &with(PASSWORD, &first[1])).await?;
        welcome(answer);
        assert!(
            matches!(tries(&ops, "amira", PASSWORD, &first[2]).await, Answer::Wrong),
            "{engine:?}: of before"
        );
        clock.advance(SignedDuration::from_mins(10));
        welcome(tries(&ops, "amira", PASSWORD, &second[0]).await);
    }
    Ok(())
}

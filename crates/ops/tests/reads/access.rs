//! Coming in: the first person, right and wrong, slowed, replayed, and out again.

use std::time::Duration;

use domain::access::{Right, Visitor};
use jiff::SignedDuration;
use ops::access::{Acceptance, Answer, Credentials, Proof, Token};
use ops::{Fault, Kind, Ops};
use testkit::{Scratch, VirtualClock, engines};
use totp_rs::{Builder, Secret};

use super::{Outcome, small_world};

pub const PASSWORD: &str = "kettle-violin-marsh-41";
pub const DESK: &str = "192.0.2.7";

/// The code that an authenticator with this secret shows now.
pub fn code(clock: &VirtualClock, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    let now = domain::clock::Clock::now(clock).as_second();
    totp.generate(u64::try_from(now).unwrap()).to_string()
}

/// Takes an invitation up; gives the secret of the codes to come.
pub async fn accept(ops: &Ops, clock: &VirtualClock, token: &Token, name: &str) -> Result<String, Fault> {
    let secret = ops.invitation(&token.token).await?.secret;
    let code = code(clock, &secret);
    ops.accept(&token.token, &Acceptance { name, password: PASSWORD, code: &code }).await?;
    // The next code is another one.
    clock.advance(SignedDuration::from_secs(30));
    Ok(secret)
}

/// Somebody who brings this to the desk.
pub async fn tries(ops: &Ops, name: &str, password: &str, code: &str) -> Answer {
    from(ops, DESK, (name, password, code)).await
}

async fn from(ops: &Ops, address: &str, who: (&str, &str, &str)) -> Answer {
    let (name, password, code) = who;
    ops.sign_in(&Credentials { name, password, code, address }).await.unwrap()
}

pub fn welcome(answer: Answer) -> String {
    match answer {
        Answer::Welcome(welcome) => welcome.token,
        other => panic!("not let in: {other:?}"),
    }
}

/// Signs somebody in with the next code.
pub async fn sign_in(ops: &Ops, clock: &VirtualClock, name: &str, secret: &str) -> (String, Visitor) {
    clock.advance(SignedDuration::from_secs(30));
    let token = welcome(tries(ops, name, PASSWORD, &code(clock, secret)).await);
    let visitor = ops.visitor(&token).await.unwrap().unwrap();
    (token, visitor)
}

/// A house whose first person is amira.
pub async fn house(engine: testkit::Engine) -> (Ops, VirtualClock, Scratch, String) {
    let (ops, clock, scratch) = small_world(engine).await;
    let token = ops.set_up_token().await.unwrap().unwrap();
    let secret = accept(&ops, &clock, &token, " Amira ").await.unwrap();
    (ops, clock, scratch, secret)
}

#[tokio::test]
async fn the_first_person_keeps_the_program_running_and_nobody_is_first_twice() -> Outcome {
    for engine in engines() {
        let (ops, clock, _scratch) = small_world(engine).await;
        let void = ops.set_up_token().await?.unwrap();
        let token = ops.set_up_token().await?.unwrap();
        assert_eq!(
            ops.invitation(&void.token).await.unwrap_err().kind,
            Kind::NotFound,
            "{engine:?}: a later one"
        );
        let shown = ops.invitation(&token.token).await?;
        assert_eq!((shown.name, shown.least), (None, 15), "{engine:?}");
        let good = code(&clock, &shown.secret);
        let accepted = async |name: &str, password: &str, code: &str| {
            ops.accept(&token.token, &Acceptance { name, password, code }).await
        };
        for (name, password, code) in [
            ("amira", PASSWORD, "000000"),
            ("amira", "vb7-quill-moss", good.as_str()),
            ("ami ra", PASSWORD, good.as_str()),
        ] {
            assert_eq!(accepted(name, password, code).await.unwrap_err().kind, Kind::Invalid, "{engine:?}");
        }
        accepted("amira", PASSWORD, &good).await?;
        assert_eq!(accepted("ben", PASSWORD, &good).await.unwrap_err().kind, Kind::NotFound, "{engine:?}");
        assert!(ops.set_up_token().await?.is_none(), "{engine:?}");
        let (_, amira) = sign_in(&ops, &clock, "amira", &shown.secret).await;
        assert!(amira.may(Right::ManageUsers) && !amira.may(Right::ReadDoctors), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn an_invitation_is_over_after_its_time() -> Outcome {
    for engine in engines() {
        let (ops, clock, _scratch) = small_world(engine).await;
        let token = ops.set_up_token().await?.unwrap();
        clock.advance(SignedDuration::from_mins(29));
        assert!(ops.invitation(&token.token).await.is_ok(), "{engine:?}");
        clock.advance(SignedDuration::from_mins(1));
        assert_eq!(ops.invitation(&token.token).await.unwrap_err().kind, Kind::NotFound, "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn whatever_is_wrong_the_answer_is_the_same() -> Outcome {
    for engine in engines() {
        let (ops, clock, _scratch, secret) = house(engine).await;
        let good = code(&clock, &secret);
        let wrong = [
            ("amira", "kettle-violin-marsh-42", good.as_str()),
            ("amira", PASSWORD, "000000"),
            ("nobody", PASSWORD, good.as_str()),
            ("nobody", "", ""),
        ];
        for who in wrong {
            let answer = tries(&ops, who.0, who.1, who.2).await;
            assert!(matches!(answer, Answer::Wrong), "{engine:?} {who:?}: {answer:?}");
        }
        // Both names have failed twice: the third failure of either costs the same wait.
        for name in ["amira", "nobody"] {
            assert!(matches!(tries(&ops, name, "x", "").await, Answer::Wrong), "{engine:?} {name}");
            let until = domain::clock::Clock::now(&clock) + SignedDuration::from_secs(1);
            let answer = tries(&ops, name, PASSWORD, &good).await;
            assert!(matches!(answer, Answer::Wait(at) if at == until), "{engine:?} {name}: {answer:?}");
        }
        clock.advance(SignedDuration::from_secs(1));
        let Answer::Welcome(welcome) = tries(&ops, "AMIRA", PASSWORD, &good).await else {
            panic!("{engine:?}")
        };
        assert_eq!(welcome.failed_before, 3, "{engine:?}: its owner is told");
    }
    Ok(())
}

#[tokio::test]
async fn a_code_opens_once() -> Outcome {
    for engine in engines() {
        let (ops, clock, _scratch, secret) = house(engine).await;
        let good = code(&clock, &secret);
        welcome(tries(&ops, "amira", PASSWORD, &good).await);
        assert!(matches!(tries(&ops, "amira", PASSWORD, &good).await, Answer::Wrong), "{engine:?}");
        clock.advance(SignedDuration::from_secs(30));
        welcome(tries(&ops, "amira", PASSWORD, &code(&clock, &secret)).await);
    }
    Ok(())
}

#[tokio::test]
async fn whoever_guesses_elsewhere_locks_the_name_there_and_not_at_its_owners_desk() -> Outcome {
    for engine in engines() {
        let (ops, clock, _scratch, secret) = house(engine).await;
        sign_in(&ops, &clock, "amira", &secret).await;
        let mut wrong = 0;
        for n in 0..40 {
            let answer = from(&ops, &format!("198.51.100.{n}"), ("amira", "guess", "000000")).await;
            wrong += u32::from(matches!(answer, Answer::Wrong));
            clock.advance(SignedDuration::from_secs(65));
        }
        assert_eq!(wrong, 12, "{engine:?}: ten, and one more after each quarter of an hour");
        clock.advance(SignedDuration::from_secs(30));
        let good = code(&clock, &secret);
        let answer = from(&ops, "198.51.100.99", ("amira", PASSWORD, &good)).await;
        assert!(matches!(answer, Answer::Wait(_)), "{engine:?}: not even with the right password");
        let Answer::Welcome(welcome) = tries(&ops, "amira", PASSWORD, &good).await else {
            panic!("{engine:?}")
        };
        assert_eq!(welcome.failed_before, 12, "{engine:?}");
        let locks = ops.audit_page(None, 50).await?.into_iter().filter(|row| row.action == "lock").count();
        assert_eq!(locks, 3, "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn many_guesses_at_once_are_slowed_like_one_after_the_other() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch, _) = house(engine).await;
        let guesses = (0..15).map(|n| {
            let ops = ops.clone();
            tokio::spawn(async move {
                let password = format!("guess-{n}");
                let who = ("amira", password.as_str(), "000000");
                matches!(from(&ops, "198.51.100.1", who).await, Answer::Wrong)
            })
        });
        let looked_at = futures_util::future::join_all(guesses).await;
        let looked_at = looked_at.into_iter().filter(|looked_at| *looked_at.as_ref().unwrap()).count();
        assert_eq!(looked_at, 3, "{engine:?}: the fourth waits");
    }
    Ok(())
}

#[tokio::test]
async fn showing_once_more_who_one_is_gives_another_token() -> Outcome {
    for engine in engines() {
        let (ops, clock, _scratch, secret) = house(engine).await;
        let (old, amira) = sign_in(&ops, &clock, "amira", &secret).await;
        assert!(amira.is_stepped_up(), "{engine:?}: a fresh sign-in stands for it");
        clock.advance(SignedDuration::from_mins(15));
        let amira = ops.visitor(&old).await?.unwrap();
        assert!(!amira.is_stepped_up(), "{engine:?}");
        let good = code(&clock, &secret);
        let wrong = Proof { password: "guess", code: &good, address: DESK };
        assert!(matches!(ops.step_up(&amira, &wrong).await?, Answer::Wrong), "{engine:?}");
        let right = Proof { password: PASSWORD, code: &good, address: DESK };
        let new = welcome(ops.step_up(&amira, &right).await?);
        assert!(ops.visitor(&old).await?.is_none(), "{engine:?}: the old token opens nothing");
        let again = ops.visitor(&new).await?.unwrap();
        assert!(again.is_stepped_up() && again.seat().session == amira.seat().session, "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn sessions_end_by_a_word_by_rest_and_by_a_fourth() -> Outcome {
    for engine in engines() {
        let (ops, clock, _scratch, secret) = house(engine).await;
        let (first, _) = sign_in(&ops, &clock, "amira", &secret).await;
        let (second, visitor) = sign_in(&ops, &clock, "amira", &secret).await;
        sign_in(&ops, &clock, "amira", &secret).await;
        assert_eq!(ops.sessions(&visitor).await?.len(), 3, "{engine:?}");
        let (fourth, amira) = sign_in(&ops, &clock, "amira", &secret).await;
        assert!(ops.visitor(&first).await?.is_none(), "{engine:?}: the oldest has ended");
        ops.sign_out(&visitor).await?;
        assert!(ops.visitor(&second).await?.is_none(), "{engine:?}");
        assert_eq!(ops.sign_out(&visitor).await.unwrap_err().kind, Kind::NotFound, "{engine:?}");
        ops.sign_out_everywhere(&amira).await?;
        assert!(ops.visitor(&fourth).await?.is_none(), "{engine:?}");
        let (fifth, _) = sign_in(&ops, &clock, "amira", &secret).await;
        clock.advance(SignedDuration::from_mins(31));
        assert!(ops.visitor(&fifth).await?.is_none(), "{engine:?}: idle");
        for strange in ["", "x", &"f".repeat(64), &"é".repeat(32)] {
            assert!(ops.visitor(strange).await?.is_none(), "{engine:?} {strange}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn whoever_is_at_work_stays_signed_in() -> Outcome {
    for engine in engines() {
        let (ops, clock, _scratch, secret) = house(engine).await;
        let (token, amira) = sign_in(&ops, &clock, "amira", &secret).await;
        for _ in 0..4 {
            clock.advance(SignedDuration::from_mins(20));
            assert!(ops.visitor(&token).await?.is_some(), "{engine:?}");
            // The note is written beside the request.
            let noted = async || {
                while ops.sessions(&amira).await.unwrap()[0].last_seen_at != ops.today().now {
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(60), noted()).await.expect("the request is noted");
        }
        clock.advance(SignedDuration::from_hours(11));
        assert!(ops.visitor(&token).await?.is_none(), "{engine:?}: twelve hours are over");
    }
    Ok(())
}

#[tokio::test]
async fn nothing_that_opens_anything_stands_in_the_store() -> Outcome {
    let (ops, clock, scratch) = small_world(testkit::Engine::Sqlite).await;
    let first = ops.set_up_token().await?.unwrap();
    let secret = accept(&ops, &clock, &first, "amira").await?;
    let (token, _) = sign_in(&ops, &clock, "amira", &secret).await;
    ops.store.close().await;
    let file = scratch.url.trim_start_matches("sqlite://");
    let bytes = std::fs::read(file).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(holds("amira") && holds("$argon2id$"), "the reading is broken");
    for text in [PASSWORD, &token, &first.token] {
        assert!(!holds(text));
    }
    Ok(())
}

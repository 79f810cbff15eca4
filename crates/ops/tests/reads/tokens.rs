//! Programs: they read on somebody's behalf, for a time, and never more than that person.

use domain::access::{Grant, Reach, Right, Role};
use domain::ids::BodyCode;
use domain::scope::{Actor, Scope};
use jiff::SignedDuration;
use ops::access::TokenWish;
use ops::{Kind, Ops, Viewer};
use testkit::world::{FAILED, FRESH, HELD, number};
use testkit::{Scratch, VirtualClock, engines};

use super::access::accept;
use super::{Outcome, small_world};

fn ana() -> Actor {
    Actor::person("ana", "the nightly report")
}

/// Cleo reads two bodies, of one the sanctions as well.
async fn house(engine: testkit::Engine) -> (Ops, VirtualClock, Scratch) {
    let (mut ops, clock, scratch) = small_world(engine).await;
    ops.access.rules.two_people = false;
    let invitation = ops.add_person("cleo", &ana()).await.unwrap();
    accept(&ops, &clock, &invitation, "").await.unwrap();
    for (body, sensitive) in [(HELD, false), (FAILED, true)] {
        let grant =
            Grant { role: Role::Approver, bodies: [BodyCode::new(body)].into(), sensitive, ends: None };
        ops.propose_grant("cleo", grant, &ana()).await.unwrap();
    }
    (ops, clock, scratch)
}

fn wish(bodies: &[&str], sensitive: bool) -> TokenWish<'static> {
    let bodies = bodies.iter().map(|body| BodyCode::new(*body)).collect();
    let reach = Reach { bodies, sensitive, ..Reach::default() };
    TokenWish { owner: "cleo", name: "nightly-report", reach, days: 90 }
}

#[tokio::test]
async fn a_token_reads_what_its_owner_may_and_does_nothing_else() -> Outcome {
    for engine in engines() {
        let (ops, clock, _scratch) = house(engine).await;
        let token = ops.add_api_token(&wish(&[FAILED], true), &ana()).await?;
        assert!(token.token.starts_with("reval_") && token.token.len() == 70, "{engine:?}");
        assert!(ops.visitor(&token.token).await?.is_none(), "{engine:?}: it opens no page");
        let program = ops.program(&token.token).await?.unwrap();
        let only = Scope::of([BodyCode::new(FAILED)]);
        for right in Right::all() {
            let reads = [Right::ReadDoctors, Right::ReadSensitive, Right::ReadCounts].contains(&right);
            assert_eq!(program.may(right), reads, "{engine:?} {right:?}");
            assert_eq!(program.scope(right), if reads { only.clone() } else { Scope::of([]) }, "{engine:?}");
        }
        assert!(!program.is_stepped_up(), "{engine:?}");
        ops.doctor(&Viewer::of(&program), number(4).as_str(), None).await?;
        let row = ops.audit_page(None, 1).await?.remove(0);
        let who = (row.actor.as_str(), row.behalf.as_str());
        assert_eq!(who, ("token:nightly-report", "user:cleo"), "{engine:?}: the audit says on whose behalf");
        clock.advance(SignedDuration::from_hours(24 * 90));
        assert!(ops.program(&token.token).await?.is_none(), "{engine:?}: it has ended");
    }
    Ok(())
}

#[tokio::test]
async fn what_its_owner_loses_a_token_loses_on_the_next_request() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = house(engine).await;
        let token = ops.add_api_token(&wish(&[HELD, FAILED], false), &ana()).await?;
        let sees = async || {
            let program = ops.program(&token.token).await.unwrap();
            program.map(|program| program.scope(Right::ReadDoctors).bodies().count())
        };
        assert_eq!(sees().await, Some(2), "{engine:?}");
        let grants = ops.people().await?.remove(0).grants;
        let held = grants.iter().find(|row| row.grant.bodies.contains(&BodyCode::new(HELD))).unwrap();
        ops.revoke("cleo", &held.id, &ana()).await?;
        assert_eq!(sees().await, Some(1), "{engine:?}");
        ops.disable("cleo", &ana()).await?;
        assert_eq!(sees().await, None, "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_token_is_made_within_what_its_owner_may_read_and_taken_back() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = house(engine).await;
        let refused = [
            (wish(&[FRESH], false), Kind::Forbidden),
            (wish(&[HELD], true), Kind::Forbidden),
            (wish(&[], false), Kind::Invalid),
            (TokenWish { days: 0, ..wish(&[HELD], false) }, Kind::Invalid),
            (TokenWish { days: 367, ..wish(&[HELD], false) }, Kind::Invalid),
            (TokenWish { name: "a name", ..wish(&[HELD], false) }, Kind::Invalid),
            (TokenWish { owner: "dan", ..wish(&[HELD], false) }, Kind::NotFound),
        ];
        for (wish, kind) in refused {
            assert_eq!(ops.add_api_token(&wish, &ana()).await.unwrap_err().kind, kind, "{engine:?} {wish:?}");
        }
        let token = ops.add_api_token(&wish(&[HELD], false), &ana()).await?;
        let again = ops.add_api_token(&wish(&[HELD], false), &ana()).await.unwrap_err();
        assert_eq!(again.kind, Kind::Conflict, "{engine:?}: one of this name");
        assert_eq!(ops.api_tokens(Some("cleo")).await?[0].id, token.id, "{engine:?}");
        assert!(ops.api_tokens(Some("dan")).await?.is_empty(), "{engine:?}");
        let others = ops.revoke_api_token(&token.id, Some("dan"), &ana()).await.unwrap_err();
        assert_eq!(others.kind, Kind::NotFound, "{engine:?}: another's is the same as none");
        ops.revoke_api_token(&token.id, Some("cleo"), &ana()).await?;
        assert!(ops.program(&token.token).await?.is_none(), "{engine:?}");
        assert!(
            ops.add_api_token(&wish(&[HELD], false), &ana()).await.is_ok(),
            "{engine:?}: the name is free"
        );
        for strange in ["", "reval_", "reval_x", token.id.as_str()] {
            assert!(ops.program(strange).await?.is_none(), "{engine:?} {strange}");
        }
    }
    Ok(())
}

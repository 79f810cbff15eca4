//! People: it takes two to give, one to take away, and nobody changes their own.

use domain::access::{Grant, Right, Role};
use domain::ids::BodyCode;
use domain::scope::{Actor, Scope};
use ops::access::{Confirmed, Proposed};
use ops::{Kind, Ops};
use testkit::engines;
use testkit::world::{FAILED, HELD};

use super::access::{accept, sign_in, tries};
use super::{Outcome, small_world};

fn ana() -> Actor {
    Actor::person("ana", "she joins us")
}

fn ben() -> Actor {
    Actor::user("ben", "I know her")
}

fn observer(body: &str) -> Grant {
    let bodies = [BodyCode::new(body)].into();
    Grant { role: Role::Observer, bodies, sensitive: false, ends: None }
}

fn waits(proposed: Proposed) -> String {
    match proposed {
        Proposed::Waits(id) => id,
        Proposed::Done(_) => panic!("one person was enough"),
    }
}

async fn granted(ops: &Ops, name: &str, grant: Grant) -> Outcome {
    let id = waits(ops.propose_grant(name, grant, &ana()).await?);
    ops.confirm(&id, &ben()).await.map(drop)
}

#[tokio::test]
async fn a_grant_takes_two_people_and_acts_on_the_next_request() -> Outcome {
    for engine in engines() {
        let (ops, clock, _scratch) = small_world(engine).await;
        let invitation = ops.add_person("Cleo", &ana()).await?;
        let secret = accept(&ops, &clock, &invitation, "").await?;
        let (token, cleo) = sign_in(&ops, &clock, "cleo", &secret).await;
        assert!(Right::all().all(|right| !cleo.may(right)), "{engine:?}: added is not granted");
        let id = waits(ops.propose_grant("cleo", observer(HELD), &ana()).await?);
        assert!(
            !ops.visitor(&token).await?.unwrap().may(Right::ReadDoctors),
            "{engine:?}: asked is not granted"
        );
        let asked = ops.proposals().await?.remove(0);
        assert_eq!((asked.name.as_str(), asked.grant), ("cleo", Some(observer(HELD))), "{engine:?}");
        for same in [ana(), Actor::user("Ana", "it is me"), Actor::user("cleo", "for me")] {
            assert_eq!(
                ops.confirm(&id, &same).await.unwrap_err().kind,
                Kind::Forbidden,
                "{engine:?} {same:?}"
            );
        }
        ops.confirm(&id, &ben()).await?;
        assert_eq!(ops.confirm(&id, &ben()).await.unwrap_err().kind, Kind::NotFound, "{engine:?}: once");
        let visitor = ops.visitor(&token).await?.unwrap();
        assert_eq!(visitor.scope(Right::ReadDoctors), Scope::of([BodyCode::new(HELD)]), "{engine:?}");
        let grant = ops.people().await?.remove(0).grants.remove(0);
        assert_eq!(
            (grant.asked_by.as_str(), grant.granted_by.as_str()),
            ("os:ana", "user:ben"),
            "{engine:?}"
        );
        ops.revoke("cleo", &grant.id, &ben()).await?;
        assert!(!ops.visitor(&token).await?.unwrap().may(Right::ReadDoctors), "{engine:?}: taken back");
        ops.disable("cleo", &ben()).await?;
        assert!(ops.visitor(&token).await?.is_none(), "{engine:?}: shut out");
        assert!(matches!(tries(&ops, "cleo", "x", "").await, ops::access::Answer::Wrong), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn everything_done_to_people_is_in_the_audit_and_says_why() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        ops.add_person("cleo", &ana()).await?;
        granted(&ops, "cleo", observer(HELD)).await?;
        let id = waits(ops.propose_reset("cleo", &ana()).await?);
        ops.refuse(&id, &ben()).await?;
        let grant = ops.people().await?.remove(0).grants.remove(0).id;
        ops.revoke("cleo", &grant, &ben()).await?;
        ops.disable("cleo", &ben()).await?;
        let rows = ops.audit_page(None, 7).await?;
        let told: Vec<_> = rows.iter().rev().map(|row| (row.action.as_str(), row.actor.as_str())).collect();
        let expected = [
            ("add-user", "os:ana"),
            ("propose", "os:ana"),
            ("grant", "user:ben"),
            ("propose", "os:ana"),
            ("refuse", "user:ben"),
            ("revoke", "user:ben"),
            ("disable", "user:ben"),
        ];
        assert_eq!(told, expected, "{engine:?}");
        assert!(rows.iter().all(|row| !row.reason.is_empty()), "{engine:?}");
        assert_eq!(ops.verify_audit(&[]).await?.broken, None, "{engine:?}");
        let before = ops.audit_page(Some(rows[2].seq), 2).await?;
        let next: Vec<u64> = before.iter().map(|row| row.seq).collect();
        assert_eq!(next, [rows[3].seq, rows[4].seq], "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn nobody_changes_their_own_and_nothing_without_a_reason() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        ops.add_person("cleo", &ana()).await?;
        granted(&ops, "cleo", observer(HELD)).await?;
        let grant = ops.people().await?.remove(0).grants.remove(0).id;
        for own in [Actor::user("cleo", "I want to"), Actor::person("Cleo", "at the machine")] {
            let faults = [
                ops.propose_grant("cleo", observer(FAILED), &own).await.err(),
                ops.propose_reset("cleo", &own).await.err(),
                ops.revoke("cleo", &grant, &own).await.err(),
                ops.disable("cleo", &own).await.err(),
            ];
            assert!(
                faults.into_iter().all(|f| f.is_some_and(|f| f.kind == Kind::Forbidden)),
                "{engine:?} {own:?}"
            );
        }
        let silent = Actor::user("ben", " ");
        assert_eq!(ops.disable("cleo", &silent).await.unwrap_err().kind, Kind::Invalid, "{engine:?}");
        assert_eq!(ops.add_person("dan", &silent).await.unwrap_err().kind, Kind::Invalid, "{engine:?}");
        assert_eq!(
            ops.add_person("CLEO", &ana()).await.unwrap_err().kind,
            Kind::Conflict,
            "{engine:?}: taken"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_grant_names_bodies_that_there_are_or_none_where_it_is_not_about_bodies() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        ops.add_person("cleo", &ana()).await?;
        let of = |role| Grant { role, bodies: [].into(), sensitive: false, ends: None };
        let over = jiff::civil::Date::constant(2026, 11, 23);
        let refused = [
            of(Role::Observer),
            observer("1-UNKNOWN"),
            Grant { role: Role::Auditor, ..observer(HELD) },
            Grant { sensitive: true, ..of(Role::Operations) },
            Grant { ends: Some(over), ..observer(HELD) },
        ];
        for grant in refused {
            let fault = ops.propose_grant("cleo", grant.clone(), &ana()).await.unwrap_err();
            assert_eq!(fault.kind, Kind::Invalid, "{engine:?} {grant:?}");
        }
        assert!(ops.propose_grant("cleo", of(Role::Auditor), &ana()).await.is_ok(), "{engine:?}");
        assert_eq!(ops.propose_reset("dan", &ana()).await.unwrap_err().kind, Kind::NotFound, "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_new_way_in_ends_the_old_one_and_brings_somebody_back() -> Outcome {
    for engine in engines() {
        let (ops, clock, _scratch) = small_world(engine).await;
        let invitation = ops.add_person("cleo", &ana()).await?;
        let secret = accept(&ops, &clock, &invitation, "").await?;
        let (token, _) = sign_in(&ops, &clock, "cleo", &secret).await;
        let operations = Grant { role: Role::Operations, bodies: [].into(), sensitive: false, ends: None };
        let fault = ops.propose_grant("cleo", operations.clone(), &ana()).await.unwrap_err();
        assert_eq!(fault.kind, Kind::Conflict, "{engine:?}: their password may be too short for it");
        ops.disable("cleo", &ana()).await?;
        let id = waits(ops.propose_reset("cleo", &ana()).await?);
        let Confirmed::Reset(another) = ops.confirm(&id, &ben()).await? else { panic!("{engine:?}") };
        assert!(ops.visitor(&token).await?.is_none(), "{engine:?}");
        granted(&ops, "cleo", operations).await?;
        assert_eq!(ops.invitation(&another.token).await?.least, 15, "{engine:?}");
        let new = accept(&ops, &clock, &another, "").await?;
        assert_ne!(new, secret, "{engine:?}");
        let (_, cleo) = sign_in(&ops, &clock, "cleo", &new).await;
        assert!(cleo.may(Right::ManageUsers), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_house_of_one_needs_one_person() -> Outcome {
    for engine in engines() {
        let (mut ops, _clock, _scratch) = small_world(engine).await;
        ops.access.rules.two_people = false;
        ops.add_person("cleo", &ana()).await?;
        let proposed = ops.propose_grant("cleo", observer(HELD), &ana()).await?;
        assert!(matches!(proposed, Proposed::Done(Confirmed::Granted)), "{engine:?}");
        assert_eq!(ops.people().await?[0].grants.len(), 1, "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_demos_people_come_in_by_a_link_in_the_demo_alone() -> Outcome {
    for engine in engines() {
        let (mut ops, _clock, _scratch) = small_world(engine).await;
        assert_eq!(ops.demo_people().await.unwrap_err().kind, Kind::Forbidden, "{engine:?}");
        ops.access.rules.is_demo = true;
        let names = ops.demo_people().await?;
        assert_eq!(ops.demo_people().await?, names, "{engine:?}: a second time changes nothing");
        ops.add_person("cleo", &ana()).await?;
        assert_eq!(ops.demo_sign_in("cleo").await.unwrap_err().kind, Kind::NotFound, "{engine:?}");
        for (name, role) in names.iter().zip(Role::ALL) {
            let token = ops.demo_sign_in(name).await?.token;
            let visitor = ops.visitor(&token).await?.unwrap();
            assert_eq!(visitor.grants()[0].role, role, "{engine:?}");
            assert!(
                matches!(tries(&ops, name, "", "000000").await, ops::access::Answer::Wrong),
                "{engine:?}"
            );
        }
        ops.access.rules.is_demo = false;
        assert_eq!(ops.demo_sign_in(&names[0]).await.unwrap_err().kind, Kind::Forbidden, "{engine:?}");
    }
    Ok(())
}

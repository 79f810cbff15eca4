//! What people write about doctors, and who works on whom.

use domain::ids::{BodyCode, GmcNumber};
use domain::scope::Scope;
use domain::view::ViewRow;
use store::hidden::NewHidden;
use store::listing::{Hiding, Order, Query};
use store::{allocation, discrepancy_work, doctor, hidden, note};
use testkit::engines;
use testkit::world::{self, FAILED, HELD, number};

use super::{Outcome, hour};

#[tokio::test]
async fn a_note_is_worded_anew_by_its_author_alone_and_every_wording_is_kept() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        world::write(&store).await?;
        let mut tx = store.begin().await?;
        note::insert(&mut tx, "n-1", &number(2), ("user:amira", "spoke on Monday"), hour(1)).await?;
        let by_another = note::change(&mut tx, ("n-1", 1), ("user:bao", "no"), hour(2)).await?;
        assert!(!by_another, "{engine:?}");
        assert!(note::change(&mut tx, ("n-1", 1), ("user:amira", "spoke on Tuesday"), hour(2)).await?);
        let stale = note::change(&mut tx, ("n-1", 1), ("user:amira", "spoke on Wednesday"), hour(3)).await?;
        assert!(!stale, "{engine:?}: whoever read an older wording changes nothing");
        let notes = note::of_doctor(&mut tx, &number(2)).await?;
        assert_eq!((notes.len(), notes[0].text.as_str(), notes[0].version), (1, "spoke on Tuesday", 2));
        let wordings = note::wordings(&mut tx, "n-1").await?;
        let texts: Vec<&str> = wordings.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts, ["spoke on Tuesday", "spoke on Monday"], "{engine:?}");
        let scope = Scope::of([BodyCode::new(HELD)]);
        assert_eq!(doctor::get(&mut tx, &scope, &number(2)).await?.unwrap().notes, 1, "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_doctor_is_one_person_s_at_a_time_and_lists_are_narrowed_by_whose() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        world::write(&store).await?;
        let mut tx = store.begin().await?;
        let scope = Scope::of([BodyCode::new(HELD)]);
        allocation::put(&mut tx, &[(&number(1), "amira"), (&number(2), "bao")], "user:ana", hour(1)).await?;
        allocation::put(&mut tx, &[(&number(2), "amira")], "user:ana", hour(2)).await?;
        let of = |admin| Query { admin: Some(admin), order: Order::Admin, ..Query::within(&scope) };
        for (admin, doctors) in [("amira", 2), ("bao", 0), ("", 0)] {
            assert_eq!(doctor::count(&mut tx, &of(admin)).await?, doctors, "{engine:?} {admin}");
        }
        allocation::clear(&mut tx, &[number(1)]).await?;
        assert_eq!(doctor::count(&mut tx, &of("")).await?, 1, "{engine:?}");
        let rows = doctor::page(&mut tx, &of("amira")).await?;
        assert_eq!(rows[0].admin.as_deref(), Some("amira"), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn work_on_a_disagreement_counts_for_its_stretch_and_hiding_for_its_bodies() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        world::write(&store).await?;
        let mut tx = store.begin().await?;
        let scope = Scope::of([BodyCode::new(HELD), BodyCode::new(FAILED)]);
        let standing = Query { claimed_too: true, discrepancy: Some("transfer"), ..Query::within(&scope) };
        let row = doctor::page(&mut tx, &standing).await?.remove(0);
        let number = GmcNumber::parse(&row.view.gmc_number).unwrap();
        let stand = discrepancy_work::Stand { stage: "waiting_gmc", owner: "amira", reason: "asked" };
        assert_eq!(discrepancy_work::put(&mut tx, std::slice::from_ref(&number), &stand, hour(1)).await?, 1);
        let at = |stage| Query { stage: Some(stage), ..standing };
        assert_eq!(doctor::count(&mut tx, &at("waiting_gmc")).await?, 1, "{engine:?}");
        assert_eq!(doctor::count(&mut tx, &at("")).await?, 0, "{engine:?}");
        // Data resolve it, and say so again: it is new once more.
        let none = ViewRow { discrepancy: None, ..row.view.clone() };
        store::discrepancy::note(&mut tx, &[none], &[], hour(2)).await?;
        store::discrepancy::note(&mut tx, std::slice::from_ref(&row.view), &[], hour(3)).await?;
        assert_eq!(doctor::count(&mut tx, &at("")).await?, 1, "{engine:?}: reopened");
        let new = |id, until: Option<&str>| NewHidden {
            id,
            number: &number,
            body: HELD,
            kind: "transfer",
            gmc_body: row.view.body.as_deref().unwrap_or_default(),
            tis_body: row.view.tis_body.as_deref().unwrap_or_default(),
            reason: "known",
            until: until.map(str::to_owned),
        };
        let by = ("user:amira", hour(4));
        assert!(hidden::insert(&mut tx, &new("h-1", Some("2026-11-30")), "2026-11-24", by).await?);
        assert!(!hidden::insert(&mut tx, &new("h-2", None), "2026-11-24", by).await?, "{engine:?}: once");
        let on = |hiding| Query { hiding, ..standing };
        for (day, only) in [("2026-11-30", 1), ("2026-12-01", 0)] {
            assert_eq!(doctor::count(&mut tx, &on(Hiding::Only(day))).await?, only, "{engine:?} {day}");
            assert_eq!(
                doctor::count(&mut tx, &on(Hiding::Without(day))).await?,
                1 - only,
                "{engine:?} {day}"
            );
        }
        assert!(hidden::insert(&mut tx, &new("h-2", None), "2026-12-01", by).await?, "{engine:?}: anew");
        let moved = ViewRow { tis_body: Some("1-ELSEWHERE".to_owned()), ..row.view.clone() };
        doctor::upsert(&mut tx, &[moved], "job:tis-enrich", hour(5)).await?;
        assert_eq!(
            doctor::count(&mut tx, &on(Hiding::Only("2026-12-01"))).await?,
            0,
            "{engine:?}: data moved"
        );
        assert_eq!(hidden::of_doctor(&mut tx, &number).await?.len(), 2, "{engine:?}: none is lost");
        assert!(hidden::end(&mut tx, "h-2", by).await? && !hidden::end(&mut tx, "h-2", by).await?);
    }
    Ok(())
}

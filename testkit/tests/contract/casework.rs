//! What people write about doctors, and who works on whom.

use domain::ids::BodyCode;
use domain::scope::Scope;
use store::listing::{Order, Query};
use store::{allocation, doctor, note};
use testkit::engines;
use testkit::world::{self, HELD, number};

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

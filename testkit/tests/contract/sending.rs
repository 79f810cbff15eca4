//! Intents: the closed table of edges holds in the store, one claim wins, and an old fence writes nothing.

use domain::ids::BodyCode;
use domain::sending::{Mover, Standing, Wish};
use jiff::{SignedDuration, Timestamp};
use sqlx::{AssertSqlSafe, Connection as _};
use store::intent::{self, IntentRow, LEASE, NewIntent, Settled, Step};
use store::{Store, StoreError};
use testkit::{Engine, Scratch, engines};

use super::{A, B, Outcome, hour, number};

fn step(mover: Mover, at: Timestamp) -> Step<'static> {
    Step { mover, actor: "node-a", sentence: "as the test says", code: None, at }
}

fn by_person(at: Timestamp) -> Step<'static> {
    Step { actor: "os:ana", ..step(Mover::Person, at) }
}

fn by_sender(code: &'static str, at: Timestamp) -> Step<'static> {
    Step { code: Some(code), ..step(Mover::Sender, at) }
}

async fn wish(store: &Store, id: &str, doctor: u32, wish: Wish) -> Result<bool, StoreError> {
    let (number, body, from) = (number(doctor), BodyCode::new(A), BodyCode::new(B));
    let new = NewIntent {
        id,
        wish,
        number: &number,
        body: &body,
        from_body: Some(&from),
        batch: id,
        fields: "{}",
        asked_by: "os:ana",
        reason: "the doctor has begun here",
    };
    let mut tx = store.begin().await?;
    let made = intent::insert(&mut tx, &new, by_person(hour(0))).await?;
    tx.commit().await?;
    Ok(made)
}

async fn claim(store: &Store, id: &str, at: Timestamp) -> Result<Option<IntentRow>, StoreError> {
    let mut tx = store.begin().await?;
    let row = intent::claim(&mut tx, id, at, step(Mover::Sender, at)).await?;
    tx.commit().await?;
    Ok(row)
}

async fn standing(store: &Store, id: &str) -> Result<Standing, StoreError> {
    Ok(intent::get(&mut store.read().await?, id).await?.unwrap().standing)
}

const ACCEPTED: Settled<'static> = Settled {
    standing: Standing::Accepted,
    is_already: false,
    gmc_request_id: Some("SIM-1"),
    gmc_id: Some("R-1"),
    next_look: None,
};

/// One statement past the store's own, as a careless hand at the database would give it.
async fn by_hand(scratch: &Scratch, engine: Engine, statement: String) -> Result<(), sqlx::Error> {
    if engine == Engine::Sqlite {
        let mut connection = sqlx::SqliteConnection::connect(&scratch.url).await?;
        sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.map(drop)
    } else {
        let mut connection = sqlx::PgConnection::connect(&scratch.url).await?;
        sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.map(drop)
    }
}

#[tokio::test]
async fn the_store_has_the_edges_of_the_protocol_and_no_other() -> Outcome {
    for engine in engines() {
        let (store, scratch) = testkit::store(engine).await;
        let mut doctor = 0;
        for from in Standing::ALL {
            for to in Standing::ALL.into_iter().filter(|to| *to != from) {
                doctor += 1;
                let id = format!("{}-{}", from.word(), to.word());
                assert!(wish(&store, &id, doctor, Wish::Recommend).await?, "{engine:?}");
                for word in way_to(from) {
                    let moved = format!("update intent set standing = '{word}' where id = '{id}'");
                    by_hand(&scratch, engine, moved).await.unwrap();
                }
                let moved = format!("update intent set standing = '{}' where id = '{id}'", to.word());
                let may = by_hand(&scratch, engine, moved).await.is_ok();
                assert_eq!(may, from.may_become(to), "{engine:?}: {from:?} to {to:?}");
            }
        }
    }
    Ok(())
}

/// Words that lead from the queue to a standing.
fn way_to(standing: Standing) -> &'static [&'static str] {
    match standing {
        Standing::Queued => &[],
        Standing::Sending => &["sending"],
        Standing::Unknown => &["sending", "unknown"],
        Standing::Accepted => &["sending", "accepted"],
        Standing::Rejected => &["sending", "rejected"],
        Standing::Abandoned => &["abandoned"],
    }
}

#[tokio::test]
async fn what_was_wished_and_what_happened_are_never_changed() -> Outcome {
    for engine in engines() {
        let (store, scratch) = testkit::store(engine).await;
        wish(&store, "i-1", 1, Wish::Connect).await?;
        for statement in [
            "update intent set gmc_number = '9000002'",
            "update intent set fields = '{\"a\":1}'",
            "update intent set fields = ''",
            "update intent set fields_sha256 = 'abc'",
            "update intent set asked_by = 'os:eve'",
            "update intent set sends = 2",
            "update intent set grants = 2",
            "update intent_step set sentence = 'nothing happened'",
            "delete from intent_step",
        ] {
            assert!(
                by_hand(&scratch, engine, statement.to_owned()).await.is_err(),
                "{engine:?}: {statement}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn words_are_forgotten_once_it_is_settled_and_their_digest_stays() -> Outcome {
    for engine in engines() {
        let (store, scratch) = testkit::store(engine).await;
        for id in ["i-1", "i-2"] {
            wish(&store, id, if id == "i-1" { 1 } else { 2 }, Wish::Connect).await?;
        }
        let row = claim(&store, "i-1", hour(1)).await?.unwrap();
        let mut tx = store.begin().await?;
        assert!(intent::settle(&mut tx, &row, &ACCEPTED, by_sender("0", hour(1))).await?);
        tx.commit().await?;
        for (before, many) in [(hour(1), 0), (hour(2), 1), (hour(2), 0)] {
            let mut tx = store.begin().await?;
            assert_eq!(intent::forget(&mut tx, before).await?, many, "{engine:?}: before {before}");
            tx.commit().await?;
        }
        let read = |id: &'static str| {
            let store = store.clone();
            async move { intent::get(&mut store.read().await.unwrap(), id).await.unwrap().unwrap() }
        };
        let (forgotten, waiting) = (read("i-1").await, read("i-2").await);
        assert_eq!(forgotten.fields, "", "{engine:?}");
        assert_eq!(forgotten.fields_sha256, waiting.fields_sha256, "{engine:?}: the digest stays");
        assert!(waiting.is_intact() && !waiting.fields.is_empty(), "{engine:?}: what waits keeps its words");
        let other = "update intent set fields = 'another' where id = 'i-1'".to_owned();
        assert!(by_hand(&scratch, engine, other).await.is_err(), "{engine:?}: nothing else comes instead");
    }
    Ok(())
}

#[tokio::test]
async fn sixty_four_wishes_at_once_for_one_doctor_are_one() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let tries = (0..64).map(|n| {
            let store = store.clone();
            tokio::spawn(async move { wish(&store, &format!("i-{n}"), 1, Wish::Recommend).await })
        });
        let mut made = 0;
        for one in tries.collect::<Vec<_>>() {
            match one.await.unwrap() {
                Ok(is_made) => made += usize::from(is_made),
                // On a crowded store somebody may be told to come again; nobody is told twice that it was done.
                Err(error) => assert!(matches!(error, StoreError::Unavailable(_)), "{engine:?}: {error}"),
            }
        }
        assert_eq!(made, 1, "{engine:?}");
        assert!(wish(&store, "other", 1, Wish::Connect).await?, "{engine:?}: a connection is another matter");
        assert!(!wish(&store, "third", 1, Wish::Disconnect).await?, "{engine:?}: not both at once");
    }
    Ok(())
}

#[tokio::test]
async fn one_of_many_senders_wins_and_the_others_get_nothing() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        wish(&store, "i-1", 1, Wish::Connect).await?;
        let mut winners = 0;
        for _ in 0..4 {
            winners += usize::from(claim(&store, "i-1", hour(1)).await?.is_some());
        }
        assert_eq!(winners, 1, "{engine:?}");
        let row = intent::get(&mut store.read().await?, "i-1").await?.unwrap();
        assert_eq!((row.standing, row.sends, row.fence), (Standing::Sending, 1, 1), "{engine:?}");
        assert!(intent::queued(&mut store.read().await?, 9).await?.is_empty(), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_claim_past_its_lease_becomes_unknown_and_a_late_reply_still_settles_it() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        wish(&store, "i-1", 1, Wish::Recommend).await?;
        let claimed = claim(&store, "i-1", hour(1)).await?.unwrap();
        let mut tx = store.begin().await?;
        let within = hour(1) + LEASE - SignedDuration::from_secs(1);
        assert!(intent::lapsed(&mut tx, within).await?.is_empty(), "{engine:?}");
        let lapsed = intent::lapsed(&mut tx, within + SignedDuration::from_secs(2)).await?;
        assert_eq!(lapsed.len(), 1, "{engine:?}");
        assert!(intent::doubt(&mut tx, &lapsed[0], hour(2), step(Mover::Reaper, hour(2))).await?);
        assert!(!intent::doubt(&mut tx, &claimed, hour(2), by_sender("98", hour(2))).await?, "{engine:?}");
        assert_eq!(intent::to_look_at(&mut tx, hour(2), 9).await?.len(), 1, "{engine:?}");
        assert!(intent::settle(&mut tx, &claimed, &ACCEPTED, by_sender("0", hour(3))).await?, "{engine:?}");
        assert!(!intent::settle(&mut tx, &claimed, &ACCEPTED, by_sender("0", hour(3))).await?, "{engine:?}");
        tx.commit().await?;
        let steps = intent::steps(&mut store.read().await?, "i-1").await?;
        let told: Vec<_> = steps.iter().map(|s| (s.standing.as_str(), s.mover.as_str())).collect();
        let expected =
            [("queued", "person"), ("sending", "sender"), ("unknown", "reaper"), ("accepted", "sender")];
        assert_eq!(told, expected, "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_person_grants_one_second_send_and_an_old_fence_then_says_nothing() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        wish(&store, "i-1", 1, Wish::Recommend).await?;
        let first = claim(&store, "i-1", hour(1)).await?.unwrap();
        let mut tx = store.begin().await?;
        intent::doubt(&mut tx, &first, hour(2), by_sender("98", hour(1))).await?;
        let row = intent::get(&mut tx, "i-1").await?.unwrap();
        assert!(intent::grant(&mut tx, &row, by_person(hour(2))).await?, "{engine:?}");
        tx.commit().await?;
        let second = claim(&store, "i-1", hour(3)).await?.unwrap();
        assert_eq!((second.sends, second.grants, second.fence), (2, 1, 2), "{engine:?}");
        let mut tx = store.begin().await?;
        assert!(!intent::settle(&mut tx, &first, &ACCEPTED, by_sender("0", hour(4))).await?, "{engine:?}");
        intent::doubt(&mut tx, &second, hour(5), by_sender("98", hour(4))).await?;
        let row = intent::get(&mut tx, "i-1").await?.unwrap();
        assert!(!intent::grant(&mut tx, &row, by_person(hour(5))).await?, "{engine:?}: once");
        let given_up = intent::prove(&mut tx, &row, Standing::Abandoned, None, by_person(hour(5))).await?;
        assert!(given_up, "{engine:?}");
        tx.commit().await?;
        assert_eq!(standing(&store, "i-1").await?, Standing::Abandoned, "{engine:?}");
        assert!(wish(&store, "i-2", 1, Wish::Recommend).await?, "{engine:?}: the doctor is free again");
    }
    Ok(())
}

#[tokio::test]
async fn what_was_not_carried_out_returns_to_the_queue_and_does_not_count() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        wish(&store, "i-1", 1, Wish::Disconnect).await?;
        for fence in 1..4 {
            let row = claim(&store, "i-1", hour(1)).await?.unwrap();
            assert_eq!((row.sends, row.fence), (1, fence), "{engine:?}");
            let mut tx = store.begin().await?;
            assert!(intent::give_back(&mut tx, &row, by_sender("99", hour(1))).await?, "{engine:?}");
            assert!(!intent::give_back(&mut tx, &row, by_sender("99", hour(1))).await?, "{engine:?}");
            tx.commit().await?;
        }
        let waiting = intent::waiting(&mut store.read().await?).await?;
        let told: Vec<_> = waiting.iter().map(|w| (w.standing, w.many, w.since)).collect();
        assert_eq!(told, [(Standing::Queued, 1, hour(0))], "{engine:?}");
    }
    Ok(())
}

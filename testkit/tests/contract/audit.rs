//! The audit's chain: one order whoever writes, and no tampering that goes unnoticed.

use domain::scope::Actor;
use sqlx::{AssertSqlSafe, Connection as _};
use store::Store;
use store::audit::{self, Act, Flaw, Known, Verdict};
use testkit::{Engine, Scratch, engines};

use super::{Outcome, hour};

async fn note(store: &Store, id: &str) -> Outcome {
    let mut tx = store.begin().await?;
    let act = Act { id, action: "approve", object: "hold/hold-1", detail: "{}" };
    audit::insert(&mut tx, &Actor::person("ana", "rotation day"), &act, hour(1)).await?;
    tx.commit().await
}

/// Five rows, a store to read them with, and the database behind it.
async fn five(engine: Engine) -> (Store, Scratch) {
    let (store, scratch) = testkit::store(engine).await;
    for n in 1..=5 {
        note(&store, &format!("audit-{n}")).await.unwrap();
    }
    (store, scratch)
}

async fn verify(store: &Store, known: &[Known]) -> Verdict {
    audit::verify(&mut store.read().await.unwrap(), known).await.unwrap()
}

/// What somebody does who may do anything to the database: first they take the triggers off.
async fn tamper(scratch: &Scratch, sql: &str) {
    let off = if scratch.url.starts_with("sqlite") {
        "drop trigger audit_follows; drop trigger audit_not_changed; drop trigger audit_not_deleted;
         drop trigger audit_head_rises; drop trigger audit_head_stays; drop index audit_by_seq;"
    } else {
        "alter table audit disable trigger user; alter table audit_head disable trigger user; drop index audit_by_seq;"
    };
    raw(scratch, &format!("{off} {sql}")).await.unwrap();
}

async fn raw(scratch: &Scratch, sql: &str) -> Result<(), sqlx::Error> {
    let sql = AssertSqlSafe(sql.to_owned());
    if scratch.url.starts_with("sqlite") {
        let mut connection = sqlx::SqliteConnection::connect(&scratch.url).await?;
        sqlx::raw_sql(sql).execute(&mut connection).await.map(drop)
    } else {
        let mut connection = sqlx::PgConnection::connect(&scratch.url).await?;
        sqlx::raw_sql(sql).execute(&mut connection).await.map(drop)
    }
}

/// The first bad place of a chain of five after tampering.
async fn found(engine: Engine, sql: &str) -> (Option<u64>, Option<String>, Flaw) {
    let (store, scratch) = five(engine).await;
    tamper(&scratch, sql).await;
    let broken = verify(&store, &[]).await.broken;
    let broken = broken.unwrap_or_else(|| panic!("{engine:?}: not noticed: {sql}"));
    (broken.seq, broken.id, broken.flaw)
}

#[tokio::test]
async fn the_audit_says_who_did_what_and_why_once_it_is_committed() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        note(&store, "audit-1").await?;
        let row = audit::recent(&mut store.read().await?, None, 9).await?.remove(0);
        assert_eq!((row.actor.as_str(), row.reason.as_str()), ("os:ana", "rotation day"), "{engine:?}");
        assert_eq!((row.action.as_str(), row.at, row.seq), ("approve", hour(1), 1), "{engine:?}");
        let mut dropped = store.begin().await?;
        let act = Act { id: "audit-2", action: "approve", object: "hold/hold-1", detail: "{}" };
        audit::insert(&mut dropped, &Actor::job("night"), &act, hour(2)).await?;
        drop(dropped);
        assert_eq!(audit::recent(&mut store.read().await?, None, 9).await?.len(), 1, "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn an_untouched_chain_holds_and_its_head_can_be_known_outside() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let empty = verify(&store, &[]).await;
        assert_eq!((empty.sound, empty.broken), (0, None), "{engine:?}: before the first row");
        for n in 1..=3 {
            note(&store, &format!("audit-{n}")).await?;
        }
        let head = audit::head(&mut store.read().await?).await?;
        note(&store, "audit-4").await?;
        for known in [Known { seq: Some(3), hash: head.hash.clone() }, Known { seq: None, hash: head.hash }] {
            let verdict = verify(&store, &[known]).await;
            assert_eq!((verdict.sound, verdict.head.seq, verdict.broken), (4, 4, None), "{engine:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn fifty_writers_at_once_keep_one_chain() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let writers = (0..50).map(|n| {
            let store = store.clone();
            tokio::spawn(async move { note(&store, &format!("audit-{n:02}")).await })
        });
        for writer in futures_util::future::join_all(writers).await {
            writer.unwrap()?;
        }
        let verdict = verify(&store, &[]).await;
        assert_eq!((verdict.sound, verdict.broken), (50, None), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_database_refuses_to_change_the_audit() {
    for engine in engines() {
        let (store, scratch) = five(engine).await;
        let row = "insert into audit (id, at_ms, actor, behalf, action, object, reason, detail, seq, prev_hash, hash) values";
        let mut refused = vec![
            "update audit set reason = 'none' where seq = 2".to_owned(),
            "delete from audit where seq = 2".to_owned(),
            format!("{row} ('x', 1, 'a', '', 'b', 'c', 'd', '{{}}', null, null, null)"),
            format!("{row} ('x', 1, 'a', '', 'b', 'c', 'd', '{{}}', 6, 'p', 'h')"),
            "update audit_head set seq = 2".to_owned(),
            "delete from audit_head".to_owned(),
        ];
        if engine == Engine::Postgres {
            refused.extend(["truncate audit".to_owned(), "truncate audit_head".to_owned()]);
        }
        for sql in refused {
            assert!(raw(&scratch, &sql).await.is_err(), "{engine:?}: {sql}");
        }
        assert_eq!(verify(&store, &[]).await.broken, None, "{engine:?}");
    }
}

#[tokio::test]
async fn tampering_is_noticed_at_its_first_row() {
    let copy =
        "insert into audit (id, at_ms, actor, behalf, action, object, reason, detail, seq, prev_hash, hash)
        select 'new', at_ms, actor, behalf, action, object, reason, detail, ";
    let cases = [
        // One byte.
        ("update audit set reason = 'Rotation day' where seq = 3".to_owned(), Some(3), Flaw::Altered),
        ("update audit set hash = 'x' || substr(hash, 2) where seq = 3".to_owned(), Some(3), Flaw::Altered),
        // Delete, and close the gap.
        ("delete from audit where seq = 3".to_owned(), Some(3), Flaw::Missing),
        (
            "delete from audit where seq = 3; update audit set seq = seq - 1 where seq > 3".to_owned(),
            Some(3),
            Flaw::Altered,
        ),
        // Insert: beside the chain, at a place that is taken, before all, and with those after moved on.
        (format!("{copy} null, null, null from audit where seq = 3"), None, Flaw::Outside),
        (format!("{copy} 3, prev_hash, hash from audit where seq = 3"), Some(3), Flaw::Altered),
        (format!("{copy} 0, prev_hash, hash from audit where seq = 1"), Some(0), Flaw::Altered),
        (
            format!(
                "update audit set seq = seq + 1 where seq > 2; {copy} 3, prev_hash, hash from audit where seq = 4"
            ),
            Some(3),
            Flaw::Altered,
        ),
        // Reorder.
        (
            "update audit set seq = 7 where seq = 2; update audit set seq = 2 where seq = 4;
             update audit set seq = 4 where seq = 7"
                .to_owned(),
            Some(2),
            Flaw::Altered,
        ),
        // Take the tail off; the head remembers it.
        ("delete from audit where seq > 3".to_owned(), Some(4), Flaw::Missing),
        ("update audit_head set seq = 4".to_owned(), Some(5), Flaw::BeyondHead),
        ("update audit_head set hash = 'x' || substr(hash, 2)".to_owned(), Some(5), Flaw::Rewritten),
    ];
    for engine in engines() {
        for (sql, seq, flaw) in &cases {
            let (at, _, what) = found(engine, sql).await;
            assert_eq!((at, what), (*seq, *flaw), "{engine:?}: {sql}");
        }
    }
}

#[tokio::test]
async fn a_tail_taken_off_with_its_head_and_an_old_store_brought_back_are_noticed_by_a_head_known_outside()
-> Outcome {
    for engine in engines() {
        let (store, scratch) = five(engine).await;
        let outside = audit::head(&mut store.read().await?).await?;
        tamper(
            &scratch,
            "delete from audit where seq > 3;
             update audit_head set seq = 3, hash = (select hash from audit where seq = 3)",
        )
        .await;
        assert_eq!(verify(&store, &[]).await.broken, None, "{engine:?}: nothing inside can tell");
        let with_place = verify(&store, &[Known { seq: Some(5), hash: outside.hash.clone() }]).await;
        let broken = with_place.broken.unwrap();
        assert_eq!((broken.seq, broken.flaw), (Some(4), Flaw::Missing), "{engine:?}");
        let hash_alone = verify(&store, &[Known { seq: None, hash: outside.hash.clone() }]).await;
        assert_eq!(hash_alone.broken.unwrap().flaw, Flaw::UnknownHead, "{engine:?}");
        // Whoever then lets life go on has other rows at the places that are known outside.
        note(&store, "audit-6").await?;
        note(&store, "audit-7").await?;
        assert_eq!(verify(&store, &[]).await.broken, None, "{engine:?}: nothing inside can tell");
        let broken = verify(&store, &[Known { seq: Some(5), hash: outside.hash }]).await.broken.unwrap();
        assert_eq!((broken.seq, broken.flaw), (Some(5), Flaw::Rewritten), "{engine:?}");
        assert_eq!(broken.id.as_deref(), Some("audit-7"), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn rows_that_stood_before_the_chain_are_chained_in_the_order_of_their_time() -> Outcome {
    for engine in engines() {
        let scratch = testkit::scratch(engine).await;
        let store = Store::open(&scratch.url).await?;
        store.migrate_to(3, hour(0)).await?;
        for (id, at) in [("b", 20), ("a", 30), ("c", 10)] {
            let row = format!("insert into audit values ('{id}', {at}, 'os:ana', 'x', 'y', 'z', '{{}}')");
            raw(&scratch, &row).await.unwrap();
        }
        store.migrate(hour(0)).await?;
        note(&store, "d").await?;
        let rows = audit::recent(&mut store.read().await?, None, 9).await?;
        let ids: Vec<_> = rows.iter().map(|row| (row.seq, row.id.as_str())).collect();
        assert_eq!(ids, [(4, "d"), (3, "a"), (2, "b"), (1, "c")], "{engine:?}");
        let verdict = verify(&store, &[]).await;
        assert_eq!((verdict.sound, verdict.broken), (4, None), "{engine:?}");
    }
    Ok(())
}

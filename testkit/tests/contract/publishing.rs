//! Publishing is one guarded step; entries are versioned, so that any past snapshot can be read.

use domain::account::Account;
use futures_util::TryStreamExt as _;
use store::entry::{self, PageAsOf};
use store::snapshot::{self, Kind, Publish};
use store::{StoreError, Tx, digest, list};
use testkit::engines;

use super::{A, B, Outcome, entry as listed, hour, lists, next, number, publish};

/// Makes a good publish bad in one way.
type Spoil = fn(Publish) -> Publish;

/// The contents of a list as it stood in a snapshot.
async fn contents(tx: &mut Tx, snapshot: u64) -> Result<Vec<String>, StoreError> {
    entry::as_of(tx, A, snapshot).map_ok(|entry| entry.content).try_collect().await
}

#[tokio::test]
async fn publishing_moves_the_list_and_keeps_every_past_snapshot() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let mut tx = store.begin().await?;
        publish(&mut tx, &next(A, 0, hour(1)), &[], &[listed(1, "one"), listed(2, "two")]).await?;
        publish(&mut tx, &next(A, 1, hour(2)), &[number(2)], &[listed(2, "two, changed")]).await?;
        publish(&mut tx, &next(A, 2, hour(3)), &[number(1)], &[]).await?;
        tx.commit().await?;

        let mut tx = store.read().await?;
        assert_eq!(contents(&mut tx, 1).await?, ["one", "two"], "{engine:?}");
        assert_eq!(contents(&mut tx, 2).await?, ["one", "two, changed"], "{engine:?}");
        assert_eq!(contents(&mut tx, 3).await?, ["two, changed"], "{engine:?}");
        let now: Vec<_> = entry::current(&mut tx, A).map_ok(|e| e.content).try_collect().await?;
        assert_eq!(now, ["two, changed"], "{engine:?}");
        let state = list::get(&mut tx, A).await?.unwrap();
        assert_eq!((state.snapshot, state.data_as_of), (3, Some(hour(3))), "{engine:?}");
        assert_eq!(snapshot::at(&mut tx, A, hour(2)).await?.unwrap().number, 2, "{engine:?}");
        assert!(snapshot::at(&mut tx, A, hour(0)).await?.is_none(), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn one_doctors_history_is_newest_first_and_says_when_it_ended() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let mut tx = store.begin().await?;
        publish(&mut tx, &next(A, 0, hour(1)), &[], &[listed(1, "first")]).await?;
        publish(&mut tx, &next(A, 1, hour(2)), &[number(1)], &[listed(1, "second")]).await?;
        let history = entry::history(&mut tx, &number(1)).await?;
        let told: Vec<_> = history.iter().map(|v| (v.content.as_str(), v.ended_at)).collect();
        assert_eq!(told, [("second", None), ("first", Some(hour(2)))], "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_past_list_is_read_page_by_page() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let mut tx = store.begin().await?;
        let all: Vec<_> = (1..=5).map(|n| listed(n, "x")).collect();
        publish(&mut tx, &next(A, 0, hour(1)), &[], &all).await?;
        let mut seen = Vec::new();
        let mut after = String::new();
        loop {
            let page = PageAsOf { list: A, snapshot: 1, after: &after, limit: 2 };
            let rows = entry::page_as_of(&mut tx, &page).await?;
            let Some(last) = rows.last() else { break };
            after = last.gmc_number.to_string();
            seen.extend(rows.into_iter().map(|row| row.gmc_number));
        }
        assert!(seen == all.iter().map(|e| e.gmc_number.clone()).collect::<Vec<_>>(), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_publish_compared_with_an_old_snapshot_is_refused() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let mut tx = store.begin().await?;
        snapshot::publish(&mut tx, &next(A, 0, hour(1)), hour(1)).await?;
        let refusal = snapshot::publish(&mut tx, &next(A, 0, hour(2)), hour(2)).await.unwrap_err();
        assert!(matches!(refusal, StoreError::Conflict(_)), "{engine:?}: {refusal}");
        assert_eq!(snapshot::recent(&mut tx, A, 9).await?.len(), 1, "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn older_data_never_replace_newer_unless_a_person_says_so() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let mut tx = store.begin().await?;
        snapshot::publish(&mut tx, &next(A, 0, hour(5)), hour(5)).await?;
        let older = next(A, 1, hour(4));
        let refusal = snapshot::publish(&mut tx, &older, hour(6)).await.unwrap_err();
        assert!(matches!(refusal, StoreError::Conflict(_)), "{engine:?}: {refusal}");
        let by_person = Publish { kind: Kind::Rollback, approved_by: Some("os:ana".to_owned()), ..older };
        assert_eq!(snapshot::publish(&mut tx, &by_person, hour(6)).await?, 2, "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_tables_themselves_refuse_what_the_brake_would_hold() -> Outcome {
    let emptied = |p: Publish| Publish { doctors: 0, ..p };
    let shrunk = |p: Publish| Publish { account: Account { removed: 6, ..p.account }, ..p };
    let unbalanced = |p: Publish| Publish { account: Account { read: 9, ..p.account }, ..p };
    let cases: [(&str, Spoil, bool); 3] = [
        ("an empty list", emptied, true),
        ("too many gone", shrunk, true),
        ("an account that loses records", unbalanced, false),
    ];
    for engine in engines() {
        for (case, spoil, a_person_may) in cases {
            let (store, _scratch) = testkit::store(engine).await;
            lists(&store).await?;
            let bad = spoil(next(A, 0, hour(1)));
            let mut tx = store.begin().await?;
            let unasked = snapshot::publish(&mut tx, &bad, hour(1)).await;
            assert!(unasked.is_err(), "{engine:?} published {case} unasked");
            drop(tx);
            let mut tx = store.begin().await?;
            let approved = Publish { approved_by: Some("os:ana".to_owned()), ..bad };
            let allowed = snapshot::publish(&mut tx, &approved, hour(1)).await.is_ok();
            assert_eq!(allowed, a_person_may, "{engine:?}: {case}, with a person's word");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_publish_without_its_commit_leaves_nothing() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let mut tx = store.begin().await?;
        publish(&mut tx, &next(A, 0, hour(1)), &[], &[listed(1, "one")]).await?;
        drop(tx);
        let mut tx = store.read().await?;
        assert_eq!(list::get(&mut tx, A).await?.unwrap().snapshot, 0, "{engine:?}");
        assert!(entry::history(&mut tx, &number(1)).await?.is_empty(), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_reader_sees_one_state_while_another_publishes() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let mut reader = store.read().await?;
        assert_eq!(list::get(&mut reader, A).await?.unwrap().snapshot, 0);
        let mut tx = store.begin().await?;
        publish(&mut tx, &next(A, 0, hour(1)), &[], &[listed(1, "one")]).await?;
        tx.commit().await?;
        assert_eq!(list::get(&mut reader, A).await?.unwrap().snapshot, 0, "{engine:?}");
        assert!(contents(&mut reader, 1).await?.is_empty(), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_doctor_on_two_lists_is_found_on_both_and_counted_once() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let mut tx = store.begin().await?;
        publish(&mut tx, &next(A, 0, hour(1)), &[], &[listed(1, "at A")]).await?;
        publish(&mut tx, &next(B, 0, hour(1)), &[], &[listed(1, "at B"), listed(2, "at B")]).await?;
        let mut places: Vec<_> =
            entry::of_doctors(&mut tx, &[number(1)]).await?.into_iter().map(|p| p.list).collect();
        places.sort();
        assert_eq!(places, [B, A], "{engine:?}");
        assert!(entry::doctors_after(&mut tx, "", 9).await? == [number(1), number(2)], "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_digest_is_the_same_on_both_engines_and_moves_with_the_facts() -> Outcome {
    let mut digests = Vec::new();
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let mut tx = store.begin().await?;
        let empty = digest::published(&mut tx).await?;
        publish(&mut tx, &next(A, 0, hour(1)), &[], &[listed(1, "Ó Samplaigh"), listed(2, "two")]).await?;
        let full = digest::published(&mut tx).await?;
        assert_ne!(empty, full, "{engine:?}");
        digests.push(full);
    }
    assert!(digests.windows(2).all(|pair| pair[0] == pair[1]), "{digests:?}");
    Ok(())
}

#[tokio::test]
async fn a_renamed_code_keeps_snapshots_history_and_doctors() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let mut tx = store.begin().await?;
        publish(&mut tx, &next(A, 0, hour(1)), &[], &[listed(1, "one")]).await?;
        publish(&mut tx, &next(A, 1, hour(2)), &[number(1)], &[listed(1, "one, changed")]).await?;
        assert!(list::rename(&mut tx, A, B, hour(3)).await?, "{engine:?}");
        assert!(list::get(&mut tx, A).await?.is_none(), "{engine:?}");
        let renamed = list::get(&mut tx, B).await?.unwrap();
        assert_eq!((renamed.snapshot, renamed.data_as_of), (2, Some(hour(2))), "{engine:?}");
        let history = entry::history(&mut tx, &number(1)).await?;
        assert_eq!(history.len(), 2, "{engine:?}");
        assert!(history.iter().all(|version| version.list == B), "{engine:?}");
        assert!(!list::rename(&mut tx, A, B, hour(4)).await?, "{engine:?}: nothing is left to carry over");
        publish(&mut tx, &next(B, 2, hour(5)), &[], &[listed(2, "two")]).await?;
        tx.commit().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_list_under_its_new_code_is_never_overwritten_by_the_old() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        lists(&store).await?;
        let mut tx = store.begin().await?;
        publish(&mut tx, &next(A, 0, hour(1)), &[], &[listed(1, "old")]).await?;
        publish(&mut tx, &next(B, 0, hour(2)), &[], &[listed(1, "new")]).await?;
        assert!(!list::rename(&mut tx, A, B, hour(3)).await?, "{engine:?}");
        assert_eq!(contents(&mut tx, 1).await?, ["old"], "{engine:?}");
    }
    Ok(())
}

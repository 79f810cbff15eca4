//! One contract for both engines: every test here runs on SQLite and, where a server is named, on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod accounts;
mod audit;
mod casework;
mod discrepancies;
mod doctors;
mod due;
mod fingerprints;
mod holds;
mod logins;
mod migrations;
mod overrides;
mod plays;
mod publishing;
mod readings;
mod recounts;
mod row_walls;
mod run_logs;
mod sending;
mod settings;
mod watch;
mod work;

use domain::account::Account;
use domain::ids::GmcNumber;
use domain::joined::Presence;
use jiff::{SignedDuration, Timestamp};
use store::entry::Entry;
use store::snapshot::{Kind, Publish};
use store::{Store, StoreError, Tx};
use testkit::engines;

/// What a test gives back.
type Outcome = Result<(), StoreError>;

/// Two bodies of the tests; the second has two hyphens, as one real code has.
const A: &str = "1-AIIDWT";
const B: &str = "1-AII-DH1";

/// An instant so many hours after the first.
fn hour(hours: i64) -> Timestamp {
    testkit::start() + SignedDuration::from_hours(hours)
}

/// A synthetic GMC number.
fn number(n: u32) -> GmcNumber {
    GmcNumber::parse(&format!("{}", 9_000_000 + n)).unwrap()
}

/// One doctor on a list, listed.
fn entry(n: u32, content: &str) -> Entry {
    Entry {
        gmc_number: number(n),
        presence: Presence::Listed,
        since_ms: testkit::start().as_millisecond(),
        content: content.to_owned(),
    }
}

/// A publish that the brake has nothing against: one doctor more than before.
fn next(list: &str, base: u64, data_as_of: Timestamp) -> Publish {
    let account = Account { read: base + 1, new: 1, same: base, ..Account::default() };
    Publish {
        list: list.to_owned(),
        base,
        kind: Kind::Sync,
        data_as_of,
        run_id: Some("run-1".to_owned()),
        hold_id: None,
        equal_to: None,
        doctors: base + 1,
        account,
        removed_max: 5,
        changed_max: 5,
        approved_by: None,
        actor: "job:gmc-sync".to_owned(),
    }
}

/// Publishes a snapshot of a list that ends and begins these versions.
async fn publish(tx: &mut Tx, what: &Publish, gone: &[GmcNumber], come: &[Entry]) -> Result<u64, StoreError> {
    let number = store::snapshot::publish(tx, what, what.data_as_of).await?;
    store::entry::close(tx, &what.list, number, gone).await?;
    store::entry::insert(tx, &what.list, number, come).await?;
    Ok(number)
}

/// Makes the rows of both lists.
async fn lists(store: &Store) -> Outcome {
    let mut tx = store.begin().await?;
    store::list::ensure(&mut tx, A, hour(0)).await?;
    store::list::ensure(&mut tx, B, hour(0)).await?;
    tx.commit().await
}

#[tokio::test]
async fn every_statement_is_accepted_by_both_engines() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let refused = store.refused_statements().await?;
        assert!(refused.is_empty(), "{engine:?} refuses {refused:#?}");
    }
    Ok(())
}

#[tokio::test]
async fn migrating_twice_changes_nothing_the_second_time() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        let newest = Store::schema_version();
        assert_eq!(store.migrate(hour(1)).await?, (newest, newest), "{engine:?}");
        store.check_schema().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_store_without_tables_is_refused_with_the_verb_to_run() -> Outcome {
    for engine in engines() {
        let scratch = testkit::scratch(engine).await;
        let store = Store::open(&scratch.url).await?;
        let refusal = store.check_schema().await.unwrap_err();
        assert!(refusal.to_string().contains("reval migrate"), "{engine:?}: {refusal}");
    }
    Ok(())
}

#[tokio::test]
async fn a_store_belongs_to_one_environment() -> Outcome {
    for engine in engines() {
        let (store, _scratch) = testkit::store(engine).await;
        store::site::claim(&store, "test", hour(0)).await?;
        store::site::claim(&store, "test", hour(1)).await?;
        let refusal = store::site::claim(&store, "production", hour(2)).await.unwrap_err();
        assert!(matches!(refusal, StoreError::OtherEnvironment { .. }), "{engine:?}: {refusal}");
    }
    Ok(())
}

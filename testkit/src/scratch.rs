//! A fresh database for one test, on either engine, gone when the test ends.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use store::Store;
use tempfile::TempDir;

/// Owns the databases of tests, and is no superuser.
const OWNER: &str = "reval_t_owner";

/// One of the two engines on which the store must behave the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded store.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// Names the engines this machine can test.
///
/// Panics if `REVAL_REQUIRE_POSTGRES` is 1 and no server is named: a skip there would hide a failure.
pub fn engines() -> Vec<Engine> {
    if admin_url().is_some() {
        return vec![Engine::Sqlite, Engine::Postgres];
    }
    let required = std::env::var("REVAL_REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
    assert!(
        !required,
        "REVAL_REQUIRE_POSTGRES is 1 but REVAL_TEST_POSTGRES names no server; use `make test`"
    );
    note("PostgreSQL was not tested: REVAL_TEST_POSTGRES names no server (`make test` starts one)");
    vec![Engine::Sqlite]
}

#[expect(clippy::print_stderr, reason = "a test run must show what it left out")]
pub(crate) fn note(text: &str) {
    eprintln!("{text}");
}

/// The address of the server on which databases may be made and dropped.
fn admin_url() -> Option<String> {
    std::env::var("REVAL_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// A database of one test; dropping it removes it.
pub struct Scratch {
    /// What `store::Store::open` takes.
    pub url: String,
    kept: Kept,
}

enum Kept {
    Folder(#[expect(dead_code, reason = "held so that it is removed on drop")] TempDir),
    Database { admin: String, name: String },
}

impl Scratch {
    /// Makes the logins of the program beside the owner, and lets each do what is its part.
    ///
    /// Panics on the embedded store, which has none, and if the server refuses.
    pub async fn make_logins(&self) {
        let Kept::Database { admin, name } = &self.kept else { panic!("the embedded store has no logins") };
        // Unwrap safety: a test helper; the error names the server's complaint.
        run(&with_database(admin, name), store::LOGINS.to_owned()).await.expect("the logins");
    }

    /// The same database by another login.
    pub fn url_of(&self, login: &str) -> String {
        as_login(&self.url, login)
    }
}

/// Makes an empty database on an engine.
///
/// Panics if it cannot be made: a test without its database has nothing to say.
pub async fn scratch(engine: Engine) -> Scratch {
    match engine {
        Engine::Sqlite => in_folder(),
        Engine::Postgres => on_server().await,
    }
}

/// Opens a store with all its tables on an engine; keep the scratch as long as the store.
///
/// Panics if it cannot be opened.
pub async fn store(engine: Engine) -> (Store, Scratch) {
    let scratch = scratch(engine).await;
    // Unwrap safety: a test helper; the message says which step failed.
    let store = Store::open(&scratch.url).await.expect("the scratch database opens");
    // Unwrap safety: as above.
    store.migrate(crate::start()).await.expect("the scratch database migrates");
    (store, scratch)
}

fn in_folder() -> Scratch {
    // Unwrap safety: a test helper; a machine without a temporary folder can test nothing.
    let folder = tempfile::Builder::new().prefix("reval-t-").tempdir().expect("a temporary folder");
    Scratch {
        url: format!("sqlite://{}", folder.path().join("reval.db").display()),
        kept: Kept::Folder(folder),
    }
}

async fn on_server() -> Scratch {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    // Unwrap safety: `engines` names PostgreSQL only when there is a server.
    let admin = admin_url().expect("REVAL_TEST_POSTGRES names a server");
    let name = format!("reval_t_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
    // Two tests may make it at the same time.
    let owner = format!(
        "do $$ begin create role {OWNER} login; \
         exception when duplicate_object or unique_violation then null; end $$"
    );
    // Unwrap safety: a test helper; the error names the server's complaint.
    run(&admin, owner).await.expect("an owner");
    // Unwrap safety: as above.
    run(&admin, format!("create database {name} owner {OWNER}")).await.expect("a fresh database");
    Scratch { url: as_owner(&with_database(&admin, &name)), kept: Kept::Database { admin, name } }
}

async fn run(admin: &str, sql: String) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(admin).await?;
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
    connection.close().await
}

/// Swaps the user in `postgres://user@host:port/database`: the walls between rows hold everybody but superusers.
fn as_owner(address: &str) -> String {
    as_login(address, OWNER)
}

fn as_login(address: &str, login: &str) -> String {
    let (scheme, rest) = address.split_once("://").unwrap_or(("postgres", address));
    let host = rest.split_once('@').map_or(rest, |(_, host)| host);
    // The server of tests trusts its own machine, and the program takes no address that holds a password.
    format!("{scheme}://{login}@{host}")
}

/// Swaps the database in `postgres://user@host:port/database?options`.
fn with_database(admin: &str, name: &str) -> String {
    let (address, options) = admin.split_once('?').map_or((admin, ""), |(a, o)| (a, o));
    let host_end = address.find("://").map_or(0, |at| at + 3);
    let slash = address[host_end..].find('/').map_or(address.len(), |at| host_end + at);
    let mark = if options.is_empty() { "" } else { "?" };
    format!("{}/{name}{mark}{options}", &address[..slash])
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let Kept::Database { admin, name } = &self.kept else { return };
        let (admin, sql) = (admin.clone(), format!("drop database if exists {name} with (force)"));
        // On its own thread: a drop may happen inside a runtime, which cannot be blocked from within.
        let dropped = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| runtime.block_on(run(&admin, sql)))
        })
        .join();
        if !matches!(dropped, Ok(Ok(Ok(())))) {
            note(&format!("the test database {name} could not be dropped"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_an_address_is_swapped() {
        let cases = [
            ("postgres://a@127.0.0.1:5433/postgres", "postgres://a@127.0.0.1:5433/x"),
            ("postgres://a@127.0.0.1:5433", "postgres://a@127.0.0.1:5433/x"),
            ("postgres://a@h/postgres?sslmode=disable", "postgres://a@h/x?sslmode=disable"),
        ];
        for (admin, expected) in cases {
            assert_eq!(with_database(admin, "x"), expected);
        }
    }

    #[tokio::test]
    async fn two_scratch_databases_are_not_the_same() {
        for engine in engines() {
            let (_one, first) = store(engine).await;
            let (_two, second) = store(engine).await;
            assert_ne!(first.url, second.url, "{engine:?}");
        }
    }
}

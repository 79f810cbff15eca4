//! A fresh database on a MariaDB server, as TIS has one, with an account that may only read; gone when the test ends.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, MySqlConnection};

/// The password of every account made here.
pub const READER_PASSWORD: &str = "r@ad/er:1";

/// A database of one test and its reader; dropping it removes both.
pub struct MariaDb {
    admin: MySqlConnectOptions,
    /// `HOST:PORT`.
    pub server: String,
    /// The database.
    pub name: String,
    /// The account that may select from it.
    pub reader: String,
}

/// Makes an empty database, or `None` where no server is named.
///
/// Panics if `REVAL_REQUIRE_MARIADB` is 1 and no server is named: a skip there would hide a failure.
pub async fn mariadb() -> Option<MariaDb> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let Some(url) = std::env::var("REVAL_TEST_MARIADB").ok().filter(|url| !url.is_empty()) else {
        let required = std::env::var("REVAL_REQUIRE_MARIADB").is_ok_and(|value| value == "1");
        assert!(
            !required,
            "REVAL_REQUIRE_MARIADB is 1 but REVAL_TEST_MARIADB names no server; use `make test`"
        );
        crate::scratch::note(
            "MariaDB was not tested: REVAL_TEST_MARIADB names no server (`make test` starts one)",
        );
        return None;
    };
    // Unwrap safety: a test helper; the message says what is wrong.
    let admin: MySqlConnectOptions = url.parse().expect("REVAL_TEST_MARIADB is an address");
    let admin = admin.ssl_mode(MySqlSslMode::Disabled).disable_statement_logging();
    let tag = format!("{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
    let made = MariaDb {
        server: format!("{}:{}", admin.get_host(), admin.get_port()),
        admin,
        name: format!("tis_t_{tag}"),
        reader: format!("r_{tag}"),
    };
    let (name, reader) = (&made.name, &made.reader);
    let sql = format!(
        "create database {name} character set utf8mb4; \
         create user {reader}@'127.0.0.1' identified by '{READER_PASSWORD}'; \
         grant select on {name}.* to {reader}@'127.0.0.1'"
    );
    // Unwrap safety: as above.
    execute(&made.admin, sql).await.expect("a fresh database");
    Some(made)
}

impl MariaDb {
    /// A connection of somebody who may do anything.
    ///
    /// Panics if there is none.
    pub async fn writer(&self) -> MySqlConnection {
        // Unwrap safety: a test helper.
        self.admin.clone().database(&self.name).connect().await.expect("a connection")
    }

    /// Runs statements as somebody who may do anything.
    ///
    /// Panics if one is refused.
    pub async fn run(&self, sql: impl Into<String>) {
        let in_it = self.admin.clone().database(&self.name);
        // Unwrap safety: a test helper; the error names the server's complaint.
        execute(&in_it, sql.into()).await.expect("the statements run");
    }

    /// The address for the reader, at another server if one stands between.
    pub fn url(&self, server: Option<&str>) -> String {
        format!("mysql://{}@{}/{}", self.reader, server.unwrap_or(&self.server), self.name)
    }
}

async fn execute(options: &MySqlConnectOptions, sql: String) -> Result<(), sqlx::Error> {
    let mut connection = options.connect().await?;
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
    connection.close().await
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        let (admin, name) = (self.admin.clone(), self.name.clone());
        // A wire that a test left open would keep its tables in use.
        let sql = format!(
            "kill user {0}; drop database if exists {name}; drop user if exists {0}@'127.0.0.1'",
            self.reader
        );
        // On its own thread: a drop may happen inside a runtime, which cannot be blocked from within.
        let dropped = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| runtime.block_on(execute(&admin, sql)))
        })
        .join();
        if !matches!(dropped, Ok(Ok(Ok(())))) {
            crate::scratch::note(&format!("the test database {name} could not be dropped"));
        }
    }
}

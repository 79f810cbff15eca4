//! How a store is opened: at once, or later, where it is away just now.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::pool::Pool;
use super::{Db, is_new_enough};
use crate::error::StoreError;

impl Db {
    /// Opens `sqlite://PATH` (made if it is not there) or `postgres://…`.
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") { Self::open_sqlite(url).await } else { Self::open_postgres(url).await }
    }

    /// The same without asking whether it is there: each use of it asks.
    pub(crate) fn later(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            let options = sqlite(url)?;
            let write = SqlitePoolOptions::new().max_connections(1).connect_lazy_with(options.clone());
            return Ok(Self::Sqlite { write, read: readers(options) });
        }
        let (pool, options) = postgres(url)?;
        let now = pool.clone().connect_lazy_with(options.clone());
        Ok(Self::Postgres(Pool::of(now, pool, options)))
    }

    async fn open_sqlite(url: &str) -> Result<Self, StoreError> {
        let options = sqlite(url)?;
        let opened = |error: sqlx::Error| StoreError::Unavailable(format!("{url}: {error}"));
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await
            .map_err(opened)?;
        let read = readers(options);
        let version: String = sqlx::query_scalar("select sqlite_version()").fetch_one(&write).await?;
        if !is_new_enough(&version) {
            return Err(StoreError::Unavailable(format!(
                "SQLite {version} is too old, 3.51.3 or later is needed"
            )));
        }
        Ok(Self::Sqlite { write, read })
    }

    async fn open_postgres(url: &str) -> Result<Self, StoreError> {
        let (pool, options) = postgres(url)?;
        let now = pool.clone().connect_with(options.clone()).await;
        let now = now.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self::Postgres(Pool::of(now, pool, options)))
    }
}

fn sqlite(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    Ok(SqliteConnectOptions::from_str(url)
        .map_err(|error| StoreError::Unavailable(format!("{url}: {error}")))?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true)
        .pragma("trusted_schema", "OFF")
        .pragma("mmap_size", "0")
        .pragma("cache_size", "-4096")
        .statement_cache_capacity(64))
}

fn readers(options: SqliteConnectOptions) -> sqlx::SqlitePool {
    SqlitePoolOptions::new().max_connections(4).connect_lazy_with(options.pragma("query_only", "ON"))
}

fn postgres(url: &str) -> Result<(PgPoolOptions, PgConnectOptions), StoreError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| StoreError::Unavailable("the address is neither sqlite:// nor postgres://".to_owned()))?
        .application_name("reval")
        .options([("lock_timeout", "2s"), ("idle_in_transaction_session_timeout", "10min")])
        // A node that is cut off shall hold no lock for longer than its lease: the server looks whether it is still there.
        .options([
            ("tcp_keepalives_idle", "5"),
            ("tcp_keepalives_interval", "5"),
            ("tcp_keepalives_count", "2"),
        ])
        .options([("tcp_user_timeout", "15s")])
        // The walls between rows look dear to the planner; compiling a statement costs more than ours ever take.
        .options([("jit", "off")]);
    Ok((PgPoolOptions::new().max_connections(8).acquire_timeout(Duration::from_secs(5)), options))
}

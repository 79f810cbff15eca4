//! The only file that names a driver: one small layer over SQLite and PostgreSQL, one text of SQL for both.

use futures_util::stream::{BoxStream, StreamExt, TryStreamExt};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, PgPool, Postgres, Row as _, Sqlite, SqlitePool, Transaction};

use crate::audit::{self, Deed};
use crate::error::StoreError;
use crate::receipt::{self, Claim};

use pool::Pool;

mod open;
mod pool;
mod refusal;

/// Oldest SQLite that does not carry the write-ahead-log reset race.
const SQLITE_AT_LEAST: (u32, u32, u32) = (3, 51, 3);

/// A value bound to a statement.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(Option<String>),
    Int(Option<i64>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(str::to_owned))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Int(Some(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}

impl From<Option<u64>> for Value {
    fn from(number: Option<u64>) -> Self {
        Self::Int(number.map(|n| i64::try_from(n).unwrap_or(i64::MAX)))
    }
}

/// Collects values of different types into the arguments of one statement.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::db::Value::from($value)),*] };
}
pub(crate) use args;

/// A row of either engine.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

macro_rules! get {
    ($row:expr, $column:expr) => {
        match $row {
            Row::Sqlite(row) => row.try_get($column).map_err(StoreError::from),
            Row::Postgres(row) => row.try_get($column).map_err(StoreError::from),
        }
    };
}

impl Row {
    pub(crate) fn text(&self, column: &str) -> Result<String, StoreError> {
        get!(self, column)
    }

    pub(crate) fn opt_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        get!(self, column)
    }

    pub(crate) fn int(&self, column: &str) -> Result<i64, StoreError> {
        get!(self, column)
    }

    pub(crate) fn opt_int(&self, column: &str) -> Result<Option<i64>, StoreError> {
        get!(self, column)
    }

    pub(crate) fn count(&self, column: &str) -> Result<u64, StoreError> {
        Ok(u64::try_from(self.int(column)?).unwrap_or_default())
    }

    pub(crate) fn opt_count(&self, column: &str) -> Result<Option<u64>, StoreError> {
        Ok(self.opt_int(column)?.map(|n| u64::try_from(n).unwrap_or_default()))
    }
}

/// The pools. SQLite has one writer, which alone checkpoints, and a few readers.
#[derive(Clone)]
pub(crate) enum Db {
    Sqlite { write: SqlitePool, read: SqlitePool },
    Postgres(Pool),
}

impl Db {
    /// Begins a transaction that may write; on SQLite it takes the write lock at once.
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::of(Inner::Sqlite(begin_writing(write).await?)),
            Self::Postgres(pool) => Tx::of(Inner::Postgres(begin_whole(&pool.now(), "begin").await?)),
        })
    }

    /// Begins a transaction that reads one consistent state and cannot write.
    pub(crate) async fn begin_reading(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { read, .. } => Tx::of(Inner::Sqlite(read.begin().await?)),
            Self::Postgres(pool) => {
                const READING: &str = "begin isolation level repeatable read read only";
                Tx::of(Inner::Postgres(begin_whole(&pool.now(), READING).await?))
            }
        })
    }

    /// Goes on over new connections: one over which nothing comes any more would keep its place for ever.
    pub(crate) fn renew(&self) {
        if let Self::Postgres(pool) = self {
            pool.renew();
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.now().close().await,
        }
    }
}

/// SQLite ends a transaction by itself when its disk is full; the driver still counts it as open, and would refuse
/// every further one on that connection.
async fn begin_writing(write: &SqlitePool) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
    match write.begin_with("begin immediate").await {
        Err(sqlx::Error::InvalidSavePointStatement) => {
            write.acquire().await?.close().await?;
            write.begin_with("begin immediate").await
        }
        begun => begun,
    }
}

/// Begins in a task of its own, which ends also where the caller goes away: the driver forgets a transaction that was given
/// up while it began, and would hand its connection on with that transaction open.
async fn begin_whole(
    pool: &PgPool,
    statement: &'static str,
) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(statement).await }).await;
    begun.unwrap_or_else(|error| Err(sqlx::Error::Io(std::io::Error::other(error))))
}

fn is_new_enough(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or_default());
    let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    found >= SQLITE_AT_LEAST
}

/// A transaction of either engine; dropped without a commit, nothing of it remains.
pub struct Tx {
    inner: Inner,
    /// What was done in it; chained to the audit as its last step.
    deeds: Vec<Deed>,
    /// For whom it is done: what a program asked for and may not be done twice.
    claim: Option<Claim>,
}

enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

macro_rules! bound {
    ($query:expr, $args:expr) => {{
        let mut query = $query;
        for value in $args {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Int(number) => query.bind(number),
            };
        }
        query
    }};
}

impl Tx {
    fn of(inner: Inner) -> Self {
        Self { inner, deeds: Vec::new(), claim: None }
    }

    /// The same, where what is done is told to whoever holds the claim.
    pub(crate) fn under(self, claim: Option<Claim>) -> Self {
        Self { claim, ..self }
    }

    /// Makes everything of this transaction last, its audit rows included.
    ///
    /// These are written here and not before: every writer needs the head of the chain, and whoever takes it as their last
    /// lock holds it for the moment of the commit, and deadlocks with nobody.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        let deeds = std::mem::take(&mut self.deeds);
        if let Some(claim) = self.claim.take().filter(|_| !deeds.is_empty()) {
            receipt::settle(&mut self, &claim, &deeds).await?;
        }
        audit::write(&mut self, deeds).await?;
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => pool::answered(async { Ok(tx.commit().await?) }).await?,
        }
        Ok(())
    }

    /// Keeps a deed for the commit.
    pub(crate) fn remember(&mut self, deed: Deed) {
        self.deeds.push(deed);
    }

    pub(crate) async fn execute(&mut self, sql: &'static str, args: Vec<Value>) -> Result<u64, StoreError> {
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => bound!(sqlx::query(sql), args).execute(&mut **tx).await?.rows_affected(),
            Inner::Postgres(tx) => {
                let doing = bound!(sqlx::query(sql), args).execute(&mut **tx);
                pool::answered(async { Ok(doing.await?) }).await?.rows_affected()
            }
        })
    }

    pub(crate) async fn rows(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        pool::answered(self.stream(sql, args).try_collect()).await
    }

    pub(crate) async fn row(
        &mut self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        let mut rows = self.stream(sql, args);
        pool::answered(async { rows.next().await.transpose() }).await
    }

    /// Streams rows without holding them.
    pub(crate) fn stream<'t>(
        &'t mut self,
        sql: &'static str,
        args: Vec<Value>,
    ) -> BoxStream<'t, Result<Row, StoreError>> {
        match &mut self.inner {
            Inner::Sqlite(tx) => bound!(sqlx::query(sql), args)
                .fetch(&mut **tx)
                .map_ok(Row::Sqlite)
                .map_err(StoreError::from)
                .boxed(),
            Inner::Postgres(tx) => bound!(sqlx::query(sql), args)
                .fetch(&mut **tx)
                .map_ok(Row::Postgres)
                .map_err(StoreError::from)
                .boxed(),
        }
    }

    /// Runs a listing whose text was composed from fixed parts; every value is still bound.
    pub(crate) async fn composed_rows(
        &mut self,
        sql: String,
        args: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let sql = AssertSqlSafe(sql);
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => {
                let rows = bound!(sqlx::query(sql), args).fetch_all(&mut **tx).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Inner::Postgres(tx) => {
                let rows = bound!(sqlx::query(sql), args).fetch_all(&mut **tx).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// From here on PostgreSQL shows no row of another body; an embedded store has no such wall.
    pub(crate) async fn narrow(&mut self, bodies: &str) -> Result<(), StoreError> {
        if let Inner::Postgres(tx) = &mut self.inner {
            sqlx::query("select set_config('reval.bodies', $1, true)")
                .bind(bodies)
                .execute(&mut **tx)
                .await?;
        }
        Ok(())
    }

    /// Comes back once the database answers.
    pub(crate) async fn alive(&mut self) -> Result<(), StoreError> {
        self.row("select 1 as one", args![]).await.map(drop)
    }

    /// Runs the statements of a migration file.
    pub(crate) async fn script(&mut self, sql: &'static str) -> Result<(), StoreError> {
        match &mut self.inner {
            Inner::Sqlite(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop)?,
            Inner::Postgres(tx) => sqlx::raw_sql(sql).execute(&mut **tx).await.map(drop)?,
        }
        Ok(())
    }

    /// Prepares a statement without running it: the check that replaces compile-time macros.
    pub(crate) async fn prepare(&mut self, sql: &'static str) -> Result<(), StoreError> {
        use sqlx::{Executor as _, SqlSafeStr as _};
        match &mut self.inner {
            Inner::Sqlite(tx) => (**tx).prepare(sql.into_sql_str()).await.map(drop)?,
            Inner::Postgres(tx) => (**tx).prepare(sql.into_sql_str()).await.map(drop)?,
        }
        Ok(())
    }

    /// PostgreSQL's own clock in UTC milliseconds; an embedded store has none. Only `store::now` asks.
    pub(crate) async fn database_ms(&mut self) -> Result<Option<i64>, StoreError> {
        const NOW: &str = "select cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint)";
        match &mut self.inner {
            Inner::Sqlite(_) => Ok(None),
            Inner::Postgres(tx) => Ok(Some(sqlx::query_scalar(NOW).fetch_one(&mut **tx).await?)),
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.inner, Inner::Sqlite(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_sqlite_with_the_reset_race_is_refused() {
        for (version, accepted) in
            [("3.40.1", false), ("3.51.2", false), ("3.51.3", true), ("3.54.0", true), ("4.0", true)]
        {
            assert_eq!(is_new_enough(version), accepted, "{version}");
        }
    }
}

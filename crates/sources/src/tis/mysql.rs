//! Trainees out of the database of TIS, MySQL or MariaDB: seven tables as of one instant, by an account that may only
//! read, row by row, and nobody else is kept waiting.

use domain::clock::Clock;
use domain::tis_rules::Rules;
use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlDatabaseError, MySqlRow, MySqlSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _, raw_sql};
use tokio::time::timeout;

use super::address::TisDatabase;
use super::definitions::{self, Found};
use super::error::{Origin, Place, TisError};
use super::gather::{Gather, TABLES, TisExtract};
use super::row::{Column, Kind, Row, Table};

/// The longest text that is believed, in characters: TIS's own text columns hold 64 KiB.
const TEXT_MAX: usize = 65_536;

/// Reads the database as of a day: all of it or none; also says as of which instant.
pub async fn read(
    database: &TisDatabase,
    rules: &Rules<'_>,
    today: Date,
    clock: &dyn Clock,
) -> Result<(TisExtract, Timestamp), TisError> {
    let mut connection = connect(database).await?;
    let found = timeout(database.read_timeout, found(&mut connection)).await;
    let found = found.map_err(|_| slow(database, None))?.map_err(|error| no_use(database, &error))?;
    definitions::check(&found)?;
    let as_of = clock.now();
    // One view of all tables, as of now; nothing that others write is waited for, and they wait for nothing of ours.
    let begin = "start transaction with consistent snapshot, read only";
    run(&mut connection, begin).await.map_err(|error| no_use(database, &error))?;
    let mut gather = Gather::new(rules, today);
    for table in &TABLES {
        let reading = one_table(&mut connection, database, table, &mut gather);
        timeout(database.read_timeout, reading).await.map_err(|_| slow(database, Some(table.name)))??;
    }
    // What was read is whole; a farewell that is not heard changes nothing.
    drop(timeout(database.connect_timeout, connection.close()).await);
    Ok((gather.finish(), as_of))
}

async fn connect(database: &TisDatabase) -> Result<MySqlConnection, TisError> {
    let options = options(database);
    let connecting = async {
        let mut connection = match options.connect().await {
            // The driver cannot say the password in the clear in the way that the account asks for.
            Err(sqlx::Error::Configuration(_)) if database.address.is_loopback() => {
                encrypted(&options).await?
            }
            connected => connected?,
        };
        let version: String = raw_sql("select version()").fetch_one(&mut connection).await?.try_get(0)?;
        run(&mut connection, &limits(database, version.contains("MariaDB"))).await?;
        run(&mut connection, "set session transaction isolation level repeatable read").await?;
        Ok(connection)
    };
    match timeout(database.connect_timeout, connecting).await {
        Ok(connected) => connected.map_err(|error| no_use(database, &error)),
        Err(_) => {
            let seconds = database.connect_timeout.as_secs();
            let problem = format!("it gave no connection within {seconds} s");
            Err(TisError::Connect { address: database.address.to_string(), problem })
        }
    }
}

/// Signs in over an encrypted connection, to this machine itself, whose name needs no proof.
///
/// MySQL's `caching_sha2_password` wants the password itself at an account's first sign-in: within an encrypted connection,
/// or under the server's RSA key, for which the driver needs a crate with an open advisory. Source: RUSTSEC-2023-0071.
async fn encrypted(options: &MySqlConnectOptions) -> Result<MySqlConnection, sqlx::Error> {
    let connected = options.clone().ssl_mode(MySqlSslMode::Required).connect().await;
    connected.map_err(|error| match error {
        refused @ sqlx::Error::Database(_) => refused,
        error => {
            let sentence = "the account signs in by caching_sha2_password, which needs one; turn on TLS at the server, or make \
                            the account with mysql_native_password";
            sqlx::Error::Tls(format!("{sentence} ({error})").into())
        }
    })
}

/// Encrypted, and the server's name proven, except on this machine itself.
fn options(database: &TisDatabase) -> MySqlConnectOptions {
    let address = &database.address;
    let encryption =
        if address.is_loopback() { MySqlSslMode::Disabled } else { MySqlSslMode::VerifyIdentity };
    let options = MySqlConnectOptions::new()
        .host(&address.host)
        .port(address.port)
        .username(&address.user)
        .password(database.password.reveal())
        .database(&address.database)
        .charset("utf8mb4")
        .ssl_mode(encryption)
        .disable_statement_logging();
    match &database.ca_file {
        Some(file) => options.ssl_ca(file),
        None => options,
    }
}

/// The server itself ends what takes too long, even if we are gone by then.
fn limits(database: &TisDatabase, is_mariadb: bool) -> String {
    let lock = database.lock_timeout.as_secs().max(1);
    let statement = match is_mariadb {
        true => format!("max_statement_time = {}", database.read_timeout.as_secs().max(1)),
        false => format!("max_execution_time = {}", database.read_timeout.as_millis()),
    };
    format!("set session lock_wait_timeout = {lock}, {statement}")
}

async fn run(connection: &mut MySqlConnection, sql: &str) -> Result<(), sqlx::Error> {
    raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.map(drop)
}

/// What the database shows of the seven tables to this account.
async fn found(connection: &mut MySqlConnection) -> Result<Found, sqlx::Error> {
    let names = TABLES.iter().map(|table| format!("'{}'", table.name)).collect::<Vec<_>>().join(", ");
    let of = |what: &str| format!("{what} where table_schema = database() and table_name in ({names})");
    let tables = of("select table_name, engine from information_schema.tables");
    let columns = of("select table_name, column_name, data_type from information_schema.columns");
    let mut found = Found::default();
    let mut rows = raw_sql(AssertSqlSafe(tables)).fetch(&mut *connection);
    while let Some(row) = rows.try_next().await? {
        found.table(&plain(&row, 0)?, &plain(&row, 1)?);
    }
    drop(rows);
    let mut rows = raw_sql(AssertSqlSafe(columns)).fetch(&mut *connection);
    while let Some(row) = rows.try_next().await? {
        found.column(&plain(&row, 0)?, &plain(&row, 1)?, &plain(&row, 2)?);
    }
    drop(rows);
    Ok(found)
}

fn plain(row: &MySqlRow, column: usize) -> Result<String, sqlx::Error> {
    let value: Option<&[u8]> = row.try_get_unchecked(column)?;
    Ok(String::from_utf8_lossy(value.unwrap_or_default()).into_owned())
}

async fn one_table(
    connection: &mut MySqlConnection,
    database: &TisDatabase,
    table: &'static Table,
    gather: &mut Gather<'_>,
) -> Result<(), TisError> {
    let mut read = 0_u64;
    let explain = |error: &sqlx::Error, read| explain(error, table, read, database);
    run(&mut *connection, "savepoint one_table").await.map_err(|error| explain(&error, read))?;
    let mut rows = raw_sql(AssertSqlSafe(select(table))).fetch(&mut *connection);
    while let Some(row) = rows.try_next().await.map_err(|error| explain(&error, read))? {
        (table.take)(gather, &Values::of(table, &row)?)?;
        read += 1;
    }
    drop(rows);
    // Lets go of the table's definition, so that whoever wants to alter it need not wait for the other tables.
    run(connection, "rollback to savepoint one_table").await.map_err(|error| explain(&error, read))?;
    if read == 0 { Err(TisError::Empty { origin: Origin::Table(table.name) }) } else { Ok(()) }
}

/// The key, then the columns in order; a text that is too long comes cut, one character over what is believed.
fn select(table: &Table) -> String {
    let value = |column: &Column| match column.kind {
        Kind::Text => format!("left(`{}`, {})", column.name, TEXT_MAX + 1),
        Kind::Number | Kind::Date => format!("cast(`{}` as char)", column.name),
    };
    let columns: Vec<String> = [&table.key].into_iter().chain(table.columns).map(value).collect();
    format!("select {} from `{}`", columns.join(", "), table.name)
}

/// One row of the database, each value a text.
struct Values<'r> {
    table: &'static Table,
    key: &'r str,
    values: Vec<Option<&'r str>>,
}

impl<'r> Values<'r> {
    fn of(table: &'static Table, row: &'r MySqlRow) -> Result<Self, TisError> {
        let key = text(row, 0).ok().flatten().unwrap_or_default();
        let mut values = Self { table, key, values: Vec::with_capacity(table.columns.len()) };
        for column in 0..table.columns.len() {
            let value =
                text(row, column + 1).map_err(|problem| (&values as &dyn Row).wrong(column, problem))?;
            values.values.push(value);
        }
        Ok(values)
    }
}

fn text(row: &MySqlRow, column: usize) -> Result<Option<&str>, &'static str> {
    let bytes: Option<&[u8]> = row.try_get_unchecked(column).map_err(|_| "a value that cannot be read")?;
    let Some(bytes) = bytes else { return Ok(None) };
    let text = std::str::from_utf8(bytes).map_err(|_| "bytes that are no text in UTF-8")?;
    if text.len() > TEXT_MAX && text.chars().count() > TEXT_MAX {
        return Err("a text of more than 65,536 characters, which no column of TIS should hold");
    }
    Ok(Some(text))
}

impl Row for Values<'_> {
    fn raw(&self, column: usize) -> Option<&str> {
        self.values[column]
    }

    fn table(&self) -> &'static Table {
        self.table
    }

    fn origin(&self) -> Origin {
        Origin::Table(self.table.name)
    }

    fn place(&self) -> Place {
        Place::Key(self.table.key.name, self.key.to_owned())
    }
}

fn slow(database: &TisDatabase, table: Option<&'static str>) -> TisError {
    TisError::Slow { table, seconds: database.read_timeout.as_secs() }
}

fn no_use(database: &TisDatabase, error: &sqlx::Error) -> TisError {
    TisError::Connect { address: database.address.to_string(), problem: said(error) }
}

/// What an error while a table is read means. The numbers are those of both servers.
fn explain(error: &sqlx::Error, table: &'static Table, rows: u64, database: &TisDatabase) -> TisError {
    let table = table.name;
    let number = match error {
        sqlx::Error::Database(told) => {
            told.try_downcast_ref::<MySqlDatabaseError>().map(|told| told.number())
        }
        _ => None,
    };
    match number {
        Some(1205) => TisError::Locked { table, seconds: database.lock_timeout.as_secs() },
        Some(1969 | 3024) => slow(database, Some(table)),
        Some(_) => TisError::Refused { table, rows, problem: said(error) },
        None => TisError::Lost { table, rows, problem: said(error) },
    }
}

fn said(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(told) => told.message().to_owned(),
        sqlx::Error::Io(told) => told.to_string(),
        sqlx::Error::Tls(told) => format!("no encrypted connection: {told}"),
        other => other.to_string(),
    }
}

//! A store that an earlier program filled is brought to the newest version with every row as it was.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};
use store::{Store, StoreError};
use testkit::{Engine, engines, scratch};

use super::{Outcome, hour};

/// What a store of each version holds beyond the version before.
const FILLS: [&str; 32] = [
    include_str!("../../../crates/store/tests/migrations/0001.sql"),
    include_str!("../../../crates/store/tests/migrations/0002.sql"),
    include_str!("../../../crates/store/tests/migrations/0003.sql"),
    include_str!("../../../crates/store/tests/migrations/0004.sql"),
    include_str!("../../../crates/store/tests/migrations/0005.sql"),
    include_str!("../../../crates/store/tests/migrations/0006.sql"),
    include_str!("../../../crates/store/tests/migrations/0007.sql"),
    include_str!("../../../crates/store/tests/migrations/0008.sql"),
    include_str!("../../../crates/store/tests/migrations/0009.sql"),
    include_str!("../../../crates/store/tests/migrations/0010.sql"),
    include_str!("../../../crates/store/tests/migrations/0011.sql"),
    include_str!("../../../crates/store/tests/migrations/0012.sql"),
    include_str!("../../../crates/store/tests/migrations/0013.sql"),
    include_str!("../../../crates/store/tests/migrations/0014.sql"),
    include_str!("../../../crates/store/tests/migrations/0015.sql"),
    include_str!("../../../crates/store/tests/migrations/0016.sql"),
    include_str!("../../../crates/store/tests/migrations/0017.sql"),
    include_str!("../../../crates/store/tests/migrations/0018.sql"),
    include_str!("../../../crates/store/tests/migrations/0019.sql"),
    include_str!("../../../crates/store/tests/migrations/0020.sql"),
    include_str!("../../../crates/store/tests/migrations/0021.sql"),
    include_str!("../../../crates/store/tests/migrations/0022.sql"),
    include_str!("../../../crates/store/tests/migrations/0023.sql"),
    include_str!("../../../crates/store/tests/migrations/0024.sql"),
    include_str!("../../../crates/store/tests/migrations/0025.sql"),
    include_str!("../../../crates/store/tests/migrations/0026.sql"),
    include_str!("../../../crates/store/tests/migrations/0027.sql"),
    include_str!("../../../crates/store/tests/migrations/0028.sql"),
    include_str!("../../../crates/store/tests/migrations/0029.sql"),
    include_str!("../../../crates/store/tests/migrations/0030.sql"),
    include_str!("../../../crates/store/tests/migrations/0031.sql"),
    include_str!("../../../crates/store/tests/migrations/0032.sql"),
];
/// What brings the tables up to date is no row of ours.
const OWN: &str = "schema_migration";
/// Columns that a later version has taken away.
const TAKEN_AWAY: [(&str, &str); 1] = [("rebuild_row", "content")];

/// A connection that runs whatever a test says, as no program of ours may.
enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Runs the same query text on either engine; gives the first so many columns as text.
macro_rules! texts {
    ($connection:expr, $sql:expr, $columns:expr) => {
        sqlx::raw_sql(AssertSqlSafe($sql))
            .fetch_all($connection)
            .await
            .unwrap()
            .iter()
            .map(|row| (0..$columns).map(|at| row.get::<Option<String>, _>(at)).collect())
            .collect()
    };
}

/// Rows of a table as text, in order.
type Rows = Vec<Vec<Option<String>>>;

impl Raw {
    async fn open(engine: Engine, url: &str) -> Self {
        match engine {
            Engine::Sqlite => Self::Sqlite(SqliteConnection::connect(url).await.unwrap()),
            Engine::Postgres => Self::Postgres(PgConnection::connect(url).await.unwrap()),
        }
    }

    async fn fill(&mut self, sql: &'static str) {
        match self {
            Self::Sqlite(connection) => sqlx::raw_sql(sql).execute(connection).await.map(drop).unwrap(),
            Self::Postgres(connection) => sqlx::raw_sql(sql).execute(connection).await.map(drop).unwrap(),
        }
    }

    async fn texts(&mut self, sql: &str, columns: usize) -> Rows {
        match self {
            Self::Sqlite(connection) => texts!(connection, sql.to_owned(), columns),
            Self::Postgres(connection) => texts!(connection, sql.to_owned(), columns),
        }
    }

    /// The columns of every table, by table.
    async fn tables(&mut self) -> BTreeMap<String, Vec<String>> {
        let sql = match self {
            Self::Sqlite(_) => {
                "select t.name, c.name from sqlite_schema t, pragma_table_info(t.name) c where t.type = 'table' \
                 order by 1, c.cid"
            }
            Self::Postgres(_) => {
                "select c.table_name::text, c.column_name::text from information_schema.columns c \
                 join information_schema.tables t using (table_schema, table_name) \
                 where table_schema = 'public' and table_type = 'BASE TABLE' order by 1, c.ordinal_position"
            }
        };
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in self.texts(sql, 2).await {
            let [table, column] = [0, 1].map(|at| row[at].clone().unwrap());
            if !TAKEN_AWAY.contains(&(&table, &column)) {
                tables.entry(table).or_default().push(column);
            }
        }
        tables.remove(OWN);
        tables
    }

    /// Everything in these columns.
    async fn rows(&mut self, tables: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, Rows> {
        let mut all = BTreeMap::new();
        for (table, columns) in tables {
            let list: Vec<String> =
                columns.iter().map(|column| format!("cast({column} as text) as {column}")).collect();
            let mut rows =
                self.texts(&format!("select {} from {table}", list.join(", ")), columns.len()).await;
            rows.sort();
            all.insert(table.clone(), rows);
        }
        all
    }
}

/// Reads what an earlier program wrote through the statements of this one.
async fn is_understood(store: &Store) -> Result<usize, StoreError> {
    let mut tx = store.read().await?;
    let runs = store::run::of_job(&mut tx, "gmc-sync", 100).await?;
    let lists = store::list::all(&mut tx).await?;
    let alerts = store::alert::recent(&mut tx, 100).await?;
    let holds = store::hold::recent(&mut tx, 100).await?;
    let evidence = store::evidence::of_run(&mut tx, "run-1").await?;
    Ok(runs.len() + lists.len() + alerts.len() + holds.len() + evidence.len())
}

#[tokio::test]
async fn a_filled_store_of_any_version_reaches_the_newest_with_its_rows_kept() -> Outcome {
    let newest = Store::schema_version();
    for engine in engines() {
        for version in 1..=FILLS.len() {
            let scratch = scratch(engine).await;
            let store = Store::open(&scratch.url).await?;
            let mut raw = Raw::open(engine, &scratch.url).await;
            for (number, fill) in (1..).zip(&FILLS[..version]) {
                assert_eq!(store.migrate_to(number, hour(0)).await?, (number - 1, number), "{engine:?}");
                raw.fill(fill).await;
            }
            let tables = raw.tables().await;
            let before = raw.rows(&tables).await;
            let empty: Vec<&String> =
                before.iter().filter(|(_, rows)| rows.is_empty()).map(|(table, _)| table).collect();
            assert!(empty.is_empty(), "version {version} has no row in {empty:?}");
            let from = i64::try_from(version).unwrap();
            assert_eq!(store.migrate(hour(1)).await?, (from, newest), "{engine:?}");
            let after = raw.rows(&tables).await;
            assert_eq!(after, before, "{engine:?}: from version {version}");
            let runs = if version == 1 { 3 } else { 4 };
            assert_eq!(
                is_understood(&store).await?,
                runs + 2 + 3 + 2 + 1,
                "{engine:?}: from version {version}"
            );
            let doubt = store::run::doubt(&mut store.read().await?, "run-2").await?;
            // Version 3 asks the alerts of its time what was too little.
            let said = "published 0 of 1; 0 records in 0.2 s";
            assert_eq!(doubt.as_deref(), Some(said), "{engine:?}: from version {version}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_older_program_serves_on_only_beside_newer_tables_that_say_so() -> Outcome {
    for engine in engines() {
        let (store, scratch) = testkit::store(engine).await;
        let mut raw = Raw::open(engine, &scratch.url).await;
        let newest = Store::schema_version();
        let is_refused = async || matches!(store.check_schema().await, Err(StoreError::Schema { .. }));
        // What a newer program leaves, and whether this one may serve beside it.
        let left = [
            (newest + 1, Some(newest), false),
            (newest + 2, Some(newest - 3), false),
            (newest + 3, Some(newest + 1), true),
            (newest + 4, None, true),
        ];
        for (number, oldest, refuses) in left {
            let oldest = oldest.map_or("null".to_owned(), |oldest| oldest.to_string());
            let values = format!("({number}, 0, {oldest})");
            raw.texts(
                &format!("insert into schema_migration (number, applied_at_ms, serves_from) values {values}"),
                0,
            )
            .await;
            assert_eq!(is_refused().await, refuses, "{engine:?}: {values}");
        }
        assert!(store.migrate(hour(0)).await.is_err(), "{engine:?}: nothing is brought back");
        raw.texts(&format!("delete from schema_migration where number > {newest}"), 0).await;
        assert!(!is_refused().await, "{engine:?}");
    }
    Ok(())
}

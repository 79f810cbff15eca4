//! Migrations: numbered, append-only, applied by `reval migrate` and, on the embedded store, at start.

use std::time::Duration;

use jiff::Timestamp;

use crate::audit;
use crate::db::{Db, Tx, args};
use crate::error::StoreError;
use crate::ms;

struct Migration {
    number: i64,
    /// For one engine alone, before the text for both.
    before: Own,
    both: &'static str,
    /// For one engine alone, after the text for both.
    after: Own,
}

/// What only one engine understands; empty where it needs nothing of its own.
struct Own {
    sqlite: &'static str,
    postgres: &'static str,
}

impl Own {
    const NOTHING: Self = Self { sqlite: "", postgres: "" };

    async fn run(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let script = if tx.is_sqlite() { self.sqlite } else { self.postgres };
        if script.is_empty() { Ok(()) } else { tx.script(script).await }
    }
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        before: Own { sqlite: "", postgres: include_str!("../migrations/0001_first_tables.postgres.sql") },
        both: include_str!("../migrations/0001_first_tables.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 2,
        before: Own::NOTHING,
        both: include_str!("../migrations/0002_due_runs.sql"),
        after: Own {
            sqlite: include_str!("../migrations/0002_due_runs.sqlite.sql"),
            postgres: include_str!("../migrations/0002_due_runs.postgres.sql"),
        },
    },
    Migration {
        number: 3,
        before: Own::NOTHING,
        both: include_str!("../migrations/0003_watch.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: audit::CHAINED_SINCE,
        before: Own::NOTHING,
        both: include_str!("../migrations/0004_audit_chain.sql"),
        after: Own {
            sqlite: include_str!("../migrations/0004_audit_chain.sqlite.sql"),
            postgres: include_str!("../migrations/0004_audit_chain.postgres.sql"),
        },
    },
    Migration {
        number: 5,
        before: Own::NOTHING,
        both: include_str!("../migrations/0005_run_log.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 6,
        before: Own::NOTHING,
        both: include_str!("../migrations/0006_sending.sql"),
        after: Own {
            sqlite: include_str!("../migrations/0006_sending.sqlite.sql"),
            postgres: include_str!("../migrations/0006_sending.postgres.sql"),
        },
    },
    Migration {
        number: 7,
        before: Own::NOTHING,
        both: include_str!("../migrations/0007_recount.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 8,
        before: Own::NOTHING,
        both: include_str!("../migrations/0008_accounts.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 9,
        before: Own::NOTHING,
        both: include_str!("../migrations/0009_discrepancy.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 10,
        before: Own::NOTHING,
        both: include_str!("../migrations/0010_overrides.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 11,
        before: Own::NOTHING,
        both: include_str!("../migrations/0011_repeats.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 12,
        before: Own::NOTHING,
        both: include_str!("../migrations/0012_rebuild_numbers.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 13,
        before: Own::NOTHING,
        both: include_str!("../migrations/0013_recommendations.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 14,
        before: Own::NOTHING,
        both: include_str!("../migrations/0014_nodes.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 15,
        before: Own::NOTHING,
        both: include_str!("../migrations/0015_api_tokens.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 16,
        before: Own::NOTHING,
        both: include_str!("../migrations/0016_row_walls.sql"),
        after: Own { sqlite: "", postgres: include_str!("../migrations/0016_row_walls.postgres.sql") },
    },
    Migration {
        number: 17,
        before: Own::NOTHING,
        both: include_str!("../migrations/0017_run_due.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 18,
        before: Own::NOTHING,
        both: include_str!("../migrations/0018_list_paths.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 19,
        before: Own::NOTHING,
        both: include_str!("../migrations/0019_reports.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 20,
        before: Own::NOTHING,
        both: include_str!("../migrations/0020_identities.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 21,
        before: Own::NOTHING,
        both: include_str!("../migrations/0021_recovery_codes.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 22,
        before: Own::NOTHING,
        both: include_str!("../migrations/0022_casework.sql"),
        after: Own { sqlite: "", postgres: include_str!("../migrations/0022_casework.postgres.sql") },
    },
    Migration {
        number: 23,
        before: Own::NOTHING,
        both: include_str!("../migrations/0023_worklist.sql"),
        after: Own { sqlite: "", postgres: include_str!("../migrations/0023_worklist.postgres.sql") },
    },
    Migration {
        number: 24,
        before: Own::NOTHING,
        both: include_str!("../migrations/0024_settings.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 25,
        before: Own::NOTHING,
        both: include_str!("../migrations/0025_forgotten_words.sql"),
        after: Own {
            sqlite: include_str!("../migrations/0025_forgotten_words.sqlite.sql"),
            postgres: include_str!("../migrations/0025_forgotten_words.postgres.sql"),
        },
    },
    Migration {
        number: 26,
        before: Own::NOTHING,
        both: include_str!("../migrations/0026_fingerprints.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 27,
        before: Own::NOTHING,
        both: include_str!("../migrations/0027_drain.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 28,
        before: Own::NOTHING,
        both: include_str!("../migrations/0028_past_recommendations.sql"),
        after: Own {
            sqlite: "",
            postgres: include_str!("../migrations/0028_past_recommendations.postgres.sql"),
        },
    },
    Migration {
        number: 29,
        before: Own::NOTHING,
        both: include_str!("../migrations/0029_plays.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 30,
        before: Own::NOTHING,
        both: include_str!("../migrations/0030_receipts.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 31,
        before: Own::NOTHING,
        both: include_str!("../migrations/0031_letters.sql"),
        after: Own::NOTHING,
    },
    Migration {
        number: 32,
        before: Own::NOTHING,
        both: include_str!("../migrations/0032_serves_from.sql"),
        after: Own::NOTHING,
    },
];

/// The version of the tables that this program needs.
pub(crate) const NEWEST: i64 = 32;

/// Versions that only add, each with the oldest program that may serve on beside it: so two programs work side by side while nodes
/// are restarted one by one. What takes something away comes one release later, once no program reads it.
const ADDITIVE: &[(i64, i64)] = &[
    #[cfg(feature = "next-schema")]
    (NEWEST + 1, NEWEST),
];

/// What the next program might bring, for the rehearsal of two programs on one store; never in one that ships.
#[cfg(feature = "next-schema")]
const NEXT: &[Migration] = &[Migration {
    number: NEWEST + 1,
    before: Own::NOTHING,
    both: include_str!("../tests/next.sql"),
    after: Own::NOTHING,
}];
/// See above.
#[cfg(not(feature = "next-schema"))]
const NEXT: &[Migration] = &[];

/// The version that this program brings about.
pub(crate) const fn newest() -> i64 {
    NEWEST + NEXT.len() as i64
}

const TABLE: &str = "create table if not exists schema_migration (
  number bigint primary key, applied_at_ms bigint not null)";

/// Whether the table is there; each engine has a catalogue of its own.
const KNOWN_SQLITE: &str =
    "select name from sqlite_master where type = 'table' and name = 'schema_migration'";
const KNOWN_POSTGRES: &str = "select table_name::text as name from information_schema.tables
  where table_schema = current_schema() and table_name = 'schema_migration'";

/// So long a change of a table waits on PostgreSQL for whoever uses it, since whoever comes meanwhile queues behind it; then it steps
/// aside, and tries again. Arbitrary: below what a person notices.
const STEP_ASIDE: &str = "set local lock_timeout = '250ms'";
/// Between two tries, and how many there are: together about a minute.
const PAUSE: Duration = Duration::from_millis(500);
const TRIES: u32 = 80;

/// Applies what is missing up to a version, all or nothing; gives the versions before and after. Nodes may serve meanwhile.
pub(crate) async fn apply(db: &Db, until: i64, now: Timestamp) -> Result<(i64, i64), StoreError> {
    for _ in 1..TRIES {
        match try_once(db, until, now).await {
            Err(error) if error.is_locked() => tokio::time::sleep(PAUSE).await,
            done => return done,
        }
    }
    try_once(db, until, now).await
}

async fn try_once(db: &Db, until: i64, now: Timestamp) -> Result<(i64, i64), StoreError> {
    let mut tx = db.begin().await?;
    if !tx.is_sqlite() {
        tx.script(STEP_ASIDE).await?;
    }
    tx.execute(TABLE, args![]).await?;
    let before = version(&mut tx).await?;
    if before > newest() {
        return Err(too_new(before));
    }
    let all = MIGRATIONS.iter().chain(NEXT);
    for migration in all.filter(|one| one.number > before && one.number <= until) {
        migration.before.run(&mut tx).await?;
        tx.script(migration.both).await?;
        if migration.number == audit::CHAINED_SINCE {
            audit::chain_what_was(&mut tx).await?;
        }
        migration.after.run(&mut tx).await?;
        note(&mut tx, migration.number, now).await?;
    }
    let after = version(&mut tx).await?;
    tx.commit().await?;
    Ok((before, after))
}

/// Writes down that a version is there.
async fn note(tx: &mut Tx, number: i64, now: Timestamp) -> Result<(), StoreError> {
    let sql = "insert into schema_migration (number, applied_at_ms) values ($1, $2)";
    tx.execute(sql, args![number, ms(now)]).await?;
    let Some((_, oldest)) = ADDITIVE.iter().find(|(additive, _)| *additive == number) else { return Ok(()) };
    let sql = "update schema_migration set serves_from = $2 where number = $1";
    tx.execute(sql, args![number, *oldest]).await.map(drop)
}

/// Refuses tables of another version, but for newer ones beside which this program may serve on.
pub(crate) async fn check(db: &Db) -> Result<(), StoreError> {
    let mut tx = db.begin_reading().await?;
    let known = if tx.is_sqlite() { KNOWN_SQLITE } else { KNOWN_POSTGRES };
    let is_known = tx.row(known, args![]).await?.is_some();
    // A login that makes no table may look as well.
    let found = if is_known { version(&mut tx).await? } else { 0 };
    match found {
        found if found == newest() => Ok(()),
        newer if newer > newest() => {
            if serves_from(&mut tx).await? > newest() {
                Err(too_new(newer))
            } else {
                Ok(())
            }
        }
        found => Err(StoreError::Schema { found, needed: newest(), advice: "run `reval migrate`" }),
    }
}

fn too_new(found: i64) -> StoreError {
    StoreError::Schema { found, needed: newest(), advice: "a newer program made them; use that one" }
}

/// The oldest program that may serve beside everything that came after this one.
async fn serves_from(tx: &mut Tx) -> Result<i64, StoreError> {
    let sql = "select max(coalesce(serves_from, number)) as oldest from schema_migration where number > $1";
    let row = tx.row(sql, args![newest()]).await?;
    row.map_or(Ok(i64::MAX), |row| row.int("oldest"))
}

async fn version(tx: &mut Tx) -> Result<i64, StoreError> {
    let row = tx.row("select coalesce(max(number), 0) as number from schema_migration", args![]).await?;
    row.map_or(Ok(0), |row| row.int("number"))
}

#![doc = include_str!("../README.md")]

mod db;
mod error;
mod migrate;
mod secret;

pub mod account;
pub mod account_grant;
pub mod alert;
pub mod allocation;
pub mod api_token;
pub mod audit;
pub mod channel_health;
pub mod digest;
pub mod discrepancy;
pub mod discrepancy_work;
pub mod doctor;
pub mod drain;
pub mod due;
pub mod entry;
pub mod evidence;
pub mod fingerprint;
pub mod flip;
pub mod guess;
pub mod hidden;
pub mod hold;
pub mod identity;
pub mod intent;
pub mod invitation;
pub mod lease;
pub mod letter;
pub mod list;
pub mod listing;
pub mod node;
pub mod note;
pub mod notification;
pub mod officer;
pub mod outbox;
pub mod overrides;
pub mod past_recommendation;
pub mod play;
pub mod proposal;
pub mod rebuild;
pub mod receipt;
pub mod recommendation;
pub mod recount;
pub mod recovery_code;
pub mod reject;
pub mod report;
pub mod run;
pub mod run_log;
pub mod session;
pub mod settings;
pub mod silence;
pub mod site;
pub mod snapshot;
pub mod subject;
pub mod tis_reading;
pub mod watcher;

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::ids::BodyCode;
use domain::scope::Scope;

pub use db::Tx;
pub use error::StoreError;
pub use lease::{LeaseClock, now};

/// Embeds one statement; a missing file does not compile.
macro_rules! sql {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $name, ".sql"))
    };
}
pub(crate) use sql;

/// What makes the logins of PostgreSQL beside the owner of the tables, and what each may do: for whoever runs the database.
pub const LOGINS: &str = include_str!("../logins/postgres.sql");

/// The database behind everything: SQLite by default, PostgreSQL when several nodes share the work.
#[derive(Clone)]
pub struct Store {
    db: db::Db,
    /// Bodies to which every narrowed read is held, whatever it asks for.
    wall: Option<Arc<BTreeSet<BodyCode>>>,
    /// What a program asked for, where it is this store's work.
    claim: Option<receipt::Claim>,
}

impl Store {
    /// Opens `sqlite://PATH` (made if it is not there) or `postgres://…`; checks neither schema nor environment.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Ok(Self { db: db::Db::open(url).await?, wall: None, claim: None })
    }

    /// The same without asking whether it is there: for whoever must go on while it is away.
    pub fn later(url: &str) -> Result<Self, StoreError> {
        Ok(Self { db: db::Db::later(url)?, wall: None, claim: None })
    }

    /// Asks the database for nothing but an answer.
    pub async fn is_there(&self) -> Result<(), StoreError> {
        self.read().await?.alive().await
    }

    /// Goes on over new connections, for every holder of this store: those that a server left silent are put aside.
    pub fn renew(&self) {
        self.db.renew();
    }

    /// Begins a transaction that may write.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(self.db.begin().await?.under(self.claim.clone()))
    }

    /// The same store for what a program asked for: whatever commits here writes in the same transaction what was done.
    pub fn claimed(&self, claim: receipt::Claim) -> Self {
        Self { claim: Some(claim), ..self.clone() }
    }

    /// Begins a transaction that reads one consistent state: a page takes one and asks everything of it.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        self.db.begin_reading().await
    }

    /// The same for somebody's eyes: on PostgreSQL, rows of doctors outside their scope are not there, whatever is asked.
    pub async fn read_within(&self, scope: &Scope) -> Result<Tx, StoreError> {
        let is_within = |body: &&BodyCode| self.wall.as_ref().is_none_or(|wall| wall.contains(*body));
        let bodies: Vec<&BodyCode> = scope.bodies().filter(is_within).collect();
        let bodies = serde_json::to_string(&bodies).map_err(|_| StoreError::Corrupt { what: "scope" })?;
        let mut tx = self.read().await?;
        tx.narrow(&bodies).await?;
        Ok(tx)
    }

    /// The same store where every read for somebody's eyes is held to these bodies as well: so a test can leave the filters
    /// of the program open, and see what the wall in the database holds alone. It only ever narrows.
    #[doc(hidden)]
    pub fn walled(&self, bodies: impl IntoIterator<Item = BodyCode>) -> Self {
        Self { wall: Some(Arc::new(bodies.into_iter().collect())), ..self.clone() }
    }

    /// Whether this is the embedded store, which migrates by itself.
    pub fn is_embedded(&self) -> bool {
        self.db.is_sqlite()
    }

    /// Brings the tables to this program's version; says from and to.
    pub async fn migrate(&self, now: jiff::Timestamp) -> Result<(i64, i64), StoreError> {
        self.migrate_to(migrate::newest(), now).await
    }

    /// The same to an earlier version, where a test plays the program of its time.
    #[doc(hidden)]
    pub async fn migrate_to(&self, version: i64, now: jiff::Timestamp) -> Result<(i64, i64), StoreError> {
        migrate::apply(&self.db, version, now).await
    }

    /// Refuses a store whose tables this program does not know.
    pub async fn check_schema(&self) -> Result<(), StoreError> {
        migrate::check(&self.db).await
    }

    /// The version of the tables this program needs.
    pub fn schema_version() -> i64 {
        migrate::newest()
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.db.close().await;
    }

    /// Prepares every statement on this engine; gives the names of those that it refused, with why.
    pub async fn refused_statements(&self) -> Result<Vec<(&'static str, String)>, StoreError> {
        let mut refused = Vec::new();
        for (name, text) in STATEMENTS {
            let mut tx = self.db.begin_reading().await?;
            if let Err(error) = tx.prepare(text).await {
                let why =
                    std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
                refused.push((*name, why));
            }
        }
        Ok(refused)
    }
}

/// Milliseconds since 1970, UTC: how instants are kept.
pub(crate) fn ms(instant: jiff::Timestamp) -> i64 {
    instant.as_millisecond()
}

/// An instant read back from the store.
pub(crate) fn instant(ms: i64) -> Result<jiff::Timestamp, StoreError> {
    jiff::Timestamp::from_millisecond(ms).map_err(|_| StoreError::Corrupt { what: "instant" })
}

/// All statements of one room's modules, by name.
pub(crate) type Statements = &'static [(&'static str, &'static str)];

include!(concat!(env!("OUT_DIR"), "/statements.rs"));

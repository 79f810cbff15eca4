//! Watchers: who watches, and when each was last seen, so that they can watch each other.

use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// A watcher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watcher {
    /// Where it watches.
    pub node: String,
    /// Since when.
    pub started_at: Timestamp,
    /// Its last turn, by `store::now`.
    pub beat_at: Timestamp,
    /// Whether it can deliver.
    pub can_alert: bool,
    /// Its program.
    pub build: String,
    /// Its settings.
    pub config_hash: String,
}

/// Says that a watcher lives; `lease` is the present instant by `store::now`.
pub async fn beat(tx: &mut Tx, watcher: &Watcher, lease: Timestamp) -> Result<(), StoreError> {
    let alerting = if watcher.can_alert { "ok" } else { "failed" };
    let args = args![
        watcher.node.as_str(),
        ms(lease),
        alerting,
        watcher.build.as_str(),
        watcher.config_hash.as_str()
    ];
    tx.execute(sql!("watcher/beat"), args).await.map(drop)
}

/// Says that a watcher was asked to stop, so that nobody misses it.
pub async fn leave(tx: &mut Tx, node: &str) -> Result<(), StoreError> {
    tx.execute(sql!("watcher/leave"), args![node]).await.map(drop)
}

/// Reads who watches.
pub async fn all(tx: &mut Tx) -> Result<Vec<Watcher>, StoreError> {
    tx.rows(sql!("watcher/all"), args![]).await?.iter().map(watcher).collect()
}

fn watcher(row: &Row) -> Result<Watcher, StoreError> {
    Ok(Watcher {
        node: row.text("node")?,
        started_at: instant(row.int("started_at_ms")?)?,
        beat_at: instant(row.int("beat_at_ms")?)?,
        can_alert: row.text("alerting")? == "ok",
        build: row.text("build")?,
        config_hash: row.text("config_hash")?,
    })
}

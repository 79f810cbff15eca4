//! How each channel is: when a receiver last said that it has a message, and since when it has not.

use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// A channel's health.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelHealth {
    /// Its name in the settings.
    pub channel: String,
    /// Whether its receiver takes nothing.
    pub is_failing: bool,
    /// Since when it is so.
    pub since: Timestamp,
    /// When a receiver last said that it has a message.
    pub last_sent_at: Option<Timestamp>,
    /// When one last did not.
    pub last_failed_at: Option<Timestamp>,
    /// Failures in a row.
    pub failures: u64,
    /// What the receiver said last.
    pub last_answer: String,
    /// Day of the newest test with a receipt, ISO; perhaps empty.
    pub receipt_for: String,
    /// When that came.
    pub receipt_at: Option<Timestamp>,
}

/// Reads how each channel is that was ever used.
pub async fn all(tx: &mut Tx) -> Result<Vec<ChannelHealth>, StoreError> {
    tx.rows(sql!("channel_health/all"), args![]).await?.iter().map(health).collect()
}

fn health(row: &Row) -> Result<ChannelHealth, StoreError> {
    let at = |column: &str| row.opt_int(column)?.map(instant).transpose();
    Ok(ChannelHealth {
        channel: row.text("channel")?,
        is_failing: row.text("state")? == "failing",
        since: instant(row.int("since_ms")?)?,
        last_sent_at: at("last_sent_at_ms")?,
        last_failed_at: at("last_failed_at_ms")?,
        failures: row.count("failures")?,
        last_answer: row.text("last_answer")?,
        receipt_for: row.text("receipt_for")?,
        receipt_at: at("receipt_at_ms")?,
    })
}

/// A receiver said that it has a message.
pub async fn well(tx: &mut Tx, channel: &str, answer: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(sql!("channel_health/well"), args![channel, answer, ms(now)]).await.map(drop)
}

/// A receiver did not take a message.
pub async fn failing(tx: &mut Tx, channel: &str, answer: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(sql!("channel_health/failing"), args![channel, answer, ms(now)]).await.map(drop)
}

/// The daily test of a channel was received, for a day as ISO date; call it after [`well`].
pub async fn receipt(tx: &mut Tx, channel: &str, day: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(sql!("channel_health/receipt"), args![channel, day, ms(now)]).await.map(drop)
}

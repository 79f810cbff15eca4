//! Intents as a queue: what waits, in which order, and how much of it.

use domain::ids::BodyCode;
use domain::sending::Standing;
use jiff::Timestamp;

use super::{IntentRow, intent, standing};
use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, sql};

/// Reads every wish of one press of a button, in the order in which they are sent.
pub async fn of_batch(tx: &mut Tx, batch: &str) -> Result<Vec<IntentRow>, StoreError> {
    tx.rows(sql!("intent/of_batch"), args![batch]).await?.iter().map(intent).collect()
}

/// Finds the oldest wishes that may be sent.
pub async fn queued(tx: &mut Tx, limit: u64) -> Result<Vec<String>, StoreError> {
    tx.rows(sql!("intent/queued"), args![limit]).await?.iter().map(|row| row.text("id")).collect()
}

/// Whether the GMC's last word about us as a caller is a refusal: no list that was asked for since has come whole.
pub async fn is_refused(tx: &mut Tx) -> Result<bool, StoreError> {
    let Some(row) = tx.row(sql!("intent/refused"), args![]).await? else { return Ok(false) };
    let (refused, heard) = (row.int("refused_ms")?, row.int("heard_ms")?);
    Ok(refused > 0 && heard <= refused)
}

/// When the GMC last refused a recommendation of a body because its responsible officer is not licensed.
pub async fn officer_refused(tx: &mut Tx, body: &BodyCode) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.row(sql!("intent/officer_refused"), args![body.as_str()]).await?;
    row.map_or(Ok(None), |row| row.opt_int("at_ms")?.map(instant).transpose())
}

/// How many stand where nobody has the last word.
#[derive(Clone, Debug)]
pub struct WaitingRow {
    /// Where.
    pub standing: Standing,
    /// How many.
    pub many: u64,
    /// The oldest since when.
    pub since: Timestamp,
}

/// Counts what is not settled.
pub async fn waiting(tx: &mut Tx) -> Result<Vec<WaitingRow>, StoreError> {
    let row = |row: &Row| {
        Ok(WaitingRow {
            standing: standing(row)?,
            many: row.count("many")?,
            since: instant(row.int("since_ms")?)?,
        })
    };
    tx.rows(sql!("intent/waiting"), args![]).await?.iter().map(row).collect()
}

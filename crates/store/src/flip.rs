//! Flips: the life of an alert step by step, from which its incident page is written.

use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// A step to be recorded.
#[derive(Clone, Debug)]
pub struct NewFlip<'a> {
    /// The alert.
    pub alert_id: &'a str,
    /// opened, again, changed, acknowledged, recovered, relapsed, resolved, flapping, reminded, escalated, silenced or
    /// noted.
    pub what: &'a str,
    /// Plain words, no personal data.
    pub sentence: &'a str,
    /// The run it was read from.
    pub run_id: Option<&'a str>,
    /// A person, or the watch.
    pub actor: &'a str,
}

/// Records a step; gives its number.
pub async fn insert(tx: &mut Tx, flip: &NewFlip<'_>, now: Timestamp) -> Result<u64, StoreError> {
    let args = args![flip.alert_id, flip.what, flip.sentence, flip.run_id, flip.actor, ms(now)];
    let row = tx.rows(sql!("flip/insert"), args).await?;
    row.first().ok_or(StoreError::Corrupt { what: "flip" })?.count("number")
}

/// A step as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlipRow {
    /// 1, 2, 3 …
    pub number: u64,
    /// Closed word.
    pub what: String,
    /// Plain words.
    pub sentence: String,
    /// The run it was read from.
    pub run_id: Option<String>,
    /// A person, or the watch.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// Reads the life of an alert, in order.
pub async fn of_alert(tx: &mut Tx, alert_id: &str) -> Result<Vec<FlipRow>, StoreError> {
    tx.rows(sql!("flip/of_alert"), args![alert_id]).await?.iter().map(flip).collect()
}

fn flip(row: &Row) -> Result<FlipRow, StoreError> {
    Ok(FlipRow {
        number: row.count("number")?,
        what: row.text("what")?,
        sentence: row.text("sentence")?,
        run_id: row.opt_text("run_id")?,
        actor: row.text("actor")?,
        at: instant(row.int("at_ms")?)?,
    })
}

//! Disagreements that a body has accepted for a while: hidden with a reason, shown again by a word, a day or the data.

use domain::ids::GmcNumber;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// A disagreement as it is hidden.
#[derive(Clone, Debug)]
pub struct NewHidden<'a> {
    /// UUIDv7.
    pub id: &'a str,
    /// The doctor.
    pub number: &'a GmcNumber,
    /// For whose eyes.
    pub body: &'a str,
    /// The kind.
    pub kind: &'a str,
    /// The body at the GMC; empty where there is none.
    pub gmc_body: &'a str,
    /// The body in TIS; empty where there is none.
    pub tis_body: &'a str,
    /// Why.
    pub reason: &'a str,
    /// The last day, ISO date.
    pub until: Option<String>,
}

/// A hiding as stored.
#[derive(Clone, Debug)]
pub struct HiddenRow {
    /// UUIDv7.
    pub id: String,
    /// The doctor.
    pub gmc_number: String,
    /// For whose eyes.
    pub body: String,
    /// The kind.
    pub kind: String,
    /// The body at the GMC then; empty where there was none.
    pub gmc_body: String,
    /// The body in TIS then; empty where there was none.
    pub tis_body: String,
    /// Why.
    pub reason: String,
    /// The last day, ISO date.
    pub until: Option<String>,
    /// When it was hidden.
    pub hidden_at: Timestamp,
    /// Who hid it.
    pub hidden_by: String,
    /// When it was shown again by a person, or hidden anew.
    pub ended_at: Option<Timestamp>,
}

fn hidden(row: &Row) -> Result<HiddenRow, StoreError> {
    Ok(HiddenRow {
        id: row.text("id")?,
        gmc_number: row.text("gmc_number")?,
        body: row.text("body")?,
        kind: row.text("kind")?,
        gmc_body: row.text("gmc_body")?,
        tis_body: row.text("tis_body")?,
        reason: row.text("reason")?,
        until: row.opt_text("until")?,
        hidden_at: instant(row.int("hidden_at_ms")?)?,
        hidden_by: row.text("hidden_by")?,
        ended_at: row.opt_int("ended_at_ms")?.map(instant).transpose()?,
    })
}

/// Hides a disagreement for a body; `false` if it is hidden already. One that counts no more is ended first.
pub async fn insert(
    tx: &mut Tx,
    new: &NewHidden<'_>,
    today: &str,
    by: (&str, Timestamp),
) -> Result<bool, StoreError> {
    let (actor, now) = by;
    let number = new.number.as_str();
    let lapsed = args![number, new.body, new.kind, new.gmc_body, new.tis_body, today, ms(now), actor];
    tx.execute(sql!("hidden/lapse"), lapsed).await?;
    let args = args![
        new.id,
        number,
        new.body,
        new.kind,
        new.gmc_body,
        new.tis_body,
        new.reason,
        new.until.clone(),
        ms(now),
        actor
    ];
    Ok(tx.execute(sql!("hidden/insert"), args).await? == 1)
}

/// Shows a disagreement again; `false` if it was ended already.
pub async fn end(tx: &mut Tx, id: &str, by: (&str, Timestamp)) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("hidden/end"), args![id, ms(by.1), by.0]).await? == 1)
}

/// Reads one hiding. The caller checks the scope.
pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<HiddenRow>, StoreError> {
    tx.row(sql!("hidden/get"), args![id]).await?.as_ref().map(hidden).transpose()
}

/// Reads every hiding there was about a doctor, the newest first. The caller checks the scope.
pub async fn of_doctor(tx: &mut Tx, number: &GmcNumber) -> Result<Vec<HiddenRow>, StoreError> {
    tx.rows(sql!("hidden/of_doctor"), args![number.as_str()]).await?.iter().map(hidden).collect()
}

//! The joined rows: one per doctor, made from the lists and TIS, read only within a scope.

use std::collections::BTreeMap;

use domain::ids::GmcNumber;
use domain::scope::Scope;
use domain::view::ViewRow;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::entry::keys;
use crate::listing::{self, Facet, Key, Place, Query};
use crate::{StoreError, instant, ms, sql};

/// A joined row as stored, with when it was written.
#[derive(Clone, Debug)]
pub struct DoctorRow {
    /// What both worlds say.
    pub view: ViewRow,
    /// Since when the discrepancy stands without a break.
    pub discrepancy_since: Option<Timestamp>,
    /// When it was first seen, ever; `None` where there is none, or before TIS had a list.
    pub discrepancy_first_seen: Option<Timestamp>,
    /// Times it came back after data had resolved it.
    pub discrepancy_reopened: u64,
    /// Who works on the doctor.
    pub admin: Option<String>,
    /// At which stage the work on the discrepancy is; `None` where nobody looks into it.
    pub stage: Option<String>,
    /// Who looks into it.
    pub work_owner: Option<String>,
    /// What they say of it.
    pub work_reason: Option<String>,
    /// How many notes there are.
    pub notes: u64,
    /// When the row last changed.
    pub updated_at: Timestamp,
}

/// Reads the columns of a joined row.
pub(crate) fn view(row: &Row) -> Result<ViewRow, StoreError> {
    Ok(ViewRow {
        gmc_number: row.text("gmc_number")?,
        body: row.opt_text("body")?,
        presence: row.opt_text("presence")?,
        also_listed_by: row.opt_text("also_listed_by")?,
        first_name: row.opt_text("first_name")?,
        last_name: row.opt_text("last_name")?,
        name_key: row.text("name_key")?,
        submission_date: row.opt_text("submission_date")?,
        submission_raw: row.opt_text("submission_raw")?,
        due_key: row.text("due_key")?,
        under_notice: row.text("under_notice")?,
        under_notice_raw: row.opt_text("under_notice_raw")?,
        programme: row.opt_text("programme")?,
        owner: row.opt_text("owner")?,
        membership_type: row.opt_text("membership_type")?,
        membership_type_known: row.text("membership_type_known")?,
        membership_end: row.opt_text("membership_end")?,
        curriculum_end: row.opt_text("curriculum_end")?,
        grade: row.opt_text("grade")?,
        tis_body: row.opt_text("tis_body")?,
        discrepancy: row.opt_text("discrepancy")?,
        discrepancy_why: row.opt_text("discrepancy_why")?,
        discrepancy_settles: row.opt_text("discrepancy_settles")?,
        gmc_snapshot: row.opt_count("gmc_snapshot")?,
        tis_snapshot: row.opt_count("tis_snapshot")?,
    })
}

fn doctor(row: &Row) -> Result<DoctorRow, StoreError> {
    Ok(DoctorRow {
        view: view(row)?,
        discrepancy_since: row.opt_int("discrepancy_since_ms")?.map(instant).transpose()?,
        discrepancy_first_seen: row.opt_int("first_seen_ms")?.map(instant).transpose()?,
        discrepancy_reopened: row.opt_count("reopened")?.unwrap_or_default(),
        admin: row.opt_text("admin")?,
        stage: row.opt_text("stage")?,
        work_owner: row.opt_text("work_owner")?,
        work_reason: row.opt_text("work_reason")?,
        notes: row.count("notes")?,
        updated_at: instant(row.int("updated_at_ms")?)?,
    })
}

/// Reads one page of doctors within the query's scope.
pub async fn page(tx: &mut Tx, query: &Query<'_>) -> Result<Vec<DoctorRow>, StoreError> {
    let Some((sql, args)) = listing::page(query) else { return Ok(Vec::new()) };
    tx.composed_rows(sql, args).await?.iter().map(doctor).collect()
}

/// The same with each doctor's place in the order, from which the next part can be read.
pub async fn placed(tx: &mut Tx, query: &Query<'_>) -> Result<Vec<(DoctorRow, Place)>, StoreError> {
    let Some((sql, args)) = listing::page(query) else { return Ok(Vec::new()) };
    let rows = tx.composed_rows(sql, args).await?;
    rows.iter().map(|row| Ok((doctor(row)?, place_of(row, query)?))).collect()
}

/// Reads the place of a row that was asked for with its sort value.
fn place_of(row: &Row, query: &Query<'_>) -> Result<Place, StoreError> {
    let key = if query.order.is_number() {
        Key::Int(row.int("sort_key")?)
    } else {
        Key::Text(row.text("sort_key")?)
    };
    Ok(Place { key, number: row.text("gmc_number")? })
}

/// Counts the doctors that a query matches, whatever its page.
pub async fn count(tx: &mut Tx, query: &Query<'_>) -> Result<u64, StoreError> {
    let Some((sql, args)) = listing::count(query) else { return Ok(0) };
    let rows = tx.composed_rows(sql, args).await?;
    rows.first().map_or(Ok(0), |row| row.count("doctors"))
}

/// Counts the doctors that a query matches by the words of a facet.
pub async fn count_by(
    tx: &mut Tx,
    query: &Query<'_>,
    facet: Facet,
) -> Result<BTreeMap<String, u64>, StoreError> {
    let Some((sql, args)) = listing::facet(query, facet) else { return Ok(BTreeMap::new()) };
    let rows = tx.composed_rows(sql, args).await?;
    rows.iter().map(|row| Ok((row.text("word")?, row.count("doctors")?))).collect()
}

/// Finds a doctor's place in the order of a query, whatever its page; out of scope is the same as absent.
pub async fn place(tx: &mut Tx, query: &Query<'_>, number: &GmcNumber) -> Result<Option<Place>, StoreError> {
    let one = Query { number: Some(number), claimed_too: true, ..Query::within(query.scope) };
    let Some((sql, args)) = listing::key(&Query { order: query.order, ..one }) else { return Ok(None) };
    let rows = tx.composed_rows(sql, args).await?;
    rows.first().map(|row| place_of(row, query)).transpose()
}

/// Reads one doctor; out of scope is the same as absent.
pub async fn get(tx: &mut Tx, scope: &Scope, number: &GmcNumber) -> Result<Option<DoctorRow>, StoreError> {
    let query = Query { number: Some(number), limit: 1, claimed_too: true, ..Query::within(scope) };
    Ok(page(tx, &query).await?.pop())
}

/// Writes joined rows.
pub async fn upsert(tx: &mut Tx, rows: &[ViewRow], actor: &str, now: Timestamp) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = serde_json::to_string(rows).map_err(|_| StoreError::Corrupt { what: "joined row" })?;
    tx.execute(sql!("doctor/upsert"), args![rows, ms(now), actor]).await.map(drop)
}

/// Removes the joined rows of doctors of whom nobody says anything any more.
pub async fn delete(tx: &mut Tx, numbers: &[GmcNumber]) -> Result<(), StoreError> {
    if numbers.is_empty() {
        return Ok(());
    }
    tx.execute(sql!("doctor/delete"), args![keys(numbers)]).await.map(drop)
}

/// Marks those who left a body's list and are on no other yet; they stay on its pages.
pub async fn mark_left(
    tx: &mut Tx,
    body: &str,
    numbers: &[GmcNumber],
    now: Timestamp,
) -> Result<(), StoreError> {
    if numbers.is_empty() {
        return Ok(());
    }
    tx.execute(sql!("doctor/mark_left"), args![body, keys(numbers), ms(now)]).await.map(drop)
}

/// Reads those who left a list and appeared on no other, after a GMC number.
pub async fn left_after(tx: &mut Tx, after: &str, limit: u64) -> Result<Vec<GmcNumber>, StoreError> {
    numbers(&tx.rows(sql!("doctor/left"), args![after, limit]).await?)
}

/// Reads GMC numbers from rows.
pub(crate) fn numbers(rows: &[Row]) -> Result<Vec<GmcNumber>, StoreError> {
    rows.iter()
        .map(|row| {
            GmcNumber::parse(&row.text("gmc_number")?).ok_or(StoreError::Corrupt { what: "GMC number" })
        })
        .collect()
}

/// Writes anew which bodies TIS claims these doctors for.
pub async fn replace_claims(
    tx: &mut Tx,
    numbers: &[GmcNumber],
    claims: &[(String, String)],
) -> Result<(), StoreError> {
    if numbers.is_empty() {
        return Ok(());
    }
    tx.execute(sql!("doctor/clear_claims"), args![keys(numbers)]).await?;
    if claims.is_empty() {
        return Ok(());
    }
    let rows = serde_json::to_string(claims).map_err(|_| StoreError::Corrupt { what: "claim" })?;
    tx.execute(sql!("doctor/insert_claims"), args![rows]).await.map(drop)
}

//! Disagreements and their life: first seen, resolved by data, open again. Written with the joined rows, in their
//! transaction.

use domain::ids::GmcNumber;
use domain::view::ViewRow;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::doctor::view;
use crate::entry::keys;
use crate::listing::{self, Query};
use crate::{StoreError, instant, ms, sql};

/// The life of one disagreement about one doctor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// The kind's word.
    pub kind: String,
    /// When it was first found, ever.
    pub first_seen: Timestamp,
    /// When its present or last stretch began.
    pub since: Timestamp,
    /// When data last said so anew.
    pub last_seen: Timestamp,
    /// When data last said otherwise; `None` while it stands.
    pub resolved_at: Option<Timestamp>,
    /// Times it came back after it was resolved.
    pub reopened: u64,
}

fn life(row: &Row) -> Result<Life, StoreError> {
    Ok(Life {
        kind: row.text("kind")?,
        first_seen: instant(row.int("first_seen_ms")?)?,
        since: instant(row.int("since_ms")?)?,
        last_seen: instant(row.int("last_seen_ms")?)?,
        resolved_at: row.opt_int("resolved_at_ms")?.map(instant).transpose()?,
        reopened: row.count("reopened")?,
    })
}

/// Notes what stands by the rows just derived, and resolves what does not any more; `gone` have no row left.
pub async fn note(
    tx: &mut Tx,
    rows: &[ViewRow],
    gone: &[GmcNumber],
    now: Timestamp,
) -> Result<(), StoreError> {
    let corrupt = |_| StoreError::Corrupt { what: "discrepancy" };
    let stands: Vec<(&str, &str)> =
        rows.iter().filter_map(|row| Some((row.gmc_number.as_str(), row.discrepancy.as_deref()?))).collect();
    let any = !stands.is_empty();
    let stands = serde_json::to_string(&stands).map_err(corrupt)?;
    let mut derived: Vec<GmcNumber> =
        rows.iter().filter_map(|row| GmcNumber::parse(&row.gmc_number)).collect();
    derived.extend_from_slice(gone);
    if derived.is_empty() {
        return Ok(());
    }
    tx.execute(sql!("discrepancy/resolve"), args![keys(&derived), stands.as_str(), ms(now)]).await?;
    if any {
        tx.execute(sql!("discrepancy/seen"), args![stands, ms(now)]).await?;
    }
    Ok(())
}

/// Counts what the joined rows say from before the first list of TIS.
pub async fn begin(tx: &mut Tx) -> Result<(), StoreError> {
    tx.execute(sql!("discrepancy/begin"), args![]).await.map(drop)
}

/// Reads every disagreement there was about a doctor: what stands first, then the newest.
pub async fn of_doctor(tx: &mut Tx, number: &GmcNumber) -> Result<Vec<Life>, StoreError> {
    tx.rows(sql!("discrepancy/of_doctor"), args![number.as_str()]).await?.iter().map(life).collect()
}

/// A disagreement that data have resolved, and its doctor as the joined row is now.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The doctor.
    pub view: ViewRow,
    /// What stood.
    pub life: Life,
}

/// Reads what was resolved about the doctors of a query's scope, the newest first.
pub async fn resolved(tx: &mut Tx, query: &Query<'_>) -> Result<Vec<Resolved>, StoreError> {
    let Some((sql, args)) = listing::resolved(query) else { return Ok(Vec::new()) };
    let row = |row: &Row| Ok(Resolved { view: view(row)?, life: life(row)? });
    tx.composed_rows(sql, args).await?.iter().map(row).collect()
}

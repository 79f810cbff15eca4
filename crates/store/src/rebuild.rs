//! Rebuilding the joined rows beside the live ones: staged, counted, then swapped in one transaction.

use domain::ids::GmcNumber;
use domain::view::ViewRow;

use crate::db::{Tx, args};
use crate::doctor::{numbers, view};
use crate::entry::keys;
use crate::{StoreError, sql};

/// What a rebuilt doctor should be.
#[derive(Clone)]
pub struct Staged {
    /// The doctor.
    pub gmc_number: GmcNumber,
    /// The row as it should be; `None` if it should go.
    pub row: Option<ViewRow>,
}

/// Stages rows that differ from the live ones.
pub async fn stage(tx: &mut Tx, rebuild_id: &str, staged: &[Staged]) -> Result<(), StoreError> {
    if staged.is_empty() {
        return Ok(());
    }
    let corrupt = |_| StoreError::Corrupt { what: "joined row" };
    let rows: Vec<(&str, String)> = staged
        .iter()
        .map(|s| {
            let content = s.row.as_ref().map(serde_json::to_string).transpose()?.unwrap_or_default();
            Ok((s.gmc_number.as_str(), content))
        })
        .collect::<Result<_, serde_json::Error>>()
        .map_err(corrupt)?;
    let rows = serde_json::to_string(&rows).map_err(corrupt)?;
    tx.execute(sql!("rebuild/stage"), args![rebuild_id, rows]).await.map(drop)
}

/// Reads staged rows after a GMC number, in order.
pub async fn page(tx: &mut Tx, rebuild_id: &str, after: &str, limit: u64) -> Result<Vec<Staged>, StoreError> {
    tx.rows(sql!("rebuild/page"), args![rebuild_id, after, limit])
        .await?
        .iter()
        .map(|row| {
            let gmc_number = GmcNumber::parse(&row.text("gmc_number")?);
            let content = row.text("content")?;
            let parsed = (!content.is_empty()).then(|| serde_json::from_str(&content)).transpose();
            Ok(Staged {
                gmc_number: gmc_number.ok_or(StoreError::Corrupt { what: "GMC number" })?,
                row: parsed.map_err(|_| StoreError::Corrupt { what: "staged row" })?,
            })
        })
        .collect()
}

/// Forgets what a rebuild staged.
pub async fn clear(tx: &mut Tx, rebuild_id: &str) -> Result<(), StoreError> {
    tx.execute(sql!("rebuild/clear"), args![rebuild_id]).await.map(drop)
}

/// Reads the live joined rows of these doctors, in order.
pub async fn live(tx: &mut Tx, wanted: &[GmcNumber]) -> Result<Vec<ViewRow>, StoreError> {
    tx.rows(sql!("rebuild/doctors"), args![keys(wanted)]).await?.iter().map(view).collect()
}

/// Reads doctors with a joined row that no list names, after a GMC number.
pub async fn orphans_after(tx: &mut Tx, after: &str, limit: u64) -> Result<Vec<GmcNumber>, StoreError> {
    numbers(&tx.rows(sql!("rebuild/orphans"), args![after, limit]).await?)
}

//! Recommendations of a service before ours, as they were imported. None of them is ever sent or changed.

use domain::ids::GmcNumber;
use domain::recommendation::past::Past;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::secret::digest;
use crate::{StoreError, instant, ms, sql};

/// One that was imported.
#[derive(Clone, Debug)]
pub struct PastRow {
    /// What it says.
    pub past: Past,
    /// When it was imported.
    pub imported_at: Timestamp,
    /// By whom.
    pub imported_by: String,
}

/// Keeps one; `false` if it, or one with the same id of the GMC, is there already.
pub async fn insert(tx: &mut Tx, past: &Past, actor: &str, now: Timestamp) -> Result<bool, StoreError> {
    let content =
        serde_json::to_string(past).map_err(|_| StoreError::Corrupt { what: "past recommendation" })?;
    let args = args![
        digest(&content),
        past.gmc_number.as_str(),
        past.gmc_id.as_deref(),
        content.as_str(),
        ms(now),
        actor
    ];
    Ok(tx.execute(sql!("past_recommendation/insert"), args).await? == 1)
}

/// Reads those of a doctor, the newest submission first. The caller has checked the scope.
pub async fn of_doctor(tx: &mut Tx, number: &GmcNumber) -> Result<Vec<PastRow>, StoreError> {
    let row = |row: &Row| {
        Ok(PastRow {
            past: serde_json::from_str(&row.text("content")?)
                .map_err(|_| StoreError::Corrupt { what: "past recommendation" })?,
            imported_at: instant(row.int("imported_at_ms")?)?,
            imported_by: row.text("imported_by")?,
        })
    };
    let rows = tx.rows(sql!("past_recommendation/of_doctor"), args![number.as_str()]).await?;
    let mut found: Vec<PastRow> = rows.iter().map(row).collect::<Result<_, StoreError>>()?;
    found.sort_by_key(|row| std::cmp::Reverse(row.past.submitted_on));
    Ok(found)
}

//! What each reading of TIS left, kept in the audit under its run.

use domain::scope::Actor;
use domain::tis_reading::TisReading;
use jiff::Timestamp;

use crate::StoreError;
use crate::audit::{self, Act};
use crate::db::Tx;
use crate::list::TIS;
use crate::snapshot;

/// The act under which a reading is kept.
pub const ACTION: &str = "read-tis";

fn object(run_id: &str) -> String {
    format!("run/{run_id}")
}

/// Keeps a reading under its run; a later try of the same run is the one that counts.
pub async fn insert(
    tx: &mut Tx,
    by: (&Actor, &str),
    run_id: &str,
    reading: &TisReading,
    now: Timestamp,
) -> Result<(), StoreError> {
    let detail =
        serde_json::to_string(reading).map_err(|_| StoreError::Corrupt { what: "reading of TIS" })?;
    let act = Act { id: by.1, action: ACTION, object: &object(run_id), detail: &detail };
    audit::insert(tx, by.0, &act, now).await
}

/// Reads what a run's reading left.
pub async fn of_run(tx: &mut Tx, run_id: &str) -> Result<Option<TisReading>, StoreError> {
    let row = audit::newest(tx, ACTION, &object(run_id)).await?;
    let read = |row: audit::AuditRow| serde_json::from_str(&row.detail);
    row.map(read).transpose().map_err(|_| StoreError::Corrupt { what: "reading of TIS" })
}

/// Reads what stands behind the published training records; nothing if none are, or a person went back to older ones.
pub async fn published(tx: &mut Tx) -> Result<Option<TisReading>, StoreError> {
    let newest = snapshot::recent(tx, TIS, 1).await?;
    match newest.into_iter().next().and_then(|snapshot| snapshot.run_id) {
        Some(run_id) => of_run(tx, &run_id).await,
        None => Ok(None),
    }
}

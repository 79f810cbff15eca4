//! Rebuilding the joined rows beside the live ones: staged, counted, then swapped in one transaction.

use domain::ids::GmcNumber;
use domain::view::ViewRow;

use crate::db::{Tx, args};
use crate::doctor::{numbers, view};
use crate::entry::keys;
use crate::{StoreError, sql};

/// Stages doctors whose rows differ from what they should be.
pub async fn stage(tx: &mut Tx, rebuild_id: &str, doctors: &[GmcNumber]) -> Result<(), StoreError> {
    if doctors.is_empty() {
        return Ok(());
    }
    tx.execute(sql!("rebuild/stage"), args![rebuild_id, keys(doctors)]).await.map(drop)
}

/// Reads staged doctors after a GMC number, in order.
pub async fn page(
    tx: &mut Tx,
    rebuild_id: &str,
    after: &str,
    limit: u64,
) -> Result<Vec<GmcNumber>, StoreError> {
    numbers(&tx.rows(sql!("rebuild/page"), args![rebuild_id, after, limit]).await?)
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

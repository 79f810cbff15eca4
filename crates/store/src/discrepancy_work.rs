//! Disagreements as work: who looks into one, and for whom they wait. It counts for the stretch it was said of alone.

use domain::ids::GmcNumber;
use jiff::Timestamp;

use crate::db::{Tx, args};
use crate::entry::keys;
use crate::{StoreError, ms, sql};

/// Where somebody stands with a disagreement.
pub struct Stand<'a> {
    /// `looking`, `waiting_gmc` or `waiting_tis`.
    pub stage: &'a str,
    /// Name of the account.
    pub owner: &'a str,
    /// In their words.
    pub reason: &'a str,
}

/// Says where somebody stands with the disagreements about these doctors; says how many there are.
pub async fn put(
    tx: &mut Tx,
    numbers: &[GmcNumber],
    stand: &Stand<'_>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let args = args![keys(numbers), stand.stage, stand.owner, stand.reason, ms(now)];
    tx.execute(sql!("discrepancy_work/put"), args).await
}

/// Takes back whatever was said of the disagreements about these doctors.
pub async fn clear(tx: &mut Tx, numbers: &[GmcNumber]) -> Result<u64, StoreError> {
    tx.execute(sql!("discrepancy_work/clear"), args![keys(numbers)]).await
}

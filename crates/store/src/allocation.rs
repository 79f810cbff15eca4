//! Allocations: which person works on which doctor.

use domain::ids::GmcNumber;
use jiff::Timestamp;

use crate::db::{Tx, args};
use crate::entry::keys;
use crate::{StoreError, ms, sql};

/// Gives doctors to people, whoever had them before.
pub async fn put(
    tx: &mut Tx,
    rows: &[(&GmcNumber, &str)],
    actor: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows: Vec<(&str, &str)> = rows.iter().map(|(number, admin)| (number.as_str(), *admin)).collect();
    let rows = serde_json::to_string(&rows).map_err(|_| StoreError::Corrupt { what: "allocation" })?;
    tx.execute(sql!("allocation/put"), args![rows, ms(now), actor]).await.map(drop)
}

/// Takes doctors from whoever has them.
pub async fn clear(tx: &mut Tx, numbers: &[GmcNumber]) -> Result<(), StoreError> {
    if numbers.is_empty() {
        return Ok(());
    }
    tx.execute(sql!("allocation/clear"), args![keys(numbers)]).await.map(drop)
}

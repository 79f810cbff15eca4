//! What the audit calls a doctor: a word that says nothing by itself, because the audit outlives what it is about.
//!
//! A GMC number, or a hash of one of ten million, would be personal data in every copy of the audit. Taking the row out
//! of this table makes the audit's word mean nobody, and leaves the chain whole.

use domain::ids::GmcNumber;

use crate::db::{Tx, args};
use crate::{StoreError, sql};

/// Gives the audit's word for a doctor; `id` becomes it where there is none yet.
pub async fn of(tx: &mut Tx, number: &GmcNumber, id: &str) -> Result<String, StoreError> {
    tx.execute(sql!("subject/ensure"), args![number.as_str(), id]).await?;
    let row = tx.row(sql!("subject/get"), args![number.as_str()]).await?;
    row.ok_or(StoreError::Corrupt { what: "subject" })?.text("id")
}

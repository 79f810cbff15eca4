//! A digest of everything published: two nights that ended the same have the same digest.

use futures_util::TryStreamExt;
use sha2::{Digest as _, Sha256};

use crate::db::{Row, Tx, args};
use crate::{StoreError, sql};

const ENTRY: &[&str] = &["list", "gmc_number", "presence", "content"];
const DOCTOR: &[&str] = &[
    "gmc_number",
    "body",
    "presence",
    "also_listed_by",
    "first_name",
    "last_name",
    "submission_date",
    "submission_raw",
    "under_notice",
    "under_notice_raw",
    "programme",
    "owner",
    "membership_type",
    "membership_end",
    "curriculum_end",
    "grade",
    "tis_body",
    "discrepancy",
];

/// Hashes what the lists and the joined rows say, not when or by whom it was written; hexadecimal SHA-256.
pub async fn published(tx: &mut Tx) -> Result<String, StoreError> {
    let mut hasher = Sha256::new();
    let mut rows = tx.stream(sql!("entry/digest"), args![]);
    while let Some(row) = rows.try_next().await? {
        add(&mut hasher, &row, ENTRY)?;
    }
    drop(rows);
    let mut rows = tx.stream(sql!("doctor/digest"), args![]);
    while let Some(row) = rows.try_next().await? {
        add(&mut hasher, &row, DOCTOR)?;
    }
    drop(rows);
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn add(hasher: &mut Sha256, row: &Row, columns: &[&str]) -> Result<(), StoreError> {
    for column in columns {
        if let Some(text) = row.opt_text(column)? {
            hasher.update(text.as_bytes());
        }
        // A separator that no XML text can hold, so that neighbouring columns never run together.
        hasher.update([0x1f]);
    }
    hasher.update([0x1e]);
    Ok(())
}

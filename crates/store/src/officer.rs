//! The directory of responsible officers: one of each body, whom the GMC expects to be named.

use domain::ids::BodyCode;
use domain::recommendation::Officer;
use jiff::Timestamp;

use crate::db::{Row, Tx, args};
use crate::{StoreError, instant, ms, sql};

/// A body's officer.
#[derive(Clone)]
pub struct OfficerRow {
    /// The body.
    pub body: BodyCode,
    /// Who.
    pub officer: Officer,
    /// Their name as a user.
    pub user_name: String,
    /// Where the GMC may write to.
    pub email: String,
    /// When the row last changed.
    pub updated_at: Timestamp,
    /// By whom.
    pub updated_by: String,
}

/// Keeps a body's officer; the one before is replaced.
pub async fn upsert(tx: &mut Tx, row: &OfficerRow) -> Result<(), StoreError> {
    let args = args![
        row.body.as_str(),
        row.officer.gmc_number.as_str(),
        row.officer.surname.as_str(),
        row.officer.phone.as_str(),
        row.user_name.as_str(),
        row.email.as_str(),
        ms(row.updated_at),
        row.updated_by.as_str()
    ];
    tx.execute(sql!("officer/upsert"), args).await.map(drop)
}

/// Reads the directory.
pub async fn all(tx: &mut Tx) -> Result<Vec<OfficerRow>, StoreError> {
    tx.rows(sql!("officer/all"), args![]).await?.iter().map(officer).collect()
}

fn officer(row: &Row) -> Result<OfficerRow, StoreError> {
    Ok(OfficerRow {
        body: BodyCode::new(row.text("body")?),
        officer: Officer {
            gmc_number: row.text("gmc_number")?,
            surname: row.text("surname")?,
            phone: row.text("phone")?,
        },
        user_name: row.text("user_name")?,
        email: row.text("email")?,
        updated_at: instant(row.int("updated_at_ms")?)?,
        updated_by: row.text("updated_by")?,
    })
}

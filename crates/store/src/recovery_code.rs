//! Codes on paper: each stands once in the place of an authenticator that is lost. Kept as hashes.

use jiff::Timestamp;

use crate::db::{Tx, args};
use crate::secret::digest;
use crate::{StoreError, ms, sql};

/// Gives a person new codes; those of before open nothing any more.
pub async fn replace(
    tx: &mut Tx,
    account: &str,
    codes: &[String],
    by: (&str, Timestamp),
) -> Result<(), StoreError> {
    tx.execute(sql!("recovery_code/clear"), args![account]).await?;
    for code in codes {
        let args = args![account, digest(code), ms(by.1), by.0];
        tx.execute(sql!("recovery_code/insert"), args).await?;
    }
    Ok(())
}

/// Uses a code up; `false` if the person has no such one, or has used it before.
pub async fn use_up(tx: &mut Tx, account: &str, code: &str, now: Timestamp) -> Result<bool, StoreError> {
    let is_used = tx.execute(sql!("recovery_code/use"), args![account, digest(code), ms(now)]).await? == 1;
    Ok(is_used && tx.execute(sql!("account/signed_in"), args![account, ms(now)]).await? == 1)
}

/// Counts the codes that a person has not used yet.
pub async fn left(tx: &mut Tx, account: &str) -> Result<u64, StoreError> {
    let row = tx.row(sql!("recovery_code/left"), args![account]).await?;
    row.map_or(Ok(0), |row| row.count("codes"))
}

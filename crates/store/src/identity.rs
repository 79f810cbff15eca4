//! Whom the house's identity provider vouches for: its word for a person, and the account that is theirs.

use jiff::Timestamp;

use crate::account::{AccountRow, account};
use crate::db::{Tx, args};
use crate::{StoreError, ms, sql};

/// Finds the account of a provider's word for a person.
pub async fn find(tx: &mut Tx, issuer: &str, subject: &str) -> Result<Option<AccountRow>, StoreError> {
    tx.row(sql!("identity/find"), args![issuer, subject]).await?.as_ref().map(account).transpose()
}

/// Makes an account that of a provider's word for a person; a conflict if either has another.
pub async fn insert(tx: &mut Tx, who: (&str, &str), account: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(sql!("identity/insert"), args![who.0, who.1, account, ms(now)]).await.map(drop)
}

/// Whether a provider vouches for whoever has an account.
pub async fn is_of(tx: &mut Tx, account: &str) -> Result<bool, StoreError> {
    Ok(tx.row(sql!("identity/of_account"), args![account]).await?.is_some())
}

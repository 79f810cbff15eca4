//! Which environment this store belongs to; a program of another one is refused.

use jiff::Timestamp;

use crate::db::args;
use crate::{Store, StoreError, ms, sql};

/// Claims a new store for `environment`, or refuses one that belongs to another.
pub async fn claim(store: &Store, environment: &str, now: Timestamp) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    tx.execute(sql!("site/claim"), args![environment, ms(now)]).await?;
    let row = tx.row(sql!("site/get"), args![]).await?.ok_or(StoreError::Corrupt { what: "site row" })?;
    let owner = row.text("environment")?;
    if owner != environment {
        return Err(StoreError::OtherEnvironment { store: owner, program: environment.to_owned() });
    }
    tx.commit().await
}

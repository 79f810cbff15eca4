//! Which environment this store belongs to; a program of another one is refused.

use jiff::Timestamp;

use crate::db::args;
use crate::{Store, StoreError, Tx, ms, sql};

/// Claims a new store for `environment`, or refuses one that belongs to another.
pub async fn claim(store: &Store, environment: &str, now: Timestamp) -> Result<(), StoreError> {
    if owner(store).await?.as_deref() == Some(environment) {
        // Most starts find it so, and not every login may write here.
        return Ok(());
    }
    let mut tx = store.begin().await?;
    tx.execute(sql!("site/claim"), args![environment, ms(now)]).await?;
    let owner = owner_in(&mut tx).await?.ok_or(StoreError::Corrupt { what: "site row" })?;
    if owner != environment {
        return Err(StoreError::OtherEnvironment { store: owner, program: environment.to_owned() });
    }
    tx.commit().await
}

/// The environment that has claimed this store; `None` if none has yet.
pub async fn owner(store: &Store) -> Result<Option<String>, StoreError> {
    owner_in(&mut store.read().await?).await
}

async fn owner_in(tx: &mut Tx) -> Result<Option<String>, StoreError> {
    let row = tx.row(sql!("site/get"), args![]).await?;
    row.map(|row| row.text("environment")).transpose()
}

//! Opening the store: it is ours, and its tables are this program's, before anything of it changes.

use std::path::Path;

use jiff::Timestamp;
use store::{Store, StoreError};

use super::make_private_folder;
use crate::config::Config;
use crate::exit::Failure;

/// Opens the store; the folder of an embedded one is made.
pub async fn open_store(config: &Config) -> Result<Store, Failure> {
    if let Some(folder) = config.store.file.as_deref().and_then(Path::parent) {
        make_private_folder(folder)?;
    }
    Ok(Store::open(config.store.url.reveal()).await?)
}

/// Makes sure that a store has this program's tables and belongs to this environment, before anything of it changes;
/// gives the versions before and after.
pub async fn bring_up(
    store: &Store,
    environment: &str,
    may_migrate: bool,
    now: Timestamp,
) -> Result<(i64, i64), Failure> {
    let behind = match store.check_schema().await {
        Ok(()) => None,
        Err(StoreError::Schema { found, needed, advice }) if found < needed => {
            Some(StoreError::Schema { found, needed, advice })
        }
        Err(error) => return Err(error.into()),
    };
    let is_new = matches!(behind, Some(StoreError::Schema { found: 0, .. }));
    if !is_new && let Some(owner) = store::site::owner(store).await?.filter(|owner| owner != environment) {
        return Err(StoreError::OtherEnvironment { store: owner, program: environment.to_owned() }.into());
    }
    let newest = Store::schema_version();
    let versions = match behind {
        None => (newest, newest),
        Some(_) if may_migrate => store.migrate(now).await?,
        Some(behind) => return Err(behind.into()),
    };
    store::site::claim(store, environment, now).await?;
    Ok(versions)
}

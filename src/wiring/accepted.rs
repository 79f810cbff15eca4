//! Starting with settings that are not sound, and taking up others while the program runs.

use std::path::Path;
use std::sync::{Arc, Mutex};

use domain::reference::Reference;
use domain::settings::Accepted;
use store::Store;

use super::{House, build, install_tls, lay, settings};
use crate::config::Config;
use crate::exit::Failure;

/// Loads the settings; where they are not sound, those that this node last found sound, and says what is wrong.
pub async fn settings_or_accepted(
    file: Option<&Path>,
) -> Result<((Config, Arc<Reference>), Option<String>), Failure> {
    let failure = match settings(file) {
        Ok(settings) => return Ok((settings, None)),
        Err(failure) => failure,
    };
    match accepted(file).await {
        Some(settings) => Ok((settings, Some(failure.message))),
        None => Err(failure),
    }
}

/// `None` where the store cannot be found or read either: then only the first mistake is worth telling.
async fn accepted(file: Option<&Path>) -> Option<(Config, Arc<Reference>)> {
    let reference = Reference::embedded().ok()?;
    let (place, node) = Config::whereabouts(file).ok()?;
    if place.file.as_deref().is_some_and(|file| !file.exists()) {
        return None;
    }
    install_tls();
    let store = Store::open(place.url.reveal()).await.ok()?;
    let newest = newest(&store, &lay::called(&node)).await;
    store.close().await;
    let config = Config::load_accepted(file, &newest?, &reference).ok()?;
    Some((config, Arc::new(reference)))
}

async fn newest(store: &Store, node: &str) -> Option<Accepted> {
    store::settings::newest(&mut store.read().await.ok()?, node).await.ok().flatten()
}

impl House {
    /// The same house by other settings: store, clock and what is different for a while stay.
    pub fn renewed(&self, config: Config, reference: Arc<Reference>) -> Self {
        Self {
            place: self.place.relabelled(&self.node_name(), &config.node.labels),
            overrides: Mutex::new(self.overrides()),
            reference,
            clock: Arc::clone(&self.clock),
            store: self.store.clone(),
            logins: self.logins.clone(),
            ids: Arc::clone(&self.ids),
            called: self.called.clone(),
            config,
        }
    }

    /// These settings as they are kept once they were found sound.
    pub fn sound(&self, config: &Config) -> Accepted {
        Accepted {
            node: self.node_name(),
            hash: config.hash(),
            content: config.content.clone(),
            at: self.clock.now(),
        }
    }

    /// Keeps settings that were found sound.
    pub async fn accept(&self, accepted: &Accepted) -> Result<(), Failure> {
        let mut tx = self.store.begin().await?;
        store::settings::accept(&mut tx, accepted, (&build(), &self.node_name())).await?;
        Ok(tx.commit().await?)
    }
}

//! What counts just now: the settings, with what is different for a while laid over them, on this node.

use std::sync::{Arc, PoisonError};

use domain::job::Job;
use domain::overrides::{self, LENGTH_MAX, Override, What};
use jiff::Timestamp;
use jobs::node::Place;
use sources::gmc::GmcSettings;
use sync::context::Brake;

use super::{House, machine};
use crate::config::NodeSettings;
use crate::exit::Failure;

impl House {
    /// What this node has, and whether it can start something new.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// This node's name.
    pub fn node_name(&self) -> String {
        self.called.clone()
    }

    /// Reads what is different for a while; everything made from now on goes by it.
    pub async fn look_at_overrides(&self) -> Result<(), Failure> {
        let since = self.clock.now().saturating_sub(LENGTH_MAX).unwrap_or(Timestamp::MIN);
        let all = store::overrides::since(&mut self.store.read().await?, since).await?;
        let mut held = self.overrides.lock().unwrap_or_else(PoisonError::into_inner);
        if **held != all {
            *held = Arc::new(all);
        }
        Ok(())
    }

    /// What is different for a while, also what has not begun or has ended of late.
    pub fn overrides(&self) -> Arc<Vec<Override>> {
        Arc::clone(&self.overrides.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn in_force(&self) -> Vec<Override> {
        let (all, now) = (self.overrides(), self.clock.now());
        all.iter().filter(|one| one.is_in_force(now)).cloned().collect()
    }

    /// The declared jobs with what is different about them for a while.
    pub fn jobs(&self) -> Vec<Job> {
        let mut jobs = self.config.jobs.clone();
        overrides::lay(&mut jobs, &self.overrides());
        jobs
    }

    /// The digest of the settings with what is different for a while: two runs with the same one had the same.
    pub fn config_hash(&self) -> String {
        let whats: Vec<String> =
            self.in_force().iter().map(|one| format!("{} {:?}", one.id, one.what)).collect();
        self.config.hash_with(&whats)
    }

    pub(super) fn brake(&self) -> Brake {
        let mut brake = self.config.brake.clone();
        let changed = self.in_force().into_iter().filter_map(|one| match one.what {
            What::Brake { list, limits } => {
                let (from, until, owner, reason) = (one.starts_at, one.ends_at, one.owner, one.reason);
                Some(sync::context::Override { list, from, until, limits, owner, reason })
            }
            _ => None,
        });
        // The first that is about a list counts: one for that list alone goes before one for all.
        let mut changed: Vec<_> = changed.collect();
        changed.sort_by_key(|one| one.list.is_none());
        changed.append(&mut brake.overrides);
        brake.overrides = changed;
        brake
    }

    pub(super) fn gmc(&self) -> GmcSettings {
        let url = self.in_force().into_iter().find_map(|one| match one.what {
            What::Target { url } => Some(url),
            _ => None,
        });
        let usual = self.config.gmc.clone();
        GmcSettings { url: url.unwrap_or_else(|| usual.url.clone()), ..usual }
    }
}

/// A node's name: the settings', or the machine's.
pub(super) fn called(node: &NodeSettings) -> String {
    if node.name.is_empty() { machine::node() } else { node.name.clone() }
}

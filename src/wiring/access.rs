//! What signing in needs of the machine: chance that nobody can guess, and the number of its cores.

use std::sync::Arc;

use domain::clock::IdSource;
use ops::access::{Access, Rules, Secrets};

use crate::config::Config;

/// Makes it ready.
pub fn access(config: &Config, ids: &Arc<IdSource>) -> Access {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let rules = Rules { two_people: config.users.two_people, is_demo: false, hashed_at_once: cores };
    let access = Access::new(rules, Arc::clone(ids), Secrets::new(chance));
    match &config.oidc {
        Some(oidc) => access.trusting(oidc.trust.clone()),
        None => access,
    }
}

/// 32 bytes of the system's chance.
fn chance() -> Result<[u8; 32], String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| format!("the system gives no chance: {error}"))?;
    Ok(bytes)
}

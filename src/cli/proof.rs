//! What a new program must show before it begins anything: that it can plan every job, and that it reads the smallest body's list
//! whole, without publishing it. Source: the upgrade that stopped the clock.

use std::sync::Arc;

use domain::ids::BodyCode;
use domain::job;
use jiff::SignedDuration;
use jobs::node::Proof;
use store::list::TIS;

use super::live;
use crate::wiring::{House, build};

/// So far ahead every job must be planned.
const AHEAD: SignedDuration = SignedDuration::from_hours(72);

/// What this program must show: nothing where the last good night was its own, or where there was none.
pub async fn needed(house: &Arc<House>) -> Option<Proof> {
    let proven = async { store::run::proven_by(&mut house.store.read().await?, sync::night::JOB).await };
    let by = proven.await.ok().flatten().filter(|by| *by != build())?;
    tracing::warn!(build = build(), last_good = by, "program_is_new_here");
    let house = Arc::clone(house);
    Some(Arc::new(move || {
        let house = Arc::clone(&house);
        Box::pin(async move { shown(&house).await })
    }))
}

async fn shown(house: &House) -> Result<(), String> {
    let (jobs, now) = (house.jobs(), house.clock.now());
    let until = now.saturating_add(AHEAD).unwrap_or(now);
    for one in &jobs {
        job::due(&jobs, one, now, until)
            .map_err(|error| format!("{} cannot be planned: {error}", one.name))?;
    }
    let smallest = smallest(house).await.map_err(|failure| failure.to_string())?;
    let found = live::gmc(&house.config, smallest).await?;
    tracing::info!(build = build(), found, "program_has_proved_itself");
    Ok(())
}

async fn smallest(house: &House) -> Result<Option<BodyCode>, store::StoreError> {
    let lists = store::list::all(&mut house.store.read().await?).await?;
    let bodies = lists.into_iter().filter(|list| list.code != TIS && list.doctors > 0);
    Ok(bodies.min_by_key(|list| list.doctors).map(|list| BodyCode::new(list.code)))
}

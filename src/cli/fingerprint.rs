//! `reval fingerprint`: what this instance is made of; and its keeping by `serve`.

use std::sync::Arc;
use std::time::Duration;

use domain::fingerprint::Fingerprint;
use jiff::SignedDuration;
use serde_json::json;
use tokio::sync::watch::Receiver;

use super::Common;
use super::say::{Voice, instant, json as say_json, line, table};
use super::standing::Standing;
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval fingerprint
  reval fingerprint --json > stage.json

Settings are digests: that one differs can be seen, what it says cannot. `reval parity` lays two of them side by side; `reval serve`
gives the same at /fingerprint to whoever may read counts.";

/// How often `serve` looks at what it is made of.
const EVERY: SignedDuration = SignedDuration::from_hours(1);
/// How often is looked whether that time has come, and whether the program is to end.
const TICK: Duration = Duration::from_secs(1);

/// Show what this instance is made of.
#[derive(clap::Args)]
pub struct Args {}

/// Does it.
pub async fn run(common: &Common, _: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let taken = house.fingerprinter().take().await?;
    match common.voice() {
        Voice::Json => say_json(&json!(taken)),
        Voice::People => people(&taken),
    }
    house.store.close().await;
    Ok(Exit::Done)
}

fn people(taken: &Fingerprint) {
    let Fingerprint { environment, node, made_at, config_hash, .. } = taken;
    line(format!("{environment}, node {node}, {}; settings {config_hash}", instant(*made_at)));
    let row = |(name, value): (&String, &String)| vec![name.clone(), value.clone()];
    table(&["what", "is"], taken.facts.iter().map(row).collect());
    for one in &taken.certificates {
        let name = &one.name;
        line(match one.ends_at {
            Some(at) => format!("certificate {name} ends {}", instant(at)),
            None => format!("certificate {name} cannot be read: {}", one.problem),
        });
    }
}

/// Writes down what this node is made of, at once, each hour and when the settings are others, until the process is to end.
pub async fn keep(settings: Receiver<Arc<House>>, standing: Standing) {
    let (mut kept, mut was_well) = (None, true);
    while standing.is_going() {
        let house = Arc::clone(&settings.borrow());
        let (now, hash) = (house.clock.now(), house.config_hash());
        let is_due = kept.as_ref().is_none_or(|(at, of)| now.duration_since(*at) >= EVERY || *of != hash);
        if is_due {
            let written = record(&house).await;
            match &written {
                Err(failure) if was_well => tracing::warn!(%failure, "fingerprint_not_kept"),
                _ => {}
            }
            was_well = written.is_ok();
            kept = was_well.then_some((now, hash));
        }
        tokio::time::sleep(TICK).await;
    }
}

async fn record(house: &House) -> Result<(), Failure> {
    let taken = house.fingerprinter().take().await?;
    let mut tx = house.store.begin().await?;
    store::fingerprint::record(&mut tx, &taken).await?;
    Ok(tx.commit().await?)
}

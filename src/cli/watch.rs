//! `reval watch`: looks whether what should have happened did, in a process of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;

use super::Common;
use super::say::either;
use super::signals::asked_to_end;
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval watch --config /etc/reval/reval.toml
  reval watch --once --json

It needs no scheduler and no worker: it reads the ledger and the published lists, and writes alerts and what people are to
be told. `reval serve` has one inside; run another beside it, best on another machine, so that each tells when the other
falls silent. SIGTERM or Ctrl-C ends it.";

/// How often is looked: MISSED is told at most this long after its deadline.
const TICK: Duration = Duration::from_secs(1);

/// Watch whether what should have happened did.
#[derive(clap::Args)]
pub struct Args {
    /// Look once and say what changed.
    #[arg(long)]
    once: bool,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(if args.once { Quiet::AtTerminal } else { Quiet::Never }).await?;
    if args.once {
        let turn = house.watch("once").turn().await?;
        let text = format!(
            "opened {}, resolved {}, notifications written {}",
            turn.opened, turn.resolved, turn.notices
        );
        let value =
            json!({ "opened": turn.opened, "resolved": turn.resolved, "notifications": turn.notices });
        either(common.voice(), text, &value);
        // Nobody shall miss a watch that looked once.
        leave(&house, "once").await?;
        house.store.close().await;
        return Ok(Exit::Done);
    }
    let going = Arc::new(AtomicBool::new(true));
    let house = Arc::new(house);
    let kept = tokio::spawn(keep(Arc::clone(&house), "alone", Arc::clone(&going)));
    let environment = house.config.site.environment.clone();
    let text = format!("watches environment \"{environment}\"; stop with Ctrl-C");
    either(common.voice(), text, &json!({ "environment": environment }));
    tracing::info!(environment, "watch_started");
    asked_to_end().await?;
    going.store(false, Ordering::Relaxed);
    kept.await.map_err(|error| anyhow::anyhow!("the watch broke off: {error}"))?;
    house.store.close().await;
    tracing::info!("watch_ended");
    Ok(Exit::Done)
}

/// Looks again and again until `going` is off, then says that it left.
pub async fn keep(house: Arc<House>, mode: &'static str, going: Arc<AtomicBool>) {
    let watch = house.watch(mode);
    let mut was_well = true;
    while going.load(Ordering::Relaxed) {
        tokio::time::sleep(TICK).await;
        let turn = watch.turn().await;
        match &turn {
            Err(error) if was_well => tracing::error!(%error, "watch_cannot_look"),
            Ok(turn) if turn.opened + turn.resolved > 0 => {
                tracing::info!(opened = turn.opened, resolved = turn.resolved, "alerts_changed");
            }
            _ => {}
        }
        was_well = turn.is_ok();
    }
    if let Err(failure) = leave(&house, mode).await {
        tracing::warn!(%failure, "watch_not_signed_off");
    }
}

async fn leave(house: &House, mode: &str) -> Result<(), Failure> {
    let mut tx = house.store.begin().await?;
    store::watcher::leave(&mut tx, &house.watch(mode).node).await?;
    Ok(tx.commit().await?)
}

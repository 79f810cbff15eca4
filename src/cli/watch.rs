//! `reval watch`: looks whether what should have happened did, in a process of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;
use watch::away::Away;
use watch::deliver::Rest;

use super::Common;
use super::say::either;
use super::signals::watched;
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet, make_private_folder, open_store, settings, start_logs};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval watch --config /etc/reval/reval.toml
  reval watch --once --json

It needs no scheduler and no worker: it reads the ledger and the published lists, opens and closes alerts, and tells people
over the channels of the settings. `reval serve` has one inside; run another beside it, best on another machine, so that each
tells when the other falls silent. With the store away it begins all the same, by what an earlier watch saw. SIGTERM or Ctrl-C ends it.";

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
    if !args.once {
        return go_on(common).await;
    }
    let house = common.house(Quiet::AtTerminal).await?;
    let turn = house.watch("once").turn().await?;
    let delivered = deliver_once(&house).await?;
    let text = format!(
        "opened {}, resolved {}, notifications written {}, delivered {delivered}",
        turn.opened, turn.resolved, turn.notices
    );
    let value = json!({
        "opened": turn.opened,
        "resolved": turn.resolved,
        "notifications": turn.notices,
        "delivered": delivered,
    });
    either(common.voice(), text, &value);
    // Nobody shall miss a watch that looked once.
    leave(&house, "once").await?;
    house.store.close().await;
    Ok(Exit::Done)
}

/// Watches until it is asked to end, also where it begins without the store.
async fn go_on(common: &Common) -> Result<Exit, Failure> {
    let asked = watched()?;
    tokio::pin!(asked);
    let (config, reference) = settings(common.config.as_deref())?;
    start_logs(&config.log, Quiet::Never);
    let environment = config.site.environment.clone();
    let is_away = open_store(&config).await.is_err();
    let house = House::without_store((config, reference))?;
    let text = format!("watches environment \"{environment}\"; stop with Ctrl-C");
    if is_away {
        let text = format!("{text}; the store is away");
        either(common.voice(), text, &json!({ "environment": environment, "store": "away" }));
        tracing::error!(environment, "watch_started_without_store");
        tokio::select! {
            () = until_it_is_there(&house) => {}
            () = &mut asked => return Ok(Exit::Done),
        }
    }
    house.store.close().await;
    let house = Arc::new(House::open(settings(common.config.as_deref())?).await?);
    let going = Arc::new(AtomicBool::new(true));
    let kept = tokio::spawn(keep(Arc::clone(&house), "alone", Arc::clone(&going)));
    if !is_away {
        either(common.voice(), text, &json!({ "environment": environment }));
    }
    tracing::info!(environment, "watch_started");
    asked.await;
    going.store(false, Ordering::Relaxed);
    kept.await.map_err(|error| anyhow::anyhow!("the watch broke off: {error}"))?;
    house.store.close().await;
    tracing::info!("watch_ended");
    Ok(Exit::Done)
}

/// Tells people what follows from what an earlier watch saw, until the store can be opened.
async fn until_it_is_there(house: &House) {
    let (watch, channels) = (house.watch("alone"), &house.config.alerting.channels);
    let (mut away, read) = Away::read(memory(house, "alone"));
    if let Err(error) = read {
        tracing::warn!(error, "watch_memory_begun_anew");
    }
    loop {
        tokio::time::sleep(TICK).await;
        let Err(error) = house.store.read().await else { return };
        let told = away.cannot_look(&watch, channels, &error).await;
        if told > 0 {
            tracing::warn!(alerts = told, "told_without_the_store");
        }
    }
}

/// Sends what is due once over each channel, one after the other.
async fn deliver_once(house: &House) -> Result<u64, Failure> {
    let delivery = house.delivery("once");
    let mut delivered = 0;
    for channel in &delivery.channels {
        delivered += delivery.turn(channel, &mut Rest::default()).await?.notifications;
    }
    Ok(delivered)
}

/// Looks and delivers again and again until `going` is off, then says that it left.
pub async fn keep(house: Arc<House>, mode: &'static str, going: Arc<AtomicBool>) {
    if house.config.alerting.channels.is_empty() {
        tracing::warn!("no_channel_is_declared");
    }
    let delivery = house.delivery(mode);
    let is_going = Arc::clone(&going);
    let delivering = delivery.keep(Arc::new(move || is_going.load(Ordering::Relaxed)));
    tokio::join!(look(&house, mode, &going), delivering);
    if let Err(failure) = leave(&house, mode).await {
        tracing::warn!(%failure, "watch_not_signed_off");
    }
}

async fn look(house: &House, mode: &str, going: &AtomicBool) {
    let (watch, channels) = (house.watch(mode), &house.config.alerting.channels);
    let (mut away, read) = Away::read(memory(house, mode));
    if let Err(error) = read {
        tracing::warn!(error, "watch_memory_begun_anew");
    }
    let (mut was_well, mut was_written) = (true, true);
    while going.load(Ordering::Relaxed) {
        tokio::time::sleep(TICK).await;
        match watch.look().await {
            Ok((turn, facts)) => {
                if turn.opened + turn.resolved > 0 {
                    tracing::info!(opened = turn.opened, resolved = turn.resolved, "alerts_changed");
                }
                let written = away.saw(&watch, channels, facts).await;
                if let (true, Err(error)) = (was_written, &written) {
                    tracing::warn!(%error, "watch_memory_not_written");
                }
                (was_well, was_written) = (true, written.is_ok());
            }
            Err(error) => {
                if was_well {
                    tracing::error!(%error, "watch_cannot_look");
                }
                was_well = false;
                let told = away.cannot_look(&watch, channels, &error).await;
                if told > 0 {
                    tracing::warn!(alerts = told, "told_without_the_store");
                }
            }
        }
    }
}

/// Where a watch keeps its own memory; two of one node keep two.
fn memory(house: &House, mode: &str) -> Option<PathBuf> {
    let folder = house.config.alerting.memory.as_ref()?;
    if let Err(failure) = make_private_folder(folder) {
        tracing::warn!(%failure, "watch_memory_not_written");
    }
    Some(folder.join(format!("{mode}.json")))
}

async fn leave(house: &House, mode: &str) -> Result<(), Failure> {
    let mut tx = house.watched().begin().await?;
    store::watcher::leave(&mut tx, &house.watch(mode).node).await?;
    Ok(tx.commit().await?)
}

//! `reval ack` and `reval resolve`: a person's word on an alert.

use ops::alert::Word;
use ops::rows::AlertRow;

use super::Common;
use super::alerts::value;
use super::say::either;
use crate::exit::{Exit, Failure};
use crate::wiring::Quiet;

/// Shown below the help of `ack`.
pub const ACK_EXAMPLE: &str = "Example:
  reval ack missed/gmc-sync --reason \"looking at the scheduler\"

The alert has an owner from then on, and nobody is reminded of it. It closes by itself once its condition is gone.";

/// Shown below the help of `resolve`.
pub const RESOLVE_EXAMPLE: &str = "Example:
  reval resolve drift/1-AIIDWT --reason \"the GMC knows of these records\"

Where the condition still holds, the watch opens the alert anew at its next look: evidence closes an alert for good.";

/// Take an alert.
#[derive(clap::Args)]
pub struct Ack {
    /// Its key, or its id.
    key: String,
    /// What is being done.
    #[arg(long, default_value = "")]
    reason: String,
}

/// Say that an alert is over.
#[derive(clap::Args)]
pub struct Resolve {
    /// Its key, or its id.
    key: String,
    /// Why.
    #[arg(long)]
    reason: String,
}

/// Takes an alert.
pub async fn ack(common: &Common, args: &Ack) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let word = Word { actor: &house.actor(&args.reason), ids: house.ids() };
    let alert = house.ops().acknowledge(&args.key, word).await?;
    say(common, &alert);
    house.store.close().await;
    Ok(Exit::Done)
}

/// Says that an alert is over.
pub async fn resolve(common: &Common, args: &Resolve) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let word = Word { actor: &house.actor(&args.reason), ids: house.ids() };
    let alert = house.ops().resolve(&args.key, word).await?;
    say(common, &alert);
    house.store.close().await;
    Ok(Exit::Done)
}

fn say(common: &Common, alert: &AlertRow) {
    let owner = alert.owner.as_deref().unwrap_or("nobody");
    let text = format!("{} is {}; owner: {owner}", alert.key, alert.state.replace('_', ", "));
    either(common.voice(), text, &value(alert));
}

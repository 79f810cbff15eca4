//! `reval reject`: decides that what the brake kept back is not published.

use std::sync::Arc;

use serde_json::json;

use super::Common;
use super::say::either;
use crate::exit::{Exit, Failure};
use crate::wiring::Quiet;

/// Shown below the help.
pub const EXAMPLE: &str = "Example:
  reval reject 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f --reason \"the GMC sent a short list, told them\"

The last good list stays, and the next run asks again.";

/// Decide that what the brake kept back is not published.
#[derive(clap::Args)]
pub struct Args {
    /// The hold, as `reval holds` shows it.
    hold: String,
    /// Why.
    #[arg(long)]
    reason: String,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let context = house.context(Arc::new(|_, _| {}))?;
    sync::holds::reject(&context, &args.hold, &house.actor(&args.reason)).await?;
    either(common.voice(), "rejected; the last good list stays", &json!({ "decided": "rejected" }));
    Ok(Exit::Done)
}

//! `reval approve`: publishes what the brake kept back, by a person's word and count.

use std::sync::Arc;

use serde_json::json;
use sync::holds::{Approval, Decided, approve};

use super::Common;
use super::say::either;
use crate::exit::{Exit, Failure};
use crate::wiring::Quiet;

/// Shown below the help.
pub const EXAMPLE: &str = "Example:
  reval approve 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f --count 4499 --reason \"the August rotation, told by the GMC\"

The count is how many doctors the list will have; `reval holds` shows it, and typing it shows that you have looked.";

/// Publish what the brake kept back.
#[derive(clap::Args)]
pub struct Args {
    /// The hold, as `reval holds` shows it.
    hold: String,
    /// How many doctors the list will have once published.
    #[arg(long)]
    count: u64,
    /// Why.
    #[arg(long)]
    reason: String,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let context = house.context(Arc::new(|_, _| {}))?;
    let actor = house.actor(&args.reason);
    let approval = Approval { hold_id: args.hold.clone(), count: args.count, actor };
    let (text, value) = match approve(&context, &approval).await? {
        Decided::Published { list, snapshot } => (
            format!("published as snapshot {snapshot} of {}", house.ops().name_of(&list)),
            json!({ "decided": "published", "list": list, "snapshot": snapshot }),
        ),
        Decided::Proposed => (
            "proposed; another person must confirm it with the same command".to_owned(),
            json!({ "decided": "proposed" }),
        ),
    };
    either(common.voice(), text, &value);
    Ok(Exit::Done)
}

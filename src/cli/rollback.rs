//! `reval rollback`: publishes a list again as an earlier snapshot had it.

use std::sync::Arc;

use serde_json::json;

use super::Common;
use super::say::either;
use crate::exit::{Exit, Failure};
use crate::wiring::Quiet;

/// Shown below the help.
pub const EXAMPLE: &str = "Example:
  reval rollback NW 41 --reason \"snapshot 42 lists doctors of another body\"

Nothing is undone: a new snapshot equal to the earlier one is published, as old as its data are.";

/// Publish a list again as one of its last 14 snapshots had it.
#[derive(clap::Args)]
pub struct Args {
    /// A body's code or abbreviation, or TIS.
    body: String,
    /// The snapshot to go back to, one of the last 14.
    snapshot: u64,
    /// Why.
    #[arg(long)]
    reason: String,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let list = house.list(&args.body)?;
    let context = house.context(Arc::new(|_, _| {}))?;
    let actor = house.actor(&args.reason);
    let number = sync::rollback::rollback(&context, &list, args.snapshot, &actor).await?;
    let text = format!(
        "published as snapshot {number} of {}, equal to {}",
        house.ops().name_of(&list),
        args.snapshot
    );
    either(common.voice(), text, &json!({ "list": list, "snapshot": number, "equal_to": args.snapshot }));
    Ok(Exit::Done)
}

//! `reval abort`: a person ends a run that is due or at work.

use serde_json::json;

use super::Common;
use super::say::either;
use crate::exit::{Exit, Failure};
use crate::wiring::Quiet;

/// Shown below the help.
pub const EXAMPLE: &str = "Example:
  reval abort 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f --reason \"the GMC is being upgraded tonight\"

The run ends as cancelled. What it has published stays; whoever works on it writes nothing more and stops within ten
seconds.";

/// Cancel a run.
#[derive(clap::Args)]
pub struct Args {
    /// The run, as `reval runs` shows it.
    run: String,
    /// Why.
    #[arg(long)]
    reason: String,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    if args.reason.trim().is_empty() {
        return Err(Failure::new(Exit::Invalid, "cancelling a run needs a reason: add --reason"));
    }
    let house = common.house(Quiet::AtTerminal).await?;
    let run = house.ledger().abort(&args.run, &house.actor(&args.reason)).await?;
    let run = run.ok_or_else(|| Failure::new(Exit::NotFound, format!("there is no run {}", args.run)))?;
    let text = format!("run {} of {} was {} and is cancelled", run.id, run.job, run.state.word());
    let value = json!({ "run_id": run.id, "job": run.job, "was": run.state.word(), "state": "cancelled" });
    either(common.voice(), text, &value);
    house.store.close().await;
    Ok(Exit::Done)
}

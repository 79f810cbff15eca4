//! `reval migrate`: brings the tables of the store to this program's version.

use serde_json::json;

use super::Common;
use super::say::either;
use crate::exit::{Exit, Failure};
use crate::wiring::{Quiet, bring_up, clock, install_tls, open_store, settings, start_logs};

/// Shown below the help.
pub const EXAMPLE: &str = "Example:
  reval migrate --config /etc/reval/reval.toml

The embedded store is brought up to date by itself; PostgreSQL only by this command. All or nothing.";

/// Bring the tables of the store to this program's version.
#[derive(clap::Args)]
pub struct Args {}

/// Does it.
pub async fn run(common: &Common, _: &Args) -> Result<Exit, Failure> {
    let (config, _) = settings(common.config.as_deref())?;
    start_logs(&config.log, Quiet::AtTerminal);
    install_tls();
    let clock = clock(config.sandbox.clock_file.as_deref())?;
    let store = open_store(&config).await?;
    let (from, to) = bring_up(&store, &config.site.environment, true, clock.now()).await?;
    store.close().await;
    let text = if from == to {
        format!("the tables are at version {to} already")
    } else {
        format!("the tables are at version {to}; they were at {from}")
    };
    either(common.voice(), text, &json!({ "from": from, "to": to }));
    Ok(Exit::Done)
}

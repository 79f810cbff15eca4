//! `reval version`: which program this is.

use serde_json::json;

use super::Common;
use super::say::either;
use crate::exit::{Exit, Failure};
use crate::wiring::build;

/// Shown below the help.
pub const EXAMPLE: &str = "Example:
  reval version --json";

/// Say which program this is.
#[derive(clap::Args)]
pub struct Args {}

/// Does it.
pub fn run(common: &Common, _: &Args) -> Result<Exit, Failure> {
    let schema = store::Store::schema_version();
    let text = format!("reval {}, tables of version {schema}", build());
    either(common.voice(), text, &json!({ "build": build(), "schema_version": schema }));
    Ok(Exit::Done)
}

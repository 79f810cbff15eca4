//! `reval grants`: the logins of Reval on PostgreSQL, as SQL for whoever runs the database.

use serde_json::json;

use super::Common;
use super::say::either;
use crate::exit::{Exit, Failure};

/// Shown below the help.
pub const EXAMPLE: &str = "Example:
  reval grants | psql postgres://admin@db/reval

Prints what makes the logins reval_web, reval_job, reval_send and reval_watch and lets each do what its part of the program does;
it asks no database and changes nothing by itself. Run it after each `reval migrate`. Then name them in the settings: store.url
as reval_job, store.web_user, store.send_user and store.watch_user. The owner of the tables is for `reval migrate` alone.";

/// Print the logins of Reval on PostgreSQL as SQL.
#[derive(clap::Args)]
pub struct Args {}

/// Does it.
pub fn run(common: &Common, _: &Args) -> Result<Exit, Failure> {
    either(common.voice(), store::LOGINS.trim_end(), &json!({ "sql": store::LOGINS }));
    Ok(Exit::Done)
}

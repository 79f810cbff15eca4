//! `reval report`: how far somebody else's job is.

use clap::Subcommand;
use domain::job::Kind;
use domain::run_log::Level;
use jobs::external::{Report, Reported, lines};
use serde_json::json;

use super::Common;
use super::next::chosen;
use super::say::either;
use crate::exit::{Exit, Failure};
use crate::wiring::Quiet;

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval report ndw-etl-prod begun
  reval report ndw-etl-prod succeeded --records 54005
  reval report ndw-etl-prod failed --said \"the warehouse was locked\"

For a job that somebody else runs (`external` in the settings): what it reports begins and ends the run that is due. One that
nobody reports is missed at its deadline, as any other. Say nothing personal.";

/// Report the beginning or the end of a job that somebody else runs.
#[derive(clap::Args)]
pub struct Args {
    /// The job, by name or alias.
    job: String,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// It has begun.
    Begun,
    /// It ended well.
    Succeeded(Ended),
    /// It ended badly.
    Failed(Ended),
}

#[derive(clap::Args)]
struct Ended {
    /// Records it took in.
    #[arg(long, default_value_t = 0)]
    records: u64,
    /// What it says about it, for the run's log.
    #[arg(long, default_value = "")]
    said: String,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let found = chosen(&house.config.jobs, Some(&args.job))?;
    let job = found.first().filter(|job| job.kind == Kind::External).ok_or_else(|| {
        let sentence = format!("{} is no job that somebody else runs; nothing was written", args.job);
        Failure::new(Exit::Invalid, sentence)
    })?;
    let ended = |is_good, ended: &Ended| Report {
        said: lines(Level::Info, &ended.said),
        ..Report::of(Reported::Ended { is_good, records: ended.records })
    };
    let report = match &args.what {
        What::Begun => Report::of(Reported::Begun),
        What::Succeeded(end) => ended(true, end),
        What::Failed(end) => ended(false, end),
    };
    let (run_id, state, reason) = house.ledger().report(&job.name, &house.actor(""), &report).await?;
    let text = format!("run {run_id} of {} is {}: {reason}", job.name, state.word());
    let value = json!({ "run_id": run_id, "job": job.name, "state": state.word(), "reason": reason });
    either(common.voice(), text, &value);
    house.store.close().await;
    Ok(Exit::Done)
}

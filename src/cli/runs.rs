//! `reval runs`: what was due or asked for, and the one end each run came to.

mod show;

use clap::Subcommand;
use domain::recount::{Recount, Verdict};
use serde_json::{Value, json};
use store::run::RunRow;

use super::Common;
use super::next::chosen;
use super::say::{Voice, instant, json as say_json, line, or_dash, table};
use crate::exit::{Exit, Failure};
use crate::wiring::Quiet;

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval runs
  reval runs gmc-sync --count 5 --json
  reval runs show 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f --log

Without a job, the newest that have begun or ended; with one, also those that are still ahead. A run whose lists were counted
again at the GMC says of how many the number is the same; --json holds both numbers of each.";

/// Show runs, the newest first, or one.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
    /// Only of this job, by name or alias.
    job: Option<String>,
    /// How many.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    count: u64,
}

#[derive(Subcommand)]
enum What {
    #[command(after_help = show::EXAMPLE)]
    Show(show::Args),
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    if let Some(What::Show(args)) = &args.what {
        return show::run(common, args).await;
    }
    let house = common.house(Quiet::AtTerminal).await?;
    let job = chosen(&house.config.jobs, args.job.as_deref())?;
    let mut tx = house.store.read().await?;
    let runs = match (&args.job, job.first()) {
        (Some(_), Some(job)) => store::run::of_job(&mut tx, &job.name, args.count).await?,
        _ => store::run::recent(&mut tx, args.count).await?,
    };
    let mut recounts = Vec::new();
    for run in &runs {
        recounts.push(store::recount::of_run(&mut tx, &run.id).await?);
    }
    drop(tx);
    match common.voice() {
        Voice::Json => say_json(&runs.iter().zip(&recounts).map(value).collect()),
        Voice::People if runs.is_empty() => line("no run yet"),
        Voice::People => {
            let head = [
                "run",
                "job",
                "due",
                "kind",
                "state",
                "began (UTC)",
                "by",
                "what it came to",
                "as the GMC says",
            ];
            table(&head, runs.iter().zip(&recounts).map(row).collect());
        }
    }
    house.store.close().await;
    Ok(Exit::Done)
}

fn slot(run: &RunRow) -> Option<&str> {
    run.scheduled_for.as_deref().or(run.makes_good.as_deref())
}

/// Of how many lists that were counted again the GMC says the same number.
fn counted(recounts: &[Recount]) -> Option<String> {
    let equal = recounts.iter().filter(|recount| recount.verdict == Verdict::Equal).count();
    (!recounts.is_empty()).then(|| format!("{equal} of {}", recounts.len()))
}

fn row((run, recounts): (&RunRow, &Vec<Recount>)) -> Vec<String> {
    let began = run.started_at.map(|at| instant(at).trim_end_matches(" UTC").to_owned());
    vec![
        run.id.clone(),
        run.job.clone(),
        or_dash(slot(run)),
        run.kind.clone(),
        run.state.word().to_owned(),
        or_dash(began.as_deref()),
        run.requested_by.clone(),
        or_dash(Some(&run.reason)),
        or_dash(counted(recounts).as_deref()),
    ]
}

fn value((run, recounts): (&RunRow, &Vec<Recount>)) -> Value {
    json!({
        "id": run.id, "job": run.job, "kind": run.kind, "slot": run.scheduled_for, "makes_good": run.makes_good,
        "state": run.state.word(), "reason": run.reason, "requested_by": run.requested_by, "build": run.build,
        "config_hash": run.config_hash, "due_at": run.due_at, "start_by": run.start_by, "finish_by": run.finish_by,
        "started_at": run.started_at, "ended_at": run.ended_at, "records": run.records, "node": run.lease_owner,
        "fence": run.fence, "recounts": recounts,
    })
}

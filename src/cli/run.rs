//! `reval run`: one job, now.

use clap::ValueEnum;
use domain::evidence::BodyEvidence;
use domain::ids::BodyCode;
use domain::run::{BodyOutcome, RunState};
use serde_json::{Value, json};
use sync::night::{self, NightRequest, Report};
use sync::tis;

use super::Common;
use super::progress::observer;
use super::say::{Voice, json as say_json, line, or_dash, table};
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet, Role};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval run gmc-sync
  reval run gmc-sync --body NW --body 1-1RSSQ05
  reval run tis-enrich

A run whose process died is taken up where it stopped. The command ends with 0 only if every list was published; with
30 if one is held for a person or lacks a complete answer.";

/// The jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Job {
    /// Ask the GMC for every body's list.
    GmcSync,
    /// Read the training records of TIS.
    TisEnrich,
}

/// Run a job now: ask the GMC for its lists, or read TIS.
#[derive(clap::Args)]
pub struct Args {
    /// The job.
    job: Job,
    /// Only this body, by code or abbreviation; may be repeated.
    #[arg(long, value_name = "BODY")]
    body: Vec<String>,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    if args.job == Job::TisEnrich && !args.body.is_empty() {
        return Err(Failure::new(Exit::Usage, "TIS is one list for all bodies: leave out --body"));
    }
    let house = common.house(Quiet::AtTerminal).await?;
    let _work = house.take(Role::Work)?;
    let bodies: Vec<BodyCode> = args.body.iter().map(|typed| house.body(typed)).collect::<Result<_, _>>()?;
    let report = one(&house, common.voice(), args.job, bodies).await?;
    if common.voice() == Voice::Json {
        say_json(&value(&report));
    }
    house.store.close().await;
    Ok(exit(&report))
}

/// Runs a job and tells people how it ended.
pub async fn one(house: &House, voice: Voice, job: Job, bodies: Vec<BodyCode>) -> Result<Report, Failure> {
    let lists = match (job, bodies.len()) {
        (Job::TisEnrich, _) => 1,
        (Job::GmcSync, 0) => house.asked().len(),
        (Job::GmcSync, some) => some,
    };
    let context = house.context(observer(house, voice, lists))?;
    let actor = house.actor("");
    let report = match job {
        Job::GmcSync => {
            let bodies = (!bodies.is_empty()).then_some(bodies);
            night::run(&context, &NightRequest { bodies, actor }).await?
        }
        Job::TisEnrich => tis::run(&context, &house.tis(), &actor).await?,
    };
    if voice == Voice::People {
        people(&report);
    }
    Ok(report)
}

/// 0 only if every list was published.
pub fn exit(report: &Report) -> Exit {
    if report.state == RunState::Succeeded { Exit::Done } else { Exit::Refused }
}

fn people(report: &Report) {
    if report.is_resumed {
        line("an earlier attempt of this run had died; it was taken up where it stopped");
    }
    let head =
        ["list", "outcome", "received", "new", "changed", "removed", "rejected", "snapshot", "seconds"];
    table(&head, report.lists.iter().map(row).collect());
    for list in report.lists.iter().filter(|list| !list.reason.is_empty()) {
        line(format!("{}: {}", list.body, list.reason));
    }
    line(format!("{}: {} (run {})", report.state.word(), report.reason, report.run_id));
    if report.lists.iter().any(|list| list.outcome == BodyOutcome::Held) {
        line("`reval holds` shows what waits for a person, and how to decide");
    }
}

fn row(list: &BodyEvidence) -> Vec<String> {
    let account = &list.account;
    let counts = [account.read, account.new, account.changed, account.removed, account.rejected];
    let seconds = format!("{}.{}", list.duration_ms / 1000, list.duration_ms % 1000 / 100);
    let snapshot = list.snapshot.map(|number| number.to_string());
    let mut row = vec![list.body.to_string(), list.outcome.word().to_owned()];
    row.extend(counts.map(|count| count.to_string()));
    row.extend([or_dash(snapshot.as_deref()), seconds]);
    row
}

/// The report for programs.
pub fn value(report: &Report) -> Value {
    json!({
        "run_id": report.run_id,
        "state": report.state.word(),
        "reason": report.reason,
        "is_resumed": report.is_resumed,
        "lists": report.lists,
    })
}

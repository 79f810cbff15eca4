//! `reval runs show`: one run with its tries, its evidence and, asked for, its log.

use std::time::Duration;

use domain::evidence::BodyEvidence;
use serde_json::{Value, json};
use store::run::{AttemptRow, RunRow};
use store::run_log::LogRow;

use super::{slot, value};
use crate::cli::Common;
use crate::cli::say::{Voice, instant, json as say_json, line, or_dash, table};
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval runs show 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f
  reval runs show 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f --log --json
  reval runs show 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f --follow

With --follow and --json each line of the log is one JSON value on a line of its own.";

/// How often a log that is followed is looked at. Arbitrary; as often as the scheduler looks at the clock.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Lines read at once. Arbitrary; it bounds memory.
const LINES: u64 = 1000;

/// Show one run: how it ended, its tries, its evidence, its log.
#[derive(clap::Args)]
pub struct Args {
    /// The run, as `reval runs` shows it.
    run: String,
    /// Also what it said while it worked.
    #[arg(long)]
    log: bool,
    /// Its log, and what it says from now on until it ends.
    #[arg(long)]
    follow: bool,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let (house, voice) = (common.house(Quiet::AtTerminal).await?, common.voice());
    if args.follow {
        follow(&house, voice, &args.run).await?;
    } else {
        show(&house, voice, args).await?;
    }
    house.store.close().await;
    Ok(Exit::Done)
}

async fn get(house: &House, id: &str) -> Result<RunRow, Failure> {
    let run = store::run::get(&mut house.store.read().await?, id).await?;
    run.ok_or_else(|| Failure::new(Exit::NotFound, format!("there is no run {id}; `reval runs` shows them")))
}

async fn show(house: &House, voice: Voice, args: &Args) -> Result<(), Failure> {
    let run = get(house, &args.run).await?;
    let mut tx = house.store.read().await?;
    let attempts = store::run::attempts(&mut tx, &run.id).await?;
    let evidence = store::evidence::of_run(&mut tx, &run.id).await?;
    let recounts = store::recount::of_run(&mut tx, &run.id).await?;
    let overrides = ops::runs::touching(&mut tx, &run, house.clock.now()).await?;
    drop(tx);
    if voice == Voice::People {
        people(&run, &attempts, &evidence);
        for one in &recounts {
            line(format!("{}: {}, {}", one.body, one.sentence(), one.verdict.word()));
        }
        for one in &overrides {
            line(format!("for a while, {} ({})", one.sentence(), one.id));
        }
        if args.log {
            each_line(house, &run.id, 0, |one| line(text(one))).await?;
        }
        return Ok(());
    }
    let mut whole = json!({
        "run": value((&run, &recounts)), "attempts": attempts.iter().map(tried).collect::<Vec<_>>(), "lists": evidence,
        "overrides": overrides,
    });
    if args.log {
        let mut log = Vec::new();
        each_line(house, &run.id, 0, |one| log.push(said(one))).await?;
        whole["log"] = log.into();
    }
    say_json(&whole);
    Ok(())
}

/// Says what a run says until it has ended and everything was said.
async fn follow(house: &House, voice: Voice, id: &str) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        // Asked before the lines are read: what comes later is read at the next look.
        let has_ended = get(house, id).await?.state.is_end();
        after = each_line(house, id, after, |one| match voice {
            Voice::People => line(text(one)),
            Voice::Json => say_json(&said(one)),
        })
        .await?;
        if has_ended {
            return Ok(());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Hands over each line after some line; gives the number of the last.
async fn each_line(
    house: &House,
    id: &str,
    mut after: u64,
    mut take: impl FnMut(&LogRow),
) -> Result<u64, Failure> {
    loop {
        let lines = store::run_log::of_run(&mut house.store.read().await?, id, after, LINES).await?;
        let Some(last) = lines.last() else { return Ok(after) };
        after = last.seq;
        lines.iter().for_each(&mut take);
    }
}

fn text(one: &LogRow) -> String {
    format!("{} {:5} {}", instant(one.at), one.level, one.text)
}

fn said(one: &LogRow) -> Value {
    json!({ "seq": one.seq, "attempt": one.attempt, "at": one.at, "level": one.level, "text": one.text })
}

fn tried(one: &AttemptRow) -> Value {
    json!({
        "number": one.number, "state": one.state, "node": one.node, "error": one.error,
        "peak_memory_bytes": one.peak_memory_bytes, "started_at": one.started_at, "ended_at": one.ended_at,
    })
}

fn people(run: &RunRow, attempts: &[AttemptRow], evidence: &[BodyEvidence]) {
    let ended = run.ended_at.map(instant);
    let began = run.started_at.map(instant);
    let facts = [
        ("run", run.id.clone()),
        ("job", run.job.clone()),
        ("due", or_dash(slot(run))),
        ("state", run.state.word().to_owned()),
        ("came to", or_dash(Some(&run.reason))),
        ("began", or_dash(began.as_deref())),
        ("ended", or_dash(ended.as_deref())),
        ("by", run.requested_by.clone()),
        ("on", or_dash(run.lease_owner.as_deref())),
        ("program", run.build.clone()),
        ("settings", run.config_hash.clone()),
    ];
    table(&["", ""], facts.map(|(what, is)| vec![what.to_owned(), is]).into());
    let row = |one: &AttemptRow| {
        let ended = one.ended_at.map(instant);
        let began = instant(one.started_at);
        vec![one.number.to_string(), one.state.clone(), one.node.clone(), began, or_dash(ended.as_deref())]
    };
    table(&["attempt", "state", "node", "began", "ended"], attempts.iter().map(row).collect());
    let row = |one: &BodyEvidence| {
        let snapshot = one.snapshot.map(|number| number.to_string());
        let read = one.account.read.to_string();
        let (outcome, snapshot) = (one.outcome.word().to_owned(), or_dash(snapshot.as_deref()));
        vec![one.body.to_string(), outcome, read, snapshot, or_dash(Some(&one.reason))]
    };
    table(&["list", "outcome", "received", "snapshot", "why"], evidence.iter().map(row).collect());
}

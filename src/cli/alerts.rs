//! `reval alerts`: what a person must know of, the loudest first.

use ops::rows::AlertRow;
use serde_json::{Value, json};

use super::Common;
use super::say::{Voice, instant, json as say_json, line, or_dash, table};
use crate::exit::{Exit, Failure};
use crate::wiring::Quiet;

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval alerts
  reval alerts --all --json

Only those that are not resolved, unless --all is given. `reval alert KEY` tells one from its beginning.";

/// Show alerts, the loudest first.
#[derive(clap::Args)]
pub struct Args {
    /// Also those that are resolved.
    #[arg(long)]
    all: bool,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let ops = house.ops();
    let rows = ops.alerts(&ops.every_body()).await?.rows;
    let rows: Vec<AlertRow> = rows.into_iter().filter(|row| args.all || row.resolved_at.is_none()).collect();
    match common.voice() {
        Voice::Json => say_json(&rows.iter().map(value).collect()),
        Voice::People if rows.is_empty() => line("no alert is open"),
        Voice::People => {
            let head = ["key", "for", "state", "since (UTC)", "times", "owner", "what", "what to do"];
            table(&head, rows.iter().map(row).collect());
        }
    }
    house.store.close().await;
    Ok(Exit::Done)
}

fn row(alert: &AlertRow) -> Vec<String> {
    vec![
        alert.key.clone(),
        alert.severity.clone(),
        alert.state.replace('_', ", "),
        instant(alert.since).trim_end_matches(" UTC").to_owned(),
        alert.times.to_string(),
        or_dash(alert.owner.as_deref()),
        alert.sentence.clone(),
        alert.next_action.clone(),
    ]
}

/// An alert for programs.
pub fn value(alert: &AlertRow) -> Value {
    json!({
        "id": alert.id, "incident_key": alert.key, "kind": alert.kind, "severity": alert.severity,
        "state": alert.state, "env": alert.env, "job": alert.job, "bodies": alert.bodies,
        "doctors_affected": alert.doctors_affected, "since": alert.since, "last_good": alert.last_good,
        "cause_class": alert.cause, "sentence": alert.sentence, "remedy": alert.remedy,
        "next_action": alert.action, "command": alert.next_action, "run_id": alert.run_id, "hold_id": alert.hold_id,
        "build": alert.build, "config_hash": alert.config_hash, "times": alert.times, "owner": alert.owner,
        "is_flapping": alert.is_flapping, "explained_by": alert.explained_by, "opened_at": alert.opened_at,
        "acknowledged_at": alert.acknowledged_at, "recovered_at": alert.recovered_at,
        "resolved_at": alert.resolved_at, "resolved_why": alert.resolved_why,
    })
}

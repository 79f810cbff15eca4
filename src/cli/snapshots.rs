//! `reval snapshots`: the snapshots of a list, newest first.

use ops::rows::SnapshotRow;
use serde_json::{Value, json};

use super::Common;
use super::say::{Voice, instant, json as say_json, line, table};
use crate::exit::{Exit, Failure};
use crate::wiring::Quiet;

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval snapshots NW
  reval snapshots 1-1RSSQ2H --json
  reval snapshots TIS";

/// Show the snapshots of a list.
#[derive(clap::Args)]
pub struct Args {
    /// A body's code or abbreviation, or TIS.
    body: String,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let ops = house.ops();
    let page = ops.snapshots(&ops.every_body(), &house.list(&args.body)?).await?;
    match common.voice() {
        Voice::Json => say_json(&page.rows.iter().map(value).collect()),
        Voice::People if page.rows.is_empty() => line(format!("{} has no snapshot yet", page.name)),
        Voice::People => {
            line(format!(
                "{} ({}); any of the last {} can be rolled back to",
                page.name,
                page.code,
                ops::snapshots::ROLLBACK_MAX
            ));
            let head =
                ["snapshot", "doctors", "new", "changed", "removed", "data as of", "published", "how", "by"];
            table(&head, page.rows.iter().map(row).collect());
        }
    }
    Ok(Exit::Done)
}

fn row(snapshot: &SnapshotRow) -> Vec<String> {
    let account = &snapshot.account;
    let counts = [snapshot.number, snapshot.doctors, account.new, account.changed, account.removed];
    let how = match snapshot.equal_to {
        Some(number) => format!("{} to {number}", snapshot.kind),
        None => snapshot.kind.clone(),
    };
    let mut row: Vec<String> = counts.map(|count| count.to_string()).to_vec();
    row.extend([
        instant(snapshot.data_as_of),
        instant(snapshot.published_at),
        how,
        snapshot.published_by.clone(),
    ]);
    row
}

fn value(snapshot: &SnapshotRow) -> Value {
    json!({
        "list": snapshot.list,
        "snapshot": snapshot.number,
        "kind": snapshot.kind,
        "doctors": snapshot.doctors,
        "account": snapshot.account,
        "data_as_of": snapshot.data_as_of.to_string(),
        "published_at": snapshot.published_at.to_string(),
        "published_by": snapshot.published_by,
        "approved_by": snapshot.approved_by,
        "equal_to": snapshot.equal_to,
        "run_id": snapshot.run_id,
        "hold_id": snapshot.hold_id,
    })
}

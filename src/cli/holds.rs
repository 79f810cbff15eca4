//! `reval holds`: what the brake keeps back, why, and what it would do.

use ops::rows::HoldRow;
use serde_json::{Value, json};

use super::Common;
use super::say::{Voice, instant, json as say_json, line};
use crate::exit::{Exit, Failure};
use crate::wiring::Quiet;

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval holds
  reval holds --all --json";

/// Show what the brake keeps back.
#[derive(clap::Args)]
pub struct Args {
    /// Also those that were decided.
    #[arg(long)]
    all: bool,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let ops = house.ops();
    let page = ops.holds(&ops.every_body()).await?;
    let rows: Vec<&HoldRow> = page.rows.iter().filter(|hold| args.all || hold.state.is_open()).collect();
    match common.voice() {
        Voice::Json => say_json(&rows.iter().map(|hold| value(hold)).collect()),
        Voice::People if rows.is_empty() => line("nothing is held"),
        Voice::People => rows.iter().for_each(|hold| people(&ops.name_of(&hold.list), hold)),
    }
    Ok(Exit::Done)
}

fn people(name: &str, hold: &HoldRow) {
    let account = &hold.account;
    line(format!("{} ({}): {} since {}", name, hold.list, hold.state.word(), instant(hold.created_at)));
    let before = hold.before.map_or("none".to_owned(), |before| before.to_string());
    line(format!(
        "  doctors: {before} now, {} once published; {} new, {} changed, {} removed, {} rejected; GMC data as of {}",
        hold.doctors,
        account.new,
        account.changed,
        account.removed,
        account.rejected,
        instant(hold.data_as_of)
    ));
    for cause in &hold.causes {
        line(format!("  why: {}", cause.sentence()));
    }
    if let Some(by) = &hold.proposed_by {
        line(format!("  proposed by {by}; another person must confirm"));
    }
    if let Some(by) = &hold.decided_by {
        line(format!("  decided by {by}: {}", hold.decided_reason.as_deref().unwrap_or_default()));
    }
    if hold.state.is_open() {
        line(format!("  publish it: reval approve {} --count COUNT --reason TEXT", hold.id));
        line(format!("  or not:     reval reject {} --reason TEXT", hold.id));
    }
}

fn value(hold: &HoldRow) -> Value {
    json!({
        "id": hold.id,
        "list": hold.list,
        "state": hold.state.word(),
        "why": hold.causes.iter().map(|cause| cause.sentence()).collect::<Vec<_>>(),
        "account": hold.account,
        "before": hold.before,
        "doctors": hold.doctors,
        "data_as_of": hold.data_as_of.to_string(),
        "run_id": hold.run_id,
        "since": hold.created_at.to_string(),
        "proposed_by": hold.proposed_by,
        "decided_by": hold.decided_by,
        "decided_reason": hold.decided_reason,
    })
}

//! `reval recommendations import`: the history of a service before ours.

use std::path::PathBuf;

use ops::alert::Word;
use ops::past::{Import, Taken};
use serde_json::json;
use sources::past::{PastError, PastRow};

use crate::cli::Common;
use crate::cli::say::{Voice, json as say_json, line};
use crate::exit::{Exit, Failure};
use crate::wiring::House;

/// Refused rows shown to people; --json has them all.
const SHOWN: usize = 20;

/// Take in recommendations of a service before ours, as CSV or JSON.
#[derive(clap::Args)]
pub struct Args {
    /// CSV with a head line, or JSON as a list of objects; UTF-8. Needed is gmc_number; read are also gmc_id, body, kind, outcome,
    /// submitted_on, submission_date, deferral_date, reason, sub_reason, admin.
    file: PathBuf,
    /// Say what would be taken in, and keep nothing.
    #[arg(long)]
    dry_run: bool,
    /// Why.
    #[arg(long, default_value = "")]
    reason: String,
}

/// Does it: 0 if every row was taken in or there already, 30 if a row was refused.
pub async fn run(common: &Common, house: &House, args: &Args) -> Result<Exit, Failure> {
    let rows = sources::past::read(&args.file).map_err(cannot)?;
    let good: Vec<_> = rows.iter().filter_map(|row| row.read.as_ref().ok()).collect();
    let how = if args.dry_run { Import::Try } else { Import::Keep };
    let actor = house.actor(&args.reason);
    let taken = house.ops().import_past(&good, how, Word { actor: &actor, ids: house.ids() }).await?;
    let refused: Vec<&PastRow> = rows.iter().filter(|row| row.read.is_err()).collect();
    match common.voice() {
        Voice::Json => say_json(&json!({
            "dry_run": args.dry_run, "read": rows.len(), "imported": taken.imported, "already_there": taken.already,
            "without_gmc_id": taken.without_id,
            "refused": refused.iter().map(|row| json!({ "line": row.at, "why": why(row) })).collect::<Vec<_>>(),
        })),
        Voice::People => people(rows.len(), taken, &refused, args.dry_run),
    }
    Ok(if refused.is_empty() { Exit::Done } else { Exit::Refused })
}

fn people(read: usize, taken: Taken, refused: &[&PastRow], is_tried: bool) {
    for row in refused.iter().take(SHOWN) {
        line(format!("line {}: refused: {}", row.at, why(row)));
    }
    if refused.len() > SHOWN {
        line(format!("and {} more; --json has them all", refused.len() - SHOWN));
    }
    let would = if is_tried { " (tried; nothing was kept)" } else { "" };
    let Taken { imported, already, without_id } = taken;
    line(format!(
        "{read} read = {imported} imported + {already} already there + {} refused{would}; {without_id} of the imported lack \
         the GMC's id",
        refused.len()
    ));
}

fn why(row: &PastRow) -> &str {
    row.read.as_ref().err().map(String::as_str).unwrap_or_default()
}

fn cannot(error: PastError) -> Failure {
    let exit = match &error {
        PastError::Open { source, .. } if source.kind() == std::io::ErrorKind::NotFound => Exit::NotFound,
        PastError::Open { .. } => Exit::Unavailable,
        _ => Exit::Invalid,
    };
    Failure::new(exit, error.to_string())
}

//! `reval officers`: the directory of responsible officers.

use std::path::{Path, PathBuf};

use domain::recommendation::{Officer, officer_problems};
use ops::alert::Word;
use ops::rows::OfficerRow;
use serde_json::{Value, json};

use super::Common;
use super::say::{Voice, instant, json as say_json, line, table};
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval officers
  reval officers --import officers.csv --reason \"new officer in the North West\"

The file has a head line and these columns: body, gmc_number, surname, phone, user_name, email; body is a code or an
abbreviation. Each line replaces that body's officer; a file with a mistake changes nothing.";

/// The columns of a file.
const COLUMNS: [&str; 6] = ["body", "gmc_number", "surname", "phone", "user_name", "email"];

/// Show or import the directory of responsible officers.
#[derive(clap::Args)]
pub struct Args {
    /// A file of comma-separated values to take in.
    #[arg(long, value_name = "FILE")]
    import: Option<PathBuf>,
    /// Why.
    #[arg(long, default_value = "")]
    reason: String,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let ops = house.ops();
    if let Some(file) = &args.import {
        let actor = house.actor(&args.reason);
        let rows = read(&house, file, &actor.name)?;
        ops.keep_officers(&rows, Word { actor: &actor, ids: house.ids() }).await?;
    }
    let rows = ops.officers(&ops.every_body()).await?;
    match common.voice() {
        Voice::Json => say_json(&rows.iter().map(value).collect()),
        Voice::People if rows.is_empty() => {
            line("the directory is empty: no recommendation can be submitted")
        }
        Voice::People => {
            let head = ["body", "GMC number", "surname", "user", "since", "by"];
            table(&head, rows.iter().map(row).collect());
        }
    }
    house.store.close().await;
    Ok(Exit::Done)
}

fn read(house: &House, file: &Path, actor: &str) -> Result<Vec<OfficerRow>, Failure> {
    let wrong = |line: u64, sentence: String| {
        Failure::new(
            Exit::Invalid,
            format!("{}, line {line}: {sentence}; nothing was changed", file.display()),
        )
    };
    let reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(file);
    let mut reader = reader.map_err(|error| {
        Failure::new(Exit::Unavailable, format!("{} cannot be read: {error}", file.display()))
    })?;
    let head = reader.headers().map_err(|error| wrong(1, error.to_string()))?.clone();
    let mut at = [0; COLUMNS.len()];
    for (place, column) in at.iter_mut().zip(COLUMNS) {
        let found = head.iter().position(|one| one == column);
        *place = found.ok_or_else(|| wrong(1, format!("the column {column} is missing")))?;
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record
            .map_err(|error| wrong(error.position().map_or(0, csv::Position::line), error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let [body, gmc_number, surname, phone, user_name, email] =
            at.map(|place| record.get(place).unwrap_or_default().to_owned());
        let body = house.body(&body).map_err(|failure| wrong(line, failure.message))?;
        let officer = Officer { gmc_number, surname, phone };
        if let Some(problem) = officer_problems(Some(&officer)).first() {
            return Err(wrong(line, problem.sentence.clone()));
        }
        let (updated_at, updated_by) = (house.clock.now(), actor.to_owned());
        rows.push(OfficerRow { body, officer, user_name, email, updated_at, updated_by });
    }
    Ok(rows)
}

fn row(row: &OfficerRow) -> Vec<String> {
    vec![
        row.body.to_string(),
        row.officer.gmc_number.clone(),
        row.officer.surname.clone(),
        row.user_name.clone(),
        instant(row.updated_at),
        row.updated_by.clone(),
    ]
}

fn value(row: &OfficerRow) -> Value {
    json!({
        "body": row.body.as_str(), "gmc_number": row.officer.gmc_number, "surname": row.officer.surname,
        "phone": row.officer.phone, "user_name": row.user_name, "email": row.email, "updated_at": row.updated_at,
        "updated_by": row.updated_by,
    })
}

//! `reval officers`: the directory of responsible officers.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use ops::alert::Word;
use ops::officers::OfficerLine;
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

fn read(house: &House, path: &Path, actor: &str) -> Result<Vec<OfficerRow>, Failure> {
    let file = File::open(path).map_err(|error| {
        Failure::new(Exit::Unavailable, format!("{} cannot be read: {error}", path.display()))
    })?;
    let body = |named: &str| house.body(named).map_err(|failure| failure.message);
    let lines = ops::officers::read(BufReader::new(file), body).map_err(|wrong| {
        let place = format!("{}, line {}", path.display(), wrong.line);
        Failure::new(Exit::Invalid, format!("{place}: {}; nothing was changed", wrong.sentence))
    })?;
    let row = |line: OfficerLine| OfficerRow {
        body: line.body,
        officer: line.officer,
        user_name: line.user_name,
        email: line.email,
        updated_at: house.clock.now(),
        updated_by: actor.to_owned(),
    };
    Ok(lines.into_iter().map(row).collect())
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

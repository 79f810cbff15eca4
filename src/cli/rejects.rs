//! `reval rejects`: the records of a body that were received and not processed, as received.

use ops::rejects::Reject;
use serde_json::{Value, json};

use super::Common;
use super::say::{Voice, instant, json as say_json, line};
use crate::exit::{Exit, Failure};
use crate::wiring::Quiet;

/// Shown below the help.
pub const EXAMPLE: &str = "Example:
  reval rejects NW

What is shown is personal data: do not keep it in a file. The audit says who has looked.";

/// Show the records of a body that were received and not processed.
#[derive(clap::Args)]
pub struct Args {
    /// A body's code or abbreviation.
    body: String,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let (ops, body) = (house.ops(), house.body(&args.body)?);
    let page = ops.rejects_of(&ops.at_shell(house.actor("")), body.as_str()).await?;
    match common.voice() {
        Voice::Json => say_json(&page.rows.iter().map(value).collect()),
        Voice::People => {
            line(format!("{}: {} received, not processed", page.body.name, page.total));
            page.rows.iter().for_each(people);
        }
    }
    Ok(Exit::Done)
}

fn people(reject: &Reject) {
    line(format!("since {}: {}", instant(reject.since), reject.sentence));
    for (name, text) in &reject.fields {
        line(format!("    {name}: {text}"));
    }
}

fn value(reject: &Reject) -> Value {
    let fields: Vec<Value> =
        reject.fields.iter().map(|(name, text)| json!({ "name": name, "text": text })).collect();
    json!({
        "why": reject.sentence,
        "gmc_number": reject.gmc_number,
        "since": reject.since.to_string(),
        "run_id": reject.run_id,
        "fields": fields,
    })
}

//! `reval check-config`: every setting in force, and with `--live` whether the world answers as they say.

use serde_json::{Value, json};

use super::Common;
use super::live::{self, Check};
use super::say::{Voice, json as say_json, line, table};
use crate::exit::{Exit, Failure};
use crate::wiring::{Quiet, settings, start_logs};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval check-config --config reval.toml
  reval check-config --live

--live asks the store, the GMC (for one real list, which is not published), TIS and the spool.";

/// Show every setting in force and where it comes from.
#[derive(clap::Args)]
pub struct Args {
    /// Ask the world too.
    #[arg(long)]
    live: bool,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let (config, reference) = settings(common.config.as_deref())?;
    start_logs(&config.log, Quiet::AtTerminal);
    let (hash, voice) = (config.hash(), common.voice());
    let values: Vec<Vec<String>> = config
        .shown
        .iter()
        .map(|shown| vec![shown.key.clone(), shown.value.clone(), shown.origin.clone()])
        .collect();
    let checks = if args.live { live::checks(config, reference).await } else { Vec::new() };
    match voice {
        Voice::People => people(values, &hash, &checks),
        Voice::Json => say_json(&programs(&values, &hash, &checks)),
    }
    let is_well = checks.iter().all(|check| check.result.is_ok());
    Ok(if is_well { Exit::Done } else { Exit::Unavailable })
}

fn people(values: Vec<Vec<String>>, hash: &str, checks: &[Check]) {
    table(&["setting", "value", "from"], values);
    line(format!("the settings are sound (hash {hash})"));
    for check in checks {
        line(match &check.result {
            Ok(found) => format!("ok      {}: {found}", check.what),
            Err(advice) => format!("FAILED  {}: {advice}", check.what),
        });
    }
}

fn programs(values: &[Vec<String>], hash: &str, checks: &[Check]) -> Value {
    let settings: Vec<Value> =
        values.iter().map(|row| json!({ "key": row[0], "value": row[1], "origin": row[2] })).collect();
    let checks: Vec<Value> = checks
        .iter()
        .map(|check| match &check.result {
            Ok(found) => json!({ "what": check.what, "ok": true, "found": found }),
            Err(advice) => json!({ "what": check.what, "ok": false, "found": advice }),
        })
        .collect();
    json!({ "settings": settings, "hash": hash, "checks": checks })
}

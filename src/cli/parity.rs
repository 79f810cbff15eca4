//! `reval parity`: two instances side by side.

use std::path::Path;

use domain::fingerprint::Fingerprint;
use domain::parity::{Difference, Parity, compare};
use serde_json::{Value, json};
use sources::fingerprint::{Instance, ask};

use super::Common;
use super::say::{Voice, json as say_json, line, table};
use crate::config::{Beside, HERE};
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet, clock, install_tls, settings, start_logs};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval parity here stage
  reval parity stage prod --json
  reval parity stage-of-monday.json here

Each side is `here`, an instance of the settings ([[instance]]), a file that `reval fingerprint --json` has written, or the address of
an instance whose /fingerprint is open to this machine. What is meant to differ is declared in [[difference]]. It ends with 0 if
nothing undeclared differs, with 32 if something does, and with 20 if a side does not answer.";

/// Lay two instances side by side and list what differs.
#[derive(clap::Args)]
pub struct Args {
    /// The one.
    left: String,
    /// The other.
    right: String,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let config = settings(common.config.as_deref())?.0;
    start_logs(&config.log, Quiet::AtTerminal);
    install_tls();
    let (beside, now) = (&config.beside, clock(config.sandbox.clock_file.as_deref())?.now());
    let left = side(common, beside, &args.left).await?;
    let right = side(common, beside, &args.right).await?;
    let parity = compare(&left, &right, &beside.meant, now);
    match common.voice() {
        Voice::Json => say_json(&value(&parity)),
        Voice::People => people(&parity),
    }
    Ok(if parity.undeclared().next().is_none() { Exit::Done } else { Exit::Differs })
}

async fn side(common: &Common, beside: &Beside, named: &str) -> Result<Fingerprint, Failure> {
    if named == HERE {
        let house = House::open(settings(common.config.as_deref())?).await?;
        let taken = house.fingerprinter().take().await;
        house.store.close().await;
        return Ok(taken?);
    }
    if let Some(instance) = beside.instances.iter().find(|one| one.name == named) {
        return answered(instance).await;
    }
    if named.starts_with("http://") || named.starts_with("https://") {
        let url = named.trim_end_matches('/').trim_end_matches("/fingerprint").to_owned();
        return answered(&Instance { name: "the instance".to_owned(), url, token: None }).await;
    }
    read(Path::new(named), beside)
}

async fn answered(instance: &Instance) -> Result<Fingerprint, Failure> {
    ask(instance).await.map_err(|why| Failure::new(Exit::Unavailable, why))
}

fn read(path: &Path, beside: &Beside) -> Result<Fingerprint, Failure> {
    let text = std::fs::read(path).map_err(|error| {
        let names: Vec<&str> =
            [HERE].into_iter().chain(beside.instances.iter().map(|one| one.name.as_str())).collect();
        let sentence = format!(
            "{} is no instance of the settings ({}), and no file that can be read: {error}",
            path.display(),
            names.join(", ")
        );
        Failure::new(Exit::NotFound, sentence)
    })?;
    serde_json::from_slice(&text).map_err(|error| {
        Failure::new(Exit::Invalid, format!("{} holds no fingerprint: {error}", path.display()))
    })
}

fn people(parity: &Parity) {
    let row = |one: &Difference| {
        let meant = one.meant.clone().unwrap_or_else(|| "NOT DECLARED".to_owned());
        vec![one.what.clone(), one.left.clone(), one.right.clone(), format!("{meant} {}", one.note)]
    };
    table(&["what", &parity.left, &parity.right, "meant"], parity.differences.iter().map(row).collect());
    if !parity.untold.is_empty() {
        line(format!("neither can tell: {}", parity.untold.join(", ")));
    }
    let (all, undeclared) = (parity.differences.len(), parity.undeclared().count());
    line(format!("{} facts compared, {all} differ, {undeclared} of them undeclared", parity.compared));
}

fn value(parity: &Parity) -> Value {
    let mut value = json!(parity);
    value["undeclared"] = json!(parity.undeclared().count());
    value
}

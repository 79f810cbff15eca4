//! `reval refresh`: both jobs, one after the other.

use serde_json::json;

use super::Common;
use super::run::{self, Job};
use super::say::{Voice, json as say_json, line};
use crate::exit::{Exit, Failure};
use crate::wiring::Quiet;

/// Shown below the help.
pub const EXAMPLE: &str = "Example:
  reval refresh

TIS is read even where the GMC gave no complete answer: each list stands for itself. Ends like `reval run`.";

/// Run both jobs now, one after the other.
#[derive(clap::Args)]
pub struct Args {}

/// Does it.
pub async fn run(common: &Common, _: &Args) -> Result<Exit, Failure> {
    let (house, voice) = (common.house(Quiet::AtTerminal).await?, common.voice());
    let _work = run::work(&house).await?;
    if voice == Voice::People {
        let bodies = house.asked().len();
        let (gmc, tis) = (&house.config.gmc.url, &house.config.tis.place);
        line(format!(
            "1. gmc-sync: asks {gmc} for the lists of {bodies} bodies and publishes each that is whole"
        ));
        line(format!("2. tis-enrich: reads {tis} and joins it to the lists"));
    }
    let gmc = run::one(&house, voice, Job::GmcSync, Vec::new()).await?;
    let tis = run::one(&house, voice, Job::TisEnrich, Vec::new()).await?;
    if voice == Voice::Json {
        say_json(&json!({ "gmc_sync": run::value(&gmc), "tis_enrich": run::value(&tis) }));
    }
    house.store.close().await;
    Ok(if run::exit(&gmc) == Exit::Done { run::exit(&tis) } else { Exit::Refused })
}

//! `reval keys`: keys with which somebody else's program reports its runs over HTTP.

use domain::job::Kind;
use ops::rows::ReportKeyRow;
use serde_json::{Value, json};

use super::Common;
use super::next::chosen;
use super::say::{Voice, either, instant, json as say_json, line, table};
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval keys
  reval keys add ndw-etl-prod --reason \"the warehouse's loader\"
  reval keys revoke 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f --reason \"it was lost\"

A key is for the runs of one job that somebody else runs (`external` in the settings), reads nothing, and is shown once. Its
program asks /ping/KEY/start and /ping/KEY, or is started by `reval wrap`; docs/from-jenkins.md shows both. Exit codes: 10 where
the job is Reval's own, 12 where there is no such job or key.";

/// Show the keys of programs that report their runs, make one, take one back.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(clap::Subcommand)]
enum What {
    /// Show the keys that nobody has taken back.
    List,
    /// Make a key for a job; shows it once.
    Add {
        /// The job, by name or alias.
        job: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Take a key back; it acts on the next report.
    Revoke {
        /// Its id.
        id: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    match &args.what {
        None | Some(What::List) => list(&house, common.voice()).await?,
        Some(What::Add { job, reason }) => add(&house, common.voice(), (job, reason)).await?,
        Some(What::Revoke { id, reason }) => {
            house.ops().revoke_report_key(id, &house.actor(reason)).await?;
            either(common.voice(), "taken back", &json!({ "revoked": id }));
        }
    }
    house.store.close().await;
    Ok(Exit::Done)
}

async fn add(house: &House, voice: Voice, wish: (&str, &str)) -> Result<(), Failure> {
    let (named, reason) = wish;
    let found = chosen(&house.config.jobs, Some(named))?;
    let job = found.first().filter(|job| job.kind == Kind::External).ok_or_else(|| {
        let sentence = format!("{named} is no job that somebody else runs; no key was made");
        Failure::new(Exit::Invalid, sentence)
    })?;
    let made = house.ops().add_report_key(&job.name, &house.actor(reason)).await?;
    let address = format!("{}/ping/{}", house.config.site.public_url.trim_end_matches('/'), made.key);
    let text = format!("key      {}\naddress  {address}\nid       {}", made.key, made.id);
    either(voice, text, &json!({ "key": made.key, "address": address, "id": made.id, "job": job.name }));
    Ok(())
}

async fn list(house: &House, voice: Voice) -> Result<(), Failure> {
    let keys = house.ops().report_keys().await?;
    match voice {
        Voice::Json => say_json(&keys.iter().map(value).collect()),
        Voice::People if keys.is_empty() => line("no program has a key"),
        Voice::People => {
            let used = |key: &ReportKeyRow| key.used_at.map_or("never".to_owned(), instant);
            let row = |key: &ReportKeyRow| {
                vec![key.job.clone(), instant(key.created_at), used(key), key.id.clone()]
            };
            table(&["job", "since", "last used", "id"], keys.iter().map(row).collect());
        }
    }
    Ok(())
}

fn value(key: &ReportKeyRow) -> Value {
    json!({ "id": key.id, "job": key.job, "used_at": key.used_at, "created_at": key.created_at })
}

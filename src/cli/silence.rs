//! `reval silence`: holds notices back until an end; detection goes on.

use jiff::SignedDuration;
use ops::alert::Word;
use ops::rows::{Matcher, SilenceRow};
use serde_json::{Value, json};

use super::Common;
use super::say::{Voice, instant, json as say_json, line, table};
use crate::exit::{Exit, Failure};
use crate::wiring::Quiet;

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval silence
  reval silence job=gmc-sync --hours 8 --reason \"the GMC is being upgraded tonight\"
  reval silence key=stale/* --hours 2 --reason \"known\"
  reval silence --end 019ab7c2-1d4f-7b3a-9c55-0a1b2c3d4e5f

Without anything, shows what is in force. Alerts still open and close; their notices wait for the end, and that an
announced alert is over is told at once.";

/// Hold notices back until an end.
#[derive(clap::Args)]
pub struct Args {
    /// What about: key=…, kind=…, job=…, list=… or all. A key may end in *.
    what: Option<String>,
    /// For how many hours: 1 to 336.
    #[arg(long, requires = "what", value_parser = clap::value_parser!(u32).range(1..=336))]
    hours: Option<u32>,
    /// Why.
    #[arg(long, default_value = "")]
    reason: String,
    /// End one before its time.
    #[arg(long, value_name = "ID", conflicts_with = "what")]
    end: Option<String>,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let (ops, actor) = (house.ops(), house.actor(&args.reason));
    let word = Word { actor: &actor, ids: house.ids() };
    if let Some(id) = &args.end {
        ops.end_silence(id, word).await?;
    }
    if let Some(what) = &args.what {
        let hours =
            args.hours.ok_or_else(|| Failure::new(Exit::Usage, "a silence needs an end: add --hours"))?;
        ops.silence(&matcher(what)?, SignedDuration::from_hours(i64::from(hours)), word).await?;
    }
    let all = ops.silences().await?;
    match common.voice() {
        Voice::Json => say_json(&all.iter().map(value).collect()),
        Voice::People if all.is_empty() => line("no silence is in force"),
        Voice::People => {
            table(&["silence", "about", "until", "by", "why"], all.iter().map(row).collect());
        }
    }
    house.store.close().await;
    Ok(Exit::Done)
}

/// What was typed is a matter of usage.
fn matcher(what: &str) -> Result<Matcher, Failure> {
    ops::alert::matcher(what).map_err(|fault| Failure::new(Exit::Usage, fault.message))
}

fn row(silence: &SilenceRow) -> Vec<String> {
    let one = silence;
    vec![one.id.clone(), one.matcher.to_string(), instant(one.ends_at), one.by.clone(), one.reason.clone()]
}

fn value(silence: &SilenceRow) -> Value {
    json!({
        "id": silence.id, "about": silence.matcher.to_string(), "starts_at": silence.starts_at, "ends_at": silence.ends_at,
        "by": silence.by, "reason": silence.reason,
    })
}

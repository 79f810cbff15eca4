//! `reval drill`: plays a bad night in a sandbox of its own and says what held.

use drill::{Fact, Facts, Own, Place, SCENARIOS, Scenario};
use serde_json::json;

use super::Common;
use super::say::{Voice, json as say_json, line, table};
use crate::exit::{Exit, Failure};
use crate::wiring::{install_tls, program, settings};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval drill
  reval drill S06
  reval drill S11 --store postgres://reval@127.0.0.1:5432/empty
  reval drill S36 --seed 7
  reval drill --all
  reval drill S11 --config mine.toml

Without a name it lists the drills. Nothing real is touched: the store, the GMC, TIS and the clock are the sandbox's
own. With --config the night's jobs (hours, deadlines, loudness), the brake and the promises are those of that file, so that a bad
night can be rehearsed before it comes; a fact that supposes other hours fails, and says what was seen. Ends with 0 if every fact held, with 30 if one did not.";

/// Play a bad night in a sandbox and say what held.
#[derive(clap::Args)]
pub struct Args {
    /// The drill's name.
    name: Option<String>,
    /// Play all of them, one after the other.
    #[arg(long, conflicts_with = "name")]
    all: bool,
    /// An empty store to play on, instead of an embedded one; for one drill alone.
    #[arg(long, value_name = "URL", conflicts_with = "all")]
    store: Option<String>,
    /// Doctors in the world, where the drill does not need more.
    #[arg(long, value_name = "N", default_value_t = 485)]
    doctors: u64,
    /// Draw other faults, in a drill that draws them (S36); the same number draws the same again.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    install_tls();
    let names: Vec<String> = match &args.name {
        Some(name) => vec![name.clone()],
        None if args.all => SCENARIOS.iter().map(|scenario| scenario.name.to_owned()).collect(),
        None => {
            list(common.voice());
            return Ok(Exit::Done);
        }
    };
    let place = Place { store_url: args.store.clone(), program: program()?, doctors: args.doctors };
    let own = Own { seed: args.seed, ..own(common)? };
    let mut all_hold = true;
    for name in names {
        let facts = drill::rehearse(&name, &place, &own).await.map_err(|error| match error {
            drill::DrillError::Unknown { .. } => Failure::new(Exit::NotFound, error.to_string()),
            other => Failure::new(Exit::Internal, other.to_string()),
        })?;
        all_hold &= facts.hold();
        tell(common.voice(), &name, &facts);
    }
    Ok(if all_hold { Exit::Done } else { Exit::Refused })
}

/// What of the settings that were named a drill is played with; of those that lie around, nothing.
fn own(common: &Common) -> Result<Own, Failure> {
    let Some(file) = &common.config else { return Ok(Own::default()) };
    let config = settings(Some(file))?.0;
    Ok(Own {
        jobs: Some(config.jobs),
        promise: Some(config.freshness),
        brake: Some(config.brake),
        seed: None,
    })
}

fn list(voice: Voice) {
    match voice {
        Voice::Json => {
            say_json(&json!(SCENARIOS.map(|drill| json!({ "name": drill.name, "title": drill.title }))))
        }
        Voice::People => {
            let row = |drill: &Scenario| vec![drill.name.to_owned(), drill.title.to_owned()];
            table(&["drill", "what happens"], SCENARIOS.iter().map(row).collect());
        }
    }
}

fn tell(voice: Voice, name: &str, facts: &Facts) {
    if voice == Voice::Json {
        say_json(&json!({ "drill": name, "holds": facts.hold(), "facts": facts }));
        return;
    }
    line(format!("{name}:"));
    for Fact { sentence, holds, seen } in facts.all() {
        if *holds {
            line(format!("  ok      {sentence}"));
        } else {
            line(format!("  FAILED  {sentence}: {seen}"));
        }
    }
    let broken = facts.all().iter().filter(|fact| !fact.holds).count();
    line(format!("{name}: {} facts, {broken} failed", facts.all().len()));
}

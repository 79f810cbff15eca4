//! `reval config apply`: lets what runs read its settings anew, after a look at the difference.

use clap::Subcommand;
use serde_json::json;
use store::audit::Act;

use super::Common;
use super::say::{Voice, either, json as say_json, line, table};
use crate::config::{Config, Difference};
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval config apply --diff
  reval config apply

`apply` reads the settings, refuses them with every mistake, keeps sound ones in the store by their digest, and asks each node
to read its own file; a node does so within seconds, and on SIGHUP. Runs under way end as they began. --diff changes nothing: it
shows each value that differs from what this node runs on, and ends with 32 if any does. What the pages, the store and the log
stand on counts from the next start on. A node that is started with a file that is not sound runs on the last it accepted.";

/// Let what runs read its settings anew.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Read the settings, keep them, and let each node take them up.
    Apply {
        /// Show what differs from what runs, and change nothing.
        #[arg(long)]
        diff: bool,
    },
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let Verb::Apply { diff } = args.verb;
    let exit = if diff {
        show(common, &house).await
    } else {
        apply(&house, common.voice()).await.map(|()| Exit::Done)
    };
    house.store.close().await;
    exit
}

async fn apply(house: &House, voice: Voice) -> Result<(), Failure> {
    super::nodes::must_be_placed(house).await?;
    let sound = house.sound(&house.config);
    house.accept(&sound).await?;
    let (actor, now) = (house.actor("asked every node to read its settings"), house.clock.now());
    let (id, object) = (house.ids().mint(now), format!("settings/{}", sound.hash));
    let mut tx = house.store.begin().await?;
    store::settings::ask(&mut tx, &sound).await?;
    let act = Act { id: &id, action: "apply-settings", object: &object, detail: "{}" };
    store::audit::insert(&mut tx, &actor, &act, now).await?;
    tx.commit().await?;
    let hash = &sound.hash;
    let text = format!(
        "settings {hash} are sound and kept; each node reads its own now: `reval nodes` shows on what it runs"
    );
    either(voice, text, &json!({ "hash": hash, "asked_at": now }));
    Ok(())
}

async fn show(common: &Common, house: &House) -> Result<Exit, Failure> {
    let node = house.node_name();
    let mut tx = house.store.read().await?;
    let states = store::settings::states(&mut tx).await?;
    let state = states.into_iter().find(|state| state.node == node);
    let kept = match &state {
        Some(state) => store::settings::get(&mut tx, &node, &state.running).await?,
        None => None,
    };
    drop(tx);
    let Some(kept) = kept else {
        let sentence =
            format!("{node} has not said what it runs on: no `reval serve` has kept the schedule here");
        return Err(Failure::new(Exit::NotFound, sentence));
    };
    let running = Config::load_accepted(common.config.as_deref(), &kept, &house.reference)?;
    let differences = house.config.differences(&running);
    match common.voice() {
        Voice::Json => say_json(&json!({
            "node": node, "running": kept.hash, "written": house.config.hash(),
            "differences": differences.iter().map(value).collect::<Vec<_>>(),
        })),
        Voice::People => people(&node, &differences),
    }
    Ok(if differences.is_empty() { Exit::Done } else { Exit::Differs })
}

fn value(one: &Difference) -> serde_json::Value {
    json!({ "key": one.key, "runs": one.runs, "written": one.written, "at_next_start": one.waits })
}

fn people(node: &str, differences: &[Difference]) {
    let when = |one: &Difference| if one.waits { "at the next start" } else { "once applied" };
    let row =
        |one: &Difference| vec![one.key.clone(), one.runs.clone(), one.written.clone(), when(one).to_owned()];
    table(&["setting", "runs", "written", "counts"], differences.iter().map(row).collect());
    match differences.len() {
        0 => line(format!("{node} runs on what is written")),
        count => line(format!("{count} values differ; `reval config apply` lets what runs take them up")),
    }
}

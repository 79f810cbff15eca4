//! `reval nodes`: where runs can be begun, and why not.

use domain::job::Job;
use domain::node::{Drain, Labels, Node};
use domain::settings::SettingsState;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Common;
use super::say::{Voice, instant, json as say_json, line, or_dash, table};
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet};

/// Shown below the help.
pub const EXAMPLE: &str = "Example:
  reval nodes

A node is whoever keeps the schedule: `reval serve`. It says that it lives every ten seconds, and tries every quarter of an hour
whether it can still start something new. Its labels stand in [node] of the settings; what a job needs, in its `labels`.";

/// Show the nodes, and which jobs each can begin.
#[derive(clap::Args)]
pub struct Args {}

/// Does it.
pub async fn run(common: &Common, _: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let mut tx = house.store.read().await?;
    let now = store::now(&mut tx, house.ledger().lease_clock, house.clock.as_ref()).await?;
    let nodes = store::node::all(&mut tx).await?;
    let states = store::settings::states(&mut tx).await?;
    let drains = store::drain::all(&mut tx).await?;
    drop(tx);
    let jobs = house.jobs();
    match common.voice() {
        Voice::Json => {
            say_json(&nodes.iter().map(|node| value(node, &jobs, (&states, &drains), now)).collect())
        }
        Voice::People if nodes.is_empty() => {
            line("no node has ever kept the schedule here: `reval serve` does")
        }
        Voice::People => {
            people(&nodes, &jobs, &states, now);
            drains.iter().for_each(|drain| line(asked_out(drain)));
        }
    }
    house.store.close().await;
    Ok(Exit::Done)
}

/// Refuses settings of which a job could be begun on no node that is known, this one included.
pub async fn must_be_placed(house: &House) -> Result<(), Failure> {
    let mut known: Vec<Labels> = vec![house.place().labels.as_ref().clone()];
    let own = house.node_name();
    let nodes = store::node::all(&mut house.store.read().await?).await?;
    known.extend(nodes.into_iter().filter(|node| node.name != own).map(|node| node.labels));
    let is_unplaced = |job: &&Job| !known.iter().any(|labels| job.labels.is_subset(labels));
    let Some(job) = house.config.jobs.iter().find(is_unplaced) else { return Ok(()) };
    let needs: Vec<&str> = job.labels.iter().map(String::as_str).collect();
    let sentence = format!(
        "job {} needs a node with {}, and none that is known has that, this one ({own}) included; correct the labels of the \
         job or of [node]. Nothing was begun",
        job.name,
        needs.join(" and ")
    );
    Err(Failure::new(Exit::Invalid, sentence))
}

fn begins(node: &Node, jobs: &[Job], now: Timestamp) -> Vec<String> {
    let can = |job: &&Job| node.refusal(job.needs(now), now).is_none();
    jobs.iter().filter(can).map(|job| job.name.clone()).collect()
}

fn people(nodes: &[Node], jobs: &[Job], states: &[SettingsState], now: Timestamp) {
    let row = |node: &Node| {
        let labels: Vec<&str> = node.labels.iter().map(String::as_str).collect();
        let begins = begins(node, jobs, now).join(", ");
        vec![
            node.name.clone(),
            node.stance.word().to_owned(),
            instant(node.beat_at),
            node.launch.word().to_owned(),
            labels.join(" "),
            or_dash(Some(&begins)),
            node.build.clone(),
            node.config_hash.clone(),
        ]
    };
    let head = ["node", "does", "last heard of", "new programs", "labels", "begins", "program", "settings"];
    table(&head, nodes.iter().map(row).collect());
    for node in nodes.iter().filter(|node| !node.launch_error.is_empty()) {
        line(format!("{} cannot start anything new: {}", node.name, node.launch_error));
    }
    for state in states.iter().filter(|state| !state.is_true()) {
        let (node, running) = (&state.node, &state.running);
        line(match state.written.as_str() {
            "" => format!("{node} runs on {running}; its file is not sound: {}", state.problem),
            written => format!("{node} runs on {running}, and its file says {written}. {}", state.problem),
        });
    }
    for job in jobs {
        if let Some(why) = domain::node::unplaced(nodes, job.needs(now), now) {
            line(format!("no node can begin {}: {why}", job.name));
        }
    }
}

fn asked_out(drain: &Drain) -> String {
    let then = if drain.stays { "until it is taken back" } else { "and to end" };
    format!(
        "{} was asked to step out {then}, by {} at {}: {}",
        drain.node,
        drain.asked_by,
        instant(drain.asked_at),
        drain.reason
    )
}

fn value(node: &Node, jobs: &[Job], (states, drains): (&[SettingsState], &[Drain]), now: Timestamp) -> Value {
    let mut value = json!(node);
    let state = states.iter().find(|state| state.node == node.name);
    value["settings_running"] = json!(state.map(|state| &state.running));
    value["settings_written"] = json!(state.map(|state| &state.written));
    value["settings_problem"] = json!(state.map(|state| &state.problem));
    let drain = drains.iter().find(|drain| drain.node == node.name);
    value["drain"] = json!(drain.map(|drain| json!({
        "stays": drain.stays,
        "asked_at": drain.asked_at,
        "asked_by": drain.asked_by,
        "reason": drain.reason,
    })));
    value["begins"] = json!(begins(node, jobs, now));
    value
}

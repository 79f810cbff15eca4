//! `reval jobs`: what runs by itself here, for whom, when next, and how it last ended.

use domain::job::{self, Trigger};
use serde_json::{Value, json};
use store::run::RunRow;

use super::Common;
use super::say::{Voice, instant, json as say_json, line, or_dash, table};
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Quiet};

/// Shown below the help.
pub const EXAMPLE: &str = "Example:
  reval jobs

Jobs are declared in the settings: `reval check-config` shows where each value comes from.";

/// Runs looked at to find the last that ended. Arbitrary; rows ahead of their hour come first.
const LOOKED_AT: u64 = 200;

/// Show the declared jobs.
#[derive(clap::Args)]
pub struct Args {}

/// Does it.
pub async fn run(common: &Common, _: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let mut values = Vec::new();
    let jobs = house.jobs();
    for job in &jobs {
        let mut tx = house.store.read().await?;
        let runs = store::run::of_job(&mut tx, &job.name, LOOKED_AT).await?;
        values.push(value(&house, &jobs, job, runs.iter().find(|run| run.state.is_end())));
    }
    match common.voice() {
        Voice::Json => say_json(&json!({ "scheduling": house.config.is_scheduling, "jobs": values })),
        Voice::People => people(&house, &values),
    }
    house.store.close().await;
    Ok(Exit::Done)
}

fn value(house: &House, jobs: &[job::Job], job: &job::Job, last: Option<&RunRow>) -> Value {
    let after = match &job.trigger {
        Trigger::After(before) => Some(before),
        Trigger::Schedule(_) => None,
    };
    let pause = job::paused(jobs, job, house.clock.now());
    // What is due while it rests is skipped.
    let from = pause.map_or(house.clock.now(), |pause| pause.until);
    let next = job::next(jobs, job, from, 1).ok();
    let next = next.and_then(|due| due.first().map(|due| due.at));
    json!({
        "name": job.name, "alias": job.alias, "sentence": job.sentence, "owner": job.owner, "after": after,
        "next_due": next, "next_due_utc": next.map(instant),
        "begin": job.start_deadline.to_string(), "end": job.finish_deadline.to_string(),
        "paused_until": pause.map(|pause| pause.until), "paused": pause.map(|pause| &pause.why),
        "last_run": last.map(|run| &run.id), "last_state": last.map(|run| run.state.word()),
        "last_reason": last.map(|run| &run.reason),
    })
}

fn people(house: &House, values: &[Value]) {
    let text = |value: &Value, key: &str| or_dash(value[key].as_str());
    let row = |value: &Value| {
        ["name", "alias", "next_due_utc", "begin", "end", "last_state", "owner"]
            .map(|key| text(value, key))
            .to_vec()
    };
    table(&["job", "alias", "next due", "begins", "ends", "last", "owner"], values.iter().map(row).collect());
    for value in values {
        let waits = value["after"].as_str().map_or(String::new(), |before| format!(" Waits for {before}."));
        line(format!("{}: {}{waits}", text(value, "name"), text(value, "sentence")));
        if let (Some(why), Some(until)) = (value["paused"].as_str(), value["paused_until"].as_str()) {
            line(format!("{}: {why}, until {until}", text(value, "name")));
        }
    }
    if !house.config.is_scheduling {
        line("schedule.enabled is off: `reval serve` begins none of these by itself");
    }
}

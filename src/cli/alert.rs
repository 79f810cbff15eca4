//! `reval alert`: one alert from its beginning, also as the page of its incident.

use ops::alert::AlertStory;
use serde_json::{Value, json};

use super::Common;
use super::alerts::value;
use super::say::{Voice, instant, json as say_json, line};
use crate::exit::{Exit, Failure};
use crate::wiring::Quiet;

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval alert missed/gmc-sync
  reval alert missed/gmc-sync --markdown > incident.md

With --markdown it is the page of the incident under the headings a review asks for; what the system knows is filled in,
and people add the rest.";

/// Tell one alert from its beginning.
#[derive(clap::Args)]
pub struct Args {
    /// Its key, or its id; of a key, the newest.
    key: String,
    /// As the page of the incident.
    #[arg(long)]
    markdown: bool,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let story = house.ops().alert_story(&args.key).await?;
    match common.voice() {
        Voice::Json => say_json(&whole(&story)),
        Voice::People if args.markdown => line(page(&story)),
        Voice::People => line(told(&story)),
    }
    house.store.close().await;
    Ok(Exit::Done)
}

fn whole(story: &AlertStory) -> Value {
    let life = story.life.iter().map(|flip| {
        json!({ "number": flip.number, "what": flip.what, "sentence": flip.sentence, "run_id": flip.run_id,
                "actor": flip.actor, "at": flip.at })
    });
    let told = story.told.iter().map(|one| {
        json!({ "id": one.id, "channel": one.channel, "kind": one.kind.word(), "state": one.state,
                "attempts": one.attempts, "last_answer": one.last_answer, "delivered_at": one.delivered_at })
    });
    let mut whole = value(&story.alert);
    whole["life"] = life.collect();
    whole["notifications"] = told.collect();
    whole
}

fn told(story: &AlertStory) -> String {
    let alert = &story.alert;
    let mut lines = vec![
        format!("{} ({}, {}, {})", alert.key, alert.kind, alert.severity, alert.state.replace('_', ", ")),
        alert.sentence.clone(),
        format!("to do: {}", alert.next_action),
    ];
    if !alert.remedy.is_empty() {
        lines.push(alert.remedy.clone());
    }
    lines.extend(timeline(story).into_iter().map(|(at, what)| format!("{at}  {what}")));
    lines.join("\n")
}

/// Everything that happened to it, to the second: its life and what was told of it.
fn timeline(story: &AlertStory) -> Vec<(String, String)> {
    let life =
        story.life.iter().map(|flip| (flip.at, format!("{}: {} ({})", flip.what, flip.sentence, flip.actor)));
    let told = story.told.iter().map(|one| {
        let when = one.delivered_at.unwrap_or(one.created_at);
        (when, format!("told {} through {}: {}", one.kind.word(), one.channel, one.state.replace('_', " ")))
    });
    let mut all: Vec<_> = life.chain(told).collect();
    all.sort();
    all.into_iter().map(|(at, what)| (instant(at), what)).collect()
}

fn page(story: &AlertStory) -> String {
    let alert = &story.alert;
    let state = if alert.resolved_at.is_some() { "resolved" } else { "working on it" };
    let owner = alert.owner.as_deref().unwrap_or("nobody yet");
    let bodies = if alert.bodies.is_empty() { "none named".to_owned() } else { alert.bodies.join(", ") };
    let last_good = alert.last_good.map_or_else(|| "not known".to_owned(), instant);
    let timeline: Vec<String> = timeline(story)
        .into_iter()
        .map(|(at, what)| format!("| {at} | {} |", what.replace('|', "\\|")))
        .collect();
    let resolution = match alert.resolved_at {
        Some(at) => format!("{} ({})", alert.resolved_why, instant(at)),
        None => "Not yet.".to_owned(),
    };
    let run = alert.run_id.as_deref().unwrap_or("none");
    let sections = [
        ("Summary", format!("{} {} since {}.", alert.kind, alert.sentence, instant(alert.since))),
        ("Non-technical summary", alert.sentence.clone()),
        (
            "Impact",
            format!(
                "Doctors affected: {}. Lists: {bodies}. Last known to be well: {last_good}.",
                alert.doctors_affected
            ),
        ),
        ("Timeline", format!("| when | what |\n|---|---|\n{}", timeline.join("\n"))),
        ("Root causes", format!("Cause class: `{}`. People add the rest.", alert.cause)),
        ("Trigger", format!("Run: {run}. Build: {}. Settings: {}.", alert.build, alert.config_hash)),
        ("Detection", format!("By the watch, {}.", instant(alert.opened_at))),
        ("Resolution", resolution),
        ("Actions", format!("- [ ] {} (owner: {owner}, date: )", alert.next_action)),
        ("Lessons: what went well", String::new()),
        ("Lessons: what went badly", String::new()),
        ("Ticket", String::new()),
    ];
    let sections: Vec<String> = sections
        .into_iter()
        .map(|(head, text)| format!("## {head}\n\n{text}").trim_end().to_owned())
        .collect();
    format!("# {}\n\nState: {state}. Owner: {owner}.\n\n{}", alert.key, sections.join("\n\n"))
}

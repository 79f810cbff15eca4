//! `reval status`: how fresh each list is, what is open, and who watches, on one screen.

use ops::ListFreshness;
use ops::overview::Overview;
use serde_json::{Value, json};
use store::watcher::Watcher;

use super::Common;
use super::alerts::value as alert_value;
use super::say::{Voice, instant, json as say_json, line, or_dash, table};
use crate::exit::{Exit, Failure};
use crate::wiring::Quiet;

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval status
  reval status --json

How old the data of each list are, whether the GMC says as many doctors as we show, which alerts are open, what waits for a person, and which watches live.";

/// Show how fresh each list is and what is open.
#[derive(clap::Args)]
pub struct Args {}

/// Does it.
pub async fn run(common: &Common, _: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let ops = house.ops();
    let overview = ops.overview(&ops.every_body()).await?;
    let mut tx = house.store.read().await?;
    let watchers = store::watcher::all(&mut tx).await?;
    let undelivered = store::notification::undelivered(&mut tx).await?.len();
    drop(tx);
    match common.voice() {
        Voice::Json => say_json(&whole(&overview, &watchers, undelivered)),
        Voice::People => tell(&overview, &watchers, undelivered),
    }
    house.store.close().await;
    Ok(Exit::Done)
}

fn lists(overview: &Overview) -> impl Iterator<Item = &ListFreshness> {
    overview.freshness.bodies.iter().chain([&overview.freshness.tis])
}

fn whole(overview: &Overview, watchers: &[Watcher], undelivered: usize) -> Value {
    let list = |list: &ListFreshness| json!({ "list": list.code, "data_as_of": list.data_as_of, "age": list.age.word(), "doctors": list.doctors, "recount": list.recount });
    let watcher = |one: &Watcher| json!({ "node": one.node, "beat_at": one.beat_at, "build": one.build });
    json!({
        "at": overview.freshness.at,
        "lists": lists(overview).map(list).collect::<Vec<_>>(),
        "alerts": overview.alerts.iter().map(alert_value).collect::<Vec<_>>(),
        "holds": overview.holds.len(),
        "undelivered": undelivered,
        "watchers": watchers.iter().map(watcher).collect::<Vec<_>>(),
    })
}

fn tell(overview: &Overview, watchers: &[Watcher], undelivered: usize) {
    let row = |list: &ListFreshness| {
        let as_of = list.data_as_of.map_or_else(|| "never".to_owned(), instant);
        let recount = list.recount.as_ref();
        let told = recount.and_then(|recount| recount.gmc_count).map(|count| count.to_string());
        let verdict = recount.map(|recount| recount.verdict.word());
        let age = list.age.word().to_owned();
        vec![
            list.abbreviation.clone(),
            age,
            as_of,
            list.doctors.to_string(),
            or_dash(told.as_deref()),
            or_dash(verdict),
        ]
    };
    table(
        &["list", "age", "data as of", "doctors", "GMC says", "which is"],
        lists(overview).map(row).collect(),
    );
    line(format!(
        "{} alerts are open, {} holds wait for a person, {undelivered} notifications are not delivered",
        overview.alerts.len(),
        overview.holds.len()
    ));
    let head = ["key", "for", "what"];
    let alert =
        |alert: &ops::rows::AlertRow| vec![alert.key.clone(), alert.severity.clone(), alert.sentence.clone()];
    table(&head, overview.alerts.iter().map(alert).collect());
    if watchers.is_empty() {
        line("nobody watches: start `reval serve` or `reval watch`");
    }
    for one in watchers {
        line(format!("{} watches, last seen {}", one.node, instant(one.beat_at)));
    }
}

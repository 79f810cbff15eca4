//! S04: a Friday's changes: one without an end, one that ends on Monday by itself, and settings in which two jobs share a name.

use domain::run::RunState;
use jiff::{SignedDuration, ToSpan};
use simulator::{SimConfig, Simulator};
use store::run::RunRow;
use tokio::net::TcpListener;

use crate::child::{self, Serving};
use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;

/// The Friday of the changes, the Saturday after it, and the Monday and Tuesday that follow.
const FRIDAY: u32 = 4;
const SATURDAY: u32 = 5;
const MONDAY: u32 = 7;
const TUESDAY: u32 = 8;

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(FRIDAY).await?;
    sandbox.clock.advance(SignedDuration::from_hours(16));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let other = Simulator::start(SimConfig::new(sandbox.simulator.world().as_ref().clone()), listener)?;
    let add = ["override", "add", "target", &other.url(), "--reason", "the GMC moves"].map(str::to_owned);
    let add: Vec<&str> = add.iter().map(String::as_str).collect();
    let endless = child::run(sandbox, &add, None).await?;
    facts.same("without an end it is refused", &endless.code, &Some(2));
    let mut serving = child::serve(sandbox).await?;
    serving.until(sandbox, || has(sandbox, SATURDAY, RunState::Due)).await?;
    let taken = child::run(sandbox, &[&add[..], &["--until", "2026-11-23T08:00"]].concat(), None).await?;
    facts.same("until Monday morning it is taken", &taken.code, &Some(0));
    let told = sandbox.alerts().await?.into_iter().filter(|alert| alert.state != "resolved");
    let keys: Vec<String> = told.map(|alert| alert.key).collect();
    facts.state("and told", keys.iter().any(|key| key.contains("override")), keys.join(" "));

    other.set_night(SATURDAY);
    let saturday = played(sandbox, &mut serving, SATURDAY).await?;
    facts.state("Saturday night asks the other address", !other.journal().is_empty(), other.journal().len());
    let asked = other.journal().len();
    let monday = sandbox.night(MONDAY).to_datetime(jiff::civil::time(8, 0, 0, 0));
    let monday =
        monday.to_zoned(sandbox.tis.zone.clone()).map_err(|error| DrillError::Furnish(error.to_string()))?;
    for night in [SATURDAY + 1, MONDAY] {
        other.set_night(night);
        played(sandbox, &mut serving, night).await?;
    }
    sandbox.clock.set(monday.timestamp().saturating_add(1.second()).unwrap_or(monday.timestamp()));
    serving.tell_time(sandbox)?;
    let asked_until_monday = other.journal().len();
    let tuesday = played(sandbox, &mut serving, TUESDAY).await?;
    facts.state("the nights until Monday do, too", asked_until_monday > asked, asked_until_monday);
    facts.same(
        "from Monday morning on it is as before, by itself",
        &other.journal().len(),
        &asked_until_monday,
    );
    let differs = saturday.config_hash != tuesday.config_hash;
    facts.state(
        "its nights carry other settings",
        differs,
        format!("{} {}", saturday.config_hash, tuesday.config_hash),
    );
    shared_name(sandbox, &mut serving, facts).await
}

/// Settings with two jobs of one name: refused, the last sound ones stay, and the night takes place.
async fn shared_name(
    sandbox: &mut Sandbox,
    serving: &mut Serving,
    facts: &mut Facts,
) -> Result<(), DrillError> {
    let twice = "\n[[job]]\nname = \"gmc-sync\"\nschedule = \"5 1 * * *\"\n".repeat(2);
    child::append(sandbox, &twice)?;
    let refused = child::again(sandbox, &["config", "apply"]).await?;
    let is_refused = refused.code == Some(10) && refused.stderr.contains("declared twice");
    facts.state("settings with two jobs of one name are refused", is_refused, &refused);
    serving
        .until(sandbox, async || {
            let states = store::settings::states(&mut sandbox.context.store.read().await?).await?;
            Ok(states.iter().any(|state| state.written.is_empty()))
        })
        .await?;
    let told = sandbox.alerts().await?;
    let is_told =
        told.iter().any(|alert| alert.state != "resolved" && alert.key.starts_with("config/settings/"));
    facts.state("that the file is not sound is told", is_told, told.len());
    let run = played(sandbox, serving, TUESDAY + 1).await?;
    facts.same("the night takes place by the last sound ones", &run.state, &RunState::Succeeded);
    Ok(())
}

/// Lets the program do a night by itself; gives its run.
async fn played(sandbox: &mut Sandbox, serving: &mut Serving, night: u32) -> Result<RunRow, DrillError> {
    sandbox.begin(night)?;
    serving.tell_time(sandbox)?;
    serving.until(sandbox, || has(sandbox, night, RunState::Succeeded)).await?;
    run(sandbox, night).await?.ok_or_else(|| DrillError::Furnish("no run of tonight".to_owned()))
}

async fn run(sandbox: &Sandbox, night: u32) -> Result<Option<RunRow>, DrillError> {
    let slot = format!("{}T00:05#1", sandbox.night(night));
    Ok(store::run::of_slot(&mut sandbox.context.store.read().await?, sync::night::JOB, &slot).await?)
}

async fn has(sandbox: &Sandbox, night: u32, state: RunState) -> Result<bool, DrillError> {
    Ok(run(sandbox, night).await?.is_some_and(|run| run.state == state))
}

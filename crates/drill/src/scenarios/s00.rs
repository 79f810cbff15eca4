//! S00: November 2020, what the ledger makes of it: a node that can start nothing new, an override that would have been
//! forgotten, a label that is gone, and the wrong job run first.

use domain::clock::Clock;
use domain::node::{Launch, Node, Stance, labels, own_label};
use domain::overrides;
use domain::run::RunState;
use jiff::{SignedDuration, ToSpan};
use jobs::node::Place;
use jobs::{Ledger, Scheduler};
use std::sync::Arc;
use store::alert::AlertRow;

use crate::child::{self, Ended, Serving};
use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;
use crate::watching;

/// Thursday, after whose good night the machines are upgraded; the nights after it.
const THURSDAY: u32 = 3;
const FRIDAY: u32 = 4;
const SATURDAY: u32 = 5;
const WEDNESDAY: u32 = 9;
const JOBS: [&str; 2] = ["gmc-sync", "tis-enrich"];
/// What the jobs need.
const LABEL: &str = "reval";
/// The alert that tells of node a.
const OUTAGE: &str = "config/launch/a";

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.labels = LABEL;
    sandbox.good_nights(THURSDAY).await?;
    at(sandbox, (THURSDAY, 18, 0))?;
    let serving = upgraded(sandbox, facts).await?;
    pointed_at_b(sandbox, facts).await?;
    let mut serving = repaired(sandbox, serving, facts).await?;
    friday(sandbox, facts).await?;
    label_gone(sandbox, &mut serving, facts).await?;
    serving.kill().await?;
    wednesday(sandbox, facts).await
}

/// (1) What runs lives on, and nothing new can be started on node a: told in daylight.
async fn upgraded(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<Serving, DrillError> {
    let (own, copy) = (sandbox.place.program.clone(), sandbox.path("reval"));
    std::fs::copy(&own, &copy)?;
    sandbox.place.program.clone_from(&copy);
    let serving = child::serve(sandbox).await;
    sandbox.place.program = own;
    let mut serving = serving?;
    serving.until(sandbox, || launches(sandbox, Launch::Works)).await?;
    beat(sandbox, LABEL).await?;
    facts.same("both nodes can begin both jobs", &config_alerts(sandbox).await?, &Vec::new());
    std::fs::remove_file(&copy)?;
    sandbox.clock.advance(SignedDuration::from_mins(15));
    // Before the program's own watch sees the later hour: to it node b would have been silent for a quarter of an hour.
    beat(sandbox, LABEL).await?;
    serving.tell_time(sandbox)?;
    serving.until(sandbox, || launches(sandbox, Launch::Fails)).await?;
    let told = config_alerts(sandbox).await?;
    facts.same(
        "that nothing new can be started on a is told within 15 minutes",
        &told,
        &vec![OUTAGE.to_owned()],
    );
    Ok(serving)
}

/// (2) Both jobs are pointed at node b: only with an end, and tied to the outage.
async fn pointed_at_b(sandbox: &Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    let add = async |job: &str, to: &[&str], more: &[&str]| {
        let why = ["--reason", "node a is down", "--answers", OUTAGE];
        child::run(sandbox, &[&["override", "add", "labels", job], to, &why, more].concat(), None).await
    };
    let b = ["node=b", LABEL];
    let endless = add(JOBS[0], &b, &[]).await?;
    facts.state("an override without an end is refused", endless.code == Some(2), &endless);
    let nowhere = add(JOBS[0], &["node=c"], &["--until", "6d"]).await?;
    let is_refused = nowhere.code == Some(10) && nowhere.stderr.contains("no node could begin gmc-sync");
    facts.state("one to a node that is not there is refused", is_refused, &nowhere);
    for job in JOBS {
        let taken = add(job, &b, &["--until", "6d"]).await?;
        facts.state(format!("{job} is pointed at b until Wednesday evening"), taken.code == Some(0), &taken);
    }
    Ok(())
}

/// (3) Node a is well again; the outage cannot be called over while its override lives.
async fn repaired(sandbox: &Sandbox, serving: Serving, facts: &mut Facts) -> Result<Serving, DrillError> {
    serving.kill().await?;
    let mut serving = child::serve(sandbox).await?;
    sandbox.clock.advance(SignedDuration::from_mins(15));
    // Before the program's own watch sees the later hour: to it node b would have been silent for a quarter of an hour.
    beat(sandbox, LABEL).await?;
    serving.tell_time(sandbox)?;
    serving.until(sandbox, || launches(sandbox, Launch::Works)).await?;
    let is_open = config_alerts(sandbox).await?.contains(&OUTAGE.to_owned());
    facts.state("a is well again, and the outage stays open for its override", is_open, OUTAGE);
    let over = child::run(sandbox, &["resolve", OUTAGE, "--reason", "a is back"], None).await?;
    let is_refused = over.code == Some(13) && over.stderr.contains("answers this alert");
    facts.state("nor can a person call it over", is_refused, &over);
    Ok(serving)
}

/// Friday's night is node b's, and its runs say why.
async fn friday(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    at(sandbox, (FRIDAY, 0, 5))?;
    beat(sandbox, LABEL).await?;
    let scheduler = Scheduler::new(b(sandbox).await?);
    for _ in JOBS {
        while !scheduler.has_work().await? {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let Some(claimed) = scheduler.claim().await? else { continue };
        if claimed.job == JOBS[1] {
            sync::tis::carry_out(&sandbox.context, &sandbox.tis, &claimed.begun).await?;
        } else {
            sync::night::carry_out(&sandbox.context, &claimed.begun, None).await?;
        }
    }
    let slot = format!("{}T00:05#1", sandbox.night(FRIDAY));
    let mut tx = sandbox.context.store.read().await?;
    for job in JOBS {
        let run = store::run::of_slot(&mut tx, job, &slot).await?;
        let id = run.as_ref().map(|run| run.id.clone()).unwrap_or_default();
        let (state, node) = (run.as_ref().map(|run| run.state), run.and_then(|run| run.lease_owner));
        facts.same(
            format!("Friday: {job} succeeds on b"),
            &(state, node),
            &(Some(RunState::Succeeded), Some("b".into())),
        );
        let said = store::run_log::of_run(&mut tx, &id, 0, 100).await?;
        let notes = said.iter().any(|line| line.text.contains("is begun only on nodes with node=b"));
        facts.state(format!("and the run of {job} notes the override"), notes, said.len());
    }
    Ok(())
}

/// (4) Node b no longer has the label: told at once, not at five past midnight; and the nights are called missed.
async fn label_gone(
    sandbox: &mut Sandbox,
    serving: &mut Serving,
    facts: &mut Facts,
) -> Result<(), DrillError> {
    at(sandbox, (FRIDAY, 12, 0))?;
    serving.tell_time(sandbox)?;
    beat(sandbox, "other").await?;
    sandbox.clock.advance(SignedDuration::from_secs(5));
    let told = config_alerts(sandbox).await?;
    for job in JOBS {
        let key = format!("config/{job}/placing");
        facts.state(
            format!("that no node can begin {job} is told within 5 seconds"),
            told.contains(&key),
            told.join(" "),
        );
    }
    for (night, nth) in (SATURDAY..=WEDNESDAY).zip(1..) {
        at(sandbox, (night, 0, 11))?;
        serving.tell_time(sandbox)?;
        // The program's own watch looks as well, and may just have looked by the clock of the night before.
        serving.until(sandbox, || is_told_missed(sandbox, night)).await?;
        let said = format!("night {nth} without a node: missed at its first deadline");
        facts.state(said, is_told_missed(sandbox, night).await?, "the open alert");
        // The last deadline of the night.
        at(sandbox, (night, 5, 31))?;
        serving.tell_time(sandbox)?;
        serving.until(sandbox, || is_missed(sandbox, night)).await?;
    }
    Ok(())
}

/// Whether the open alert about missed runs speaks of a night.
async fn is_told_missed(sandbox: &Sandbox, night: u32) -> Result<bool, DrillError> {
    let slot = format!("{}T00:05#1", sandbox.night(night));
    let speaks = |alert: &AlertRow| {
        let is_open = alert.kind == "MISSED" && alert.state != "resolved";
        is_open && alert.job.as_deref() == Some(JOBS[0]) && alert.evidence == slot
    };
    Ok(sandbox.alerts().await?.iter().any(speaks))
}

async fn is_missed(sandbox: &Sandbox, night: u32) -> Result<bool, DrillError> {
    let slot = format!("{}T00:05#1", sandbox.night(night));
    let mut tx = sandbox.context.store.read().await?;
    for job in JOBS {
        if store::run::of_slot(&mut tx, job, &slot).await?.is_none_or(|run| run.state != RunState::Missed) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// (6) Wednesday, 10:25: the wrong job, and then the one action that restores both.
async fn wednesday(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    at(sandbox, (WEDNESDAY, 10, 25))?;
    let before = sandbox.digest().await?;
    let wrong = child::run(sandbox, &["run", "intrepid-reval-etl"], None).await?;
    let friday = sandbox.night(FRIDAY).to_string();
    let says = wrong.code == Some(2)
        && wrong.stderr.contains("It would not refresh what gmc-sync brings")
        && wrong.stderr.contains(&friday)
        && wrong.stderr.contains("`reval refresh` runs all in order: gmc-sync, then tis-enrich");
    facts.state("the wrong job says what stays old, since when, and what does it all", says, &wrong);
    facts.same("and changes nothing", &sandbox.digest().await?, &before);
    let elsewhere = child::run(sandbox, &["refresh"], None).await?;
    let is_refused = elsewhere.code == Some(13) && elsewhere.stderr.contains("lacks node=b");
    facts.state("even now the override counts, and says so", is_refused, &elsewhere);
    end_all(sandbox, facts).await?;
    let refresh: Ended = child::run(sandbox, &["refresh"], None).await?;
    facts.state("one action restores both in order", refresh.code == Some(0), &refresh);
    let changed = sandbox.digest().await? != before;
    facts.state("the lists are tonight's", changed, &refresh);
    every_run_has_one_end(sandbox, facts).await
}

async fn end_all(sandbox: &Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    let now = sandbox.clock.now();
    let all = store::overrides::since(&mut sandbox.context.store.read().await?, now).await?;
    for one in all.iter().filter(|one| one.is_in_force(now)) {
        let end = child::run(sandbox, &["override", "end", &one.id, "--reason", "b is not the place"], None)
            .await?;
        facts.state("the override left behind is ended by a person", end.code == Some(0), &end);
    }
    let outage = sandbox.alerts().await?.into_iter().find(|alert| alert.key == OUTAGE);
    facts.same(
        "and with it the outage is over",
        &outage.map(|alert| alert.state),
        &Some("resolved".to_owned()),
    );
    Ok(())
}

async fn every_run_has_one_end(sandbox: &Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    let (first, last) = (sandbox.night(FRIDAY), sandbox.night(WEDNESDAY));
    let mut tx = sandbox.context.store.read().await?;
    for job in JOBS {
        let mut ends = Vec::new();
        for night in 0..=(WEDNESDAY - FRIDAY) {
            let slot = format!("{}T00:05#1", first.saturating_add(i64::from(night).days()));
            ends.push(store::run::of_slot(&mut tx, job, &slot).await?.map(|run| run.state));
        }
        let is_ended = ends.iter().all(|end| end.is_some_and(RunState::is_end));
        facts.state(format!("{job}: each night until {last} has one end"), is_ended, format!("{ends:?}"));
    }
    Ok(())
}

/// Moves to an hour and minute of a night's date.
fn at(sandbox: &mut Sandbox, (night, hour, minute): (u32, i64, i64)) -> Result<(), DrillError> {
    sandbox.begin(night)?;
    sandbox.clock.advance(SignedDuration::from_mins(60 * hour + minute - 5));
    Ok(())
}

/// Node b says that it lives, with these labels. It is a place of the sandbox's own, because two programs share no
/// embedded store.
async fn beat(sandbox: &Sandbox, text: &str) -> Result<(), DrillError> {
    let now = sandbox.clock.now();
    let mut labels = labels(text).map_err(DrillError::Furnish)?;
    labels.insert(own_label("b"));
    let node = Node {
        name: "b".to_owned(),
        labels,
        started_at: now,
        beat_at: now,
        build: "drill".to_owned(),
        config_hash: "drill".to_owned(),
        launch: Launch::Works,
        launched_at: Some(now),
        launch_error: String::new(),
        stance: Stance::Serving,
    };
    let mut tx = sandbox.context.store.begin().await?;
    store::node::beat(&mut tx, &node).await?;
    Ok(tx.commit().await?)
}

/// What begins runs on node b.
async fn b(sandbox: &Sandbox) -> Result<Ledger, DrillError> {
    let labels = labels(LABEL).map_err(DrillError::Furnish)?;
    let all = store::overrides::since(&mut sandbox.context.store.read().await?, sandbox.clock.now()).await?;
    let mut jobs = watching::jobs(sandbox);
    overrides::lay(&mut jobs, &all);
    Ok(Ledger {
        node: "b".to_owned(),
        place: Place::of("b", &labels),
        jobs: Arc::new(jobs),
        overrides: Arc::new(all),
        ..sandbox.context.ledger.clone()
    })
}

async fn launches(sandbox: &Sandbox, launch: Launch) -> Result<bool, DrillError> {
    let nodes = store::node::all(&mut sandbox.context.store.read().await?).await?;
    Ok(nodes.iter().any(|node| node.name == "a" && node.launch == launch))
}

/// Keys of the open alerts about the house itself, but for those that only tell of an override.
async fn config_alerts(sandbox: &Sandbox) -> Result<Vec<String>, DrillError> {
    let is_open = |alert: &AlertRow| alert.kind == "CONFIG" && alert.state != "resolved";
    let mut keys: Vec<String> =
        sandbox.alerts().await?.into_iter().filter(is_open).map(|alert| alert.key).collect();
    keys.retain(|key| !key.starts_with("config/override/"));
    keys.sort();
    Ok(keys)
}

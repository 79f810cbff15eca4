//! S22, what the data do: at 14:00 a doctor is connected at the GMC by somebody else, and after each run the GMC's number
//! is laid beside ours.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::clock::Clock;
use domain::discrepancy::DiscrepancyKind;
use domain::ids::{BodyCode, GmcNumber};
use domain::raw::RawDoctor;
use domain::recount::{Recount, Verdict};
use domain::run::RunState;
use jiff::{SignedDuration, Timestamp};
use simulator::edits::{Edit, What};
use simulator::{Fault, Rule, Simulator};
use store::alert::AlertRow;
use store::discrepancy::Life;
use store::listing::Query;
use sync::Step;
use sync::sending::Turn;

use crate::child;
use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;

const NIGHT: u32 = 2;
/// Far beyond the doctors of any drill's world.
const NEWCOMER: u64 = 80_000;

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(NIGHT).await?;
    let second = sandbox.body(2);
    as_told(sandbox, "after the night", facts).await?;
    sandbox.clock.advance(SignedDuration::from_hours(14));
    let number = connect_elsewhere(&sandbox.simulator, second.as_str(), NEWCOMER);
    facts.same("what the GMC has just changed is not here yet", &body_of(sandbox, &number).await?, &None);

    let report = sandbox.gmc_sync_of(&second).await?;
    facts.same("the body alone can be refreshed at once", &report.state, &RunState::Succeeded);
    facts.same("and it alone is counted again", &report.recounts.len(), &1);
    let shown = body_of(sandbox, &number).await?;
    facts.same("after which the doctor is on the body's list", &shown.as_deref(), &Some(second.as_str()));
    as_told(sandbox, "after the refresh", facts).await?;

    let connected_at = sandbox.clock.now();
    sandbox.begin(NIGHT + 1)?;
    sandbox.gmc_sync().await?;
    let shown = body_of(sandbox, &number).await?;
    facts.same("and stays there through the next night", &shown.as_deref(), &Some(second.as_str()));
    as_told(sandbox, "after the next night", facts).await?;
    lived(sandbox, (&number, connected_at), facts).await?;
    in_between(sandbox, facts).await?;
    explained(sandbox, facts).await?;
    by_us(sandbox, facts).await
}

/// An admin adds one and removes one: both are there at once, as sent and not confirmed, and the next night confirms them.
async fn by_us(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.begin(NIGHT + 4)?;
    sandbox.simulator.set_faults(Vec::new());
    sandbox.gmc_sync().await?;
    sandbox.clock.advance(SignedDuration::from_hours(9));
    let (to, from) = (sandbox.body(7), sandbox.body(8));
    let (added, removed) = (listed(sandbox, &sandbox.body(6))?, listed(sandbox, &from)?);
    let file = |name: &str, number: &str| -> Result<String, DrillError> {
        std::fs::write(sandbox.path(name), number)?;
        Ok(sandbox.path(name).display().to_string())
    };
    let (add, remove) = (file("added", &added)?, file("removed", &removed)?);
    let add = ["connect", "--doctors", &add, "--to", to.as_str(), "--code", "1", "--reason", "a drill"];
    let remove = ["disconnect", "--doctors", &remove, "--code", "3", "--reason", "a drill"];
    for wished in [&add[..], &remove[..]] {
        let said = child::run(sandbox, wished, None).await?;
        facts.state("an admin wishes it", said.code == Some(0), &said);
    }
    facts.same("both are shown at once", &stands(sandbox).await?, &vec!["queued", "queued"]);
    let sender = sandbox.sender("a")?;
    while let Turn::Sent { .. } = sender.send_next().await? {}
    facts.same("both are sent, and accepted", &stands(sandbox).await?, &vec!["accepted", "accepted"]);
    let before = body_of(sandbox, &added).await?;
    facts.same("our list does not claim it yet", &before.as_deref(), &Some(sandbox.body(6).as_str()));
    sandbox.begin(NIGHT + 5)?;
    sandbox.gmc_sync().await?;
    let after = (body_of(sandbox, &added).await?, body_of(sandbox, &removed).await?);
    let is_confirmed = after.0.as_deref() == Some(to.as_str()) && after.1.as_deref() != Some(from.as_str());
    facts.state("the next night confirms both", is_confirmed, format!("{after:?}"));
    as_told(sandbox, "after our own changes", facts).await
}

/// A doctor on a body's list, as the GMC has it.
fn listed(sandbox: &Sandbox, body: &BodyCode) -> Result<String, DrillError> {
    let world = sandbox.simulator.world();
    let mut list = world.list(body.as_str(), NIGHT + 5).into_iter().flatten();
    let number = list.find_map(|doctor| doctor.gmc_reference_number);
    number.ok_or_else(|| DrillError::Furnish("nobody is on the list".to_owned()))
}

/// Where everything stands that was wished.
async fn stands(sandbox: &Sandbox) -> Result<Vec<&'static str>, DrillError> {
    let rows =
        store::intent::recent(&mut sandbox.context.store.read().await?, &sandbox.everybody(), 10).await?;
    Ok(rows.iter().map(|row| row.standing.word()).collect())
}

/// TIS does not know the doctor at first, then does, then not any more: one disagreement with one life.
async fn lived(sandbox: &Sandbox, doctor: (&str, Timestamp), facts: &mut Facts) -> Result<(), DrillError> {
    let (number, connected_at) = doctor;
    let first = life(sandbox, number).await?;
    let told = first.as_ref().map(|life| (life.kind.as_str(), life.first_seen, life.resolved_at));
    facts.same(
        "the doctor is a discrepancy since the refresh that brought them",
        &told,
        &Some((DiscrepancyKind::ReadyForDisconnection.word(), connected_at, None)),
    );
    sandbox.tis_enrich().await?;
    let (settled, night) = (life(sandbox, number).await?, sandbox.clock.now());
    let resolved_at = settled.and_then(|life| life.resolved_at);
    facts.same("once TIS knows the doctor, data have resolved it", &resolved_at, &Some(night));
    let page = store::discrepancy::resolved(
        &mut sandbox.context.store.read().await?,
        &Query { claimed_too: true, limit: 1000, ..Query::within(&sandbox.everybody()) },
    )
    .await?;
    let listed = page.iter().any(|row| row.view.gmc_number == number && row.life.resolved_at == Some(night));
    facts.state("and it is listed as resolved, with that instant", listed, page.len());
    forget(sandbox, number)?;
    sandbox.clock.advance(SignedDuration::from_hours(1));
    sandbox.tis_enrich().await?;
    let again = life(sandbox, number).await?;
    let told = again.map(|life| (life.first_seen, life.since, life.resolved_at, life.reopened));
    facts.same(
        "when TIS forgets the doctor it is open again, and remembers when it was first seen",
        &told,
        &Some((connected_at, sandbox.clock.now(), None, 1)),
    );
    Ok(())
}

async fn life(sandbox: &Sandbox, number: &str) -> Result<Option<Life>, DrillError> {
    let number = GmcNumber::parse(number).ok_or_else(|| DrillError::Furnish("no GMC number".to_owned()))?;
    let mut tx = sandbox.context.store.read().await?;
    Ok(store::discrepancy::of_doctor(&mut tx, &number).await?.into_iter().next())
}

/// Takes a person out of TIS, as if there had never been one.
fn forget(sandbox: &Sandbox, number: &str) -> Result<(), DrillError> {
    for file in std::fs::read_dir(sandbox.path("tis"))? {
        let path = file?.path();
        let text = std::fs::read_to_string(&path)?;
        let kept: Vec<&str> = text.lines().filter(|line| !line.contains(number)).collect();
        std::fs::write(&path, kept.join("\n") + "\n")?;
    }
    Ok(())
}

/// Somebody connects a doctor after the list was published and before it is counted again.
async fn in_between(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.begin(NIGHT + 2)?;
    let third = sandbox.body(3);
    let quiet = Arc::clone(&sandbox.context.observer);
    let (simulator, list, is_done) = (sandbox.simulator.clone(), third.to_string(), AtomicBool::new(false));
    sandbox.context.observer = Arc::new(move |at: &str, step: Step| {
        if step == Step::Recounting && at == list && !is_done.swap(true, Ordering::SeqCst) {
            connect_elsewhere(&simulator, at, NEWCOMER + 1);
        }
    });
    let report = sandbox.gmc_sync().await?;
    sandbox.context.observer = quiet;
    facts.same("a number that differs does not unpublish anything", &report.state, &RunState::Succeeded);
    let apart: Vec<&Recount> = report.recounts.iter().filter(|one| one.verdict != Verdict::Equal).collect();
    let told: Vec<(&str, Verdict)> = apart.iter().map(|one| (one.body.as_str(), one.verdict)).collect();
    facts.same("the one list that differs is named", &told, &vec![(third.as_str(), Verdict::Differs)]);
    let alert = drift(sandbox, third.as_str()).await?;
    let severity = alert.as_ref().map(|alert| alert.severity.as_str());
    facts.same("a DRIFT alert wakes somebody within one look of the watch", &severity, &Some("page"));
    let sentence = alert.map(|alert| alert.sentence).unwrap_or_default();
    let says_both = sentence.starts_with("GMC says") && sentence.contains("1 more than we show");
    facts.state("it says both numbers", says_both, &sentence);
    sandbox.clock.advance(SignedDuration::from_mins(10));
    sandbox.gmc_sync_of(&third).await?;
    facts.state("asking again closes it", drift(sandbox, third.as_str()).await?.is_none(), "the alert");
    as_told(sandbox, "once it was asked again", facts).await
}

/// A held list, and a count whose answer is cut off, are no drift.
async fn explained(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.begin(NIGHT + 3)?;
    let (held, cut) = (sandbox.body(4), sandbox.body(5));
    let cut_count = Rule { from_call: 2, ..Rule::on(cut.as_str(), Fault::Cut(3_000)) };
    sandbox.simulator.set_faults(vec![Rule::on(held.as_str(), Fault::Short(60)), cut_count]);
    let report = sandbox.gmc_sync().await?;
    let verdict = |body: &str| {
        let of_body = report.recounts.iter().find(|recount| recount.body.as_str() == body);
        of_body.map(|recount| (recount.verdict, recount.gmc_count.is_some()))
    };
    facts.same(
        "a hold explains why the GMC says another number",
        &verdict(held.as_str()),
        &Some((Verdict::Explained, true)),
    );
    facts.same(
        "an answer that is cut off gives no number",
        &verdict(cut.as_str()),
        &Some((Verdict::Unknown, false)),
    );
    for body in [held.as_str(), cut.as_str()] {
        facts.state("neither is drift", drift(sandbox, body).await?.is_none(), body);
    }
    Ok(())
}

/// Connects a doctor nobody has heard of, as another system would; gives the number.
fn connect_elsewhere(simulator: &Simulator, body: &str, newcomer: u64) -> String {
    let mut world = simulator.world().as_ref().clone();
    let number = world.number(newcomer);
    let record = RawDoctor {
        gmc_reference_number: Some(number.clone()),
        first_name: Some("Newa".to_owned()),
        last_name: Some("Connected-Sample".to_owned()),
        ..world.doctor(0, NIGHT)
    };
    let what = What::Add { record: Box::new(record) };
    world.edits.push(Edit { from: NIGHT, until: None, body: body.to_owned(), what });
    simulator.set_world(world);
    number
}

async fn body_of(sandbox: &Sandbox, number: &str) -> Result<Option<String>, DrillError> {
    let number = GmcNumber::parse(number).ok_or_else(|| DrillError::Furnish("no GMC number".to_owned()))?;
    let mut tx = sandbox.context.store.read().await?;
    let row = store::doctor::get(&mut tx, &sandbox.everybody(), &number).await?;
    Ok(row.and_then(|row| row.view.body))
}

/// "GMC says N, we show N", for every body, from what the runs have left.
async fn as_told(sandbox: &Sandbox, when: &str, facts: &mut Facts) -> Result<(), DrillError> {
    let mut tx = sandbox.context.store.read().await?;
    let newest = store::recount::newest(&mut tx).await?;
    let lists = store::list::all(&mut tx).await?;
    drop(tx);
    let shows = |recount: &Recount| {
        let list = lists.iter().find(|list| list.code == recount.body.as_str());
        list.map(|list| list.doctors)
    };
    let apart: Vec<String> = newest
        .iter()
        .filter(|one| {
            one.verdict != Verdict::Equal || one.gmc_count != shows(one) || one.gmc_count == Some(0)
        })
        .map(|one| format!("{}: {}", one.body, one.sentence()))
        .collect();
    facts.same(format!("{when} every body was counted again"), &newest.len(), &sandbox.context.bodies.len());
    facts.same(format!("{when} every body shows as many doctors as the GMC says"), &apart, &Vec::new());
    Ok(())
}

async fn drift(sandbox: &Sandbox, list: &str) -> Result<Option<AlertRow>, DrillError> {
    let open = sandbox.open_alerts(list).await?;
    Ok(open.into_iter().find(|alert| alert.cause == "recount"))
}

//! S11: one body's list comes well-formed with most of its doctors missing, and the body of five loses one.

use domain::hold::HoldState;
use domain::run::RunState;
use domain::scope::Actor;
use simulator::edits::{Edit, What};
use simulator::{Fault, Rule};
use store::hold::HoldRow;
use sync::SyncError;
use sync::holds::{Approval, Decided};

use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(3).await?;
    sandbox.context.two_people = true;
    let (second, small) = (sandbox.body(2).to_string(), sandbox.body(13).to_string());
    let before = doctors(sandbox, &second).await?;
    lose_one(sandbox, &small);
    short_night(sandbox, 4).await?;
    let report = sandbox.gmc_sync().await?;
    facts.same("the run is suspect", &report.state, &RunState::Suspect);
    facts.same("the short body stays on its last good list", &doctors(sandbox, &second).await?, &before);
    facts.same("the body of five is updated without being asked", &doctors(sandbox, &small).await?, &4);
    let hold = one_hold(sandbox).await?;
    announced(sandbox, &hold, facts).await?;

    superseded(sandbox, &hold, facts).await?;

    short_night(sandbox, 6).await?;
    sandbox.gmc_sync().await?;
    let hold = one_hold(sandbox).await?;
    two_people(sandbox, &hold, facts).await?;
    facts.same("the list is exactly what was held", &doctors(sandbox, &second).await?, &hold.doctors);

    // The list is whole again: it grows back, which no brake minds.
    sandbox.begin(7)?;
    sandbox.simulator.set_faults(Vec::new());
    sandbox.gmc_sync().await?;
    short_night(sandbox, 8).await?;
    sandbox.gmc_sync().await?;
    rejected(sandbox, facts).await
}

fn lose_one(sandbox: &Sandbox, small: &str) {
    let mut world = sandbox.simulator.world().as_ref().clone();
    let number = world.number(world.residents(12).start);
    world.edits.push(Edit { from: 4, until: None, body: small.to_owned(), what: What::Drop { number } });
    sandbox.simulator.set_world(world);
}

async fn short_night(sandbox: &mut Sandbox, night: u32) -> Result<(), DrillError> {
    sandbox.begin(night)?;
    sandbox.simulator.set_faults(vec![Rule::on(sandbox.body(2).as_str(), Fault::Short(60))]);
    Ok(())
}

async fn doctors(sandbox: &Sandbox, list: &str) -> Result<u64, DrillError> {
    let state = store::list::get(&mut sandbox.context.store.read().await?, list).await?;
    Ok(state.map_or(0, |state| state.doctors))
}

async fn one_hold(sandbox: &Sandbox) -> Result<HoldRow, DrillError> {
    let waiting = sandbox.waiting().await?;
    waiting.into_iter().next().ok_or_else(|| DrillError::Furnish("nothing is held".to_owned()))
}

async fn announced(sandbox: &Sandbox, hold: &HoldRow, facts: &mut Facts) -> Result<(), DrillError> {
    let open = sandbox.open_alerts(&hold.list).await?;
    facts.same("one alert is open", &open.len(), &1);
    let Some(alert) = open.first() else { return Ok(()) };
    facts.same(
        "it is HELD and wakes somebody",
        &(alert.kind.as_str(), alert.severity.as_str()),
        &("HELD", "page"),
    );
    let removed = hold.account.removed.to_string();
    facts.state("it says how many would be disconnected", alert.sentence.contains(&removed), &alert.sentence);
    facts.state(
        "it says how to approve and reject",
        alert.next_action.contains(&hold.id),
        &alert.next_action,
    );
    Ok(())
}

/// A fresh whole answer takes the place of what waits.
async fn superseded(sandbox: &mut Sandbox, hold: &HoldRow, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.begin(5)?;
    sandbox.simulator.set_faults(Vec::new());
    let report = sandbox.gmc_sync().await?;
    facts.same("a whole answer the next night succeeds", &report.state, &RunState::Succeeded);
    let mut tx = sandbox.context.store.read().await?;
    let state = store::hold::get(&mut tx, &hold.id).await?.map(|hold| hold.state);
    facts.same("and supersedes the hold", &state, &Some(HoldState::Superseded));
    drop(tx);
    facts.same("and closes the alert", &sandbox.open_alerts(&hold.list).await?.len(), &0);
    Ok(())
}

async fn two_people(sandbox: &Sandbox, hold: &HoldRow, facts: &mut Facts) -> Result<(), DrillError> {
    let (one, other) =
        (Actor::person("one", "the region was split"), Actor::person("other", "checked with the GMC"));
    let wrong = Approval { hold_id: hold.id.clone(), count: hold.doctors + 1, actor: one.clone() };
    let refused = sync::holds::approve(&sandbox.context, &wrong).await;
    facts.state(
        "a wrong count approves nothing",
        matches!(refused, Err(SyncError::Invalid(_))),
        told(&refused),
    );
    let first = sandbox.approve(hold, &one).await?;
    facts.same("the first person proposes", &first, &Decided::Proposed);
    let again = Approval { hold_id: hold.id.clone(), count: hold.doctors, actor: one };
    let refused = sync::holds::approve(&sandbox.context, &again).await;
    facts.state(
        "the same person cannot confirm",
        matches!(refused, Err(SyncError::Invalid(_))),
        told(&refused),
    );
    let second = sandbox.approve(hold, &other).await?;
    facts.state(
        "another person confirms",
        matches!(second, Decided::Published { .. }),
        format!("{second:?}"),
    );
    let late = sandbox.approve(hold, &other).await;
    facts.state(
        "a hold is decided once",
        late.is_err(),
        late.err().map_or(String::new(), |error| error.to_string()),
    );
    Ok(())
}

fn told(result: &Result<Decided, SyncError>) -> String {
    result.as_ref().map_or_else(ToString::to_string, |decided| format!("{decided:?}"))
}

async fn rejected(sandbox: &Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    let second = sandbox.body(2).to_string();
    let before = doctors(sandbox, &second).await?;
    let hold = one_hold(sandbox).await?;
    sync::holds::reject(&sandbox.context, &hold.id, &Actor::person("one", "the GMC had a fault")).await?;
    facts.same("a rejected hold publishes nothing", &doctors(sandbox, &second).await?, &before);
    let state = store::hold::get(&mut sandbox.context.store.read().await?, &hold.id).await?;
    facts.same("and is kept as rejected", &state.map(|hold| hold.state), &Some(HoldState::Rejected));
    Ok(())
}

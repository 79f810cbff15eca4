//! S08: from 17:00 the network edge refuses every call with a page of its own; the canary says so while people are there.

use domain::job::{Job, Trigger};
use domain::run::RunState;
use domain::schedule::Schedule;
use jiff::SignedDuration;
use jobs::Scheduler;
use simulator::{Fault, Rule};
use sync::canary;
use watch::turn::Watch;

use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;
use crate::watching;

/// The key under which the canary's refusal is told.
const TOLD: &str = "failed/canary/edge_refused";

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(2).await?;
    let (before, digest) = (listed(sandbox).await?, sandbox.digest().await?);
    let canary = declared(sandbox)?;
    // Of the night a person's runs are enough here; the canary is begun by its schedule.
    sandbox.context.ledger.jobs = vec![canary.clone()].into();
    let mut watch = sandbox.watch();
    watch.declared.jobs.push(canary);
    let mut scheduler = Scheduler::new(sandbox.context.ledger.clone());
    scheduler.tick().await?;

    hour(sandbox, 18);
    sandbox.simulator.set_faults(vec![Rule::everywhere(Fault::EdgeRefuses)]);
    by_itself(sandbox, &mut scheduler).await?;
    let calls = told(sandbox, &watch, facts).await?;
    facts.state("the edge is asked at most three times", calls <= 3, calls);

    sandbox.begin(3)?;
    let report = sandbox.gmc_sync().await?;
    facts.same("the night is refused as well", &report.state, &RunState::Failed);
    facts.same("no list loses anybody", &listed(sandbox).await?, &before);
    facts.same("and nothing that people see has changed", &sandbox.digest().await?, &digest);

    hour(sandbox, 11);
    sandbox.simulator.set_faults(Vec::new());
    let report = sandbox.gmc_sync().await?;
    facts.same("once the edge lets us in, the lists are refreshed", &report.state, &RunState::Succeeded);
    hour(sandbox, 18);
    by_itself(sandbox, &mut scheduler).await?;
    watch.turn().await?;
    let alert = store::alert::newest(&mut sandbox.context.store.read().await?, TOLD).await?;
    let state = alert.map(|alert| alert.state);
    facts.same("the next canary proves it, and the alert is over", &state.as_deref(), &Some("resolved"));
    refused(sandbox, (&watch, &mut scheduler), facts).await
}

/// The canary as it is declared by default.
fn declared(sandbox: &Sandbox) -> Result<Job, DrillError> {
    let daily = Schedule::parse("0 18 * * *").map_err(|error| DrillError::Furnish(error.to_string()))?;
    let length = |minutes| domain::job::Deadline::Within(SignedDuration::from_mins(minutes));
    let jobs = watching::jobs(sandbox);
    let like = jobs.into_iter().next().ok_or_else(|| DrillError::Furnish("no job is declared".to_owned()))?;
    Ok(Job {
        name: canary::JOB.to_owned(),
        trigger: Trigger::Schedule(daily),
        start_deadline: length(10),
        finish_deadline: length(30),
        attempts: 1,
        catch_up: SignedDuration::ZERO,
        ..like
    })
}

/// Moves the clock to the next full hour of a day.
fn hour(sandbox: &Sandbox, hour: i8) {
    use domain::clock::Clock as _;
    let now = sandbox.clock.now().to_zoned(sandbox.tis.zone.clone());
    let at = |zoned: jiff::Zoned| zoned.with().hour(hour).minute(0).second(0).build();
    let today = at(now.clone()).ok().filter(|at| *at > now);
    let next = today.or_else(|| now.tomorrow().ok().and_then(|tomorrow| at(tomorrow).ok()));
    if let Some(next) = next {
        sandbox.clock.set(next.timestamp());
    }
}

/// Lets the schedule begin what is due, and does it.
async fn by_itself(sandbox: &Sandbox, scheduler: &mut Scheduler) -> Result<(), DrillError> {
    scheduler.tick().await?;
    while let Some(claimed) = scheduler.claim().await? {
        canary::carry_out(&sandbox.context, &sandbox.tis, &claimed.begun).await?;
    }
    Ok(())
}

/// Doctors on each list.
async fn listed(sandbox: &Sandbox) -> Result<Vec<(String, u64)>, DrillError> {
    let lists = store::list::all(&mut sandbox.context.store.read().await?).await?;
    Ok(lists.into_iter().map(|list| (list.code, list.doctors)).collect())
}

/// One alert with its cause and what the supplier needs; gives how often the edge was asked.
async fn told(sandbox: &Sandbox, watch: &Watch, facts: &mut Facts) -> Result<u64, DrillError> {
    watch.turn().await?;
    let mut tx = sandbox.context.store.read().await?;
    let alert = store::alert::newest(&mut tx, TOLD).await?;
    facts.state("the canary's refusal is told within one look", alert.is_some(), TOLD);
    let Some(alert) = alert else { return Ok(0) };
    facts.same("as FAILED, a warning", &(alert.kind.as_str(), alert.severity.as_str()), &("FAILED", "warn"));
    let says = "refused at the network edge, not by the GMC's application";
    facts.state("it says who refused", alert.sentence.contains(says), &alert.sentence);
    let run = alert.run_id.unwrap_or_default();
    let log = store::run_log::of_run(&mut tx, &run, 0, 100).await?;
    let bundle = log.iter().find(|line| line.text.starts_with("for the supplier:"));
    let bundle = bundle.map(|line| line.text.clone()).unwrap_or_default();
    for word in ["ClientRequestID", "last good call 20", "reval-drill", "from node drill"] {
        facts.state(format!("what goes to the supplier has {word:?}"), bundle.contains(word), &bundle);
    }
    let evidence = store::evidence::of_run(&mut tx, &run).await?;
    Ok(evidence.iter().map(|one| one.calls).sum())
}

/// A refused password is tried once, and not again by itself: neither by the canary nor by the night.
async fn refused(
    sandbox: &mut Sandbox,
    by: (&Watch, &mut Scheduler),
    facts: &mut Facts,
) -> Result<(), DrillError> {
    let (watch, scheduler) = by;
    sandbox.clock.advance(SignedDuration::from_hours(1));
    hour(sandbox, 18);
    sandbox.simulator.set_faults(vec![Rule::everywhere(Fault::Code("99".to_owned()))]);
    sandbox.ask_anew()?;
    let calls = |sandbox: &Sandbox| sandbox.simulator.journal().len();
    let before = calls(sandbox);
    by_itself(sandbox, scheduler).await?;
    facts.same("a refused password is tried once", &(calls(sandbox) - before), &1);
    watch.turn().await?;
    let alert =
        store::alert::newest(&mut sandbox.context.store.read().await?, "credential/canary/credentials")
            .await?;
    let severity = alert.map(|alert| alert.severity);
    facts.same("and wakes somebody", &severity.as_deref(), &Some("page"));
    let before = calls(sandbox);
    sandbox.clock.advance(SignedDuration::from_hours(1));
    hour(sandbox, 18);
    sandbox.ask_anew()?;
    by_itself(sandbox, scheduler).await?;
    facts.same("the next canary asks nobody", &(calls(sandbox) - before), &0);
    sandbox.clock.advance(SignedDuration::from_hours(1));
    sandbox.ask_anew()?;
    sandbox.simulator.set_faults(Vec::new());
    let report = sandbox.gmc_sync().await?;
    facts.same("a person's run asks, and is answered", &report.state, &RunState::Succeeded);
    sandbox.clock.advance(SignedDuration::from_hours(1));
    hour(sandbox, 18);
    sandbox.ask_anew()?;
    let before = calls(sandbox);
    by_itself(sandbox, scheduler).await?;
    facts.state("after which the canary asks again", calls(sandbox) > before, calls(sandbox) - before);
    Ok(())
}

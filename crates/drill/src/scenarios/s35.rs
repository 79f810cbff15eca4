//! S35: nobody who knows is in. Somebody types what the alert says, then what that answers, and looks into GMC Connect where
//! they are told to; each condition ends in at most three actions.

use domain::sending::Standing;
use jiff::SignedDuration;
use simulator::{Fault, Rule};
use store::alert::AlertRow;
use sync::sending::Turn;

use crate::child::{self, Ended};
use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;

/// Actions within which a condition must end.
const ACTIONS_MAX: usize = 3;
const ADD: &str = "TryAddDoctor";

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(1).await?;
    sandbox.clock.advance(SignedDuration::from_hours(10));
    doubts(sandbox, facts).await?;
    edge(sandbox, facts).await?;
    short_list(sandbox, facts).await?;
    explained(sandbox, facts).await
}

/// S24: three sends ended in doubt.
async fn doubts(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    let (from, to) = (sandbox.body(1), sandbox.body(2));
    let world = sandbox.simulator.world();
    let listed = world.list(from.as_str(), 1).into_iter().flatten();
    let numbers: Vec<String> = listed.filter_map(|doctor| doctor.gmc_reference_number).take(3).collect();
    let file = sandbox.path("doctors");
    std::fs::write(&file, numbers.join("\n"))?;
    let file = file.display().to_string();
    let wish = ["connect", "--doctors", &file, "--to", to.as_str(), "--code", "1", "--reason", "a drill"];
    child::run(sandbox, &wish, None).await?;
    sandbox.simulator.set_faults(vec![Rule::everywhere(Fault::Status(500)).of(ADD)]);
    let sender = sandbox.sender("a")?;
    for _ in 0..numbers.len() {
        sender.send_next().await?;
    }
    sandbox.simulator.set_faults(Vec::new());
    let Some(alert) = told(sandbox, "decision_unknown", facts).await? else { return Ok(()) };
    // Before the quiet period is over nobody may say that it is not there; whoever is woken needs longer.
    sandbox.clock.advance(SignedDuration::from_mins(20));
    let mut actions = Actions::default();
    let said = actions.type_of(sandbox, &alert.next_action).await?;
    // GMC Connect shows none of them at the other body.
    let next = said.stdout.lines().find(|line| line.contains("for those that are not:")).unwrap_or_default();
    actions.type_of(sandbox, next).await?;
    while let Turn::Sent { .. } = sender.send_next().await? {}
    let everybody = sandbox.everybody();
    let rows = store::intent::recent(&mut sandbox.context.store.read().await?, &everybody, 100).await?;
    let accepted = rows.iter().filter(|row| row.standing == Standing::Accepted).count();
    facts.same("S24: all are accepted", &accepted, &numbers.len());
    let done = sandbox.simulator.journal();
    let done = done.iter().filter(|call| call.operation == ADD && call.result == "code 0").count();
    facts.same("S24: each carried out once", &done, &numbers.len());
    let audit = store::audit::recent(&mut sandbox.context.store.read().await?, None, 20).await?;
    let settled = audit.iter().filter(|row| row.action == "settle-intent").count();
    facts.same("S24: the audit says who settled each", &settled, &numbers.len());
    ended(sandbox, ("S24", "decision_unknown", &actions), facts).await
}

/// S08: the edge refuses the night; whoever the alert names lets us in.
async fn edge(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.begin(2)?;
    sandbox.simulator.set_faults(vec![Rule::everywhere(Fault::EdgeRefuses)]);
    sandbox.gmc_sync().await?;
    let Some(alert) = told(sandbox, "edge_refused", facts).await? else { return Ok(()) };
    facts.state(
        "S08: it says whom to write to",
        alert.remedy.contains("send its reference to the GMC"),
        &alert.remedy,
    );
    sandbox.simulator.set_faults(Vec::new());
    let mut actions = Actions::default();
    let said = actions.type_of(sandbox, &alert.next_action).await?;
    facts.state("S08: the night is made good", said.code == Some(0), &said);
    ended(sandbox, ("S08", "edge_refused", &actions), facts).await
}

/// S11: a short list is held, and refused because the GMC says that it was a fault.
async fn short_list(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.begin(3)?;
    let second = sandbox.body(2).to_string();
    let before =
        store::list::get(&mut sandbox.context.store.read().await?, &second).await?.map(|one| one.doctors);
    sandbox.simulator.set_faults(vec![Rule::on(&second, Fault::Short(60))]);
    sandbox.gmc_sync().await?;
    sandbox.simulator.set_faults(Vec::new());
    let open = sandbox.open_alerts(&second).await?;
    let Some(alert) = open.into_iter().find(|alert| alert.kind == "HELD") else {
        facts.state("S11: the hold is told", false, "no alert");
        return Ok(());
    };
    let mut actions = Actions::default();
    actions.type_of(sandbox, &alert.next_action).await?;
    let after =
        store::list::get(&mut sandbox.context.store.read().await?, &second).await?.map(|one| one.doctors);
    facts.same("S11: nobody was disconnected", &after, &before);
    ended(sandbox, ("S11", &alert.cause, &actions), facts).await
}

/// What was typed so far.
#[derive(Default)]
struct Actions(Vec<String>);

impl Actions {
    /// Types what a text says: each step in turn, of two ways the last; a reason in one's own words. Gives the last answer.
    async fn type_of(&mut self, sandbox: &Sandbox, text: &str) -> Result<Ended, DrillError> {
        let mut last = None;
        for step in text.split("; ") {
            let way = step.rsplit(" or ").next().unwrap_or_default();
            let Some((_, typed)) = way.split_once("reval ") else { continue };
            let words =
                typed.split_whitespace().map(|word| if word == "…" { "as the alert says" } else { word });
            let words: Vec<&str> = words.collect();
            self.0.push(words.join(" "));
            last = Some(child::run(sandbox, &words, None).await?);
        }
        last.ok_or_else(|| DrillError::Furnish(format!("{text:?} says nothing to type")))
    }
}

/// The open alert of a cause.
async fn of_cause(sandbox: &Sandbox, cause: &str) -> Result<Option<AlertRow>, DrillError> {
    let open = |alert: &AlertRow| alert.state != "resolved" && alert.cause == cause;
    Ok(sandbox.alerts().await?.into_iter().find(open))
}

async fn told(sandbox: &Sandbox, cause: &str, facts: &mut Facts) -> Result<Option<AlertRow>, DrillError> {
    let alert = of_cause(sandbox, cause).await?;
    facts.state(format!("{cause} is told"), alert.is_some(), cause);
    Ok(alert)
}

async fn ended(
    sandbox: &Sandbox,
    (of, cause, actions): (&str, &str, &Actions),
    facts: &mut Facts,
) -> Result<(), DrillError> {
    let still = of_cause(sandbox, cause).await?.map(|alert| alert.sentence);
    facts.state(format!("{of}: its alert is over"), still.is_none(), still.unwrap_or_default());
    let many = actions.0.len();
    facts.state(format!("{of}: in at most {ACTIONS_MAX} actions"), many <= ACTIONS_MAX, actions.0.join("; "));
    Ok(())
}

/// Each alert there was says what to do next, and the program has the text of its cause.
async fn explained(sandbox: &Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    let mut causes: Vec<String> = Vec::new();
    for alert in sandbox.alerts().await? {
        facts.state(
            format!("{} says what is next", alert.key),
            !alert.next_action.is_empty(),
            &alert.sentence,
        );
        causes.push(alert.cause);
    }
    causes.sort_unstable();
    causes.dedup();
    for cause in causes {
        let said = child::run(sandbox, &["explain", &cause], None).await?;
        facts.state(format!("reval explain {cause} has its text"), said.code == Some(0), &said);
    }
    Ok(())
}

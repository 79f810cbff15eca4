//! S24: for an hour the GMC fails every change of a connection, and one of them makes its sender hang.

use domain::sending::Standing;
use jiff::SignedDuration;
use simulator::{Fault, Rule};
use store::alert::AlertRow;
use store::intent::IntentRow;
use sync::sending::Turn;

use crate::child;
use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;

const NIGHT: u32 = 1;
const MANY: usize = 6;
const OPERATION: &str = "TryAddDoctor";

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(NIGHT).await?;
    sandbox.clock.advance(SignedDuration::from_hours(10));
    let wished = wish(sandbox).await?;
    facts.state("six wishes wait in the queue", wished.code == Some(0), &wished);

    sandbox.simulator.set_faults(vec![Rule::everywhere(Fault::Status(500)).of(OPERATION)]);
    let first = sandbox.sender("a")?;
    for _ in 0..3 {
        first.send_next().await?;
    }
    let rests = matches!(first.send_next().await?, Turn::Resting(_));
    facts.state("after three in a row nothing more is claimed", rests, "the sender");
    facts.same("the others wait", &count(sandbox, Standing::Queued).await?, &3);
    let told = unknown(sandbox).await?.map(|alert| alert.severity);
    facts.same("and somebody is woken at once", &told.as_deref(), &Some("page"));

    stuck(sandbox, facts).await?;
    recovered(sandbox, facts).await
}

/// One sender hangs; its claim runs out, and another parks it as unknown.
async fn stuck(sandbox: &Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox
        .simulator
        .set_faults(vec![Rule { to_call: Some(1), ..Rule::everywhere(Fault::Hang).of(OPERATION) }]);
    sandbox.clock.advance(SignedDuration::from_mins(5));
    let hanging = sandbox.sender("a")?;
    let hanging = tokio::spawn(async move { hanging.send_next().await });
    while count(sandbox, Standing::Sending).await? == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let second = sandbox.sender("b")?;
    facts.same("within its lease nobody touches the one that hangs", &second.reap().await?, &0);
    sandbox.clock.advance(SignedDuration::from_mins(3));
    facts.same("past it, it is parked", &second.reap().await?, &1);
    facts.same("as one of which nobody knows", &count(sandbox, Standing::Unknown).await?, &4);
    hanging.abort();
    Ok(())
}

/// The GMC is well again: the queue drains in order, and a person settles the rest.
async fn recovered(sandbox: &Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.simulator.set_faults(Vec::new());
    let sender = sandbox.sender("b")?;
    while let Turn::Sent { .. } = sender.send_next().await? {}
    facts.same("the two that waited are accepted", &count(sandbox, Standing::Accepted).await?, &2);
    sandbox.clock.advance(SignedDuration::from_mins(20));
    sender.look().await?;
    facts.same(
        "the list shows none of the others, and nobody sends them",
        &count(sandbox, Standing::Unknown).await?,
        &4,
    );
    for row in rows(sandbox).await?.into_iter().filter(|row| row.standing == Standing::Unknown) {
        let said = ["settle", &row.id, "--send-again", "--reason", "not in GMC Connect"];
        let said = child::run(sandbox, &said, None).await?;
        facts.state("a person says that it is not there", said.code == Some(0), &said);
    }
    while let Turn::Sent { .. } = sender.send_next().await? {}
    facts.same("then all six are accepted", &count(sandbox, Standing::Accepted).await?, &MANY);
    let done = sandbox.simulator.journal();
    let done = done.iter().filter(|call| call.operation == OPERATION && call.result == "code 0").count();
    facts.same("each carried out once", &done, &MANY);
    facts.state("the alert is over", unknown(sandbox).await?.is_none(), "the alert");
    Ok(())
}

/// Six doctors of the first body, wished to the second.
async fn wish(sandbox: &Sandbox) -> Result<child::Ended, DrillError> {
    let (from, to) = (sandbox.body(1), sandbox.body(2));
    let world = sandbox.simulator.world();
    let listed = world.list(from.as_str(), NIGHT).into_iter().flatten();
    let numbers: Vec<String> = listed.filter_map(|doctor| doctor.gmc_reference_number).take(MANY).collect();
    let file = sandbox.path("doctors");
    std::fs::write(&file, numbers.join("\n"))?;
    let file = file.display().to_string();
    let wish = ["connect", "--doctors", &file, "--to", to.as_str(), "--code", "1", "--reason", "a drill"];
    child::run(sandbox, &wish, None).await
}

async fn rows(sandbox: &Sandbox) -> Result<Vec<IntentRow>, DrillError> {
    let everybody = sandbox.everybody();
    Ok(store::intent::recent(&mut sandbox.context.store.read().await?, &everybody, 100).await?)
}

async fn count(sandbox: &Sandbox, standing: Standing) -> Result<usize, DrillError> {
    Ok(rows(sandbox).await?.iter().filter(|row| row.standing == standing).count())
}

async fn unknown(sandbox: &Sandbox) -> Result<Option<AlertRow>, DrillError> {
    let open = |alert: &AlertRow| alert.state != "resolved" && alert.cause == "decision_unknown";
    Ok(sandbox.alerts().await?.into_iter().find(open))
}

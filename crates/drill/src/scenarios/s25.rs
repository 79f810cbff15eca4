//! S25: sixty thousand doctors, one with a note of 20 MB, and five thousand records that are no use.

use domain::raw::RawDoctor;
use simulator::edits::{Edit, What};
use simulator::{Fault, Rule};

use crate::child;
use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;

const USELESS: usize = 5_000;
const NOTE_BYTES: usize = 20 * 1024 * 1024;
/// What the program may use at most with such a night, MiB. Source: invariant INV-19.
const MIB_MAX: u64 = 256;

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.begin(0)?;
    let first = child::run(sandbox, &["run", "gmc-sync"], None).await?;
    facts.state("the first load waits for a person", first.code == Some(30), &first);
    sandbox.approve_all().await?;
    spoil(sandbox);
    sandbox.begin(1)?;
    let night = child::run(sandbox, &["run", "gmc-sync"], None).await?;
    facts.same("the night succeeds", &night.code, &Some(0));
    let mut tx = sandbox.context.store.read().await?;
    let runs = store::run::recent(&mut tx, 1).await?;
    let id = runs.first().map(|run| run.id.clone()).unwrap_or_default();
    let rejected: u64 =
        store::evidence::of_run(&mut tx, &id).await?.iter().map(|list| list.account.rejected).sum();
    facts.same(
        "every useless record is counted, the one with the note too",
        &rejected,
        &(USELESS as u64 + 1),
    );
    let attempts = store::run::attempts(&mut tx, &id).await?;
    let peak = attempts.iter().filter_map(|attempt| attempt.peak_memory_bytes).max().unwrap_or(u64::MAX);
    let mib = peak / 1024 / 1024;
    facts.state(
        format!("the program never used more than {MIB_MAX} MiB"),
        mib <= MIB_MAX,
        format!("{mib} MiB"),
    );
    drop(tx);
    let alerts = sandbox.alerts().await?;
    let loud = alerts.iter().any(|alert| alert.kind == "DRIFT" && alert.severity == "warn");
    facts.state("many rejects are a warning", loud, alerts.len());
    Ok(())
}

fn spoil(sandbox: &Sandbox) {
    let (second, third) = (sandbox.body(2).to_string(), sandbox.body(3).to_string());
    let mut world = sandbox.simulator.world().as_ref().clone();
    let useless: Vec<Edit> = (0..USELESS)
        .map(|nth| {
            let number = Some(format!("N/A-{nth}"));
            let record = RawDoctor { gmc_reference_number: number, ..world.doctor(nth as u64, 0) };
            Edit { from: 1, until: None, body: second.clone(), what: What::Add { record: Box::new(record) } }
        })
        .collect();
    world.edits.extend(useless);
    sandbox.simulator.set_world(world);
    sandbox.simulator.set_faults(vec![Rule::on(&third, Fault::LongName(NOTE_BYTES))]);
}

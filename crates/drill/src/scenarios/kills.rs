//! KILLS: night after night the program is killed at another named step; each night must end as if nothing had been.

use jiff::SignedDuration;
use simulator::{Fault, Rule};
use sync::context::Step;

use crate::child;
use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::{Place, Sandbox};

/// Good nights before the first kill.
const BEFORE: u32 = 1;

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    let mut twin = Sandbox::furnish(&Place { store_url: None, ..sandbox.place.clone() }).await?;
    sandbox.good_nights(BEFORE).await?;
    twin.good_nights(BEFORE).await?;
    for (night, (name, step)) in (BEFORE + 1..).zip(Step::NAMED) {
        let place = place_of(sandbox, step);
        begin(sandbox, (night, step))?;
        begin(&mut twin, (night, step))?;
        twin.gmc_sync().await?;
        let killed = child::run(sandbox, &["run", "gmc-sync"], Some(&format!("{place}/{name}"))).await?;
        facts.state(format!("the program dies at {name}"), killed.was_killed(), &killed);
        // On a shared store the dead attempt's lease must have run out.
        sandbox.clock.advance(SignedDuration::from_mins(5));
        let again = child::run(sandbox, &["run", "gmc-sync"], None).await?;
        facts.state(format!("started again after {name}, it comes to its end"), ended(&again, step), &again);
        let (seen, expected) = (sandbox.digest().await?, twin.digest().await?);
        facts.same(format!("killed at {name}, the night ends as an undisturbed one"), &seen, &expected);
        one_end(sandbox, name, facts).await?;
    }
    Ok(())
}

/// The list during whose turn the program dies; steps of the whole run belong to none.
fn place_of(sandbox: &Sandbox, step: Step) -> String {
    match step {
        Step::Settling | Step::Settled => String::new(),
        Step::Held => sandbox.body(2).to_string(),
        _ => sandbox.body(7).to_string(),
    }
}

fn begin(sandbox: &mut Sandbox, night: (u32, Step)) -> Result<(), DrillError> {
    sandbox.begin(night.0)?;
    let short = Rule::on(sandbox.body(2).as_str(), Fault::Short(60));
    sandbox.simulator.set_faults(if night.1 == Step::Held { vec![short] } else { Vec::new() });
    Ok(())
}

/// A night with a held list ends as refused to publish, any other as done.
fn ended(child: &child::Ended, step: Step) -> bool {
    child.code == Some(if step == Step::Held { 30 } else { 0 })
}

/// A run that had settled before the kill is followed by another; any other is taken up and has one end.
async fn one_end(sandbox: &Sandbox, name: &str, facts: &mut Facts) -> Result<(), DrillError> {
    let runs = store::run::recent(&mut sandbox.context.store.read().await?, 50).await?;
    let open = runs.iter().filter(|run| !run.state.is_end()).count();
    facts.same(format!("after {name} no run is left without an end"), &open, &0);
    Ok(())
}

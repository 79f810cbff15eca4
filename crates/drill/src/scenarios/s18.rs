//! S18: a full rebuild is asked for on production: refused without a word, staged beside, aborted, done, rolled back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::ids::GmcNumber;
use domain::run::RunState;
use domain::scope::Actor;
use jobs::Start;
use store::list::TIS;
use sync::context::Step;
use sync::rebuild::{Effect, stage, swap};
use sync::{SyncError, reconcile, rollback};

use crate::child;
use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;

/// Rows damaged before the rebuild, so that it has something to mend.
const DAMAGED: usize = 40;

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(3).await?;
    let whole = sandbox.digest().await?;
    refused(sandbox, facts).await?;
    damage(sandbox).await?;
    let damaged = sandbox.digest().await?;
    aborted(sandbox, facts).await?;
    facts.same("readers saw nothing of it", &sandbox.digest().await?, &damaged);

    let effect = stage(&sandbox.context, &AtomicBool::new(false)).await?;
    facts.same("the effect is shown first", &effect.rewritten, &(DAMAGED as u64));
    facts.same("and nothing has changed for readers", &sandbox.digest().await?, &damaged);
    let actor = Actor::person("drill", "rows were damaged");
    swap(&sandbox.context, &effect, (&actor, None)).await?;
    facts.same("after the swap the rows are as they were", &sandbox.digest().await?, &whole);
    let nothing = stage(&sandbox.context, &AtomicBool::new(false)).await?;
    facts.same("a second rebuild finds nothing to do", &(nothing.rewritten, nothing.dropped), &(0, 0));
    reconciled(sandbox, &whole, facts).await?;
    back(sandbox, facts).await
}

async fn refused(sandbox: &Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    let before = sandbox.digest().await?;
    let asked = child::run_in_production(sandbox, &["rebuild"]).await?;
    facts.state("without the typed environment it is refused", asked.code != Some(0), &asked);
    let said = format!("{}{}", asked.stdout, asked.stderr);
    let lists = store::list::all(&mut sandbox.context.store.read().await?).await?;
    let doctors: u64 = lists.iter().filter(|list| list.code != TIS).map(|list| list.doctors).sum();
    facts.state(
        "it says that this is PRODUCTION and how many doctors it holds",
        said.contains("PRODUCTION") && said.contains(&format!("{doctors} doctors")),
        &said,
    );
    facts.same("nothing has changed", &sandbox.digest().await?, &before);
    Ok(())
}

/// The same damage is found and mended by the morning's comparison, and told; the next one finds nothing.
async fn reconciled(sandbox: &Sandbox, whole: &str, facts: &mut Facts) -> Result<(), DrillError> {
    damage(sandbox).await?;
    let context = &sandbox.context;
    let actor = Actor::person("drill", "asked for");
    let begun = context.ledger.begin(reconcile::JOB, &actor, Start::Own).await?;
    let report = reconcile::carry_out(context, &begun).await?;
    facts.same("reconcile doubts what people saw", &report.state, &RunState::Suspect);
    facts.same("and makes it as it was", &sandbox.digest().await?.as_str(), &whole);
    let doubt = store::run::doubt(&mut context.store.read().await?, &report.run_id).await?;
    let said = format!("{DAMAGED} rows that people see were not as the lists say");
    facts.state(
        "it says how many rows",
        doubt.as_deref().is_some_and(|doubt| doubt.contains(&said)),
        &report.reason,
    );
    let begun = context.ledger.begin(reconcile::JOB, &actor, Start::Own).await?;
    let again = reconcile::carry_out(context, &begun).await?;
    facts.same("the next one finds all three equal", &again.state, &RunState::Succeeded);
    facts.same("for each body", &again.recounts.len(), &context.bodies.len());
    Ok(())
}

/// Takes joined rows away behind the program's back.
async fn damage(sandbox: &Sandbox) -> Result<(), DrillError> {
    let mut tx = sandbox.context.store.begin().await?;
    let numbers: Vec<GmcNumber> = store::entry::doctors_after(&mut tx, "", DAMAGED as u64).await?;
    store::doctor::delete(&mut tx, &numbers).await?;
    tx.commit().await?;
    Ok(())
}

async fn aborted(sandbox: &Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    let stop = Arc::new(AtomicBool::new(false));
    let mut context = sandbox.context.clone();
    let flag = Arc::clone(&stop);
    context.observer = Arc::new(move |_, step| {
        if matches!(step, Step::Staged(_)) {
            flag.store(true, Ordering::SeqCst);
        }
    });
    let result: Result<Effect, SyncError> = stage(&context, &stop).await;
    let told = result.as_ref().map_or_else(ToString::to_string, |effect| format!("{effect:?}"));
    facts.state(
        "a rebuild stopped on its way ends as stopped",
        matches!(result, Err(SyncError::Aborted)),
        told,
    );
    Ok(())
}

/// The last snapshot is taken back in one step, and the page says how old the data then are.
async fn back(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    let body = sandbox.body(3).to_string();
    let before = sandbox.digest().await?;
    let state = store::list::get(&mut sandbox.context.store.read().await?, &body).await?;
    let state = state.ok_or_else(|| DrillError::Furnish("no list".to_owned()))?;
    sandbox.begin(4)?;
    sandbox.gmc_sync().await?;
    let changed: Vec<_> = sandbox.context.bodies.iter().map(ToString::to_string).collect();
    for list in changed {
        let actor = Actor::person("drill", "tonight's data were wrong");
        let previous = if list == body { state.snapshot } else { previous(sandbox, &list).await? };
        rollback::rollback(&sandbox.context, &list, previous, &actor).await?;
    }
    facts.same(
        "rolled back, the published data are those of the night before",
        &sandbox.digest().await?,
        &before,
    );
    let after = store::list::get(&mut sandbox.context.store.read().await?, &body).await?;
    let as_of = after.and_then(|after| after.data_as_of);
    facts.same("and do not look any fresher than they are", &as_of, &state.data_as_of);
    let far = rollback::rollback(&sandbox.context, &body, 999, &Actor::person("drill", "typing")).await;
    facts.state("a snapshot that is not there is refused", far.is_err(), format!("{far:?}"));
    Ok(())
}

async fn previous(sandbox: &Sandbox, list: &str) -> Result<u64, DrillError> {
    let recent = store::snapshot::recent(&mut sandbox.context.store.read().await?, list, 2).await?;
    Ok(recent.last().map_or(0, |snapshot| snapshot.number))
}

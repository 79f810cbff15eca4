//! S06: the program is killed while the seventh of thirteen bodies is loading, and started again five minutes later.

use jiff::SignedDuration;
use store::list::ListState;
use store::run::AttemptRow;

use crate::child;
use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::{Place, Sandbox};

/// The night of the kill; seven good ones lie behind.
const TONIGHT: u32 = 7;

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(TONIGHT - 1).await?;
    let before = lists(sandbox).await?;
    sandbox.begin(TONIGHT)?;
    let seventh = sandbox.body(7);
    let killed = child::run(sandbox, &["run", "gmc-sync"], Some(&format!("{seventh}/fetched"))).await?;
    facts.state("the program died by the signal that nobody can catch", killed.was_killed(), &killed);
    half_done(sandbox, &before, facts).await?;

    sandbox.clock.advance(SignedDuration::from_mins(5));
    let calls_before = sandbox.simulator.journal().len();
    let again = child::run(sandbox, &["run", "gmc-sync"], None).await?;
    facts.same("started again, it ends in success", &again.code, &Some(0));
    let asked: Vec<String> =
        sandbox.simulator.journal().into_iter().skip(calls_before).map(|call| call.body).collect();
    let all: Vec<String> = sandbox.context.bodies.iter().map(ToString::to_string).collect();
    let (fetched, counted) = asked.split_at(asked.len().min(all.len() - 6));
    facts.same("it goes on at the seventh body and fetches no other again", &fetched, &&all[6..]);
    facts.same("then each body is counted once", &counted, &all.as_slice());
    let attempts: Vec<String> = attempts(sandbox).await?.into_iter().map(|attempt| attempt.state).collect();
    facts.same(
        "the run has two attempts, and the first is lost",
        &attempts,
        &vec!["lost".into(), "done".into()],
    );
    facts.same(
        "the published data are those of an undisturbed night",
        &sandbox.digest().await?,
        &undisturbed(sandbox).await?,
    );
    Ok(())
}

async fn lists(sandbox: &Sandbox) -> Result<Vec<ListState>, DrillError> {
    Ok(store::list::all(&mut sandbox.context.store.read().await?).await?)
}

async fn half_done(sandbox: &Sandbox, before: &[ListState], facts: &mut Facts) -> Result<(), DrillError> {
    let now = lists(sandbox).await?;
    let moved: Vec<bool> = sandbox
        .context
        .bodies
        .iter()
        .map(|body| {
            let as_of = |lists: &[ListState]| {
                lists.iter().find(|list| list.code == body.as_str()).and_then(|list| list.data_as_of)
            };
            as_of(&now) > as_of(before)
        })
        .collect();
    let expected: Vec<bool> = (1..=13).map(|nth| nth < 7).collect();
    facts.same("bodies 1 to 6 are as of tonight, 7 to 13 as of yesterday", &moved, &expected);
    Ok(())
}

async fn attempts(sandbox: &Sandbox) -> Result<Vec<AttemptRow>, DrillError> {
    let mut tx = sandbox.context.store.read().await?;
    let newest = store::run::recent(&mut tx, 1).await?;
    let Some(run) = newest.first() else { return Ok(Vec::new()) };
    Ok(store::run::attempts(&mut tx, &run.id).await?)
}

/// The digest of a twin of this world in which nothing went wrong.
async fn undisturbed(sandbox: &Sandbox) -> Result<String, DrillError> {
    let mut twin = Sandbox::furnish(&Place { store_url: None, ..sandbox.place.clone() }).await?;
    twin.good_nights(TONIGHT - 1).await?;
    twin.begin(TONIGHT)?;
    twin.gmc_sync().await?;
    twin.digest().await
}

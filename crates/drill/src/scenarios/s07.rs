//! S07: twenty readers look at every list all night while each answer of the GMC takes its time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::TryStreamExt;
use simulator::{Fault, Rule};
use store::Store;

use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;

const READERS: usize = 20;

/// What one look at one list saw: its snapshot, the count that it states, and the doctors that were there.
type Look = (String, u64, u64, u64);

pub(crate) async fn play(sandbox: &mut Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    sandbox.good_nights(2).await?;
    sandbox.begin(3)?;
    sandbox.simulator.set_faults(vec![Rule::everywhere(Fault::Delay(20))]);
    let over = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..READERS)
        .map(|reader| {
            let bodies = sandbox.context.bodies.iter().map(ToString::to_string).collect();
            tokio::spawn(read_all_night(sandbox.context.store.clone(), bodies, reader, Arc::clone(&over)))
        })
        .collect();
    let report = sandbox.gmc_sync().await?;
    over.store(true, Ordering::SeqCst);
    let mut looks = Vec::new();
    for reader in readers {
        looks.extend(reader.await.map_err(|error| DrillError::Furnish(error.to_string()))??);
    }
    facts.same("the night succeeds", &report.state, &domain::run::RunState::Succeeded);
    facts.state("readers looked at lists all night", looks.len() > READERS, format!("{} looks", looks.len()));
    whole(&looks, facts);
    in_one_step(&looks, facts);
    Ok(())
}

async fn read_all_night(
    store: Store,
    bodies: Vec<String>,
    reader: usize,
    over: Arc<AtomicBool>,
) -> Result<Vec<Look>, store::StoreError> {
    let mut looks = Vec::new();
    let mut nth = reader;
    loop {
        let last = over.load(Ordering::SeqCst);
        let body = &bodies[nth % bodies.len()];
        nth += 1;
        let mut tx = store.read().await?;
        if let Some(state) = store::list::get(&mut tx, body).await? {
            let entries: Vec<_> = store::entry::current(&mut tx, body).try_collect().await?;
            looks.push((body.clone(), state.snapshot, state.doctors, entries.len() as u64));
        }
        drop(tx);
        if last {
            return Ok(looks);
        }
        tokio::task::yield_now().await;
    }
}

fn whole(looks: &[Look], facts: &mut Facts) {
    let torn = looks.iter().filter(|(.., stated, seen)| stated != seen).count();
    facts.state("I3: no look saw a count unlike its snapshot's", torn == 0, format!("{torn} did"));
}

/// Each list moved at most once, from one snapshot to the next.
fn in_one_step(looks: &[Look], facts: &mut Facts) {
    let mut seen: BTreeMap<&str, BTreeSet<(u64, u64)>> = BTreeMap::new();
    for (body, snapshot, stated, _) in looks {
        seen.entry(body).or_default().insert((*snapshot, *stated));
    }
    let most = seen.values().map(BTreeSet::len).max().unwrap_or_default();
    facts.state(
        "the counts of a body moved at most once, in one step",
        most <= 2,
        format!("{most} different counts"),
    );
}

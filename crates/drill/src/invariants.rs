//! What must hold after every drill, whatever went wrong in it.

use futures_util::TryStreamExt;
use store::Store;
use store::list::ListState;

use crate::error::DrillError;
use crate::facts::Facts;
use crate::sandbox::Sandbox;

/// States the invariants of the house over a sandbox as it stands.
pub async fn state(sandbox: &Sandbox, facts: &mut Facts) -> Result<(), DrillError> {
    state_of(&sandbox.context.store, facts).await?;
    let calls = sandbox.simulator.journal();
    let most = calls.iter().map(|call| call.in_flight).max().unwrap_or_default();
    facts.state("I6: at most one call in flight per body", most <= 1, format!("at most {most}"));
    Ok(())
}

/// States those that a store shows by itself.
pub async fn state_of(store: &Store, facts: &mut Facts) -> Result<(), DrillError> {
    let mut tx = store.read().await?;
    let lists = store::list::all(&mut tx).await?;
    let published: Vec<&ListState> = lists.iter().filter(|list| list.snapshot > 0).collect();
    let mut torn = Vec::new();
    let mut unasked = Vec::new();
    for list in &published {
        let entries: Vec<_> = store::entry::current(&mut tx, &list.code).try_collect().await?;
        if entries.len() as u64 != list.doctors {
            torn.push(format!("{} holds {} of {}", list.code, entries.len(), list.doctors));
        }
        for snapshot in store::snapshot::recent(&mut tx, &list.code, 100).await? {
            let shrank = snapshot.account.removed > 5.max(snapshot.doctors * 3 / 100);
            if shrank && snapshot.approved_by.is_none() {
                unasked.push(format!("{} snapshot {}", list.code, snapshot.number));
            }
            if !snapshot.account.balances() {
                torn.push(format!("{} snapshot {} does not balance", list.code, snapshot.number));
            }
        }
    }
    facts.state(
        "I1: no list shrank past the brake without a person's word",
        unasked.is_empty(),
        join(&unasked),
    );
    let empty: Vec<String> =
        published.iter().filter(|list| list.doctors == 0).map(|list| list.code.clone()).collect();
    facts.state("I1: no list is empty", empty.is_empty(), join(&empty));
    facts.state("I3: every list holds as many doctors as its snapshot says", torn.is_empty(), join(&torn));
    drop(tx);
    audited(store, &published, facts).await
}

async fn audited(store: &Store, published: &[&ListState], facts: &mut Facts) -> Result<(), DrillError> {
    let rows = store::audit::recent(&mut store.read().await?, None, 10_000).await?;
    let mut missing = Vec::new();
    for list in published {
        for number in 1..=list.snapshot {
            let object = format!("list/{}/{number}", list.code);
            if !rows.iter().any(|row| row.object == object && !row.actor.is_empty()) {
                missing.push(object);
            }
        }
    }
    facts.state("I8: every publish has its audit row", missing.is_empty(), join(&missing));
    Ok(())
}

fn join(what: &[String]) -> String {
    if what.is_empty() { "none".to_owned() } else { what.join(", ") }
}

//! Counts each list again at the GMC once a run has published it: "GMC says N, we show N".
//!
//! The count is a call of its own, read by code that shares nothing with the reader of answers. It changes no list and
//! no run's end, and raises nothing: the watch reads what it leaves.

use domain::ids::BodyCode;
use domain::recount::{Counts, Recount, judge};
use domain::run::BodyOutcome;
use sources::gmc::client::Means;
use store::Tx;
use store::evidence::Work;

use crate::context::{Context, Step};
use crate::error::SyncError;

/// Holds looked through for the one that waits; a list has one at most.
const HOLDS: u64 = 200;

/// Counts these bodies again and records both counts, body by body.
pub async fn recount(context: &Context, work: &Work, bodies: &[BodyCode]) -> Result<(), SyncError> {
    let left = store::evidence::of_run(&mut context.store.read().await?, &work.run_id).await?;
    for body in bodies {
        context.may_go_on()?;
        context.step(body.as_str(), Step::Recounting);
        let has_failed =
            left.iter().any(|evidence| evidence.body == *body && evidence.outcome == BodyOutcome::Failed);
        let at = context.clock.now();
        let gmc = if has_failed {
            Err("the GMC gave no complete answer in this run, so it was not asked again".to_owned())
        } else {
            asked(context, body).await
        };
        let mut tx = context.store.begin().await?;
        context.ledger.guard(&mut tx, work).await?;
        let counts = counts(&mut tx, body, gmc).await?;
        let (verdict, reason) = judge(&counts);
        let recount = Recount {
            body: body.clone(),
            run_id: work.run_id.clone(),
            at,
            gmc_count: counts.gmc.ok(),
            our_count: counts.ours,
            verdict,
            reason,
        };
        store::recount::insert(&mut tx, &recount).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn asked(context: &Context, body: &BodyCode) -> Result<u64, String> {
    let means = Means { clock: context.clock.as_ref(), ids: &context.ids };
    let counted = context.gmc.recount(body, means).await;
    counted.map(|counted| counted.doctors()).map_err(|incomplete| incomplete.sentence)
}

/// Reads what our side of the comparison rests on.
async fn counts(tx: &mut Tx, body: &BodyCode, gmc: Result<u64, String>) -> Result<Counts, SyncError> {
    let list = body.as_str();
    let standing = store::entry::count(tx, list).await?;
    let holds = store::hold::recent(tx, HOLDS).await?;
    let waits = holds.into_iter().find(|hold| hold.list == list && hold.state.is_open());
    let rejects = store::reject::counts(tx).await?.into_iter().filter(|rejects| rejects.list == list);
    Ok(Counts {
        gmc,
        ours: standing.doctors,
        not_confirmed: standing.not_confirmed,
        rejected: rejects.map(|rejects| rejects.count).sum(),
        held: waits.map(|hold| hold.doctors),
    })
}

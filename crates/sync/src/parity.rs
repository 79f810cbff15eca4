//! The hourly comparison with other instances, such as stage with production. Nothing is changed; what differs is kept for the
//! watch, which tells people.

use std::pin::Pin;
use std::sync::Arc;

use domain::fingerprint::Fingerprint;
use domain::parity::{Difference, Meant, Parity, compare};
use domain::run::RunState;
use domain::run_log::Level;
use jobs::{Begun, Ended};
use sources::fingerprint::{Instance, ask};
use store::StoreError;
use store::evidence::Work;
use store::fingerprint::Compared;

use crate::context::{Context, Step};
use crate::error::SyncError;
use crate::night::{Report, alive};

/// The job's name.
pub const JOB: &str = "parity";

/// Takes this instance's own fingerprint. What a machine is made of is no knowledge of this room: the wiring hands in who looks.
pub type Take =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Fingerprint, StoreError>> + Send>> + Send + Sync>;

/// With whom this instance is compared.
#[derive(Clone)]
pub struct Peers {
    /// This one.
    pub take: Take,
    /// The others.
    pub others: Vec<Instance>,
    /// What is meant to differ.
    pub meant: Vec<Meant>,
}

/// Does the work of a run that has begun, and settles it.
///
/// Errors: only where the run itself cannot go on; an instance that does not answer fails the run.
pub async fn carry_out(context: &Context, peers: &Peers, begun: &Begun) -> Result<Report, SyncError> {
    let work = &begun.work;
    let (mut told, mut silent, mut compared) = (Vec::new(), Vec::new(), 0);
    let doing = async {
        let mine = (peers.take)().await?;
        for other in &peers.others {
            match ask(other).await {
                Ok(theirs) => {
                    let parity = compare(&mine, &theirs, &peers.meant, context.clock.now());
                    compared += parity.compared;
                    told.push(keep(context, work, (&other.name, parity)).await?);
                }
                Err(why) => {
                    context.tell(work, Level::Error, &why).await;
                    silent.push(why);
                }
            }
        }
        Ok(())
    };
    if let Err(error) = alive(context, work, doing).await {
        tracing::error!(run_id = %work.run_id, attempt = work.attempt, kind = error.cause(), %error, "run_broke_off");
        if let Err(unsettled) = context.ledger.fail(work, &error.to_string()).await {
            tracing::error!(run_id = %work.run_id, error = %unsettled, "run_left_open");
        }
        return Err(error);
    }
    let state = if silent.is_empty() { RunState::Succeeded } else { RunState::Failed };
    let reason = silent.into_iter().chain(told).collect::<Vec<_>>().join("; ");
    let ended =
        Ended { state, reason, records: Some(compared), expected: None, doubt: None, may_repeat: true };
    let (state, reason) = context.ledger.settle(work, ended).await?;
    context.step("", Step::Settled);
    tracing::info!(run_id = %work.run_id, attempt = work.attempt, state = state.word(), "run_settled");
    let (run_id, is_resumed) = (work.run_id.clone(), begun.is_resumed);
    Ok(Report { run_id, state, reason, lists: Vec::new(), recounts: Vec::new(), is_resumed })
}

/// Keeps a comparison for the watch, says each difference in the run's log, and gives the sum of it.
async fn keep(context: &Context, work: &Work, (name, parity): (&str, Parity)) -> Result<String, SyncError> {
    for one in &parity.differences {
        let why = one.meant.as_ref().map_or_else(|| "NOT DECLARED".to_owned(), |why| format!("meant: {why}"));
        context
            .tell(
                work,
                Level::Info,
                &format!("{name}: {} is {} here, {} there; {why}", one.what, one.left, one.right),
            )
            .await;
    }
    let undeclared = parity.undeclared().count();
    let sum = format!("{name}: {undeclared} undeclared differences in {} facts", parity.compared);
    let now = context.clock.now();
    let mut tx = context.store.begin().await?;
    context.ledger.guard(&mut tx, work).await?;
    let before = store::fingerprint::compared(&mut tx).await?;
    let names =
        |parity: &Parity| parity.undeclared().map(|one: &Difference| one.what.clone()).collect::<Vec<_>>();
    let same = before.iter().find(|one| one.instance == name && names(&one.parity) == names(&parity));
    let since = same.map_or(now, |one| one.since);
    store::fingerprint::save(&mut tx, &Compared { instance: name.to_owned(), at: now, since, parity })
        .await?;
    tx.commit().await?;
    Ok(sum)
}

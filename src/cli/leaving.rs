//! How a node leaves: it says so, goes on serving until whoever stands before it has noticed, and only then takes no more. A
//! signal makes it leave for good; a person's word in the store makes it step out, and may be taken back.

use std::sync::Arc;
use std::time::Duration;

use domain::node::Drain;
use store::StoreError;
use tokio::sync::watch::Receiver;
use tokio::time::Instant;

use super::serve::Serving;
use super::signals::{Asked, Signals};
use super::standing::Standing;
use super::supervisor::Supervisor;
use crate::exit::Failure;
use crate::wiring::House;

/// How often is looked whether a person asked.
const TICK: Duration = Duration::from_secs(1);
/// Longest wait for that look: with the store away nobody has asked.
const LOOK_MAX: Duration = Duration::from_secs(5);
/// Probes of a balancer that must have failed before it sends nobody more.
const PROBES: u32 = 2;

/// Looks after one process until it takes no more requests.
pub struct Leaving {
    /// What it goes by just now.
    pub settings: Receiver<Arc<House>>,
    /// How it stands.
    pub standing: Standing,
}

impl Leaving {
    /// Steps out at once where that was asked for before the start; a word by which the last process ended is over.
    pub async fn begin(&self) -> Result<(), Failure> {
        let house = Arc::clone(&self.settings.borrow());
        let mut tx = house.store.begin().await?;
        store::drain::answered(&mut tx, &house.node_name()).await?;
        tx.commit().await?;
        if let Ok(Some(drain)) = asked(&house).await {
            self.step_out(&drain);
        }
        Ok(())
    }

    /// Comes back once no more requests are to be taken: the process was asked to end, and whoever stands before it has had
    /// the time to notice.
    pub async fn keep(&self, serving: &mut Serving, mut signals: Signals) -> Result<(), Failure> {
        let mut supervisor = Supervisor::ready();
        let mut out_since: Option<Instant> = self.standing.is_out().then(Instant::now);
        loop {
            tokio::select! {
                asked = signals.next() => return self.leave(serving, (asked, signals)).await,
                failure = serving.ended() => return Err(failure),
                () = tokio::time::sleep(TICK) => {}
            }
            supervisor.beat(&self.standing);
            let house = Arc::clone(&self.settings.borrow());
            let Ok(Ok(asked)) = tokio::time::timeout(LOOK_MAX, asked(&house)).await else { continue };
            match (asked, out_since) {
                (Some(drain), None) => {
                    self.step_out(&drain);
                    out_since = Some(Instant::now());
                }
                (Some(drain), Some(since)) if !drain.stays && since.elapsed() >= self.notice() => {
                    Supervisor::stopping();
                    tracing::info!(by = drain.asked_by, "node_leaves");
                    self.standing.leave();
                    return Ok(());
                }
                (None, Some(_)) => {
                    self.standing.step_in();
                    out_since = None;
                    tracing::info!("node_back");
                }
                _ => {}
            }
        }
    }

    fn step_out(&self, drain: &Drain) {
        tracing::warn!(by = drain.asked_by, stays = drain.stays, "node_steps_out");
        self.standing.step_out();
    }

    /// How long requests are still served although the node says that it is not ready.
    fn notice(&self) -> Duration {
        self.settings.borrow().config.node.probe_every * PROBES
    }

    async fn leave(
        &self,
        serving: &mut Serving,
        (asked, mut signals): (Asked, Signals),
    ) -> Result<(), Failure> {
        let was_out = self.standing.is_out();
        Supervisor::stopping();
        self.standing.leave();
        // Whoever types Ctrl-C waits for no balancer, and one that has stepped out has been noticed.
        let notice = if asked == Asked::ByPerson || was_out { Duration::ZERO } else { self.notice() };
        tracing::info!(notice_ms = notice.as_millis(), "node_leaves");
        tokio::select! {
            () = tokio::time::sleep(notice) => Ok(()),
            // Whoever asks once more does not want to wait.
            _ = signals.next() => Ok(()),
            failure = serving.ended() => Err(failure),
        }
    }
}

/// What this node was asked; tables that have gone beyond its program ask it to step out as well.
async fn asked(house: &House) -> Result<Option<Drain>, StoreError> {
    if let Err(StoreError::Schema { found, needed, .. }) = house.store.check_schema().await {
        let reason = format!("the tables are of version {found}, and this program serves those of {needed}");
        return Ok(Some(Drain {
            node: house.node_name(),
            stays: true,
            asked_at: house.clock.now(),
            asked_by: "the store".to_owned(),
            reason,
        }));
    }
    let all = store::drain::all(&mut house.store.read().await?).await?;
    let own = house.node_name();
    Ok(all.into_iter().find(|drain| drain.node == own))
}

//! The first page: is the data fresh, and does anything wait for a person? It names no doctor and needs no scope.

use crate::fault::Fault;
use crate::freshness::Freshness;
use crate::place::Ops;
use crate::rows::{AlertRow, HoldRow, RejectCount, RunRow};

/// Alerts and holds looked through for open ones; a site has a few dozen keys at most.
const LOOKED_AT: u64 = 200;
/// Runs shown.
const RUNS: u64 = 10;

/// The state of everything, without any doctor in it.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Every body and TIS.
    pub freshness: Freshness,
    /// Holds that wait for a person.
    pub holds: Vec<HoldRow>,
    /// Alerts that are not resolved, loudest first.
    pub alerts: Vec<AlertRow>,
    /// Records received and not processed, by list and reason.
    pub rejects: Vec<RejectCount>,
    /// The newest runs, newest first.
    pub runs: Vec<RunRow>,
}

impl Ops {
    /// Reads the state of everything.
    pub async fn overview(&self) -> Result<Overview, Fault> {
        let mut tx = self.read().await?;
        let freshness = self.freshness_in(&mut tx, &self.every_body()).await?;
        let holds = store::hold::recent(&mut tx, LOOKED_AT).await?;
        let alerts = store::alert::recent(&mut tx, LOOKED_AT).await?;
        Ok(Overview {
            freshness,
            holds: holds.into_iter().filter(|hold| hold.state.is_open()).collect(),
            alerts: alerts.into_iter().filter(|alert| alert.state != "resolved").collect(),
            rejects: store::reject::counts(&mut tx).await?,
            runs: store::run::recent(&mut tx, RUNS).await?,
        })
    }
}

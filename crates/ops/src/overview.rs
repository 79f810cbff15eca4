//! The first page: is the data fresh, and does anything wait for a person? It names no doctor.

use domain::scope::Scope;

use crate::alerts::is_within;
use crate::fault::Fault;
use crate::freshness::Freshness;
use crate::holds::covers;
use crate::place::Ops;
use crate::rows::{AlertRow, HoldRow, RejectCount, RunRow};

/// Alerts and holds looked through for open ones; a site has a few dozen keys at most.
const LOOKED_AT: u64 = 200;
/// Runs shown.
const RUNS: u64 = 10;

/// The state of everything, without any doctor in it.
#[derive(Clone, Debug)]
pub struct Overview {
    /// The bodies of the scope, and TIS.
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
    /// Reads the state of the lists of a scope.
    pub async fn overview(&self, scope: &Scope) -> Result<Overview, Fault> {
        let mut tx = self.read().await?;
        let freshness = self.freshness_in(&mut tx, scope).await?;
        let holds = store::hold::recent(&mut tx, LOOKED_AT).await?;
        let alerts = store::alert::recent(&mut tx, LOOKED_AT).await?;
        let rejects = store::reject::counts(&mut tx).await?;
        Ok(Overview {
            freshness,
            holds: holds
                .into_iter()
                .filter(|hold| hold.state.is_open() && covers(scope, &hold.list))
                .collect(),
            alerts: alerts
                .into_iter()
                .filter(|alert| alert.state != "resolved" && is_within(scope, alert))
                .collect(),
            rejects: rejects.into_iter().filter(|count| covers(scope, &count.list)).collect(),
            runs: store::run::recent(&mut tx, RUNS).await?,
        })
    }
}

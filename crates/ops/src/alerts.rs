//! Alerts: open conditions that a person must see, and those that were.

use domain::scope::Scope;

use crate::fault::Fault;
use crate::freshness::Freshness;
use crate::holds::covers;
use crate::place::Ops;
use crate::rows::AlertRow;

/// Alerts shown.
const SHOWN: u64 = 200;

/// Alerts of a scope.
#[derive(Clone, Debug)]
pub struct AlertsPage {
    /// How old the lists are.
    pub freshness: Freshness,
    /// Open ones first, loudest first.
    pub rows: Vec<AlertRow>,
}

impl Ops {
    /// Reads the alerts that are about no list, or about at least one of the scope.
    pub async fn alerts(&self, scope: &Scope) -> Result<AlertsPage, Fault> {
        let mut tx = self.read().await?;
        let freshness = self.freshness_in(&mut tx, scope).await?;
        let rows = store::alert::recent(&mut tx, SHOWN).await?;
        Ok(AlertsPage { freshness, rows: rows.into_iter().filter(|alert| is_within(scope, alert)).collect() })
    }
}

/// An alert about one list names it as `list`; one about several names them as `bodies`.
fn is_within(scope: &Scope, alert: &AlertRow) -> bool {
    let mut about = alert.list.iter().chain(&alert.bodies).peekable();
    about.peek().is_none() || about.any(|list| covers(scope, list))
}

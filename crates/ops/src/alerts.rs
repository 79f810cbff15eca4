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
    /// Reads the alerts that are about no list, or about one of the scope.
    pub async fn alerts(&self, scope: &Scope) -> Result<AlertsPage, Fault> {
        let mut tx = self.read().await?;
        let freshness = self.freshness_in(&mut tx, scope).await?;
        let rows = store::alert::recent(&mut tx, SHOWN).await?;
        let is_within = |alert: &AlertRow| alert.list.as_deref().is_none_or(|list| covers(scope, list));
        Ok(AlertsPage { freshness, rows: rows.into_iter().filter(is_within).collect() })
    }
}

//! Alerts: open conditions that a person must see, and those that were.

use domain::scope::Scope;

use crate::alert::{ABSENT, AlertStory};
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

/// One alert of a scope.
#[derive(Clone, Debug)]
pub struct AlertPage {
    /// How old the lists are.
    pub freshness: Freshness,
    /// The alert with everything that is known of it.
    pub story: AlertStory,
}

impl Ops {
    /// Reads one alert with its life; out of scope is the same as absent.
    pub async fn alert(&self, scope: &Scope, id: &str) -> Result<AlertPage, Fault> {
        let story = self.alert_story(id).await?;
        if !is_within(scope, &story.alert) {
            return Err(Fault::not_found(ABSENT));
        }
        Ok(AlertPage { freshness: self.freshness(scope).await?, story })
    }

    /// Reads the alerts that are about no list, or about at least one of the scope.
    pub async fn alerts(&self, scope: &Scope) -> Result<AlertsPage, Fault> {
        let mut tx = self.read().await?;
        let freshness = self.freshness_in(&mut tx, scope).await?;
        let rows = store::alert::recent(&mut tx, SHOWN).await?;
        Ok(AlertsPage { freshness, rows: rows.into_iter().filter(|alert| is_within(scope, alert)).collect() })
    }
}

/// An alert about one list names it as `list`; one about several names them as `bodies`.
pub(crate) fn is_within(scope: &Scope, alert: &AlertRow) -> bool {
    let mut about = alert.list.iter().chain(&alert.bodies).peekable();
    about.peek().is_none() || about.any(|list| covers(scope, list))
}

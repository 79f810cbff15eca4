//! How old each list is and what its last attempt came to: every page is built upon it.

use domain::freshness::{Age, judge};
use domain::ids::BodyCode;
use domain::overrides::Override;
use domain::recount::Recount;
use domain::run::BodyOutcome;
use domain::scope::Scope;
use jiff::Timestamp;
use store::Tx;
use store::list::{ListState, TIS};

use crate::fault::Fault;
use crate::place::Ops;

/// One list, its age and what its last attempt came to.
#[derive(Clone, Debug)]
pub struct ListFreshness {
    /// Designated body code, or `TIS`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What people call it.
    pub abbreviation: String,
    /// Newest published snapshot; 0 before the first.
    pub snapshot: u64,
    /// When the request for that data was sent.
    pub data_as_of: Option<Timestamp>,
    /// How old the data are, seconds.
    pub age_seconds: Option<i64>,
    /// The verdict; held or failed tonight is at least amber.
    pub age: Age,
    /// Doctors in the newest snapshot.
    pub doctors: u64,
    /// What the last attempt came to.
    pub outcome: Option<BodyOutcome>,
    /// When.
    pub outcome_at: Option<Timestamp>,
    /// Why it did not publish, in plain words.
    pub reason: String,
    /// The same for programs.
    pub cause: String,
    /// The run of that attempt.
    pub run_id: Option<String>,
    /// "GMC says N, we show N", when it was last counted.
    pub recount: Option<Recount>,
}

impl ListFreshness {
    /// Whether the last attempt did not publish, or the data are older than promised.
    pub fn needs_attention(&self) -> bool {
        self.age != Age::Fresh
    }
}

/// The lists behind a page, judged at one instant.
#[derive(Clone, Debug)]
pub struct Freshness {
    /// The instant.
    pub at: Timestamp,
    /// The designated bodies' lists.
    pub bodies: Vec<ListFreshness>,
    /// TIS.
    pub tis: ListFreshness,
    /// What is different for a while.
    pub overrides: Vec<Override>,
}

impl Freshness {
    /// When the oldest of the bodies' data were asked for; bodies without data are among [`Self::attention`].
    pub fn oldest(&self) -> Option<Timestamp> {
        self.bodies.iter().filter_map(|list| list.data_as_of).min()
    }

    /// The worst age among the bodies; without bodies nothing was ever published.
    pub fn worst(&self) -> Age {
        self.bodies.iter().map(|list| list.age).max().unwrap_or(Age::Never)
    }

    /// Lists, TIS included, that a reader must know about before trusting the page.
    pub fn attention(&self) -> Vec<&ListFreshness> {
        self.bodies.iter().chain([&self.tis]).filter(|list| list.needs_attention()).collect()
    }

    /// Doctors on the newest snapshots of the bodies.
    pub fn doctors(&self) -> u64 {
        self.bodies.iter().map(|list| list.doctors).sum()
    }
}

impl Ops {
    /// Reads how fresh the lists of a scope are, with TIS.
    pub async fn freshness(&self, scope: &Scope) -> Result<Freshness, Fault> {
        let mut tx = self.read().await?;
        self.freshness_in(&mut tx, scope).await
    }

    /// The same within a read that a page has begun.
    pub(crate) async fn freshness_in(&self, tx: &mut Tx, scope: &Scope) -> Result<Freshness, Fault> {
        let states =
            Lists { states: store::list::all(tx).await?, recounts: store::recount::newest(tx).await? };
        let now = self.clock.now();
        let bodies = self.bodies.iter().filter(|body| scope.covers(&body.code));
        let bodies = bodies.map(|body| self.judged(&states, body.code.as_str(), now)).collect();
        let mut overrides = store::overrides::since(tx, now).await?;
        overrides.retain(|one| one.is_in_force(now));
        Ok(Freshness { at: now, bodies, tis: self.judged(&states, TIS, now), overrides })
    }

    /// The freshness of one body and TIS.
    pub(crate) async fn freshness_of(&self, tx: &mut Tx, body: &BodyCode) -> Result<Freshness, Fault> {
        self.freshness_in(tx, &Scope::of([body.clone()])).await
    }

    fn judged(&self, lists: &Lists, code: &str, now: Timestamp) -> ListFreshness {
        let state =
            lists.states.iter().find(|state| state.code == code).cloned().unwrap_or_else(|| never(code));
        let body = self.bodies.iter().find(|body| body.code.as_str() == code);
        let by_age = judge(&self.promise, state.data_as_of, now);
        let by_outcome = match state.outcome {
            Some(BodyOutcome::Held | BodyOutcome::Failed) => Age::Amber,
            Some(BodyOutcome::Published) | None => Age::Fresh,
        };
        ListFreshness {
            name: body.map_or_else(|| code.to_owned(), |body| body.name.clone()),
            abbreviation: body.map_or_else(|| code.to_owned(), |body| body.abbreviation.clone()),
            age_seconds: state.data_as_of.map(|as_of| now.duration_since(as_of).as_secs()),
            age: by_age.max(by_outcome),
            code: state.code,
            snapshot: state.snapshot,
            data_as_of: state.data_as_of,
            doctors: state.doctors,
            outcome: state.outcome,
            outcome_at: state.outcome_at,
            reason: state.reason,
            cause: state.cause,
            run_id: state.run_id,
            recount: lists.recounts.iter().find(|recount| recount.body.as_str() == code).cloned(),
        }
    }
}

/// Every list as it stands, and the newest counts of each.
struct Lists {
    states: Vec<ListState>,
    recounts: Vec<Recount>,
}

/// A list that nobody has asked for yet.
fn never(code: &str) -> ListState {
    ListState {
        code: code.to_owned(),
        snapshot: 0,
        data_as_of: None,
        doctors: 0,
        outcome: None,
        outcome_at: None,
        reason: String::new(),
        cause: String::new(),
        run_id: None,
    }
}

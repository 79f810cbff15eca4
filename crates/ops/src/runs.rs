//! Runs: what was due, how it ended, and the evidence it left, body by body.

use domain::evidence::BodyEvidence;
use domain::overrides::Override;
use domain::recount::Recount;
use domain::scope::Scope;
use domain::tis_reading::JoinedList;
use jiff::Timestamp;
use store::{StoreError, Tx};

use crate::fault::Fault;
use crate::freshness::Freshness;
use crate::holds::covers;
use crate::place::Ops;
use crate::rows::{AttemptRow, LogRow, RunRow};

/// Runs shown.
const SHOWN: u64 = 50;
/// Lines of a log shown. Arbitrary; `reval runs show RUN --log` shows all.
const LINES_SHOWN: u64 = 500;

/// The newest runs.
#[derive(Clone, Debug)]
pub struct RunsPage {
    /// How old the lists are that they refresh.
    pub freshness: Freshness,
    /// Newest first.
    pub rows: Vec<RunRow>,
}

/// One run with everything it left.
#[derive(Clone, Debug)]
pub struct RunPage {
    /// How old the lists are that it refreshed.
    pub freshness: Freshness,
    /// The run.
    pub run: RunRow,
    /// Its tries, in order.
    pub attempts: Vec<AttemptRow>,
    /// What each list of the scope left, in order of code.
    pub evidence: Vec<BodyEvidence>,
    /// "GMC says N, we show N" for each list of the scope, where they were counted again.
    pub recounts: Vec<Recount>,
    /// The GMC's lists of the scope that a reading of TIS was joined to, with their names; none for other runs.
    pub joined_to: Option<Vec<(String, JoinedList)>>,
    /// What was different for a while when it was due or at work.
    pub overrides: Vec<Override>,
    /// The last lines of its log, in order.
    pub log: Vec<LogRow>,
}

impl Ops {
    /// Reads the newest runs.
    pub async fn runs(&self, scope: &Scope) -> Result<RunsPage, Fault> {
        let mut tx = self.read().await?;
        let freshness = self.freshness_in(&mut tx, scope).await?;
        Ok(RunsPage { freshness, rows: store::run::recent(&mut tx, SHOWN).await? })
    }

    /// Reads one run; evidence of lists out of scope is left out.
    pub async fn run(&self, scope: &Scope, id: &str) -> Result<RunPage, Fault> {
        let mut tx = self.read().await?;
        let run = store::run::get(&mut tx, id).await?;
        let run = run.ok_or_else(|| Fault::not_found("There is no run with this id."))?;
        let evidence = store::evidence::of_run(&mut tx, id).await?;
        let recounts = store::recount::of_run(&mut tx, id).await?;
        let reading = store::tis_reading::of_run(&mut tx, id).await?;
        let overrides = touching(&mut tx, &run, self.clock.now()).await?;
        Ok(RunPage {
            overrides,
            freshness: self.freshness_in(&mut tx, scope).await?,
            run,
            recounts: recounts.into_iter().filter(|one| scope.covers(&one.body)).collect(),
            attempts: store::run::attempts(&mut tx, id).await?,
            log: store::run_log::last(&mut tx, id, LINES_SHOWN).await?,
            joined_to: reading.map(|reading| self.joined_to(scope, &reading)),
            evidence: evidence.into_iter().filter(|one| covers(scope, one.body.as_str())).collect(),
        })
    }
}

/// What was different about a run's job for a while, at its hour or while it worked.
pub async fn touching(tx: &mut Tx, run: &RunRow, now: Timestamp) -> Result<Vec<Override>, StoreError> {
    let from = run.started_at.or(run.due_at).unwrap_or(run.created_at);
    let until = run.ended_at.unwrap_or(now).max(from);
    let mut all = store::overrides::since(tx, from).await?;
    all.retain(|one| one.touches(&run.job, from, until));
    Ok(all)
}

//! What runs by itself: each job with its last runs and what comes next, a night over all jobs, and where runs are begun.

use std::collections::BTreeMap;

use domain::job::{self, Job};
use domain::node::{Drain, Node};
use domain::overrides::Override;
use domain::run::RunState;
use domain::schedule::Due;
use domain::scope::Scope;
use domain::settings::SettingsState;
use jiff::civil::{Date, time};
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::fault::Fault;
use crate::freshness::Freshness;
use crate::place::{Ops, british};
use crate::rows::RunRow;

/// Last runs of a job that are shown.
const LAST: usize = 10;
/// Runs looked at for them; rows ahead of their hour come first.
const LOOKED_AT: u64 = 200;
/// Runs ahead that are named.
const AHEAD: usize = 5;
/// Rows are made so long before their hour at most.
const MADE_BEFORE: SignedDuration = SignedDuration::from_hours(4 * 24);

/// A job as it stands.
#[derive(Clone, Debug)]
pub struct JobStanding {
    /// As it is declared, with what is different for a while.
    pub job: Job,
    /// Its last runs that have begun or ended, the oldest first.
    pub last: Vec<RunRow>,
    /// When it is due next, five times; none while it cannot be planned.
    pub next: Vec<Due>,
    /// Why it rests, and until when.
    pub rests: Option<(String, Timestamp)>,
}

/// Every declared job.
#[derive(Clone, Debug)]
pub struct JobsPage {
    /// How old the lists are that they refresh.
    pub freshness: Freshness,
    /// In the order of the settings.
    pub jobs: Vec<JobStanding>,
}

/// One night over all jobs.
#[derive(Clone, Debug)]
pub struct NightPage {
    /// How old the lists are that it refreshed.
    pub freshness: Freshness,
    /// The morning's day.
    pub on: Date,
    /// From the evening before.
    pub from: Timestamp,
    /// Until before noon.
    pub until: Timestamp,
    /// The runs of each job that were due, begun or ended then, in the order in which they were.
    pub lanes: BTreeMap<String, Vec<RunRow>>,
}

/// Where runs are begun.
#[derive(Clone, Debug)]
pub struct NodesPage {
    /// How old the lists are.
    pub freshness: Freshness,
    /// By name, each with the jobs that it can begin.
    pub nodes: Vec<(Node, Vec<String>)>,
    /// Those that a person asked to step out.
    pub drains: Vec<Drain>,
    /// What each runs on.
    pub settings: Vec<SettingsState>,
    /// Jobs that no node can begin, and why.
    pub unplaced: Vec<(String, String)>,
}

/// What is different for a while.
#[derive(Clone, Debug)]
pub struct OverridesPage {
    /// How old the lists are.
    pub freshness: Freshness,
    /// What counts, will count, or ended within a day.
    pub overrides: Vec<Override>,
}

impl Ops {
    /// Reads how each declared job stands.
    pub async fn jobs(&self, scope: &Scope, declared: &[Job]) -> Result<JobsPage, Fault> {
        let mut tx = self.read().await?;
        let (freshness, now) = (self.freshness_in(&mut tx, scope).await?, self.clock.now());
        let mut jobs = Vec::new();
        for job in declared {
            let runs = store::run::of_job(&mut tx, &job.name, LOOKED_AT).await?;
            let mut last: Vec<RunRow> =
                runs.into_iter().filter(|run| run.state != RunState::Due).take(LAST).collect();
            last.reverse();
            let pause = job::paused(declared, job, now);
            let from = pause.map_or(now, |pause| pause.until);
            let next = job::next(declared, job, from, AHEAD).unwrap_or_default();
            let rests = pause.map(|pause| (pause.why.clone(), pause.until));
            jobs.push(JobStanding { job: job.clone(), last, next, rests });
        }
        Ok(JobsPage { freshness, jobs })
    }

    /// The morning's day of the night that is, or of the last that was; from six in the evening on it is the coming one.
    pub fn tonight(&self) -> Date {
        let later = self.clock.now().saturating_add(SignedDuration::from_hours(6)).unwrap_or(Timestamp::MAX);
        later.to_zoned(british()).date()
    }

    /// Reads one night, from six in the evening before a day until noon; the last one if no day is named.
    pub async fn night(&self, scope: &Scope, on: Option<Date>) -> Result<NightPage, Fault> {
        let mut tx = self.read().await?;
        let on = on.unwrap_or_else(|| self.tonight());
        let beyond = |_| Fault::invalid("This date is beyond what a calendar holds.");
        let at = |date: Date, hour: i8| {
            date.to_datetime(time(hour, 0, 0, 0)).to_zoned(british()).map(|zoned| zoned.timestamp())
        };
        let from = at(on.checked_sub(1.day()).map_err(beyond)?, 18).map_err(beyond)?;
        let until = at(on, 12).map_err(beyond)?;
        let made_from = from.saturating_sub(MADE_BEFORE).unwrap_or(Timestamp::MIN);
        let mut lanes: BTreeMap<String, Vec<RunRow>> = BTreeMap::new();
        for run in store::run::between(&mut tx, made_from, until).await? {
            let first = run.started_at.or(run.due_at).unwrap_or(run.created_at);
            let last = match run.state {
                RunState::Running => self.clock.now().max(first),
                _ => run.started_at.and(run.ended_at).unwrap_or(first),
            };
            if first < until && last >= from {
                lanes.entry(run.job.clone()).or_default().push(run);
            }
        }
        for runs in lanes.values_mut() {
            runs.sort_by_key(|run| run.started_at.or(run.due_at));
        }
        Ok(NightPage { freshness: self.freshness_in(&mut tx, scope).await?, on, from, until, lanes })
    }

    /// Reads where runs are begun.
    pub async fn nodes(&self, scope: &Scope, declared: &[Job]) -> Result<NodesPage, Fault> {
        let mut tx = self.read().await?;
        let (freshness, now) = (self.freshness_in(&mut tx, scope).await?, self.clock.now());
        let known = store::node::all(&mut tx).await?;
        let why = |job: &Job| domain::node::unplaced(&known, job.needs(now), now);
        let unplaced = declared.iter().filter_map(|job| Some((job.name.clone(), why(job)?))).collect();
        let begins = |node: &Node| {
            let can = |job: &&Job| node.refusal(job.needs(now), now).is_none();
            declared.iter().filter(can).map(|job| job.name.clone()).collect()
        };
        let nodes = known.iter().map(|node| (node.clone(), begins(node))).collect();
        let (drains, settings) = (store::drain::all(&mut tx).await?, store::settings::states(&mut tx).await?);
        Ok(NodesPage { freshness, nodes, drains, settings, unplaced })
    }

    /// Reads what is different for a while, beside how old the lists are.
    pub async fn overrides_page(&self, scope: &Scope) -> Result<OverridesPage, Fault> {
        let freshness = self.freshness(scope).await?;
        Ok(OverridesPage { freshness, overrides: self.overrides().await? })
    }
}

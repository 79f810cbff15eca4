//! What should happen, as the settings declare it: jobs, lists and promises.

use domain::freshness::Promise;
use domain::job::{self, Job, Trigger};
use domain::overrides::{self, Override};
use domain::schedule::{Due, ScheduleError};
use jiff::Timestamp;

/// A list that somebody promised to keep fresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredList {
    /// Its code.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// The job that refreshes it.
    pub job: String,
}

/// What is declared.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The jobs.
    pub jobs: Vec<Job>,
    /// The lists.
    pub lists: Vec<DeclaredList>,
    /// Ages at which a list is late and stale.
    pub promise: Promise,
    /// Environment.
    pub environment: String,
    /// Where people reach the pages, without a slash at the end.
    pub public_url: String,
    /// This program.
    pub build: String,
    /// These settings.
    pub config_hash: String,
}

impl Declared {
    /// A declared job.
    pub fn job(&self, name: &str) -> Option<&Job> {
        job::find(&self.jobs, name)
    }

    /// The same with what is different about its jobs for a while.
    pub fn under(&self, overrides: &[Override]) -> Self {
        let mut declared = self.clone();
        overrides::lay(&mut declared.jobs, overrides);
        declared
    }

    /// What was due of a job from an instant until before another.
    pub fn due(&self, job: &Job, from: Timestamp, until: Timestamp) -> Result<Vec<Due>, ScheduleError> {
        job::due(&self.jobs, job, from, until)
    }

    /// The job whose data a job needs, if it needs any.
    pub fn before<'a>(&self, job: &'a Job) -> Option<&'a str> {
        match &job.trigger {
            Trigger::After(before) => Some(before),
            Trigger::Schedule(_) => None,
        }
    }

    /// The job that refreshes a list.
    pub fn job_of(&self, list: &str) -> Option<&str> {
        self.lists.iter().find(|declared| declared.code == list).map(|declared| declared.job.as_str())
    }

    /// Whether a job refreshes any list.
    pub fn has_lists(&self, job: &str) -> bool {
        self.lists.iter().any(|list| list.job == job)
    }

    /// Who answers for a job, as a sentence of its own; empty where nobody is named.
    pub fn asks(&self, job: &str) -> String {
        let owner = self.job(job).map_or("", |job| job.owner.as_str());
        if owner.is_empty() { String::new() } else { format!(" Owner: {owner}.") }
    }
}

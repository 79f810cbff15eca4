//! CONFIG: a job that cannot be planned.

use domain::alert::{AlertKind, Severity};
use domain::job::Job;
use jiff::SignedDuration;

use crate::declared::Declared;
use crate::facts::Facts;
use crate::finding::Finding;

/// Rows are planned so far ahead.
const AHEAD: SignedDuration = SignedDuration::from_hours(72);

/// Finds jobs of which nothing can be planned.
pub(super) fn find(facts: &Facts, declared: &Declared) -> Vec<Finding> {
    declared.jobs.iter().filter_map(|job| of_job(facts, declared, job)).collect()
}

fn of_job(facts: &Facts, declared: &Declared, job: &Job) -> Option<Finding> {
    let until = facts.at.saturating_add(AHEAD).unwrap_or(facts.at);
    let why = declared.due(job, facts.at, until).err()?;
    let name = &job.name;
    Some(Finding {
        job: Some(name.clone()),
        sentence: format!("No run of {name} can be planned: {why}.{}", declared.asks(name)),
        remedy: "Correct its schedule in the settings; the command shows what would then be due.".to_owned(),
        command: "reval check-config; then reval next".to_owned(),
        evidence: why.to_string(),
        ..Finding::new(AlertKind::Config, Severity::Page, name, "schedule")
    })
}

#[cfg(test)]
mod tests {
    use domain::job::Trigger;

    use super::super::sample::{declared, facts};
    use super::*;

    #[test]
    fn a_job_that_cannot_be_planned_pages() {
        let facts = facts("2026-11-25T01:00:00Z", Vec::new());
        let mut declared = declared();
        assert!(find(&facts, &declared).is_empty());
        declared.jobs[1].trigger = Trigger::After("no such job".to_owned());
        let found = find(&facts, &declared);
        assert_eq!((found[0].key.as_str(), found[0].severity), ("config/tis-enrich", Severity::Page));
    }
}

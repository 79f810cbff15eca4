//! FAILED that comes and goes: runs of a job alternate between good and bad, which is one condition and not many.

use domain::alert::{AlertKind, Severity};
use domain::run::RunState;

use crate::declared::Declared;
use crate::facts::{Facts, RunFact};
use crate::finding::Finding;

/// Runs by the clock that are looked at, and changes among them that are flapping. Source: night 4 of alternation.
const LOOKED_AT: usize = 6;
const CHANGES: usize = 3;
/// As many of one kind at the end are steady again.
const STEADY: usize = 3;
/// History that is kept for policies that count.
const KEPT: usize = 20;

/// The key of a job's flapping.
pub(super) fn key(job: &str) -> String {
    format!("failed/{job}/flapping")
}

/// Whether each of the newest runs by the clock was bad, newest first.
pub(super) fn history(facts: &Facts, job: &str) -> Vec<bool> {
    let by_itself = facts.ended(job).into_iter().rev().filter(|run| run.is_by_itself());
    by_itself.take(KEPT).map(|run| run.state != RunState::Succeeded).collect()
}

/// Whether a history, newest first, alternates.
fn is_flapping(history: &[bool]) -> bool {
    let seen = &history[..history.len().min(LOOKED_AT)];
    let changes = seen.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let is_steady = seen.len() >= STEADY && seen[..STEADY].iter().all(|bad| *bad == seen[0]);
    changes >= CHANGES && !is_steady
}

/// Finds jobs whose runs alternate.
pub(super) fn find(facts: &Facts, declared: &Declared) -> Vec<Finding> {
    let of_job = |job: &domain::job::Job| {
        let history = history(facts, &job.name);
        is_flapping(&history).then(|| say(facts, declared, &job.name, history))
    };
    declared.jobs.iter().filter_map(of_job).collect()
}

fn say(facts: &Facts, declared: &Declared, job: &str, history: Vec<bool>) -> Finding {
    let bad = history.iter().take(LOOKED_AT).filter(|bad| **bad).count();
    let newest: Option<&RunFact> =
        facts.ended(job).into_iter().rev().find(|run| run.state == RunState::Failed);
    Finding {
        key: key(job),
        job: Some(job.to_owned()),
        run_id: newest.map(|run| run.id.clone()),
        sentence: format!(
            "Runs of {job} fail and succeed in turn: {bad} of the last {} did not succeed.{}",
            history.len().min(LOOKED_AT),
            declared.asks(job)
        ),
        remedy: "Compare the bad nights with the good ones; what differs is the cause.".to_owned(),
        command: format!("reval runs {job}"),
        last_good: facts.well_at(job),
        since: newest.and_then(|run| run.ended_at),
        evidence: "flapping".to_owned(),
        is_flapping: true,
        history,
        ..Finding::new(AlertKind::Failed, Severity::Warn, job, "flapping")
    }
    .look_at("See the runs", "/runs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_that_alternate_are_flapping_until_they_are_steady() {
        // Newest first; x is bad.
        let cases = [
            ("x", false),
            (".x", false),
            ("x.x", false),
            (".x.x", true),
            ("x.x..", true),
            ("xxx.x.", false),
            ("...x.x", false),
            ("..x.x.", true),
            ("......", false),
            ("xxxxxx", false),
        ];
        for (history, expected) in cases {
            let bad: Vec<bool> = history.chars().map(|night| night == 'x').collect();
            assert_eq!(is_flapping(&bad), expected, "{history}");
        }
    }
}

//! LATE: a run has not ended by its deadline, or will not if it takes as long as usual.

use domain::alert::{AlertKind, Severity};
use domain::run::RunState;
use jiff::SignedDuration;

use crate::declared::Declared;
use crate::facts::{Facts, RunFact};
use crate::finding::Finding;

/// Good runs that teach how long one usually takes; fewer say little.
const TAUGHT_BY: usize = 3;

/// Finds runs that are at work past their deadline, or will be.
pub(super) fn find(facts: &Facts, declared: &Declared) -> Vec<Finding> {
    let of_job = |job: &domain::job::Job| {
        let running = facts.of(&job.name).iter().filter(|run| run.state == RunState::Running);
        running.filter_map(|run| of_run(facts, declared, &job.name, run)).next_back()
    };
    declared.jobs.iter().filter_map(of_job).collect()
}

fn of_run(facts: &Facts, declared: &Declared, job: &str, run: &RunFact) -> Option<Finding> {
    let finish_by = run.finish_by?;
    let will_end = usual(facts, job).zip(run.started_at).map(|(usual, began)| began + usual);
    let (what, cause) = if facts.at > finish_by {
        ("has not ended by its deadline".to_owned(), "not_finished")
    } else if will_end.is_some_and(|end| end > finish_by) {
        ("will end after its deadline if it takes as long as usual".to_owned(), "will_be_late")
    } else {
        return None;
    };
    let due = run.slot.as_deref().unwrap_or("by hand");
    Some(
        Finding {
            key: format!("late/{job}"),
            job: Some(job.to_owned()),
            run_id: Some(run.id.clone()),
            sentence: format!("The run of {job} due {due} {what}.{}", declared.asks(job)),
            remedy: "Look how far it is. If it hangs, abort it: the next begins anew.".to_owned(),
            command: format!("reval runs {job}"),
            last_good: facts.well_at(job),
            since: Some(finish_by.min(facts.at)),
            made_by: Some((run.build.clone(), run.config_hash.clone())),
            evidence: run.id.clone(),
            ..Finding::new(AlertKind::Late, Severity::Warn, job, cause)
        }
        .look_at("See the run", format!("/runs/{}", run.id)),
    )
}

/// The middle of how long good runs took.
fn usual(facts: &Facts, job: &str) -> Option<SignedDuration> {
    let good = facts.ended(job).into_iter().filter(|run| run.is_good());
    let took = good.filter_map(|run| Some(run.ended_at?.duration_since(run.started_at?)));
    let mut took: Vec<SignedDuration> = took.collect();
    took.sort_unstable();
    (took.len() >= TAUGHT_BY).then(|| took[took.len() / 2])
}

#[cfg(test)]
mod tests {
    use super::super::sample::{declared, facts, run};
    use super::*;

    #[test]
    fn a_run_is_late_after_its_deadline_and_before_it_if_it_takes_as_long_as_usual() {
        let slow = |day: &str| RunFact {
            ended_at: run(day, RunState::Succeeded).due_at.map(|due| due + SignedDuration::from_mins(60)),
            ..run(day, RunState::Succeeded)
        };
        let nights = ["2026-11-22", "2026-11-23", "2026-11-24"];
        let quick: Vec<RunFact> = nights.map(|day| run(day, RunState::Succeeded)).into();
        let slow: Vec<RunFact> = nights.map(slow).into();
        let tonight = |past: &[RunFact], began: &str| {
            let began = super::super::sample::at(began);
            let mut all = past.to_vec();
            all.push(RunFact { started_at: Some(began), ..run("2026-11-25", RunState::Running) });
            all
        };
        let cases = [
            ("at the deadline", "2026-11-25T02:00:00Z", tonight(&quick, "2026-11-25T00:05:00Z"), None),
            (
                "after it",
                "2026-11-25T02:00:01Z",
                tonight(&quick, "2026-11-25T00:05:00Z"),
                Some("not_finished"),
            ),
            (
                "begun late, and usually slow",
                "2026-11-25T01:10:00Z",
                tonight(&slow, "2026-11-25T01:05:00Z"),
                Some("will_be_late"),
            ),
            (
                "begun late, and usually quick",
                "2026-11-25T01:10:00Z",
                tonight(&quick, "2026-11-25T01:05:00Z"),
                None,
            ),
            (
                "two nights teach nothing",
                "2026-11-25T01:10:00Z",
                tonight(&slow[1..], "2026-11-25T01:05:00Z"),
                None,
            ),
            ("ended", "2026-11-25T03:00:00Z", quick.clone(), None),
        ];
        for (what, now, runs, expected) in cases {
            let found = find(&facts(now, runs), &declared());
            assert_eq!(found.first().map(|finding| finding.cause.as_str()), expected, "{what}");
        }
    }
}

//! SUSPECT: a run ended with too little, or found something wrong; the holds of its lists are told with it.

use domain::alert::{AlertKind, Severity};
use domain::run::RunState;

use crate::declared::Declared;
use crate::facts::{Facts, RunFact};
use crate::finding::{Finding, Proof};

/// The key of a job's suspicion.
pub(super) fn key(job: &str) -> String {
    format!("suspect/{job}")
}

/// Finds jobs whose newest run is doubted.
pub(super) fn find(facts: &Facts, declared: &Declared) -> Vec<Finding> {
    let mut found = Vec::new();
    for job in facts.runs.keys() {
        let ended = facts.ended(job);
        let doubted = |run: &&RunFact| run.state == RunState::Suspect && run.doubt.is_some();
        let newest = ended.last().copied().filter(doubted);
        let by_itself = ended.iter().rev().find(|run| run.is_by_itself()).copied().filter(doubted);
        let what = newest.map(|run| (run, Proof::Holds));
        let what = what.or_else(|| by_itself.map(|run| (run, Proof::RecoveredByHand)));
        found.extend(what.map(|what| say(facts, declared, job, what)));
    }
    found
}

fn say(facts: &Facts, declared: &Declared, job: &str, what: (&RunFact, Proof)) -> Finding {
    let (run, proof) = what;
    let doubt = run.doubt.as_deref().unwrap_or_default();
    let of_job = facts.lists.iter().filter(|list| declared.job_of(&list.code) == Some(job));
    Finding {
        key: key(job),
        proof,
        job: Some(job.to_owned()),
        bodies: run.bodies.iter().map(|body| body.code.clone()).collect(),
        run_id: Some(run.id.clone()),
        doctors: of_job.map(|list| list.doctors).sum(),
        sentence: format!("A run of {job} ended in doubt: {doubt}.{}", declared.asks(job)),
        remedy: "Do not trust it: ask the source, then refresh. Readers keep the last good lists.".to_owned(),
        command: "reval check-config --live; then reval refresh".to_owned(),
        last_good: facts.well_at(job),
        since: run.ended_at,
        made_by: Some((run.build.clone(), run.config_hash.clone())),
        evidence: run.id.clone(),
        ..Finding::new(AlertKind::Suspect, Severity::Page, job, "floors")
    }
    .look_at("See the run", format!("/runs/{}", run.id))
}

#[cfg(test)]
mod tests {
    use domain::run::RunState::{Succeeded, Suspect};

    use super::super::sample::{by_hand, declared, facts, run};
    use super::*;

    fn doubted(run: RunFact) -> RunFact {
        RunFact { doubt: Some("0 records of 54005 expected; 0.6 s, usual 240.0 s".to_owned()), ..run }
    }

    #[test]
    fn a_run_with_too_little_pages_at_once_and_one_that_is_only_held_does_not() {
        let found =
            find(&facts("2026-11-25T01:00:00Z", vec![doubted(run("2026-11-25", Suspect))]), &declared());
        assert_eq!((found[0].key.as_str(), found[0].severity), ("suspect/gmc-sync", Severity::Page));
        assert!(found[0].sentence.contains("0 records of 54005 expected"));
        assert!(
            find(&facts("2026-11-25T01:00:00Z", vec![run("2026-11-25", Suspect)]), &declared()).is_empty()
        );
    }

    #[test]
    fn a_good_run_closes_it_and_a_person_s_is_not_proof() {
        let bad = doubted(run("2026-11-25", Suspect));
        let again = by_hand("2026-11-25T09:00:00Z", Succeeded);
        let found = find(&facts("2026-11-25T10:00:00Z", vec![bad.clone(), again]), &declared());
        assert_eq!(found[0].proof, Proof::RecoveredByHand);
        let next = vec![bad, run("2026-11-26", Succeeded)];
        assert!(find(&facts("2026-11-26T10:00:00Z", next), &declared()).is_empty());
    }
}

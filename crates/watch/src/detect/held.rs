//! HELD: a publish waits for a person's word.

use domain::alert::{AlertKind, Severity};

use super::suspect;
use crate::declared::Declared;
use crate::facts::{Facts, HoldFact};
use crate::finding::Finding;

/// Finds what waits.
pub(super) fn find(facts: &Facts, declared: &Declared) -> Vec<Finding> {
    facts.holds.iter().map(|hold| say(facts, declared, hold)).collect()
}

fn say(facts: &Facts, declared: &Declared, hold: &HoldFact) -> Finding {
    let HoldFact { id, list, why, .. } = hold;
    let job = declared.job_of(list);
    Finding {
        job: job.map(str::to_owned),
        bodies: vec![list.clone()],
        run_id: Some(hold.run_id.clone()),
        hold_id: Some(id.clone()),
        doctors: hold.doctors,
        sentence: format!("The update of {list} waits for a person's word. {why}"),
        remedy: "Ask the body or the GMC whether it is right; then approve it with its count, or reject it."
            .to_owned(),
        command: format!(
            "reval holds; then reval approve {id} --count N --reason … or reval reject {id} --reason …"
        ),
        last_good: facts.list(list).and_then(|list| list.data_as_of),
        since: Some(hold.since),
        evidence: id.clone(),
        // Of a run that is doubted as a whole, its holds are told with it.
        explained_by: job
            .filter(|job| is_of_newest(facts, job, hold))
            .map(suspect::key)
            .into_iter()
            .collect(),
        ..Finding::new(AlertKind::Held, Severity::Page, list, "brake")
    }
    .look_at("See the hold", format!("/holds/{id}"))
}

fn is_of_newest(facts: &Facts, job: &str, hold: &HoldFact) -> bool {
    facts.ended(job).last().is_some_and(|run| run.id == hold.run_id)
}

#[cfg(test)]
mod tests {
    use domain::run::RunState::Suspect;

    use super::super::sample::{A, at, declared, facts, run};
    use super::*;

    #[test]
    fn a_hold_pages_and_is_told_with_the_doubt_of_its_run() {
        let mut facts = facts("2026-11-25T01:00:00Z", vec![run("2026-11-25", Suspect)]);
        let hold = HoldFact {
            id: "hold-1".to_owned(),
            list: A.to_owned(),
            why: "2700 doctors are missing.".to_owned(),
            doctors: 4500,
            run_id: "run-2026-11-25-suspect".to_owned(),
            since: at("2026-11-25T00:09:00Z"),
        };
        facts.holds = vec![hold.clone(), HoldFact { run_id: "an older one".to_owned(), ..hold }];
        let found = find(&facts, &declared());
        assert_eq!(
            (found[0].key.as_str(), found[0].severity, found[0].doctors),
            ("held/1-A", Severity::Page, 4500)
        );
        assert!(found[0].sentence.contains("2700") && found[0].command.contains("approve hold-1"));
        assert_eq!(found[0].explained_by, ["suspect/gmc-sync"]);
        assert!(found[1].explained_by.is_empty());
    }
}

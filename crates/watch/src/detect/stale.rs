//! STALE: a list is older than promised. What is known to stand in its way tells of it as well.

use domain::alert::{AlertKind, Severity};
use domain::freshness::{Age, judge};
use domain::job::Job;
use domain::run::BodyOutcome;

use crate::declared::{Declared, DeclaredList};
use crate::facts::Facts;
use crate::finding::Finding;

/// Finds lists that are older than promised, or that never came since they were first owed; and jobs that somebody else runs
/// whose data are, by their own word.
pub(super) fn find(facts: &Facts, declared: &Declared) -> Vec<Finding> {
    let lists = declared.lists.iter().filter_map(|list| of_list(facts, declared, list));
    lists.chain(declared.jobs.iter().filter_map(|job| of_job(facts, declared, job))).collect()
}

fn of_job(facts: &Facts, declared: &Declared, job: &Job) -> Option<Finding> {
    let limit = job.fresh_within?;
    let as_of = facts.reported_as_of.get(&job.name).copied();
    let counted_from = as_of.or_else(|| facts.known_since.get(&job.name).copied())?;
    let age = facts.at.duration_since(counted_from);
    if age < limit {
        return None;
    }
    let (name, hours, allowed) = (&job.name, age.as_hours(), limit.as_hours());
    let asks = declared.asks(name);
    let sentence = match as_of {
        Some(_) => {
            format!("The data of {name} are {hours} hours old, by its own word; {allowed} are allowed.{asks}")
        }
        None => {
            format!("{name} never said how fresh its data are, {hours} hours after it was declared.{asks}")
        }
    };
    Some(
        Finding {
            job: Some(name.clone()),
            sentence,
            remedy: "Ask whoever runs it what it takes in; its runs are on the page of runs.".to_owned(),
            command: format!("reval runs {name}"),
            last_good: as_of,
            since: counted_from.checked_add(limit).ok(),
            evidence: counted_from.to_string(),
            explained_by: vec![format!("missed/{name}")],
            ..Finding::new(AlertKind::Stale, job.on_failed, name, "too_old")
        }
        .look_at("See the runs", "/runs"),
    )
}

fn of_list(facts: &Facts, declared: &Declared, list: &DeclaredList) -> Option<Finding> {
    let promise = &declared.promise;
    let fact = facts.list(&list.code);
    let as_of = fact.and_then(|fact| fact.data_as_of);
    // What was never published ages from when its job became known.
    let counted_from = as_of.or_else(|| facts.known_since.get(&list.job).copied())?;
    let severity = match judge(promise, Some(counted_from), facts.at) {
        Age::Amber => Severity::Warn,
        Age::Red => Severity::Page,
        Age::Fresh | Age::Never => return None,
    };
    let hours = facts.at.duration_since(counted_from).as_hours();
    let (code, limit) = (&list.code, if severity == Severity::Page { promise.red } else { promise.amber });
    let sentence = match as_of {
        Some(_) => format!(
            "The data of {code} are {hours} hours old; at most {} are promised.",
            promise.amber.as_hours()
        ),
        None => format!("The list of {code} was never published, {hours} hours after it was first owed."),
    };
    Some(
        Finding {
            job: Some(list.job.clone()),
            bodies: vec![code.clone()],
            run_id: fact.and_then(|fact| fact.run_id.clone()),
            doctors: fact.map_or(0, |fact| fact.doctors),
            sentence,
            remedy: "Refresh it; if that fails, its own alert says why. Pages say how old it is.".to_owned(),
            command: "reval refresh".to_owned(),
            last_good: as_of,
            since: counted_from.checked_add(limit).ok(),
            evidence: severity.word().to_owned(),
            explained_by: explained_by(facts, list),
            ..Finding::new(AlertKind::Stale, severity, code, "too_old")
        }
        .look_at("See the lists", "/"),
    )
}

fn explained_by(facts: &Facts, list: &DeclaredList) -> Vec<String> {
    let Some(fact) = facts.list(&list.code) else { return Vec::new() };
    let job = &list.job;
    match fact.outcome {
        Some(BodyOutcome::Failed) if fact.cause == "credentials" => {
            vec![format!("credential/{job}/credentials")]
        }
        Some(BodyOutcome::Failed) => vec![format!("failed/{job}/{}", fact.cause)],
        Some(BodyOutcome::Held) => vec![format!("held/{}", list.code)],
        Some(BodyOutcome::Published) | None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::super::sample::{A, B, declared, facts, list};
    use super::*;
    use crate::facts::ListFact;

    #[test]
    fn a_job_of_somebody_else_is_stale_by_its_own_word() {
        let mut declared = declared();
        declared.lists.clear();
        declared.jobs[0].fresh_within = Some(SignedDuration::from_hours(26));
        let mut facts = facts("2026-11-25T02:04:00Z", Vec::new());
        let name = declared.jobs[0].name.clone();
        let keys = |facts: &Facts| find(facts, &declared).into_iter().map(|one| one.key).collect::<Vec<_>>();
        facts.reported_as_of.insert(name.clone(), "2026-11-24T00:05:00Z".parse().expect("an instant"));
        assert!(keys(&facts).is_empty(), "a minute before");
        facts.at += SignedDuration::from_mins(1);
        assert_eq!(keys(&facts), [format!("stale/{name}")]);
        facts.reported_as_of.insert(name.clone(), facts.at);
        assert!(keys(&facts).is_empty(), "a good run said that they are fresh");
        facts.reported_as_of.clear();
        facts.known_since.insert(name.clone(), facts.at - SignedDuration::from_hours(26));
        assert_eq!(keys(&facts), [format!("stale/{name}")], "it never said so");
    }

    #[test]
    fn a_list_is_stale_at_its_hours() {
        let cases = [
            ("a minute before", "2026-11-25T02:04:00Z", None),
            ("at 26 hours", "2026-11-25T02:05:00Z", Some(Severity::Warn)),
            ("a minute before 50", "2026-11-26T02:04:00Z", Some(Severity::Warn)),
            ("at 50 hours", "2026-11-26T02:05:00Z", Some(Severity::Page)),
        ];
        for (what, now, expected) in cases {
            let mut facts = facts(now, Vec::new());
            facts.known_since.clear();
            facts.lists = vec![list(A, "2026-11-24T00:05:00Z"), list("unknown", "2020-01-01T00:00:00Z")];
            let found = find(&facts, &declared());
            assert_eq!(found.first().map(|finding| finding.severity), expected, "{what}");
            assert!(found.iter().all(|finding| finding.key == "stale/1-A"), "{what}");
        }
    }

    #[test]
    fn what_stands_in_its_way_tells_of_it() {
        let mut facts = facts("2026-11-25T03:00:00Z", Vec::new());
        facts.known_since.clear();
        let old = list(A, "2026-11-24T00:05:00Z");
        let failed =
            ListFact { outcome: Some(BodyOutcome::Failed), cause: "network".to_owned(), ..old.clone() };
        let held = ListFact { code: B.to_owned(), outcome: Some(BodyOutcome::Held), ..old };
        facts.lists = vec![failed, held];
        let explained: Vec<_> = find(&facts, &declared()).into_iter().map(|one| one.explained_by).collect();
        assert_eq!(explained, [vec!["failed/gmc-sync/network".to_owned()], vec!["held/1-B".to_owned()]]);
    }

    #[test]
    fn a_list_that_never_came_ages_from_when_it_was_owed() {
        let found = find(&facts("2026-11-25T03:00:00Z", Vec::new()), &declared());
        assert!(found[0].sentence.contains("never published"), "{}", found[0].sentence);
        assert_eq!(found[0].severity, Severity::Page);
    }
}

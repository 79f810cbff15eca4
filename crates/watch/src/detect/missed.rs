//! MISSED: a run was due and nobody began it by its deadline, whether or not its row exists.

use domain::alert::{AlertKind, Severity};
use domain::job::Job;
use domain::run::RunState;
use domain::schedule::Due;
use jiff::{SignedDuration, Timestamp};

use crate::declared::Declared;
use crate::facts::{Facts, RunFact};
use crate::finding::{Finding, Proof};

/// Slots are looked at so far back. The ledger is read as far.
const BACK: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Finds jobs with slots that nobody began and that no later run has made good.
pub(super) fn find(facts: &Facts, declared: &Declared) -> Vec<Finding> {
    declared.jobs.iter().filter_map(|job| of_job(facts, declared, job)).collect()
}

fn of_job(facts: &Facts, declared: &Declared, job: &Job) -> Option<Finding> {
    let made_good = facts.last_good(&job.name, RunFact::is_by_itself).and_then(|run| run.started_at);
    let missed = missed(facts, declared, job, made_good);
    let (newest, first) = (missed.last()?, missed.first()?);
    if waits_for_a_missed_one(facts, declared, job, newest) {
        return None;
    }
    let row = row_of(facts, &job.name, newest);
    let by_hand = facts.last_good(&job.name, |run| run.started_at >= Some(newest.at));
    // Rows may reach further back than slots are looked at.
    let settled = facts.missed.get(&job.name).copied().unwrap_or_default();
    let count = settled.max(missed.len() as u64);
    let runs = if count == 1 { "One run was".to_owned() } else { format!("{count} runs were") };
    let name = &job.name;
    Some(
        Finding {
            proof: if by_hand.is_some() { Proof::RecoveredByHand } else { Proof::Holds },
            job: Some(name.clone()),
            bodies: declared
                .lists
                .iter()
                .filter(|list| list.job == *name)
                .map(|list| list.code.clone())
                .collect(),
            run_id: row.map(|row| row.id.clone()),
            doctors: doctors(facts, declared, name),
            sentence: format!(
                "{name} was due {} and nobody began it in time. {runs} missed.{}",
                newest.slot,
                declared.asks(name)
            ),
            remedy: "Begin it now; then look why no scheduler did: is `reval serve` running on any node?"
                .to_owned(),
            command: "reval refresh".to_owned(),
            last_good: facts.well_at(name),
            since: Some(job.start_deadline.of(first.at, &job.zone)),
            made_by: row.map(|row| (row.build.clone(), row.config_hash.clone())),
            evidence: newest.slot.to_string(),
            in_a_row: count,
            ..Finding::new(AlertKind::Missed, Severity::Page, name, "not_started")
        }
        .look_at("See the runs", "/runs"),
    )
}

fn doctors(facts: &Facts, declared: &Declared, job: &str) -> u64 {
    let is_of_job = |code: &str| declared.job_of(code) == Some(job);
    facts.lists.iter().filter(|list| is_of_job(&list.code)).map(|list| list.doctors).sum()
}

/// The slots of a job that were not begun in time, after the last that made good what was before it.
fn missed(facts: &Facts, declared: &Declared, job: &Job, made_good: Option<Timestamp>) -> Vec<Due> {
    let Some(known) = facts.known_since.get(&job.name) else { return Vec::new() };
    let back = facts.at.saturating_sub(BACK).unwrap_or(Timestamp::MIN);
    let from = made_good.unwrap_or(Timestamp::MIN).max(*known).max(back);
    // What cannot be planned is told by another detector.
    let due = declared.due(job, from, facts.at).unwrap_or_default();
    due.into_iter().filter(|due| is_missed(facts, declared, job, due)).collect()
}

fn is_missed(facts: &Facts, declared: &Declared, job: &Job, due: &Due) -> bool {
    let start_by = job.start_deadline.of(due.at, &job.zone);
    let rests = |at| domain::job::paused(&declared.jobs, job, at).is_some();
    if due.is_skipped || start_by >= facts.at || rests(due.at) || rests(start_by) {
        return false;
    }
    match row_of(facts, &job.name, due) {
        Some(row) => matches!(row.state, RunState::Missed | RunState::Due),
        // Rows reach ahead of their hour: one that lies after this slot shows that the schedule did not name it then.
        None => !was_planned_past(facts, &job.name, due) && !was_begun(facts, &job.name, (due.at, start_by)),
    }
}

fn row_of<'a>(facts: &'a Facts, job: &str, due: &Due) -> Option<&'a RunFact> {
    let slot = due.slot.to_string();
    facts.of(job).iter().find(|run| run.kind == "scheduled" && run.slot.as_ref() == Some(&slot))
}

fn was_planned_past(facts: &Facts, job: &str, due: &Due) -> bool {
    facts.of(job).iter().any(|run| run.kind == "scheduled" && run.due_at > Some(due.at))
}

/// Where somebody else calls `reval run` at its hour, there are no rows ahead.
fn was_begun(facts: &Facts, job: &str, span: (Timestamp, Timestamp)) -> bool {
    let is_within = |at: Timestamp| at >= span.0 && at <= span.1;
    facts.of(job).iter().any(|run| run.started_at.is_some_and(is_within))
}

/// One cause is one alert: what waited for a run that was itself missed is told with that one.
fn waits_for_a_missed_one(facts: &Facts, declared: &Declared, job: &Job, due: &Due) -> bool {
    let before = declared.before(job).and_then(|name| declared.job(name));
    before.is_some_and(|before| is_missed(facts, declared, before, due))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{GMC, TIS, at, by_hand, declared, facts, run};
    use super::*;

    #[test]
    fn a_run_is_missed_just_after_its_start_deadline() {
        use RunState::{Due, Failed, Missed, Running, Skipped, Succeeded};
        let good = || run("2026-11-24", Succeeded);
        let tonight = |state| vec![good(), run("2026-11-25", state)];
        let cases: [(&str, &str, Vec<RunFact>, bool); 11] = [
            ("at the deadline itself", "2026-11-25T00:10:00Z", tonight(Due), false),
            ("a moment after", "2026-11-25T00:10:01Z", tonight(Due), true),
            ("settled by a scheduler", "2026-11-25T00:11:00Z", tonight(Missed), true),
            ("begun", "2026-11-25T00:11:00Z", tonight(Running), false),
            ("begun and failed", "2026-11-25T01:00:00Z", tonight(Failed), false),
            ("skipped by a person", "2026-11-25T01:00:00Z", tonight(Skipped), false),
            ("no row at all", "2026-11-25T00:10:01Z", vec![good()], true),
            (
                "no row, but rows after it: the schedule did not name it",
                "2026-11-25T00:11:00Z",
                vec![good(), run("2026-11-26", Due)],
                false,
            ),
            (
                "no rows, and somebody began it by hand in time",
                "2026-11-25T00:11:00Z",
                vec![good(), by_hand("2026-11-25T00:06:00Z", Running)],
                false,
            ),
            ("the night after it ran", "2026-11-24T12:00:00Z", vec![good()], false),
            ("nothing is in the ledger", "2026-11-25T00:11:00Z", Vec::new(), true),
        ];
        for (what, now, runs, expected) in cases {
            let found = find(&facts(now, runs), &declared());
            assert_eq!(found.iter().any(|finding| finding.key == "missed/gmc-sync"), expected, "{what}");
        }
    }

    #[test]
    fn a_job_that_never_succeeded_is_overdue_from_its_first_due_time() {
        let mut facts = facts("2026-11-25T00:11:00Z", Vec::new());
        facts.known_since.insert(GMC.to_owned(), at("2026-11-25T00:06:00Z"));
        assert!(find(&facts, &declared()).is_empty(), "it was declared after it was due");
        facts.at = at("2026-11-26T00:10:01Z");
        let found = find(&facts, &declared());
        assert_eq!(found[0].evidence, "2026-11-26T00:05#1");
        assert_eq!(found[0].since, Some(at("2026-11-26T00:10:00Z")));
    }

    #[test]
    fn three_nights_are_one_condition_until_a_run_by_itself_succeeds() {
        use RunState::{Missed, Succeeded};
        let mut runs: Vec<RunFact> =
            ["2026-11-23", "2026-11-24", "2026-11-25"].map(|day| run(day, Missed)).into();
        let found = find(&facts("2026-11-25T09:48:00Z", runs.clone()), &declared());
        assert_eq!((found.len(), found[0].in_a_row, found[0].proof), (1, 3, Proof::Holds));
        assert!(found[0].sentence.contains("3 runs were missed"), "{}", found[0].sentence);

        runs.push(by_hand("2026-11-25T09:50:00Z", Succeeded));
        let found = find(&facts("2026-11-25T10:00:00Z", runs.clone()), &declared());
        assert_eq!(found[0].proof, Proof::RecoveredByHand);

        let mut partial = by_hand("2026-11-25T09:50:00Z", Succeeded);
        partial.is_whole = false;
        *runs.last_mut().expect("a run") = partial;
        let found = find(&facts("2026-11-25T10:00:00Z", runs.clone()), &declared());
        assert_eq!(found[0].proof, Proof::Holds, "one body alone makes nothing good");

        let caught_up = RunFact { kind: "catch_up".to_owned(), ..by_hand("2026-11-25T10:05:00Z", Succeeded) };
        runs.push(caught_up);
        assert!(find(&facts("2026-11-25T11:00:00Z", runs), &declared()).is_empty());
    }

    #[test]
    fn what_waits_for_a_missed_run_is_told_with_it() {
        let mut facts = facts("2026-11-25T05:31:00Z", vec![run("2026-11-25", RunState::Missed)]);
        let waiting =
            RunFact { start_by: Some(at("2026-11-25T05:30:00Z")), ..run("2026-11-25", RunState::Due) };
        facts.runs.insert(TIS.to_owned(), vec![waiting]);
        facts.known_since.insert(TIS.to_owned(), facts.known_since[GMC]);
        let jobs: Vec<_> = find(&facts, &declared()).into_iter().map(|finding| finding.job).collect();
        assert_eq!(jobs, [Some(GMC.to_owned())]);
        facts.runs.insert(GMC.to_owned(), vec![run("2026-11-25", RunState::Failed)]);
        let jobs: Vec<_> = find(&facts, &declared()).into_iter().map(|finding| finding.job).collect();
        assert_eq!(jobs, [Some(TIS.to_owned())]);
    }
}

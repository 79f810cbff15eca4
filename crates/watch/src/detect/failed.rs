//! FAILED and CREDENTIAL: lists that could not be refreshed, one condition for each job and cause; and runs that broke
//! off.

use std::collections::BTreeMap;

use domain::alert::{AlertKind, Severity};
use domain::job::Job;
use domain::run::{BodyOutcome, RunState};

use super::flapping;
use crate::declared::Declared;
use crate::facts::{Facts, ListFact, RunFact};
use crate::finding::{Finding, Proof};

/// A run that broke off has no list that says why.
const BROKE_OFF: &str = "broke_off";

/// Finds, for each job, what its newest runs and lists say.
pub(super) fn find(facts: &Facts, declared: &Declared) -> Vec<Finding> {
    declared.jobs.iter().flat_map(|job| of_job(facts, declared, job)).collect()
}

fn of_job(facts: &Facts, declared: &Declared, job: &Job) -> Vec<Finding> {
    let ended = facts.ended(&job.name);
    let newest = ended.last().copied();
    let by_itself = ended.iter().rev().find(|run| run.is_by_itself()).copied();
    let mut causes: BTreeMap<String, (Proof, Vec<String>)> = BTreeMap::new();
    let failing = match newest.filter(|_| !declared.has_lists(&job.name)) {
        // What refreshes no list is judged by what its newest run left alone.
        Some(run) if run.state == RunState::Failed => named(run),
        _ => failing(facts, declared, &job.name),
    };
    for (cause, bodies) in failing {
        causes.insert(cause, (Proof::Holds, bodies));
    }
    if newest.is_some_and(|run| run.state == RunState::Failed && named(run).is_empty()) {
        causes.entry(BROKE_OFF.to_owned()).or_insert((Proof::Holds, Vec::new()));
    }
    // A person made it good since, but the clock has not yet.
    if let Some(run) = by_itself.filter(|run| run.state == RunState::Failed) {
        let mut was = named(run);
        if was.is_empty() {
            was.insert(BROKE_OFF.to_owned(), Vec::new());
        }
        for (cause, bodies) in was {
            causes.entry(cause).or_insert((Proof::RecoveredByHand, bodies));
        }
    }
    causes
        .into_iter()
        .map(|(cause, (proof, bodies))| say((facts, declared), job, (cause, proof, bodies)))
        .collect()
}

/// The lists of a job whose last attempt failed, by cause; not while their run may still try again.
fn failing(facts: &Facts, declared: &Declared, job: &str) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for list in facts.lists.iter().filter(|list| declared.job_of(&list.code) == Some(job)) {
        let is_settled = list.run_id.as_deref().is_none_or(|run| !facts.is_running(run));
        if list.outcome == Some(BodyOutcome::Failed) && is_settled {
            found.entry(list.cause.clone()).or_default().push(list.code.clone());
        }
    }
    found
}

/// The lists that failed in a run, by cause.
fn named(run: &RunFact) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for body in run.bodies.iter().filter(|body| body.outcome == BodyOutcome::Failed) {
        found.entry(body.cause.clone()).or_default().push(body.code.clone());
    }
    found
}

fn say(about: (&Facts, &Declared), job: &Job, what: (String, Proof, Vec<String>)) -> Finding {
    let ((facts, declared), (cause, proof, bodies)) = (about, what);
    let name = job.name.as_str();
    let run = facts.ended(name).into_iter().rev().find(|run| run.state == RunState::Failed);
    let history = flapping::history(facts, name);
    let is_credential = cause == "credentials";
    let kind = if is_credential { AlertKind::Credential } else { AlertKind::Failed };
    let doctors = bodies.iter().filter_map(|code| facts.list(code)).map(|list| list.doctors).sum();
    let is_own = |list: &&ListFact| declared.job_of(&list.code) == Some(name);
    let lists: Vec<&ListFact> = bodies.iter().filter_map(|code| facts.list(code)).filter(is_own).collect();
    let list_at = lists.iter().filter_map(|list| list.outcome_at).min();
    let newest_id = lists.iter().find_map(|list| list.run_id.clone());
    let run_id = newest_id.or_else(|| run.map(|run| run.id.clone()));
    let path = run_id.as_ref().map_or("/runs".to_owned(), |id| format!("/runs/{id}"));
    Finding {
        key: format!("{}/{name}/{cause}", kind.word().to_lowercase()),
        proof,
        job: Some(name.to_owned()),
        doctors,
        sentence: sentence((facts, declared), name, (&bodies, run)),
        remedy: remedy(&cause).to_owned(),
        command: command((declared, name), &bodies),
        last_good: facts.well_at(name),
        since: list_at.or_else(|| run.and_then(|run| run.ended_at)),
        made_by: run.map(|run| (run.build.clone(), run.config_hash.clone())),
        evidence: run_id.clone().unwrap_or_default(),
        run_id,
        in_a_row: (history.iter().take_while(|bad| **bad).count() as u64).max(1),
        history,
        explained_by: if is_credential { Vec::new() } else { vec![flapping::key(name)] },
        bodies,
        ..Finding::new(kind, if is_credential { Severity::Page } else { job.on_failed }, name, &cause)
    }
    .look_at("See the run", path)
}

fn sentence(about: (&Facts, &Declared), job: &str, what: (&[String], Option<&RunFact>)) -> String {
    let ((facts, declared), (bodies, run)) = (about, what);
    let is_own = |list: &&ListFact| declared.job_of(&list.code) == Some(job);
    let reason = |code: &String| {
        facts.list(code).filter(is_own).map(|list| list.reason.clone()).filter(|why| !why.is_empty())
    };
    let why =
        bodies.iter().find_map(reason).or_else(|| run.map(|run| run.reason.clone())).unwrap_or_default();
    let why = why.trim_end_matches('.');
    let asks = declared.asks(job);
    match bodies {
        [] => {
            let slot = run.and_then(|run| run.slot.as_deref()).unwrap_or("by hand");
            format!("The run of {job} due {slot} failed: {why}.{asks}")
        }
        [_, ..] if !declared.has_lists(job) => {
            format!("{job} was not answered as it must be: {why}.{asks}")
        }
        [one] => format!("The list of {one} could not be refreshed: {why}.{asks}"),
        many => format!("{} lists could not be refreshed: {why}.{asks}", many.len()),
    }
}

fn command(of: (&Declared, &str), bodies: &[String]) -> String {
    let (declared, job) = of;
    match bodies {
        [one] if one != store::list::TIS && declared.has_lists(job) => {
            format!("reval run {job} --body {one}")
        }
        _ => format!("reval check-config --live; then reval run {job}"),
    }
}

/// What makes a cause good, in a sentence; the runbook has the long form.
fn remedy(cause: &str) -> &'static str {
    match cause {
        "credentials" => {
            "The GMC refuses our account: no further call until the password or account is put right."
        }
        "edge_refused" => {
            "The network edge refuses us before the GMC sees the call: send its reference to the GMC."
        }
        "not_authorised" => {
            "Our account may not act for this body: ask the GMC to allow it, then run the body again."
        }
        "busy" | "timeout" | "network" | "truncated" | "fault" => {
            "The GMC cannot be reached or does not answer: nothing is lost; the lists stay as they are until it does."
        }
        "tis_unreadable" => "TIS cannot be read: look at the table and row that the sentence names.",
        "disk_full" | "spool" => "There is no room to work: free space on this machine, then run it again.",
        _ => "Look at the run for what happened, then run it again.",
    }
}

#[cfg(test)]
mod tests {
    use domain::run::BodyOutcome::{Failed as No, Published as Yes};
    use domain::run::RunState::{Failed, Running, Succeeded};

    use super::super::sample::{A, B, body, by_hand, declared, facts, list, run};
    use super::*;

    fn refused(code: &str, cause: &str, run: &str) -> ListFact {
        ListFact {
            outcome: Some(No),
            cause: cause.to_owned(),
            reason: "the account may not act for it".to_owned(),
            run_id: Some(run.to_owned()),
            ..list(code, "2026-11-24T00:05:00Z")
        }
    }

    fn bad_night() -> RunFact {
        RunFact { bodies: vec![body(A, No, "not_authorised"), body(B, Yes, "")], ..run("2026-11-25", Failed) }
    }

    #[test]
    fn one_body_refused_is_one_condition_that_names_it() {
        let night = bad_night();
        let mut facts = facts("2026-11-25T01:00:00Z", vec![night.clone()]);
        facts.lists = vec![refused(A, "not_authorised", &night.id), list(B, "2026-11-25T00:05:00Z")];
        let found = find(&facts, &declared());
        assert_eq!(found.len(), 1);
        let one = &found[0];
        assert_eq!((one.key.as_str(), one.severity), ("failed/gmc-sync/not_authorised", Severity::Warn));
        assert_eq!((one.list(), one.doctors, one.proof), (Some(A), 40, Proof::Holds));
        assert!(one.command.contains(A) && one.sentence.contains("may not act"), "{}", one.sentence);
    }

    #[test]
    fn nothing_is_said_while_a_run_may_still_try_again() {
        let mut facts = facts("2026-11-25T00:10:00Z", vec![run("2026-11-25", Running)]);
        facts.lists = vec![refused(A, "network", "run-2026-11-25-running")];
        assert!(find(&facts, &declared()).is_empty());
    }

    #[test]
    fn a_person_s_success_is_not_proof_until_the_clock_has_passed() {
        let again = by_hand("2026-11-25T09:00:00Z", Succeeded);
        let mut facts = facts("2026-11-25T10:00:00Z", vec![bad_night(), again]);
        facts.lists = vec![list(A, "2026-11-25T09:00:00Z")];
        let found = find(&facts, &declared());
        assert_eq!((found.len(), found[0].proof), (1, Proof::RecoveredByHand));
        facts.runs.get_mut("gmc-sync").expect("runs").push(run("2026-11-26", Succeeded));
        assert!(find(&facts, &declared()).is_empty());
    }

    #[test]
    fn another_cause_is_another_condition_and_refused_credentials_page() {
        let mut facts = facts("2026-11-25T01:00:00Z", vec![run("2026-11-25", Failed)]);
        facts.lists = vec![refused(A, "credentials", "x"), refused(B, "network", "x")];
        let found: Vec<_> =
            find(&facts, &declared()).into_iter().map(|one| (one.key, one.severity)).collect();
        let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
        assert!(
            keys.contains(&"credential/gmc-sync/credentials") && keys.contains(&"failed/gmc-sync/network")
        );
        assert_eq!(found.iter().filter(|(_, severity)| *severity == Severity::Page).count(), 1);
    }

    #[test]
    fn what_the_canary_was_refused_is_told_by_its_cause_and_not_by_the_night_s_lists() {
        let mut declared = declared();
        declared.lists.clear();
        let mut refused = bad_night();
        refused.reason = format!("{A}: refused at the network edge");
        let mut facts = facts("2026-11-25T18:01:00Z", vec![refused.clone()]);
        facts.lists = vec![list(A, "2026-11-25T00:05:00Z")];
        let one = find(&facts, &declared).remove(0);
        assert_eq!((one.key.as_str(), one.proof), ("failed/gmc-sync/not_authorised", Proof::Holds));
        assert!(one.sentence.contains("refused at the network edge"), "{}", one.sentence);
        assert_eq!((one.run_id, one.command.contains("--body")), (Some(refused.id), false));
        facts.runs.get_mut("gmc-sync").expect("runs").push(run("2026-11-26", Succeeded));
        assert!(find(&facts, &declared).is_empty());
    }

    #[test]
    fn a_run_that_broke_off_says_so_and_counts_how_many_in_a_row() {
        let nights = ["2026-11-23", "2026-11-24", "2026-11-25"].map(|day| run(day, Failed));
        let found = find(&facts("2026-11-25T01:00:00Z", nights.into()), &declared());
        assert_eq!((found[0].key.as_str(), found[0].in_a_row), ("failed/gmc-sync/broke_off", 3));
    }
}

//! Facts and declarations for the detectors' tables.

use domain::alert::Severity;
use domain::exceptions::Exceptions;
use domain::floors::Floors;
use domain::freshness::Promise;
use domain::job::{Class, Job, Trigger};
use domain::run::{BodyOutcome, RunState};
use domain::schedule::{ClockChange, Schedule};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::declared::{Declared, DeclaredList};
use crate::facts::{BodyFact, Facts, ListFact, RunFact};

pub(crate) const GMC: &str = "gmc-sync";
pub(crate) const TIS: &str = "tis-enrich";
pub(crate) const A: &str = "1-A";
pub(crate) const B: &str = "1-B";

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn job(name: &str, trigger: Trigger, deadlines: (&str, &str)) -> Job {
    Job {
        name: name.to_owned(),
        alias: String::new(),
        sentence: "It is a sample.".to_owned(),
        owner: "the team".to_owned(),
        trigger,
        labels: Default::default(),
        kind: Default::default(),
        exceptions: Exceptions::default(),
        zone: TimeZone::get("Europe/London").expect("a zone"),
        change: ClockChange::default(),
        start_deadline: deadlines.0.parse().expect("a deadline"),
        finish_deadline: deadlines.1.parse().expect("a deadline"),
        floors: Floors { duration: SignedDuration::ZERO, records: 1 },
        fresh_within: None,
        attempts: 3,
        retry_wait: SignedDuration::from_mins(2),
        catch_up: SignedDuration::from_hours(18),
        class: Class::Repeatable,
        on_failed: Severity::Warn,
    }
}

/// Two jobs and their lists.
pub(crate) fn declared() -> Declared {
    let nightly = Trigger::Schedule(Schedule::parse("5 0 * * *").expect("a schedule"));
    let list = |code: &str, job: &str| DeclaredList {
        code: code.to_owned(),
        name: format!("List {code}"),
        job: job.to_owned(),
    };
    Declared {
        jobs: vec![
            job(GMC, nightly, ("00:10", "02:00")),
            job(TIS, Trigger::After(GMC.to_owned()), ("05:30", "06:00")),
        ],
        lists: vec![list(A, GMC), list(B, GMC), list("TIS", TIS)],
        promise: Promise::default(),
        environment: "test".to_owned(),
        public_url: "http://reval.test".to_owned(),
        build: "1".to_owned(),
        config_hash: "abc".to_owned(),
    }
}

/// A run of a night by schedule, due at five past midnight.
pub(crate) fn run(day: &str, state: RunState) -> RunFact {
    let due = at(&format!("{day}T00:05:00Z"));
    let after = |minutes| Some(due + SignedDuration::from_mins(minutes));
    let has_begun = !matches!(state, RunState::Due | RunState::Missed | RunState::Skipped);
    RunFact {
        id: format!("run-{day}-{}", state.word()),
        kind: "scheduled".to_owned(),
        slot: Some(format!("{day}T00:05#1")),
        state,
        reason: String::new(),
        due_at: Some(due),
        start_by: after(5),
        finish_by: after(115),
        started_at: has_begun.then(|| due + SignedDuration::from_secs(1)),
        ended_at: state.is_end().then(|| due + SignedDuration::from_mins(10)),
        is_whole: true,
        build: "0".to_owned(),
        config_hash: "old".to_owned(),
        doubt: None,
        bodies: Vec::new(),
    }
}

/// A run that a person asked for.
pub(crate) fn by_hand(instant: &str, state: RunState) -> RunFact {
    let began = at(instant);
    RunFact {
        id: format!("run-{instant}"),
        kind: "manual".to_owned(),
        slot: None,
        due_at: None,
        start_by: None,
        finish_by: None,
        started_at: Some(began),
        ended_at: state.is_end().then_some(began + SignedDuration::from_mins(5)),
        ..run("2026-01-01", state)
    }
}

/// The facts of an instant with the runs of the first job; everything was known for a month.
pub(crate) fn facts(now: &str, runs: Vec<RunFact>) -> Facts {
    let now = at(now);
    let known = now - SignedDuration::from_hours(24 * 30);
    Facts {
        at: now,
        runs: [(GMC.to_owned(), runs)].into(),
        known_since: [(GMC.to_owned(), known)].into(),
        ..Facts::default()
    }
}

/// What became of a list in a run.
pub(crate) fn body(code: &str, outcome: BodyOutcome, cause: &str) -> BodyFact {
    BodyFact { code: code.to_owned(), outcome, cause: cause.to_owned(), reason: "it was so".to_owned() }
}

/// A list as of an instant.
pub(crate) fn list(code: &str, as_of: &str) -> ListFact {
    ListFact {
        code: code.to_owned(),
        data_as_of: (!as_of.is_empty()).then(|| at(as_of)),
        doctors: 40,
        outcome: None,
        outcome_at: None,
        cause: String::new(),
        reason: String::new(),
        run_id: None,
    }
}

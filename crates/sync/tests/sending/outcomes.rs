//! The job that asks what became of recommendations.

use std::sync::Arc;

use domain::alert::Severity;
use domain::brake::Limits;
use domain::clock::{Clock as _, IdSource};
use domain::exceptions::Exceptions;
use domain::floors::Floors;
use domain::ids::BodyCode;
use domain::job::{Class, Deadline, Job, Kind as JobKind, Trigger};
use domain::recommendation::{Facts, Kind, Status, Words};
use domain::run::RunState;
use domain::schedule::{ClockChange, Schedule};
use domain::scope::{Actor, Scope};
use domain::sending::Wish;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use jobs::{Ledger, Start};
use simulator::{Fault, Rule};
use store::LeaseClock;
use store::recommendation::{NewRecommendation, RecommendationRow};
use sync::Context;
use sync::context::Brake;
use sync::night::Report;
use sync::outcomes::{JOB, carry_out};
use testkit::engines;

use super::house::{HOME, House, nobody};

const CHECK: &str = "CheckRecommendationStatus";

/// The job as it is declared by default.
fn job() -> Job {
    Job {
        name: JOB.to_owned(),
        alias: String::new(),
        sentence: "Asks what became of recommendations.".to_owned(),
        owner: "the revalidation team".to_owned(),
        trigger: Trigger::Schedule(Schedule::parse("20 7-21 * * *").unwrap()),
        kind: JobKind::Own,
        labels: domain::node::labels("").unwrap(),
        exceptions: Exceptions::default(),
        zone: TimeZone::UTC,
        change: ClockChange::default(),
        start_deadline: Deadline::Within(SignedDuration::from_mins(50)),
        finish_deadline: Deadline::Within(SignedDuration::from_mins(55)),
        floors: Floors { duration: SignedDuration::ZERO, records: 0 },
        fresh_within: None,
        attempts: 1,
        retry_wait: SignedDuration::from_mins(1),
        catch_up: SignedDuration::ZERO,
        class: Class::Repeatable,
        on_failed: Severity::Warn,
    }
}

fn context(house: &House) -> Context {
    let ids = Arc::new(IdSource::new(2));
    let ledger = Ledger {
        is_alone: false,
        keep_log: SignedDuration::from_hours(24),
        store: house.store.clone(),
        clock: house.clock.clone(),
        lease_clock: LeaseClock::Program,
        ids: Arc::clone(&ids),
        jobs: Arc::new(vec![job()]),
        overrides: Arc::default(),
        build: "test".to_owned(),
        config_hash: "test".to_owned(),
        node: "node-a".to_owned(),
        place: jobs::node::Place::default(),
    };
    Context {
        store: house.store.clone(),
        gmc: house.sender("node-a", nobody()).gmc,
        clock: house.clock.clone(),
        ids,
        ledger,
        is_recounting: false,
        bodies: vec![BodyCode::new(HOME)],
        renamed: Vec::new(),
        brake: Brake { limits: Limits::default(), overrides: Vec::new() },
        keep: SignedDuration::from_hours(24),
        two_people: false,
        spool: std::env::temp_dir(),
        observer: Arc::new(|_, _| {}),
        handover: std::sync::Arc::default(),
    }
}

/// A recommendation that the GMC has taken.
async fn taken(house: &House, id: &str) {
    drafted_by(house, id, "os:ana").await;
}

async fn drafted_by(house: &House, id: &str, actor: &str) {
    let (doctor, body) = (house.doctor("Yes"), BodyCode::new(HOME));
    house.wish(id, Wish::Recommend, &doctor).await;
    let words = Words { kind: Kind::Revalidate, deferral_date: None, reason: None, sub_reason: None };
    let facts = Facts { body: None, last_name: None, under_notice: "yes".to_owned(), submission_date: None };
    let new = NewRecommendation { id, number: &doctor, body: &body, words: &words, facts: &facts, actor };
    let mut tx = house.store.begin().await.unwrap();
    assert!(store::recommendation::insert(&mut tx, &new, house.clock.now()).await.unwrap());
    tx.commit().await.unwrap();
    let row = read(house, id).await;
    let mut tx = house.store.begin().await.unwrap();
    store::recommendation::submit(&mut tx, &row, id, "os:ana", house.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    house.sender("node-a", nobody()).send_next().await.unwrap();
    assert_eq!(read(house, id).await.status(), Status::UnderReview);
}

async fn read(house: &House, id: &str) -> RecommendationRow {
    let scope = Scope::of([BodyCode::new(HOME)]);
    store::recommendation::get(&mut house.store.read().await.unwrap(), &scope, id).await.unwrap().unwrap()
}

async fn run(house: &House) -> Report {
    let (context, sender) = (context(house), house.sender("node-a", nobody()));
    let begun = context.ledger.begin(JOB, &Actor::person("os:ana", "a test"), Start::Own).await.unwrap();
    let report = carry_out(&context, &sender, &begun).await.unwrap();
    house.clock.advance(SignedDuration::from_hours(1));
    report
}

fn fault(fault: Fault) -> Vec<Rule> {
    vec![Rule::everywhere(fault).of(CHECK)]
}

#[tokio::test]
async fn what_is_due_is_asked_and_a_run_says_what_came_of_it() {
    for engine in engines() {
        let house = House::new(engine).await;
        let nothing = run(&house).await;
        let said = (nothing.state, nothing.reason.as_str());
        assert_eq!(said, (RunState::Succeeded, "no recommendation is due to be asked about"), "{engine:?}");
        taken(&house, "r-1").await;
        let asked = run(&house).await;
        let said = "1 due, 1 asked about, 1 answered, 0 decided";
        assert_eq!((asked.state, asked.reason.as_str()), (RunState::Succeeded, said), "{engine:?}");
        let mut tx = house.store.read().await.unwrap();
        let log = store::run_log::of_run(&mut tx, &asked.run_id, 0, 100).await.unwrap();
        drop(tx);
        assert!(log.iter().any(|line| line.text == format!("{HOME}: {said}")), "{engine:?}: {log:?}");
        let id = read(&house, "r-1").await.submission.unwrap().gmc_id.unwrap();
        house.simulator.edit(|register| register.decide(&id, simulator::register::Decision::Approved));
        let decided = run(&house).await;
        assert_eq!(decided.reason, "1 due, 1 asked about, 1 answered, 1 decided", "{engine:?}");
        assert_eq!(read(&house, "r-1").await.status().word(), "approved", "{engine:?}");
        let asked = house.simulator.journal().into_iter().rfind(|call| call.operation == CHECK);
        assert_eq!(asked.unwrap().body, HOME, "{engine:?}: under the body it was submitted for");
        assert_eq!(run(&house).await.reason, "no recommendation is due to be asked about", "{engine:?}");
        assert!(house.row("r-1").await.is_intact(), "{engine:?}: its words are still kept");
        house.clock.advance(SignedDuration::from_hours(366 * 24));
        run(&house).await;
        assert_eq!(house.row("r-1").await.fields, "", "{engine:?}: a year later they are forgotten");
    }
}

#[tokio::test]
async fn a_decision_is_owed_to_whoever_wants_letters_with_the_answer_itself() {
    for engine in engines() {
        let house = House::new(engine).await;
        let now = house.clock.now();
        let mut tx = house.store.begin().await.unwrap();
        for (name, email) in [("ana", Some("ana@example.org")), ("ben", None)] {
            let new = store::account::NewAccount { id: name, name, is_demo: true, actor: "test" };
            store::account::insert(&mut tx, &new, now).await.unwrap();
            store::letter::wish(&mut tx, name, email, ("test", now)).await.unwrap();
        }
        tx.commit().await.unwrap();
        drafted_by(&house, "r-1", "user:ana").await;
        run(&house).await;
        let due = async || {
            let mut tx = house.store.read().await.unwrap();
            store::letter::due(&mut tx, house.clock.now(), 10).await.unwrap()
        };
        assert!(due().await.is_empty(), "{engine:?}: nothing is decided");
        let id = read(&house, "r-1").await.submission.unwrap().gmc_id.unwrap();
        house.simulator.edit(|register| register.decide(&id, simulator::register::Decision::Rejected));
        run(&house).await;
        let owed = due().await;
        assert_eq!(owed.len(), 1, "{engine:?}: one letter, although two names stand for one person");
        assert_eq!(
            (owed[0].account.as_str(), owed[0].recommendation_id.as_str()),
            ("ana", "r-1"),
            "{engine:?}"
        );
        let mut tx = house.store.begin().await.unwrap();
        assert!(store::letter::take(&mut tx, &owed[0], house.clock.now()).await.unwrap(), "{engine:?}");
        assert!(!store::letter::take(&mut tx, &owed[0], house.clock.now()).await.unwrap(), "{engine:?}");
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn without_an_answer_a_run_is_no_success() {
    for engine in engines() {
        let house = House::new(engine).await;
        taken(&house, "r-1").await;
        house.simulator.set_faults(fault(Fault::Status(500)));
        let one = run(&house).await;
        assert_eq!(one.state, RunState::Suspect, "{engine:?}: {}", one.reason);
        assert!(one.reason.contains("1 due, 1 asked about, 0 answered"), "{engine:?}: {}", one.reason);
        house.simulator.set_faults(fault(Fault::Code("98".to_owned())));
        let other = run(&house).await;
        assert!(other.reason.contains("1 answered, 0 decided, 1 refused"), "{engine:?}: {}", other.reason);
        assert_eq!(
            read(&house, "r-1").await.status(),
            Status::UnderReview,
            "{engine:?}: nothing is concluded"
        );
    }
}

#[tokio::test]
async fn a_refused_caller_asks_once_and_its_evidence_names_the_cause() {
    for engine in engines() {
        let house = House::new(engine).await;
        taken(&house, "r-1").await;
        house.simulator.set_faults(fault(Fault::Code("99".to_owned())));
        for calls in [1, 0] {
            let before = house.simulator.journal().len();
            let refused = run(&house).await;
            assert_eq!(refused.state, RunState::Failed, "{engine:?}: {}", refused.reason);
            assert_eq!(refused.lists[0].cause, "credentials", "{engine:?}");
            assert_eq!(house.simulator.journal().len() - before, calls, "{engine:?}");
        }
    }
}

//! Which overrides are refused, what they change, and that they end by themselves.

use super::*;
use crate::alert::Severity;
use crate::floors::Floors;
use crate::job::{self, Class, Trigger};
use crate::schedule::ClockChange;

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn pause(from: &str, until: &str) -> Override {
    Override {
        id: "o-1".to_owned(),
        what: What::Pause { job: "gmc-sync".to_owned() },
        owner: "os:ana".to_owned(),
        reason: "the GMC is being upgraded".to_owned(),
        answers: None,
        starts_at: at(from),
        ends_at: at(until),
        ended_at: None,
        ended_by: String::new(),
    }
}

fn jobs() -> Vec<Job> {
    let gmc = Job {
        name: "gmc-sync".to_owned(),
        alias: String::new(),
        sentence: "A sample.".to_owned(),
        owner: "the team".to_owned(),
        trigger: Trigger::Schedule(Schedule::parse("5 0 * * *").expect("a schedule")),
        labels: Default::default(),
        kind: Default::default(),
        exceptions: Exceptions::default(),
        zone: TimeZone::get("Europe/London").expect("a zone"),
        change: ClockChange::default(),
        start_deadline: "5m".parse().expect("a deadline"),
        finish_deadline: "2h".parse().expect("a deadline"),
        floors: Floors { duration: SignedDuration::ZERO, records: 1 },
        fresh_within: None,
        attempts: 3,
        retry_wait: SignedDuration::from_mins(2),
        catch_up: SignedDuration::from_hours(18),
        class: Class::Repeatable,
        on_failed: Severity::Warn,
    };
    let tis =
        Job { name: "tis-enrich".to_owned(), trigger: Trigger::After("gmc-sync".to_owned()), ..gmc.clone() };
    vec![gmc, tis]
}

#[test]
fn an_override_ends_within_14_days_and_has_a_reason() {
    let now = at("2026-11-27T08:00:00Z");
    let good = pause("2026-11-27T08:00:00Z", "2026-11-30T08:00:00Z");
    let long = |days: i64| Override {
        ends_at: good.starts_at + SignedDuration::from_hours(24 * days),
        ..good.clone()
    };
    let cases = [
        (good.clone(), None),
        (long(14), None),
        (long(15), Some("14 days at most")),
        (Override { reason: "  ".to_owned(), ..good.clone() }, Some("needs a reason")),
        (
            pause("2026-11-20T08:00:00Z", "2026-11-26T08:00:00Z"),
            Some("would have ended at 2026-11-26 08:00 UTC"),
        ),
        (pause("2026-11-27T07:00:00Z", "2026-11-28T08:00:00Z"), Some("cannot begin in the past")),
        (pause("2026-11-29T08:00:00Z", "2026-11-28T08:00:00Z"), Some("end before it begins")),
    ];
    for (one, said) in cases {
        let refusal = one.refusal(&[], now);
        match said {
            None => assert_eq!(refusal, None),
            Some(said) => {
                assert!(refusal.clone().is_some_and(|text| text.contains(said)), "{said}: {refusal:?}")
            }
        }
    }
}

#[test]
fn two_overrides_of_the_same_do_not_count_at_once() {
    let now = at("2026-11-27T08:00:00Z");
    let good = pause("2026-11-27T08:00:00Z", "2026-11-30T08:00:00Z");
    let later = pause("2026-11-30T08:00:00Z", "2026-12-01T08:00:00Z");
    let of = |what: What| Override { what, ..good.clone() };
    let other_job = of(What::Pause { job: "tis-enrich".to_owned() });
    let schedule = of(What::Schedule { job: "gmc-sync".to_owned(), schedule: "5 1 * * *".to_owned() });
    let brake =
        |list: Option<&str>| of(What::Brake { list: list.map(str::to_owned), limits: Limits::default() });
    let ended = Override { ended_at: Some(at("2026-11-27T07:59:00Z")), ..good.clone() };
    let cases = [
        (&good, &later, false),
        (&good, &good, true),
        (&good, &other_job, false),
        (&good, &schedule, false),
        (&brake(None), &brake(None), true),
        (&brake(None), &brake(Some("TIS")), false),
        (&good, &ended, false),
    ];
    for (one, other, refused) in cases {
        let refusal = one.refusal(std::slice::from_ref(other), now);
        assert_eq!(refusal.is_some(), refused, "{one:?} beside {other:?}");
    }
}

#[test]
fn it_counts_from_its_beginning_until_before_its_end() {
    let mut one = pause("2026-11-27T08:00:00Z", "2026-11-30T08:00:00Z");
    let cases = [
        ("2026-11-27T07:59:59Z", false),
        ("2026-11-27T08:00:00Z", true),
        ("2026-11-30T07:59:59Z", true),
        ("2026-11-30T08:00:00Z", false),
    ];
    for (instant, counts) in cases {
        assert_eq!(one.is_in_force(at(instant)), counts, "{instant}");
    }
    one.ended_at = Some(at("2026-11-28T00:00:00Z"));
    assert!(!one.is_in_force(at("2026-11-28T00:00:00Z")));
    assert!(
        one.sentence().starts_with("gmc-sync is paused until 2026-11-28 00:00 UTC by os:ana"),
        "{}",
        one.sentence()
    );
}

#[test]
fn a_job_rests_with_the_one_it_comes_after() {
    let mut jobs = jobs();
    lay(&mut jobs, &[pause("2026-11-27T08:00:00Z", "2026-11-30T08:00:00Z")]);
    for job in &jobs {
        let is_paused = |instant: &str| job::paused(&jobs, job, at(instant)).is_some();
        assert!(is_paused("2026-11-28T00:05:00Z") && !is_paused("2026-12-01T00:05:00Z"), "{}", job.name);
    }
    lay(&mut jobs, &[]);
    assert_eq!(
        job::paused(&jobs, &jobs[0], at("2026-11-28T00:05:00Z")),
        None,
        "what is not there any more is gone"
    );
}

#[test]
fn another_schedule_counts_for_its_time_and_the_usual_one_before_and_after() {
    let mut jobs = jobs();
    let what = What::Schedule { job: "gmc-sync".to_owned(), schedule: "30 3 * * *".to_owned() };
    lay(&mut jobs, &[Override { what, ..pause("2026-11-25T12:00:00Z", "2026-11-27T12:00:00Z") }]);
    for job in &jobs {
        let due =
            job::due(&jobs, job, at("2026-11-25T00:00:00Z"), at("2026-11-29T00:00:00Z")).expect("it is due");
        let slots: Vec<String> = due.iter().map(|due| due.slot.to_string()).collect();
        let expected =
            ["2026-11-25T00:05#1", "2026-11-26T03:30#1", "2026-11-27T03:30#1", "2026-11-28T00:05#1"];
        assert_eq!(slots, expected, "{}", job.name);
    }
}

#[test]
fn an_end_is_a_length_a_local_time_or_an_instant() {
    let zone = TimeZone::get("Europe/London").expect("a zone");
    let now = at("2026-07-27T08:00:00Z");
    let cases = [
        ("72h", "2026-07-30T08:00:00Z"),
        ("90m", "2026-07-27T09:30:00Z"),
        ("14d", "2026-08-10T08:00:00Z"),
        ("2026-07-30T08:00", "2026-07-30T07:00:00Z"),
        ("2026-07-30 08:00", "2026-07-30T07:00:00Z"),
        ("2026-07-30T08:00:00Z", "2026-07-30T08:00:00Z"),
    ];
    for (text, instant) in cases {
        assert_eq!(until(text, &zone, now), Ok(at(instant)), "{text}");
    }
    for text in ["", "soon", "72", "h", "-5h", "99999999999999999999h", "2026-13-01T08:00"] {
        assert!(until(text, &zone, now).is_err(), "{text}");
    }
}

//! Histories told from versions: arrivals, changes, leavings, and what moved.

use domain::joined::Presence;
use jiff::{SignedDuration, Timestamp};
use store::entry::Version;

use super::*;

fn night(n: u64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * i64::try_from(n).expect("a small number"))
}

fn version(list: &str, from: u64, to: Option<u64>, last_name: &str) -> Version {
    Version {
        list: list.to_owned(),
        from_snapshot: from,
        to_snapshot: to,
        presence: Presence::Listed,
        content: format!(r#"{{"gmc_number":"9000001","last_name":"{last_name}"}}"#),
        published_at: night(from),
        data_as_of: night(from),
        kind: "sync".to_owned(),
        published_by: "job:gmc-sync".to_owned(),
        ended_at: to.map(night),
    }
}

fn told(versions: Vec<Version>) -> Vec<(String, Happening, u64)> {
    let events = events(versions).expect("contents that read");
    events.into_iter().map(|event| (event.list, event.happening, event.snapshot)).collect()
}

#[test]
fn a_list_left_and_joined_again_is_told_as_two_arrivals() {
    let versions = vec![
        version("A", 1, Some(2), "Specimen"),
        version("A", 2, Some(3), "Sample"),
        version("A", 5, None, "Sample"),
    ];
    let expected =
        [(5, Happening::Arrived), (3, Happening::Left), (2, Happening::Changed), (1, Happening::Arrived)];
    assert_eq!(told(versions), expected.map(|(snapshot, what)| ("A".to_owned(), what, snapshot)));
}

#[test]
fn neighbours_on_different_lists_are_no_change() {
    let versions = vec![version("A", 1, Some(2), "Specimen"), version("B", 2, None, "Specimen")];
    let told = told(versions);
    assert!(told.contains(&("B".to_owned(), Happening::Arrived, 2)));
    assert!(told.contains(&("A".to_owned(), Happening::Left, 2)));
}

#[test]
fn only_the_field_that_moved_is_shown() {
    let versions = vec![version("A", 1, Some(2), "Specimen"), version("A", 2, None, "Sample")];
    let events = events(versions).expect("contents that read");
    let moved: Vec<_> =
        events[0].changes.iter().map(|c| (c.field, c.before.as_deref(), c.after.as_deref())).collect();
    assert_eq!(moved, [("Last name", Some("Specimen"), Some("Sample"))]);
}

#[test]
fn a_word_that_is_not_understood_is_shown_as_received() {
    let mut odd = version("A", 2, None, "Specimen");
    odd.content =
        r#"{"gmc_number":"9000001","last_name":"Specimen","under_notice":{"unrecognised":"Perhaps"}}"#
            .to_owned();
    let events = events(vec![version("A", 1, Some(2), "Specimen"), odd]).expect("contents that read");
    assert_eq!(events[0].changes[0].after.as_deref(), Some("not understood, received as “Perhaps”"));
}

#[test]
fn a_doctor_no_longer_confirmed_is_a_change_that_says_so() {
    let kept = Version { presence: Presence::NotConfirmed, ..version("A", 2, None, "Specimen") };
    let events = events(vec![version("A", 1, Some(2), "Specimen"), kept]).expect("contents that read");
    assert_eq!(events[0].changes.len(), 1);
    assert_eq!(events[0].changes[0].before.as_deref(), Some("yes"));
}

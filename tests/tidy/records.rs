//! Tables and records in `docs/` that name tests: each test they name is there.

use std::collections::BTreeSet;
use std::fs;

use super::{must_be_empty, read, root, sources};

/// The rules of ASVS 5.0, and the test of each: `docs/asvs.csv`.
#[test]
fn every_rule_of_the_asvs_names_a_test_that_is_there() {
    let tests: String = sources().iter().map(|name| read(name)).collect();
    let mut reader = csv::Reader::from_reader(fs::File::open(root().join("docs/asvs.csv")).unwrap());
    let head = ["requirement", "applies", "rule", "test", "result"];
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), head);
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for row in reader.records().map(Result::unwrap) {
        let is_sound = match (&row[1], &row[3], &row[4]) {
            ("yes", test, "passed") => tests.contains(&format!("fn {test}(")),
            ("yes", "", "open" | "by absence") | ("no", "", "not applicable") => true,
            _ => false,
        };
        if !is_sound || row[2].is_empty() || !seen.insert(row[0].to_owned()) {
            wrong.push(row[0].to_owned());
        }
    }
    assert!(seen.len() > 40, "docs/asvs.csv has only {} rules", seen.len());
    must_be_empty(&wrong, "name a test that is there, or say that the rule is open");
}

/// Whether a test of this name is there: a function, or a night that `tests/nights.rs` names.
fn is_test(tests: &str, name: &str) -> bool {
    tests.contains(&format!("fn {name}(")) || tests.contains(&format!("    {name}: \""))
}

/// What may go wrong from outside, and the test that makes it go wrong: `docs/faults.csv`.
#[test]
fn every_fault_names_its_tests_or_says_that_it_has_none() {
    let tests: String = sources().iter().map(|name| read(name)).collect();
    let mut reader = csv::Reader::from_reader(fs::File::open(root().join("docs/faults.csv")).unwrap());
    let head = ["id", "fault", "state", "tests", "remark"];
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), head);
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for row in reader.records().map(Result::unwrap) {
        let is_sound = match (&row[2], &row[3]) {
            ("tested", "") => false,
            ("tested", names) => names.split(' ').all(|name| is_test(&tests, name)),
            ("not yet" | "not here", names) => names.is_empty(),
            _ => false,
        };
        if !is_sound || row[1].is_empty() || !seen.insert(row[0].to_owned()) {
            wrong.push(row[0].to_owned());
        }
    }
    assert_eq!(seen.len(), 104, "rows of docs/faults.csv");
    must_be_empty(&wrong, "name tests that are there, or say `not yet`");
}

/// What was found wrong, and the test that holds it down.
#[test]
fn every_defect_on_record_names_a_test_that_is_there() {
    let tests: String = sources().iter().map(|name| read(name)).collect();
    let record = read("docs/track-record.md");
    let rows: Vec<Vec<&str>> = record
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| What"))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    let is_there = |name: &str| is_test(&tests, name) || root().join(name).is_file();
    let is_sound = |row: &&Vec<&str>| row.len() == 4 && is_there(row[2].trim_matches('`'));
    let wrong: Vec<String> = rows.iter().filter(|row| !is_sound(row)).map(|row| row[0].to_owned()).collect();
    assert!(rows.len() >= 10, "only {} rows", rows.len());
    must_be_empty(&wrong, "give it four cells, the third a test that is there");
}

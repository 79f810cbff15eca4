//! The runbook is complete: every cause that anything in the house raises has its page, and every page a cause.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Where causes are raised, and what each line that holds one looks like.
const RAISED: [(&str, &str); 3] = [
    ("crates/sources/src/gmc/incomplete.rs", "Self::"),
    ("crates/sync/src/error.rs", "Self::"),
    ("crates/domain/src/tis_rules.rs", "pub const UNKNOWN_"),
];

fn read(name: &str) -> String {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    text.lines().take_while(|line| line.trim() != "#[cfg(test)]").map(|line| format!("{line}\n")).collect()
}

fn names(folder: &str, extension: &str) -> Vec<String> {
    let items = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    let all = items.map(|item| item.unwrap().file_name().into_string().unwrap());
    all.filter_map(|name| name.strip_suffix(extension).map(str::to_owned)).collect()
}

/// The texts in quotation marks that are single words of a program, in their order.
fn words(text: &str) -> Vec<String> {
    let is_word = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    text.split('"').skip(1).step_by(2).filter(is_word).map(str::to_owned).collect()
}

/// What a detector hands to `Finding::new` as its cause, or names a few lines above.
fn of_detector(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for call in text.split("Finding::new(").skip(1) {
        let call = call.split("\n    ").next().unwrap_or(call);
        let last = words(call).into_iter().next_back();
        found.extend(last);
    }
    let raised = ["BROKE_OFF: &str", "\"not_finished\")", "\"will_be_late\")", "\"rejects\""];
    let lines = text.lines().filter(|line| raised.iter().any(|part| line.contains(part)));
    found.extend(lines.filter_map(|line| words(line).into_iter().next_back()));
    found
}

#[test]
fn every_cause_that_is_raised_has_its_page() {
    let mut raised = BTreeSet::new();
    for (name, part) in RAISED {
        let text = read(name);
        raised.extend(text.lines().filter(|line| line.contains(part)).flat_map(words));
    }
    for name in names("crates/watch/src/detect", ".rs") {
        raised.extend(of_detector(&read(&format!("crates/watch/src/detect/{name}.rs"))));
    }
    assert!(raised.len() > 30, "only {raised:?} were found: the search is broken");
    let known = words(&read("crates/watch/src/runbook.rs"));
    let missing: Vec<&String> = raised.iter().filter(|word| !known.contains(*word)).collect();
    assert!(missing.is_empty(), "write docs/runbook/CAUSE.md and name it in runbook.rs: {missing:?}");
}

#[test]
fn every_page_has_its_cause() {
    let known = words(&read("crates/watch/src/runbook.rs"));
    let pages = names("docs/runbook", ".md");
    let lost: Vec<&String> = pages.iter().filter(|page| !known.contains(*page)).collect();
    assert!(pages.len() > 30 && lost.is_empty(), "name them in crates/watch/src/runbook.rs: {lost:?}");
}

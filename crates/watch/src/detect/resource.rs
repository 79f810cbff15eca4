//! RESOURCE: a place that must not fill up has little room left.

use domain::alert::{AlertKind, Severity};

use crate::declared::Declared;
use crate::facts::{Facts, PlaceFact};
use crate::finding::Finding;

/// Percent of a place that must be free, and below which nobody should sleep.
const WARN_PERCENT: u64 = 10;
const PAGE_PERCENT: u64 = 3;
/// A night's lists and their overflow take less than this, so a larger place need not keep a tenth free.
const ENOUGH: u64 = 10 * 1024 * 1024 * 1024;

/// Finds places that fill up.
pub(super) fn find(facts: &Facts, _: &Declared) -> Vec<Finding> {
    facts.places.iter().filter_map(of_place).collect()
}

fn of_place(place: &PlaceFact) -> Option<Finding> {
    let percent = place.free.saturating_mul(100) / place.size.max(1);
    let severity = match percent {
        _ if place.free >= ENOUGH => return None,
        percent if percent < PAGE_PERCENT => Severity::Page,
        percent if percent < WARN_PERCENT => Severity::Warn,
        _ => return None,
    };
    let (name, free) = (&place.name, place.free / (1024 * 1024));
    Some(Finding {
        sentence: format!("The disk of {name} has {free} MiB left, {percent} percent."),
        remedy: "Free space, or let the disk grow: a full disk stops every publish.".to_owned(),
        command: "df -h".to_owned(),
        evidence: severity.word().to_owned(),
        ..Finding::new(AlertKind::Resource, severity, name, "disk_low")
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{declared, facts};
    use super::*;

    #[test]
    fn little_room_warns_and_hardly_any_pages() {
        let gib = 1024 * 1024 * 1024;
        for (free, size, expected) in [
            (5 * gib, 50 * gib, None),
            (4 * gib, 50 * gib, Some(Severity::Warn)),
            (gib, 50 * gib, Some(Severity::Page)),
            (20 * gib, 900 * gib, None),
            (0, 0, Some(Severity::Page)),
        ] {
            let mut facts = facts("2026-11-25T01:00:00Z", Vec::new());
            facts.places = vec![PlaceFact { name: "the store".to_owned(), free, size }];
            let found = find(&facts, &declared());
            assert_eq!(found.first().map(|finding| finding.severity), expected, "{free} of {size}");
        }
    }
}

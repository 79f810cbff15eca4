//! Watchers watch each other: one that fell silent is told by the others.

use domain::alert::{AlertKind, Severity};
use jiff::SignedDuration;

use crate::declared::Declared;
use crate::facts::Facts;
use crate::finding::Finding;

/// A watcher says that it lives every ten seconds; after this long it does not.
const SILENT: SignedDuration = SignedDuration::from_secs(120);

/// Finds watchers that fell silent without having been asked to stop.
pub(super) fn find(facts: &Facts, _: &Declared) -> Vec<Finding> {
    let is_silent = |beat| facts.at.duration_since(beat) > SILENT;
    let silent = facts.watchers.iter().filter(|watcher| !watcher.is_self && is_silent(watcher.beat_at));
    silent
        .map(|watcher| {
            let (node, seen) = (&watcher.node, watcher.beat_at);
            Finding {
                sentence: format!(
                    "The watch on {node} has said nothing since {seen}; this one still watches."
                ),
                remedy: "Start it again; a watch that is stopped on purpose leaves by itself.".to_owned(),
                command: "reval watch".to_owned(),
                last_good: Some(seen),
                since: Some(seen),
                evidence: seen.to_string(),
                ..Finding::new(AlertKind::Config, Severity::Page, &format!("watch/{node}"), "watch_silent")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::{at, declared, facts};
    use super::*;
    use crate::facts::WatcherFact;

    #[test]
    fn another_watch_that_fell_silent_is_told_and_never_oneself() {
        for (is_self, beat, expected) in [
            (false, "2026-11-25T00:58:00Z", 0),
            (false, "2026-11-25T00:57:59Z", 1),
            (true, "2026-11-24T00:00:00Z", 0),
        ] {
            let mut facts = facts("2026-11-25T01:00:00Z", Vec::new());
            facts.watchers = vec![WatcherFact { node: "b".to_owned(), beat_at: at(beat), is_self }];
            assert_eq!(find(&facts, &declared()).len(), expected, "{beat}");
        }
    }
}

//! The detectors: each is pure and looks for one kind of condition in the facts.

mod aging;
mod config;
mod delivery;
mod drift;
mod failed;
mod flapping;
mod held;
mod late;
mod missed;
mod overrides;
mod parity;
mod placing;
mod settings;
mod stale;
mod submission;
mod suspect;
mod watchers;

use crate::declared::Declared;
use crate::facts::Facts;
use crate::finding::Finding;

/// A detector.
type Detector = fn(&Facts, &Declared) -> Vec<Finding>;

const ALL: [Detector; 17] = [
    missed::find,
    late::find,
    flapping::find,
    failed::find,
    suspect::find,
    held::find,
    stale::find,
    drift::find,
    submission::find,
    config::find,
    delivery::find,
    overrides::find,
    placing::find,
    settings::find,
    parity::find,
    aging::find,
    watchers::find,
];

/// Everything that is wrong, by the facts of one instant.
pub fn all(facts: &Facts, declared: &Declared) -> Vec<Finding> {
    ALL.iter().flat_map(|detector| detector(facts, declared)).collect()
}

#[cfg(test)]
mod sample;

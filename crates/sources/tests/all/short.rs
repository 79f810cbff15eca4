//! The short forms of the targets that read what comes from outside: their corpora, and seeded mutations of them.

use super::mutation::{corpus, mutated};
use super::properties::{export, extracts, reply, words};

/// Nothing depends on it.
const SEED: u64 = 10;

/// Tries every file of a corpus and so many mutations of them; says how many of these were good.
fn tried(target: &str, edges: &[u8], mutations: u32, judge: impl Fn(&[u8]) -> bool) -> u32 {
    let corpus = corpus(target);
    for (name, bytes) in &corpus {
        let is_good = judge(bytes);
        // What the fuzzer found has no hyphen in its name.
        if let Some((expected, _)) = name.split_once('-') {
            assert_eq!(if is_good { "good" } else { "bad" }, expected, "{name}");
        }
    }
    let mut chance = fastrand::Rng::with_seed(SEED);
    (0..mutations).map(|_| u32::from(judge(&mutated(&corpus, &corpus, edges, &mut chance)))).sum()
}

#[test]
fn no_mutation_of_a_reply_panics_or_is_whole_though_cut() {
    let good = tried("reply", b"<", 10_000, |bytes| reply::judge(bytes).is_some());
    assert!((100..9_000).contains(&good), "{good}");
}

#[test]
fn no_text_in_place_of_a_word_or_a_date_is_taken_for_another() {
    tried("words", b" /", 10_000, |bytes| {
        words::judge(bytes);
        true
    });
}

#[test]
fn no_mutation_of_an_extract_panics_or_loses_anybody() {
    let good = tried("extracts", b"\n,=", 2_000, extracts::judge);
    assert!((20..1_900).contains(&good), "{good}");
}

#[test]
fn no_mutation_of_an_export_panics_or_loses_a_row() {
    let good = tried("export", b"\n,<", 10_000, |bytes| export::judge(bytes).is_some());
    assert!((100..9_900).contains(&good), "{good}");
}

//! The fuzzer's corpus, short form: every file, and ten thousand seeded mutations of them.

use super::mutation::{corpus, mutated};
use super::properties::answer::judge;

/// How many mutated answers are tried.
const MUTATIONS: u32 = 10_000;
/// Nothing depends on it.
const SEED: u64 = 14;

/// What each file is said to be stands before the first hyphen of its name; what the fuzzer found has no hyphen.
#[test]
fn every_answer_of_the_corpus_is_judged_as_its_name_says() {
    let corpus = corpus("answer");
    let mut named = 0;
    for (name, bytes) in &corpus {
        let judged = judge(bytes).map_or_else(|class| class.word(), |()| "complete");
        if let Some((expected, _)) = name.split_once('-') {
            assert_eq!(judged, expected, "{name}");
            named += 1;
        }
    }
    assert!(named > 45, "only {named} files have a name");
}

#[test]
fn no_mutation_of_an_answer_panics_or_is_complete_without_its_end() {
    let corpus = corpus("answer");
    let good: Vec<_> = corpus.iter().filter(|(name, _)| name.starts_with("complete-")).cloned().collect();
    let mut chance = fastrand::Rng::with_seed(SEED);
    let mut complete = 0;
    for _ in 0..MUTATIONS {
        let from = if chance.bool() { &good } else { &corpus };
        complete += u32::from(judge(&mutated(from, &corpus, b"<", &mut chance)).is_ok());
    }
    // Mutations that all break the answer, or none of them, would try nothing.
    assert!((MUTATIONS / 100..MUTATIONS / 2).contains(&complete), "{complete}");
}

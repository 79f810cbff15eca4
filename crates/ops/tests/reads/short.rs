//! The short forms of the fuzzer's targets in this room: their corpora, and seeded mutations of them.

use super::mutation::{corpus, mutated};
use super::{officers, sheet};

/// Nothing depends on it.
const SEED: u64 = 10;

#[test]
fn no_cell_becomes_a_formula_and_each_is_read_back_as_it_was() {
    let corpus = corpus("sheet");
    corpus.iter().for_each(|(_, bytes)| sheet::judge(bytes));
    let mut chance = fastrand::Rng::with_seed(SEED);
    for _ in 0..400 {
        sheet::judge(&mutated(&corpus, &corpus, b"\x1e\x1f", &mut chance));
    }
}

#[test]
fn no_mutation_of_a_file_of_officers_panics_or_is_sent_with_a_flaw() {
    let corpus = corpus("officers");
    for (name, bytes) in &corpus {
        let is_good = officers::judge(bytes);
        if let Some((expected, _)) = name.split_once('-') {
            assert_eq!(if is_good { "good" } else { "bad" }, expected, "{name}");
        }
    }
    let mut chance = fastrand::Rng::with_seed(SEED);
    let tried = (0..10_000).map(|_| officers::judge(&mutated(&corpus, &corpus, b",\n", &mut chance)));
    let good = tried.filter(|is_good| *is_good).count();
    assert!((100..9_900).contains(&good), "{good}");
}

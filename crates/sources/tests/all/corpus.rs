//! The fuzzer's corpus, short form: every file, and ten thousand seeded mutations of them.

use std::fs;
use std::path::Path;

use super::property::judge;

/// How many mutated answers are tried.
const MUTATIONS: u32 = 10_000;
/// Nothing depends on it.
const SEED: u64 = 14;

/// Name and bytes of every file, in order of name.
fn corpus() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/answer");
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap())
        .map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap()))
        .collect();
    files.sort();
    files
}

/// What each file is said to be stands before the first hyphen of its name; what the fuzzer found has no hyphen.
#[test]
fn every_answer_of_the_corpus_is_judged_as_its_name_says() {
    let corpus = corpus();
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
    let corpus = corpus();
    let good: Vec<_> = corpus.iter().filter(|(name, _)| name.starts_with("complete-")).cloned().collect();
    let mut chance = fastrand::Rng::with_seed(SEED);
    let mut complete = 0;
    for _ in 0..MUTATIONS {
        let from = if chance.bool() { &good } else { &corpus };
        let mut bytes = chance.choice(from).unwrap().1.clone();
        for _ in 0..chance.u32(1..=2) {
            mutate(&mut bytes, &corpus, &mut chance);
        }
        complete += u32::from(judge(&bytes).is_ok());
    }
    // Mutations that all break the answer, or none of them, would try nothing.
    assert!((MUTATIONS / 100..MUTATIONS / 2).contains(&complete), "{complete}");
}

/// Flips a bit, cuts, repeats a stretch, or puts in a stretch of another answer; half of the places are where tags
/// begin, so that what comes out is often still XML.
fn mutate(bytes: &mut Vec<u8>, corpus: &[(String, Vec<u8>)], chance: &mut fastrand::Rng) {
    match chance.u8(0..6) {
        0..3 if !bytes.is_empty() => {
            let at = chance.usize(0..bytes.len());
            bytes[at] ^= 1 << chance.u8(0..8);
        }
        3 if chance.bool() => bytes.truncate(place(bytes, chance)),
        3 => drop(bytes.drain(..place(bytes, chance))),
        4 => {
            let (stretch, at) = (stretch(bytes, chance), place(bytes, chance));
            bytes.splice(at..at, stretch);
        }
        _ => {
            let (stretch, at) = (stretch(&chance.choice(corpus).unwrap().1, chance), place(bytes, chance));
            let end = if chance.bool() { at } else { (at + chance.usize(0..64)).min(bytes.len()) };
            bytes.splice(at..end, stretch);
        }
    }
}

fn place(bytes: &[u8], chance: &mut fastrand::Rng) -> usize {
    let at = chance.usize(0..=bytes.len());
    let tag = || bytes[at..].iter().position(|byte| *byte == b'<').map(|further| at + further);
    if chance.bool() { tag().unwrap_or(at) } else { at }
}

fn stretch(bytes: &[u8], chance: &mut fastrand::Rng) -> Vec<u8> {
    let (one, other) = (place(bytes, chance), place(bytes, chance));
    bytes[one.min(other)..one.max(other)].to_vec()
}

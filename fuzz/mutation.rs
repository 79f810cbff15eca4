//! What the short forms of all targets share: the files of a corpus, and seeded mutations of them.

use std::fs;
use std::path::Path;

/// A file of a corpus: its name and its bytes.
pub type Named = (String, Vec<u8>);

/// Reads the corpus of a target, in order of name.
pub fn corpus(target: &str) -> Vec<Named> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let files = fs::read_dir(folder).expect("the corpus is a folder");
    let mut files: Vec<Named> = files
        .map(|file| file.expect("a file of the corpus"))
        .map(|file| {
            (file.file_name().to_string_lossy().into_owned(), fs::read(file.path()).expect("its bytes"))
        })
        .collect();
    assert!(!files.is_empty(), "the corpus of {target} is empty");
    files.sort();
    files
}

/// Makes one or two mutations of one of these files; half of the places are where a piece begins with one of `edges`.
pub fn mutated(from: &[Named], corpus: &[Named], edges: &[u8], chance: &mut fastrand::Rng) -> Vec<u8> {
    let mut bytes = chance.choice(from).expect("a file to begin with").1.clone();
    for _ in 0..chance.u32(1..=2) {
        mutate(&mut bytes, corpus, edges, chance);
    }
    bytes
}

/// Flips a bit, cuts, repeats a stretch, or puts in a stretch of another file, so that what comes out often still has
/// the form of what goes in.
fn mutate(bytes: &mut Vec<u8>, corpus: &[Named], edges: &[u8], chance: &mut fastrand::Rng) {
    match chance.u8(0..6) {
        0..3 if !bytes.is_empty() => {
            let at = chance.usize(0..bytes.len());
            bytes[at] ^= 1 << chance.u8(0..8);
        }
        3 if chance.bool() => bytes.truncate(place(bytes, edges, chance)),
        3 => drop(bytes.drain(..place(bytes, edges, chance))),
        4 => {
            let (stretch, at) = (stretch(bytes, edges, chance), place(bytes, edges, chance));
            bytes.splice(at..at, stretch);
        }
        _ => {
            let other = &chance.choice(corpus).expect("another file").1;
            let (stretch, at) = (stretch(other, edges, chance), place(bytes, edges, chance));
            let end = if chance.bool() { at } else { (at + chance.usize(0..64)).min(bytes.len()) };
            bytes.splice(at..end, stretch);
        }
    }
}

fn place(bytes: &[u8], edges: &[u8], chance: &mut fastrand::Rng) -> usize {
    let at = chance.usize(0..=bytes.len());
    let edge = || bytes[at..].iter().position(|byte| edges.contains(byte)).map(|further| at + further);
    if chance.bool() { edge().unwrap_or(at) } else { at }
}

fn stretch(bytes: &[u8], edges: &[u8], chance: &mut fastrand::Rng) -> Vec<u8> {
    let (one, other) = (place(bytes, edges, chance), place(bytes, edges, chance));
    bytes[one.min(other)..one.max(other)].to_vec()
}

//! Rules tried on texts that nobody thought of: the short form of what the fuzzer does without end.

#[path = "../../../../fuzz/mutation.rs"]
mod mutation;
mod schedule;

/// Nothing depends on it.
const SEED: u64 = 29;

#[test]
fn no_text_in_place_of_a_schedule_makes_a_night_come_twice_or_not_at_all() {
    let corpus = mutation::corpus("schedule");
    for (name, bytes) in &corpus {
        let dues = schedule::judge(bytes);
        if let Some((expected, _)) = name.split_once('-') {
            assert_eq!(if dues.is_some() { "good" } else { "bad" }, expected, "{name}");
        }
    }
    let mut chance = fastrand::Rng::with_seed(SEED);
    let mut good = 0;
    for _ in 0..2_000 {
        let bytes = mutation::mutated(&corpus, &corpus, b" \n", &mut chance);
        good += u32::from(schedule::judge(&bytes).is_some());
    }
    assert!((100..1_900).contains(&good), "{good}");
}

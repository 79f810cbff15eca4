//! Floors: how little a run may take and bring before its success is doubted.

use jiff::SignedDuration;

/// A run that took less than this and brought nothing did nothing. Source: the nights of November 2020.
const INSTANT_MS: u64 = 1_000;
/// Good runs that must lie behind before they teach a floor. Arbitrary; fewer say little.
const TAUGHT_BY: usize = 3;
/// Usual durations below this say more about the machine's load than about the work. Arbitrary.
const TAUGHT_DURATION_MS: u64 = 10_000;
/// The share of the median that is still believed.
const SHARE: u64 = 3;

/// The least a run of a job must take and bring, as its declaration says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Floors {
    /// Least duration.
    pub duration: SignedDuration,
    /// Fewest records received.
    pub records: u64,
}

/// What a run took and brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// How long its attempts worked, milliseconds.
    pub duration_ms: u64,
    /// Records received.
    pub records: u64,
}

/// Says in words what is too little about a run that came to its end, or nothing.
///
/// `past` are the last good runs of the same job, in any order.
pub fn too_little(measured: &Measured, floors: &Floors, past: &[Measured]) -> Option<String> {
    let records = median(past.iter().map(|one| one.records)).unwrap_or_default();
    let duration_ms = median(past.iter().map(|one| one.duration_ms)).unwrap_or_default();
    let is_taught = past.len() >= TAUGHT_BY;
    let least_ms = u64::try_from(floors.duration.as_millis()).unwrap_or_default();
    let is_too_little = (measured.duration_ms < INSTANT_MS && measured.records == 0)
        || measured.duration_ms < least_ms
        || measured.records < floors.records
        || (is_taught && measured.records < records.div_ceil(SHARE))
        || (is_taught
            && duration_ms >= TAUGHT_DURATION_MS
            && measured.duration_ms < duration_ms.div_ceil(SHARE));
    is_too_little.then(|| sentence(measured, floors, (is_taught, records, duration_ms)))
}

fn sentence(measured: &Measured, floors: &Floors, usual: (bool, u64, u64)) -> String {
    let (is_taught, records, duration_ms) = usual;
    let took = seconds(measured.duration_ms);
    if is_taught {
        return format!(
            "{} records of {records} expected; {took}, usual {}",
            measured.records,
            seconds(duration_ms)
        );
    }
    let least = seconds(u64::try_from(floors.duration.as_millis()).unwrap_or_default());
    format!("{} records in {took}; at least {} in {least} are expected", measured.records, floors.records)
}

fn seconds(ms: u64) -> String {
    format!("{}.{} s", ms / 1000, ms % 1000 / 100)
}

fn median(values: impl Iterator<Item = u64>) -> Option<u64> {
    let mut sorted: Vec<u64> = values.collect();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn of(duration_ms: u64, records: u64) -> Measured {
        Measured { duration_ms, records }
    }

    fn floors(seconds: i64, records: u64) -> Floors {
        Floors { duration: SignedDuration::from_secs(seconds), records }
    }

    #[test]
    fn a_run_that_ends_in_under_a_second_with_nothing_is_suspect_whatever_the_floors() {
        assert!(too_little(&of(600, 0), &floors(0, 0), &[]).is_some());
        assert!(too_little(&of(600, 1), &floors(0, 0), &[]).is_none());
        assert!(too_little(&of(1_000, 0), &floors(0, 0), &[]).is_none());
    }

    #[test]
    fn floors_are_set_and_learned() {
        let usual = [of(240_000, 54_005), of(250_000, 54_000), of(30_000, 54_010)];
        let quick = [of(9_000, 100); 3];
        let cases: [(Measured, Floors, &[Measured], bool); 12] = [
            (of(60_000, 54_000), floors(60, 1000), &[], false),
            (of(59_999, 54_000), floors(60, 1000), &[], true),
            (of(60_000, 999), floors(60, 1000), &[], true),
            (of(240_000, 54_000), floors(1, 1), &usual, false),
            (of(80_000, 54_000), floors(1, 1), &usual, false),
            (of(79_999, 54_000), floors(1, 1), &usual, true),
            (of(240_000, 18_002), floors(1, 1), &usual, false),
            (of(240_000, 18_001), floors(1, 1), &usual, true),
            // Two good runs teach nothing yet.
            (of(2_000, 10), floors(1, 1), &usual[..2], false),
            // What usually takes seconds may take fewer, but must bring as much.
            (of(500, 90), floors(0, 1), &quick, false),
            (of(500, 33), floors(0, 1), &quick, true),
            (of(500, 34), floors(0, 1), &quick, false),
        ];
        for (measured, floors, past, expected) in cases {
            assert_eq!(too_little(&measured, &floors, past).is_some(), expected, "{measured:?}");
        }
    }

    #[test]
    fn the_sentence_says_what_is_usual() {
        let usual = [of(240_000, 54_005); 7];
        let said = too_little(&of(600, 0), &floors(1, 1), &usual).expect("too little");
        assert_eq!(said, "0 records of 54005 expected; 0.6 s, usual 240.0 s");
    }
}

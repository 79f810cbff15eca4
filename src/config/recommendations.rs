//! By which rules recommendations are taken.

use domain::recommendation::Window;

use super::reader::Reader;

/// Days in three years: no deferral the GMC has ever granted is longer.
const LONGEST: u64 = 1_096;

/// Reads the bounds of a deferral.
pub fn window(reader: &Reader) -> Window {
    let days = |key: &str| i64::try_from(reader.count(key, 0, LONGEST)).unwrap_or_default();
    let window = Window {
        before_submission: days("recommendations.defer_before_days"),
        from: days("recommendations.defer_from_days"),
        until: days("recommendations.defer_until_days"),
    };
    if window.from > window.until {
        reader.wrong(
            "recommendations.defer_until_days",
            "must not be less than recommendations.defer_from_days",
        );
    }
    window
}

//! Ages at which a list is late and stale.

use domain::freshness::Promise;
use jiff::SignedDuration;

use super::reader::Reader;

/// Reads `[freshness]`.
pub fn read(reader: &Reader) -> Promise {
    let age = |key| SignedDuration::try_from(reader.duration(key)).unwrap_or(SignedDuration::MAX);
    let promise = Promise { amber: age("freshness.amber"), red: age("freshness.red") };
    if promise.red <= promise.amber {
        reader.wrong("freshness.red", "must be longer than freshness.amber");
    }
    promise
}

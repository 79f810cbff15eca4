//! How often one session, one program and one machine may ask. What was asked too often is refused before anything is read of it.
//!
//! Invariant: what is remembered is bounded; whoever comes when there is no more room shares one bucket with all others who do.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use axum::extract::Request;
use axum::http::header;
use domain::pace::{Bucket, Pace};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::{address, cookie};

/// Callers, and machines, remembered at once. Source: a hundred times the people of the largest house we know; 1 MB.
const REMEMBERED_MAX: usize = 10_000;
/// Whoever asks whether the process lives is never told to wait.
const FREE: [&str; 4] = ["/livez", "/readyz", "/healthz", "/metrics"];

/// How often, by whom.
#[derive(Clone, Debug)]
pub struct Paces {
    /// One session or one token.
    pub of_a_caller: Pace,
    /// One machine: several people may sit behind it.
    pub of_an_address: Pace,
    /// What stands before the pages and says truly for whom it asks.
    pub proxies: Vec<IpAddr>,
}

/// What is left for whom.
pub struct Paced {
    /// By the settings.
    pub paces: Paces,
    callers: Mutex<Buckets<[u8; 32]>>,
    addresses: Mutex<Buckets<String>>,
}

impl Paced {
    /// Everything is left for everybody.
    pub fn new(paces: Paces) -> Self {
        Self { paces, callers: Mutex::default(), addresses: Mutex::default() }
    }

    /// Says after how long a request that comes too early may be made again.
    pub fn wait(&self, request: &Request, public_url: &str, now: Timestamp) -> Option<SignedDuration> {
        if FREE.contains(&request.uri().path()) {
            return None;
        }
        let (headers, paces) = (request.headers(), &self.paces);
        let address = address::of(headers, request.extensions(), &paces.proxies);
        // First the machine: made-up secrets of one that is out fill nobody's memory.
        let waits = take(&self.addresses, address, paces.of_an_address, now);
        waits.or_else(|| {
            let program = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes());
            let secret = program.or_else(|| cookie::secret(headers, public_url).map(str::as_bytes))?;
            take(&self.callers, Sha256::digest(secret).into(), paces.of_a_caller, now)
        })
    }
}

fn take<K: Hash + Eq>(
    buckets: &Mutex<Buckets<K>>,
    key: K,
    pace: Pace,
    now: Timestamp,
) -> Option<SignedDuration> {
    // A panic between two of its steps leaves a bucket that is right or too full, and no reason to serve nobody.
    let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
    buckets.of(key, now).take(pace, now).err()
}

/// Buckets by key; those that are full are forgotten when room is needed.
struct Buckets<K> {
    by_key: HashMap<K, Bucket>,
    of_all_others: Bucket,
}

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Self { by_key: HashMap::new(), of_all_others: Bucket::full(Timestamp::MIN) }
    }
}

impl<K: Hash + Eq> Buckets<K> {
    fn of(&mut self, key: K, now: Timestamp) -> &mut Bucket {
        let is_known = self.by_key.contains_key(&key);
        if !is_known && self.by_key.len() >= REMEMBERED_MAX {
            self.by_key.retain(|_, bucket| !bucket.is_full(now));
        }
        if !is_known && self.by_key.len() >= REMEMBERED_MAX {
            return &mut self.of_all_others;
        }
        self.by_key.entry(key).or_insert_with(|| Bucket::full(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_bounded_and_whoever_finds_no_room_shares_one_bucket() {
        let (pace, now) = (Pace { per_minute: 4 }, Timestamp::UNIX_EPOCH);
        let buckets = Mutex::new(Buckets::<usize>::default());
        for key in 0..REMEMBERED_MAX {
            assert_eq!(take(&buckets, key, pace, now), None, "{key}");
        }
        assert_eq!(take(&buckets, REMEMBERED_MAX, pace, now), None, "the first of all others");
        let wait = Some(SignedDuration::from_secs(15));
        assert_eq!(take(&buckets, REMEMBERED_MAX + 1, pace, now), wait, "the second shares its bucket");
        assert_eq!(take(&buckets, 7, pace, now), wait, "who is known keeps their own");
        let later = now + SignedDuration::from_secs(15);
        assert_eq!(take(&buckets, REMEMBERED_MAX + 1, pace, later), None, "what is full is forgotten");
        assert_eq!(buckets.lock().expect("whole").by_key.len(), 1);
    }
}

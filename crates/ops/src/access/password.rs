//! Passwords: which are good enough, and how they are kept.

use std::sync::{Arc, LazyLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zxcvbn::{Score, zxcvbn};

use crate::fault::{Fault, Kind};

/// Characters at least. Source: NCSC and NIST SP 800-63B; no rule of composition, no rotation.
pub(super) const LEAST: usize = 12;
/// For whoever keeps the program running and manages people.
pub(super) const LEAST_OF_OPERATIONS: usize = 15;
/// Characters at most: a longer one only costs.
const MOST: usize = 128;
/// What is left of a password without the words that anybody would try here; arbitrary.
const LEFT: usize = 8;
/// Words that anybody would try here, beside the person's name and the names of the bodies.
const OURS: [&str; 8] = ["reval", "revalidation", "gmc", "nhs", "tis", "deanery", "doctor", "password"];

/// Memory in KiB, passes and lanes. Source: OWASP password storage, the floor for Argon2id.
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Sign-ins that may wait for their turn; one more is asked to come back.
const QUEUE: usize = 20;

/// Says why a password is not good enough. `words` are the person's name and the names around them.
pub(super) fn check(password: &str, least: usize, words: &[&str]) -> Result<(), Fault> {
    let length = password.chars().count();
    if length < least {
        return Err(Fault::invalid(format!("A password has at least {least} characters.")));
    }
    if length > MOST {
        return Err(Fault::invalid(format!("A password has at most {MOST} characters.")));
    }
    let mut words: Vec<String> = words.iter().chain(&OURS).map(|word| word.to_lowercase()).collect();
    words.retain(|word| word.len() > 2);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let left = words.iter().fold(password.to_lowercase(), |left, word| left.replace(word, ""));
    if left.chars().count() < LEFT {
        return Err(Fault::invalid("This password is made of words that anybody would try here."));
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if zxcvbn(password, &words).score() < Score::Three {
        return Err(Fault::invalid(
            "This password is easy to guess, or known from a breach. Four words that have nothing to do with each \
             other make a good one.",
        ));
    }
    Ok(())
}

/// What a password was found to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Not the one.
    Wrong,
    /// The one.
    Right,
    /// The one, and kept under weaker parameters than today's.
    RightButWeak,
}

/// Hashes passwords beside the pages' own threads, a few at a time.
#[derive(Clone)]
pub(super) struct Hasher {
    cores: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

/// A place in the queue.
pub(super) struct Turn {
    cores: Arc<Semaphore>,
    _place: OwnedSemaphorePermit,
}

impl Hasher {
    pub(super) fn new(at_once: usize) -> Self {
        let at_once = at_once.max(1);
        Self { cores: Arc::new(Semaphore::new(at_once)), queue: Arc::new(Semaphore::new(at_once + QUEUE)) }
    }

    /// A place in the queue; none if it is full.
    pub(super) fn turn(&self) -> Option<Turn> {
        let place = Arc::clone(&self.queue).try_acquire_owned().ok()?;
        Some(Turn { cores: Arc::clone(&self.cores), _place: place })
    }
}

impl Turn {
    /// Holds a password against what is kept; against nothing, it costs the same and is wrong.
    pub(super) async fn check(&self, password: &str, kept: Option<String>) -> Result<Found, Fault> {
        let password = password.to_owned();
        self.work(move || {
            let kept = kept.as_deref().unwrap_or(&NOBODYS);
            let hash = PasswordHash::new(kept).map_err(internal)?;
            let is_right = argon2()?.verify_password(password.as_bytes(), &hash).is_ok() && kept != *NOBODYS;
            let params = Params::try_from(&hash).map_err(internal)?;
            let is_weak = params.m_cost() < MEMORY || params.t_cost() < PASSES;
            Ok(match (is_right, is_weak) {
                (false, _) => Found::Wrong,
                (true, false) => Found::Right,
                (true, true) => Found::RightButWeak,
            })
        })
        .await
    }

    /// Hashes a password under a salt of chance.
    pub(super) async fn hash(&self, password: &str, salt: [u8; 32]) -> Result<String, Fault> {
        let password = password.to_owned();
        self.work(move || hashed(&password, &salt[..16])).await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let core = Arc::clone(&self.cores).acquire_owned().await.map_err(internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(core);
            done
        });
        done.await.map_err(internal)?
    }
}

/// A hash under today's parameters that no password has: what a name without an account is held against.
static NOBODYS: LazyLock<String> = LazyLock::new(|| hashed("", &[0; 16]).unwrap_or_default());

fn hashed(password: &str, salt: &[u8]) -> Result<String, Fault> {
    let hash = argon2()?.hash_password_with_salt(password.as_bytes(), salt).map_err(internal)?;
    Ok(hash.to_string())
}

fn argon2() -> Result<Argon2<'static>, Fault> {
    let params = Params::new(MEMORY, PASSES, LANES, None).map_err(internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Fault {
    Fault {
        kind: Kind::Internal,
        message: "Reval made a mistake. Nothing was changed.".to_owned(),
        source: Some(Box::new(error)),
    }
}

#[cfg(test)]
mod tests;

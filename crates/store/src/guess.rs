//! Tries that failed, by name and by address, so that guessing is slowed whichever node is asked.
//!
//! A name is kept as its hash: what somebody types there by mistake may be a password.

use domain::guessing::Guesses;
use jiff::Timestamp;

use crate::db::{Tx, args};
use crate::secret::digest;
use crate::{StoreError, instant, ms, sql};

/// Whose tries are counted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter(String);

impl Counter {
    /// Tries of a name at one address.
    pub fn at(name: &str, address: &str) -> Self {
        Self(format!("at/{}/{address}", digest(name)))
    }

    /// Tries of a name at all other addresses.
    pub fn elsewhere(name: &str) -> Self {
        Self(format!("elsewhere/{}", digest(name)))
    }

    /// Tries from an address, whatever the name.
    pub fn address(address: &str) -> Self {
        Self(format!("address/{address}"))
    }
}

/// Takes a counter until the end of the transaction, and reads what failed before.
pub async fn take(tx: &mut Tx, counter: &Counter, now: Timestamp) -> Result<Guesses, StoreError> {
    let corrupt = || StoreError::Corrupt { what: "guess" };
    let row = tx.row(sql!("guess/take"), args![counter.0.as_str(), ms(now)]).await?.ok_or_else(corrupt)?;
    let failed: Vec<i64> = serde_json::from_str(&row.text("failed")?).map_err(|_| corrupt())?;
    Ok(Guesses {
        failed: failed.into_iter().map(instant).collect::<Result<_, _>>()?,
        in_a_row: u32::try_from(row.count("in_a_row")?).unwrap_or(u32::MAX),
    })
}

/// Writes what has failed now, and when one was right.
pub async fn put(
    tx: &mut Tx,
    counter: &Counter,
    guesses: &Guesses,
    right_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let failed: Vec<i64> = guesses.failed.iter().copied().map(ms).collect();
    let failed = serde_json::to_string(&failed).map_err(|_| StoreError::Corrupt { what: "guess" })?;
    let args = args![counter.0.as_str(), failed, u64::from(guesses.in_a_row), right_at.map(ms)];
    tx.execute(sql!("guess/put"), args).await.map(drop)
}

/// Whether a try by a counter was right since an instant.
pub async fn was_right(tx: &mut Tx, counter: &Counter, since: Timestamp) -> Result<bool, StoreError> {
    let row = tx.row(sql!("guess/right_since"), args![counter.0.as_str(), ms(since)]).await?;
    Ok(row.is_some())
}

/// Forgets tries before an instant.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<(), StoreError> {
    tx.execute(sql!("guess/forget"), args![ms(before)]).await.map(drop)
}

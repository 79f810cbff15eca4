//! Tries counted: before one is looked at it counts as failed, and one that was right is taken back.

use domain::guessing::{Bucket, KNOWN_FOR};
use jiff::{SignedDuration, Timestamp};
use store::Tx;
use store::guess::{self, Counter};

use crate::fault::Fault;
use crate::place::Ops;

/// How long tries are remembered: as long as an address counts as known.
const REMEMBERED: SignedDuration = KNOWN_FOR;

/// What became of asking for a try.
pub(super) enum Taken {
    /// It may be made, and is counted as failed so far.
    Try(Try),
    /// Not before then.
    Wait(Timestamp),
}

/// A try that may be made.
pub(super) struct Try {
    name: String,
    address: String,
    by_name: Counter,
    at: Timestamp,
    /// Failures of the name in a row, this one included.
    pub(super) in_a_row: u32,
}

impl Ops {
    pub(super) async fn take_try(&self, name: &str, address: &str, now: Timestamp) -> Result<Taken, Fault> {
        let mut tx = self.store.begin().await?;
        let here = Counter::at(name, address);
        let is_known = guess::was_right(&mut tx, &here, now - KNOWN_FOR).await?;
        let by_name = if is_known { here } else { Counter::elsewhere(name) };
        let by_address = Counter::address(address);
        let mut named = guess::take(&mut tx, &by_name, now).await?;
        let mut addressed = guess::take(&mut tx, &by_address, now).await?;
        let wait = named.wait(Bucket::Name, now).max(addressed.wait(Bucket::Address, now));
        if let Some(until) = wait {
            return Ok(Taken::Wait(until));
        }
        named.fail(now);
        addressed.fail(now);
        guess::put(&mut tx, &by_name, &named, None).await?;
        guess::put(&mut tx, &by_address, &addressed, None).await?;
        tx.commit().await?;
        let (name, address) = (name.to_owned(), address.to_owned());
        Ok(Taken::Try(Try { name, address, by_name, at: now, in_a_row: named.in_a_row }))
    }
}

impl Try {
    /// Takes the try back, because it was right; says how many of the name failed since the last that was right. The
    /// counters are taken in the order in which every try takes them.
    pub(super) async fn was_right(&self, tx: &mut Tx) -> Result<u64, Fault> {
        let mut failed = 0;
        let here = Counter::at(&self.name, &self.address);
        for counter in [Counter::elsewhere(&self.name), here.clone()] {
            let mut guesses = guess::take(tx, &counter, self.at).await?;
            let own = u32::from(counter == self.by_name);
            failed += u64::from(guesses.in_a_row.saturating_sub(own));
            if counter == self.by_name {
                guesses.forgive(self.at);
            }
            guesses.in_a_row = 0;
            let right_at = (counter == here).then_some(self.at);
            guess::put(tx, &counter, &guesses, right_at).await?;
        }
        let by_address = Counter::address(&self.address);
        let mut guesses = guess::take(tx, &by_address, self.at).await?;
        guesses.forgive(self.at);
        guess::put(tx, &by_address, &guesses, None).await?;
        guess::forget(tx, self.at - REMEMBERED).await?;
        Ok(failed)
    }
}

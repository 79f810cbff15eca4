//! How a sender empties the outbox: it takes messages in hand, seals what goes together under one key, and says how it went.

use jiff::Timestamp;

use crate::db::{Tx, args};
use crate::notification::{self, NotificationRow};
use crate::{StoreError, ms, sql};

/// What the batch of a sealed message begins with; it is the key that the receiver sees at each try.
pub const SEALED: &str = "message/";

/// Who takes messages in hand, and until when; several senders compare by `store::now`.
pub struct Claim<'a> {
    /// The channel.
    pub channel: &'a str,
    /// Node and process.
    pub sender: &'a str,
    /// The present instant by `store::now`.
    pub lease: Timestamp,
    /// Until when nobody else may take them.
    pub until: Timestamp,
    /// At most so many.
    pub limit: u64,
}

/// A message that a sender has in hand.
#[derive(Clone, Copy, Debug)]
pub struct Hand<'a> {
    /// The channel.
    pub channel: &'a str,
    /// Node and process.
    pub sender: &'a str,
    /// Key of the sealed message.
    pub key: &'a str,
}

/// Whether a channel has anything to send; `lease` is the present instant by `store::now`.
pub async fn is_due(
    tx: &mut Tx,
    channel: &str,
    lease: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(tx.row(sql!("notification/due"), args![channel, ms(lease), ms(now)]).await?.is_some())
}

/// Takes in hand what is due for one channel, oldest first; nobody else gets it until the claim runs out.
pub async fn claim(
    tx: &mut Tx,
    claim: &Claim<'_>,
    now: Timestamp,
) -> Result<Vec<NotificationRow>, StoreError> {
    let args = args![claim.channel, claim.sender, ms(claim.until), ms(claim.lease), ms(now), claim.limit];
    let mut rows = notification::read(&tx.rows(sql!("notification/claim"), args).await?)?;
    rows.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    Ok(rows)
}

/// Makes what is in hand of a batch, or all that is unsealed, one message for good.
pub async fn seal(
    tx: &mut Tx,
    hand: Hand<'_>,
    batch: Option<&str>,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let args = args![hand.channel, hand.sender, batch.unwrap_or_default(), hand.key, ms(now)];
    tx.execute(sql!("notification/seal"), args).await
}

/// The receiver said that it has the message; gives how many notifications it told.
pub async fn sent(tx: &mut Tx, hand: Hand<'_>, answer: &str, now: Timestamp) -> Result<u64, StoreError> {
    let args = args![hand.channel, hand.sender, hand.key, answer, ms(now)];
    tx.execute(sql!("notification/sent"), args).await
}

/// The receiver did not take the message; it is due again at `next`.
pub async fn failed(
    tx: &mut Tx,
    hand: Hand<'_>,
    answer: &str,
    next: Timestamp,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let args = args![hand.channel, hand.sender, hand.key, answer, ms(next), ms(now)];
    tx.execute(sql!("notification/failed"), args).await
}

/// Lets go of all that a sender has in hand for a channel.
pub async fn release(tx: &mut Tx, channel: &str, sender: &str, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(sql!("notification/release"), args![channel, sender, ms(now)]).await
}

/// A newer message tells of the same alert before this one was tried.
pub async fn moot(tx: &mut Tx, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.execute(sql!("notification/moot"), args![id, ms(now)]).await? == 1)
}

/// A channel is back: what waits for it is due at once.
pub async fn hasten(tx: &mut Tx, channel: &str, now: Timestamp) -> Result<u64, StoreError> {
    tx.execute(sql!("notification/hasten"), args![channel, ms(now)]).await
}

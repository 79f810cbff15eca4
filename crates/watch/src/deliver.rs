//! Delivery: empties the outbox, one task a channel, so that a receiver that hangs delays nobody else.
//!
//! At least once: a message is sealed under its key before it is sent and marked after its receipt, so whoever dies in
//! between leaves it to be sent again under the same key. A channel that fails is asked by one message at a time, at most
//! thirty seconds apart; what waits meanwhile goes as one message when it is back.

mod gather;
mod instead;
mod letters;

use std::sync::Arc;
use std::time::Duration;

use domain::clock::{Clock, IdSource};
use domain::notification::{NoticeKind, Payload};
use jiff::{SignedDuration, Timestamp};
use store::notification::NotificationRow;
use store::outbox::{self, Claim, Hand};
use store::{LeaseClock, Store, StoreError, channel_health};

use crate::channel::{Channel, Message, Refusal};
use crate::daily_test::DAILY_TEST;
use crate::heartbeat::Heartbeat;
use crate::policy::Policies;
use gather::{Parcel, gather};

/// How long a sender may have messages in hand: three of them at their slowest.
const CLAIM: SignedDuration = SignedDuration::from_secs(60);
/// Notifications taken in hand at once: as one message, if need be.
const CLAIM_MAX: u64 = 5_000;
/// Wait after the first failure in a row; it doubles up to the longest.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(1);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_secs(30);
/// How often the outbox is looked into, and how often it is asked whether a second channel must be told. Arbitrary; the
/// first is a read that finds nothing.
const LOOK_EVERY: Duration = Duration::from_millis(250);
const INSTEAD_EVERY: Duration = Duration::from_secs(5);

/// What empties the outbox.
#[derive(Clone)]
pub struct Delivery {
    /// The store.
    pub store: Store,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Whose clock several senders compare by.
    pub lease_clock: LeaseClock,
    /// Identifiers.
    pub ids: Arc<IdSource>,
    /// The channels.
    pub channels: Vec<Channel>,
    /// Where alerts go.
    pub policies: Policies,
    /// Who is told from outside that this lives.
    pub heartbeat: Option<Heartbeat>,
    /// Node and process.
    pub sender: String,
    /// Where the pages are, for letters to single people.
    pub pages: String,
}

/// Until when a channel is left alone, by what its receiver asked for or by how often it failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rest(Option<Timestamp>);

/// What one look into the outbox came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Messages that a receiver has.
    pub messages: u64,
    /// Notifications in them.
    pub notifications: u64,
    /// Messages that were not taken.
    pub refused: u64,
}

impl Delivery {
    /// Delivers until `is_going` says no; a channel that fails, or a store that is away, is asked again.
    pub async fn keep(&self, is_going: Arc<dyn Fn() -> bool + Send + Sync>) {
        let mut tasks = tokio::task::JoinSet::new();
        for channel in self.channels.clone() {
            let (delivery, is_going) = (self.clone(), Arc::clone(&is_going));
            tasks.spawn(async move { delivery.keep_channel(&channel, is_going.as_ref()).await });
        }
        if let Some(heartbeat) = self.heartbeat.clone() {
            let (delivery, is_going) = (self.clone(), Arc::clone(&is_going));
            tasks.spawn(async move { delivery.keep_beating(&heartbeat, is_going.as_ref()).await });
        }
        let (delivery, going) = (self.clone(), Arc::clone(&is_going));
        tasks.spawn(async move { delivery.keep_letters(going.as_ref()).await });
        let mut was_well = true;
        while is_going() {
            let told = self.instead().await;
            if let (true, Err(error)) = (was_well, &told) {
                tracing::error!(%error, "outbox_cannot_be_read");
            }
            was_well = told.is_ok();
            rest(INSTEAD_EVERY, is_going.as_ref()).await;
        }
        while tasks.join_next().await.is_some() {}
    }

    async fn keep_letters(&self, is_going: &(dyn Fn() -> bool + Send + Sync)) {
        let mut was_well = true;
        while is_going() {
            let written = self.letters().await;
            if let (true, Err(error)) = (was_well, &written) {
                tracing::error!(%error, "letters_cannot_be_read");
            }
            was_well = written.is_ok();
            rest(INSTEAD_EVERY, is_going).await;
        }
    }

    async fn keep_beating(&self, heartbeat: &Heartbeat, is_going: &(dyn Fn() -> bool + Send + Sync)) {
        let mut was_well = true;
        while is_going() {
            let can_alert = self.can_alert().await.unwrap_or(false);
            let beaten = heartbeat.beat(&self.sender, can_alert, self.clock.now()).await;
            if let (true, Err(refusal)) = (was_well, &beaten) {
                tracing::warn!(answer = refusal.answer, "heartbeat_not_received");
            }
            was_well = beaten.is_ok();
            rest(heartbeat.every, is_going).await;
        }
    }

    /// Whether any channel takes messages, as far as is known.
    pub async fn can_alert(&self) -> Result<bool, StoreError> {
        let health = channel_health::all(&mut self.store.read().await?).await?;
        let is_failing =
            |channel: &Channel| health.iter().any(|one| one.channel == channel.name && one.is_failing);
        Ok(!self.channels.is_empty() && !self.channels.iter().all(is_failing))
    }

    async fn keep_channel(&self, channel: &Channel, is_going: &(dyn Fn() -> bool + Send + Sync)) {
        let mut rest = Rest::default();
        while is_going() {
            let turn = self.turn(channel, &mut rest).await;
            let is_more = turn.is_ok_and(|sent| sent.messages > 0 && sent.refused == 0);
            if !is_more {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }

    /// Sends what is due for one channel.
    pub async fn turn(&self, channel: &Channel, rest: &mut Rest) -> Result<Sent, StoreError> {
        let now = self.clock.now();
        let mut sent = Sent::default();
        if rest.0.is_some_and(|until| now < until) || !self.is_due(channel, now).await? {
            return Ok(sent);
        }
        for parcel in self.take(channel, now).await? {
            match channel.send(&parcel.message, self.clock.now()).await {
                Ok(answer) => {
                    sent.messages += 1;
                    sent.notifications += self.received(channel, &parcel, &answer).await?;
                    *rest = Rest::default();
                }
                Err(refusal) => {
                    sent.refused += 1;
                    *rest = Rest(Some(self.refused(channel, &parcel, &refusal).await?));
                    break;
                }
            }
        }
        Ok(sent)
    }

    async fn is_due(&self, channel: &Channel, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.store.read().await?;
        let lease = store::now(&mut tx, self.lease_clock, self.clock.as_ref()).await?;
        outbox::is_due(&mut tx, &channel.name, lease, now).await
    }

    /// Takes in hand what is to be sent now, each message sealed under its key.
    async fn take(&self, channel: &Channel, now: Timestamp) -> Result<Vec<Parcel>, StoreError> {
        let mut tx = self.store.begin().await?;
        let lease = store::now(&mut tx, self.lease_clock, self.clock.as_ref()).await?;
        let (name, sender) = (channel.name.as_str(), self.sender.as_str());
        let until = lease.saturating_add(CLAIM).unwrap_or(Timestamp::MAX);
        let claim = Claim { channel: name, sender, lease, until, limit: CLAIM_MAX };
        let rows = outbox::claim(&mut tx, &claim, now).await?;
        let health = channel_health::all(&mut tx).await?;
        let is_failing = health.iter().any(|one| one.channel == name && one.is_failing);
        let load = gather(rows, is_failing, &|| format!("{}{}", outbox::SEALED, self.ids.mint(now)));
        for id in &load.moot {
            outbox::moot(&mut tx, id, now).await?;
        }
        for parcel in &load.parcels {
            let hand = Hand { channel: name, sender, key: &parcel.message.key };
            if let Some(batch) = &parcel.sealing {
                outbox::seal(&mut tx, hand, batch.as_deref(), now).await?;
            }
        }
        if load.parcels.is_empty() {
            outbox::release(&mut tx, name, sender, now).await?;
        }
        tx.commit().await?;
        Ok(load.parcels)
    }

    async fn received(&self, channel: &Channel, parcel: &Parcel, answer: &str) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let told = outbox::sent(&mut tx, self.hand(channel, parcel), answer, now).await?;
        self.note_well(&mut tx, channel, answer, now).await?;
        for row in parcel.rows.iter().filter(|row| row.kind == NoticeKind::Test) {
            let day = row.about.strip_prefix(DAILY_TEST).unwrap_or_default();
            channel_health::receipt(&mut tx, &channel.name, day, now).await?;
        }
        if parcel.is_last {
            outbox::release(&mut tx, &channel.name, &self.sender, now).await?;
        }
        tx.commit().await?;
        tracing::info!(
            channel = channel.name,
            kind = channel.kind(),
            notifications = told,
            "message_received"
        );
        Ok(told)
    }

    async fn note_well(
        &self,
        tx: &mut store::Tx,
        channel: &Channel,
        answer: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let health = channel_health::all(tx).await?;
        let was_failing = health.iter().any(|one| one.channel == channel.name && one.is_failing);
        channel_health::well(tx, &channel.name, answer, now).await?;
        if was_failing {
            outbox::hasten(tx, &channel.name, now).await?;
        }
        Ok(())
    }

    /// Writes down that a message was not taken, tells the second channel at once where waiting makes nothing better, and
    /// says until when this one is left alone.
    async fn refused(
        &self,
        channel: &Channel,
        parcel: &Parcel,
        refusal: &Refusal,
    ) -> Result<Timestamp, StoreError> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        channel_health::failing(&mut tx, &channel.name, &refusal.answer, now).await?;
        let health = channel_health::all(&mut tx).await?;
        let failures = health.iter().find(|one| one.channel == channel.name).map_or(1, |one| one.failures);
        let wait = wait(failures).max(refusal.retry_after.unwrap_or_default());
        let next = now.saturating_add(wait).unwrap_or(Timestamp::MAX);
        outbox::failed(&mut tx, self.hand(channel, parcel), &refusal.answer, next, now).await?;
        outbox::release(&mut tx, &channel.name, &self.sender, now).await?;
        if refusal.is_final {
            // Whatever else waits for this channel waits in vain as well.
            let unheard = store::notification::unheard(&mut tx, now).await?;
            let of_channel: Vec<_> = unheard.into_iter().filter(|row| row.channel == channel.name).collect();
            self.tell_instead(&mut tx, &of_channel, now).await?;
        }
        tx.commit().await?;
        let (channel, answer) = (channel.name.as_str(), refusal.answer.as_str());
        tracing::warn!(channel, answer, failures, wait_seconds = wait.as_secs(), "message_not_received");
        Ok(next)
    }

    fn hand<'a>(&'a self, channel: &'a Channel, parcel: &'a Parcel) -> Hand<'a> {
        Hand { channel: &channel.name, sender: &self.sender, key: &parcel.message.key }
    }

    /// Sends a test of a channel past the outbox, over the path that alerts take, and writes down how the channel is.
    pub async fn test(
        &self,
        channel: &Channel,
        payload: Payload,
    ) -> Result<Result<String, Refusal>, StoreError> {
        let now = self.clock.now();
        let key = format!("{}{}", outbox::SEALED, self.ids.mint(now));
        let message = Message { key, payloads: vec![payload], instead_of: None };
        let answer = channel.send(&message, now).await;
        let mut tx = self.store.begin().await?;
        match &answer {
            Ok(said) => self.note_well(&mut tx, channel, said, now).await?,
            Err(refusal) => channel_health::failing(&mut tx, &channel.name, &refusal.answer, now).await?,
        }
        tx.commit().await?;
        Ok(answer)
    }

    /// Tells the second channel what the first has owed for too long; gives how many were written.
    pub async fn instead(&self) -> Result<u64, StoreError> {
        let Some(least) = self.policies.least_wait() else { return Ok(0) };
        let now = self.clock.now();
        let long_ago = now.saturating_sub(least).unwrap_or(Timestamp::MIN);
        let mut reading = self.store.read().await?;
        let unheard = store::notification::unheard(&mut reading, long_ago).await?;
        let health = channel_health::all(&mut reading).await?;
        drop(reading);
        let due: Vec<NotificationRow> =
            unheard.into_iter().filter(|row| instead::is_due(row, &self.policies, &health, now)).collect();
        if due.is_empty() {
            return Ok(0);
        }
        let mut tx = self.store.begin().await?;
        let told = self.tell_instead(&mut tx, &due, now).await?;
        tx.commit().await?;
        Ok(told)
    }

    async fn tell_instead(
        &self,
        tx: &mut store::Tx,
        rows: &[NotificationRow],
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let batch = self.ids.mint(now);
        let mut told = 0;
        for row in rows {
            if let Some(new) = instead::of(row, &self.policies, (self.ids.mint(now), &batch), now) {
                told += u64::from(store::notification::insert(tx, &new, now).await?);
            }
        }
        Ok(told)
    }
}

/// Waits in small steps, so that an end is noticed soon.
async fn rest(long: Duration, is_going: &(dyn Fn() -> bool + Send + Sync)) {
    let mut left = long;
    while is_going() && !left.is_zero() {
        tokio::time::sleep(LOOK_EVERY).await;
        left = left.saturating_sub(LOOK_EVERY);
    }
}

/// How long a channel that failed so many times in a row is left alone.
fn wait(failures: u64) -> SignedDuration {
    let doubled = 1_i32 << failures.saturating_sub(1).min(10);
    (FIRST_WAIT * doubled).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_half_a_minute() {
        let waits: Vec<i64> = [1, 2, 3, 4, 5, 6, 7, 1_000].map(|n| wait(n).as_secs()).to_vec();
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30, 30]);
    }
}

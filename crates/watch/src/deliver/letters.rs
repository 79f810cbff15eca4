//! Letters to single people: the GMC has decided about a recommendation of theirs. They name nobody and hold a link.

use jiff::SignedDuration;
use jiff::Timestamp;
use store::StoreError;
use store::letter::{self, Fate, LetterRow};

use super::Delivery;
use crate::channel::{Channel, Mailbox, Refusal, Way, Words};

/// Letters looked at in one turn.
const MANY: u64 = 20;
/// After so many tries nobody tries again: a day and more, as the wait doubles.
const TRIES_MAX: u64 = 10;
/// Wait after the first try; it doubles.
const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(5);

impl Delivery {
    /// Sends letters that are due, by the first channel that writes mail; gives how many a relay has.
    ///
    /// At least once: whoever dies between relay and store leaves a letter to be sent again under the same key.
    pub async fn letters(&self) -> Result<u64, StoreError> {
        let Some(channel) = self.channels.iter().find(|channel| matches!(channel.way, Way::Mail(_))) else {
            return Ok(0);
        };
        let mut sent = 0;
        for row in letter::due(&mut self.store.read().await?, self.clock.now(), MANY).await? {
            let next = self.clock.now().saturating_add(wait(row.tries)).unwrap_or(Timestamp::MAX);
            let mut tx = self.store.begin().await?;
            let is_ours = letter::take(&mut tx, &row, next).await?;
            tx.commit().await?;
            if !is_ours {
                continue;
            }
            let said = self.write(channel, &row).await;
            let (fate, answer) = match &said {
                Ok(answer) => (Fate::Sent, answer),
                Err(refusal) if row.tries + 1 >= TRIES_MAX => (Fate::GivenUp, &refusal.answer),
                Err(refusal) => (Fate::Waiting, &refusal.answer),
            };
            let fate = if row.email.is_none() { Fate::GivenUp } else { fate };
            let mut tx = self.store.begin().await?;
            letter::settle(&mut tx, &row, (fate, answer.as_str()), self.clock.now()).await?;
            tx.commit().await?;
            sent += u64::from(fate == Fate::Sent);
        }
        Ok(sent)
    }

    async fn write(&self, channel: &Channel, row: &LetterRow) -> Result<String, Refusal> {
        let to = row.email.as_deref().ok_or_else(|| Refusal::lasting("it is wanted no more"))?;
        let to: Mailbox = to.parse().map_err(|_| Refusal::lasting("this is no mail address"))?;
        let url = format!("{}/recommendations/{}", self.pages, row.recommendation_id);
        let words = Words {
            title: "The GMC has decided about a recommendation of yours".to_owned(),
            sentence: "What it decided stands in Reval; this letter names nobody.".to_owned(),
            link: Some(("See the recommendation".to_owned(), url)),
            ..Words::default()
        };
        let key = format!("letter-{}-{}", row.account, row.recommendation_id);
        channel.write(to, &words, &key, self.clock.now()).await
    }
}

fn wait(tries: u64) -> SignedDuration {
    FIRST_WAIT * (1_i32 << tries.min(TRIES_MAX))
}

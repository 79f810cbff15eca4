//! What became of recommendations: the GMC is asked about each it has taken, until it has decided.

use domain::recommendation::{Outcome, after};
use domain::sending::Witness;
use jiff::{SignedDuration, Timestamp};
use sources::gmc::Heard;
use sources::gmc::operations::Operation;
use sources::gmc::small_answer::Fields;
use store::intent;
use store::recommendation::{self, RecommendationRow};
use tokio::time::Instant;

use crate::error::SyncError;
use crate::sending::Sender;

/// Asked about in one turn.
const MANY: u64 = 10;
/// Between two questions on the first day, and later. The GMC decides in days or weeks, and answers many who ask.
const SOON: SignedDuration = SignedDuration::from_hours(1);
const LATER: SignedDuration = SignedDuration::from_hours(6);

impl Sender {
    /// Asks about what is due; gives how many have been decided. A GMC that is away is asked at the next turn.
    pub async fn ask_outcomes(&self) -> Result<u64, SyncError> {
        if self.gmc.is_refused() {
            return Ok(0);
        }
        let due = recommendation::to_ask(&mut self.store.read().await?, self.clock.now(), MANY).await?;
        // What is rehearsed is the way of a wish; a question may be put again.
        let lines = self.lines.clone().before(Witness::default());
        let mut decided = 0;
        for row in due {
            if intent::is_refused(&mut self.store.read().await?).await? {
                break;
            }
            let Ok(line) = lines.open().await else { break };
            let gmc_id = row.submission.as_ref().and_then(|submission| submission.gmc_id.clone());
            let intent = row.submission.as_ref().map(|submission| submission.intent_id.clone());
            let (gmc_id, intent) = (gmc_id.unwrap_or_default(), intent.unwrap_or_default());
            let fields = [
                ("DesignatedBodyId", row.body.as_str()),
                ("ClientRequestId", intent.as_str()),
                ("InternalUserId", self.lines.internal_user()),
                ("GMCReferenceNumber", row.number.as_str()),
                ("RecommendationId", gmc_id.as_str()),
            ];
            let heard = line.say(Operation::CheckRecommendationStatus, &fields, Instant::now()).await;
            decided += u64::from(self.keep_answer(&row, &heard).await?);
        }
        Ok(decided)
    }

    /// Keeps an answer, and closes what it decides; no answer leaves only the next question later.
    async fn keep_answer(&self, row: &RecommendationRow, heard: &Heard) -> Result<bool, SyncError> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        if !recommendation::asked(&mut tx, row, next(row.asks, now)).await? {
            return Ok(false);
        }
        let mut is_decided = false;
        if let Heard::Whole(fields) = heard {
            let (code, status, outcome) = read(fields);
            recommendation::add_answer(&mut tx, &row.id, (code, status), outcome.as_ref(), now).await?;
            let outcome = outcome.map(|outcome| after(row.outcome.clone(), outcome));
            is_decided = outcome.is_some_and(|outcome| outcome.is_decided());
            if is_decided {
                is_decided = recommendation::close(&mut tx, row, now).await?;
            }
            tracing::info!(recommendation_id = %row.id, code, is_decided, "outcome_asked");
        }
        tx.commit().await?;
        Ok(is_decided)
    }
}

/// Code and status as received, and the outcome where the code is the success.
fn read(fields: &Fields) -> (&str, &str, Option<Outcome>) {
    let (code, status) =
        (fields.get("ReturnCode").unwrap_or_default(), fields.get("Status").unwrap_or_default());
    let outcome = (code == "0").then(|| Outcome::read(status));
    (code, status, outcome)
}

fn next(asks: u64, now: Timestamp) -> Timestamp {
    let wait = if asks < 24 { SOON } else { LATER };
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

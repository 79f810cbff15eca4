//! What a program asked for under a key of its own, and what was done: told again, never done again.
//!
//! Invariants: what was done is written in the transaction that does it; of several tries one is at work, and one that was
//! given up commits nothing any more.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::audit::Deed;
use crate::db::{Row, Tx, args};
use crate::secret::digest;
use crate::{StoreError, ms, sql};

/// A try that has not ended by then died with its process. Source: twice as long as a request may take.
const GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// The right to do what was asked for, once. It opens nothing.
#[derive(Clone, Debug)]
pub struct Claim {
    id: String,
    holder: String,
}

/// What a program asks for.
pub struct Asked<'a> {
    /// Id of its token.
    pub token: &'a str,
    /// The key under which it asks, of its own making.
    pub key: &'a str,
    /// All that it asks for, as text; kept as its hash.
    pub request: &'a str,
    /// UUIDv7 of this try.
    pub holder: &'a str,
}

/// What becomes of it.
#[derive(Debug)]
pub enum Opened {
    /// It is to be done now.
    Begun(Claim),
    /// It was done: what was said of it then.
    Done(String),
    /// Another try is at work on it.
    UnderWay,
    /// Something else was asked for under this key.
    Different,
}

/// Opens a try of what a program asks for.
pub async fn open(tx: &mut Tx, asked: &Asked<'_>, now: Timestamp) -> Result<Opened, StoreError> {
    let claim =
        Claim { id: digest(&format!("{} {}", asked.token, asked.key)), holder: asked.holder.to_owned() };
    let hash = digest(asked.request);
    let given_up = now.saturating_sub(GIVEN_UP_AFTER).unwrap_or(Timestamp::MIN);
    let args =
        args![claim.id.as_str(), asked.token, hash.as_str(), claim.holder.as_str(), ms(now), ms(given_up)];
    if tx.execute(sql!("receipt/open"), args).await? == 1 {
        return Ok(Opened::Begun(claim));
    }
    let row = get(tx, &claim).await?;
    // Withdrawn between the two: whoever asks again may do it.
    let Some(row) = row else { return Ok(Opened::UnderWay) };
    if row.text("request_hash")? != hash {
        return Ok(Opened::Different);
    }
    Ok(row.opt_text("answer")?.map_or(Opened::UnderWay, Opened::Done))
}

async fn get(tx: &mut Tx, claim: &Claim) -> Result<Option<Row>, StoreError> {
    tx.row(sql!("receipt/read"), args![claim.id.as_str()]).await
}

/// Writes an answer down; `false` if there is one, or another try is at work.
async fn put(tx: &mut Tx, claim: &Claim, answer: String, at_ms: i64) -> Result<bool, StoreError> {
    let args = args![claim.id.as_str(), claim.holder.as_str(), answer, at_ms];
    Ok(tx.execute(sql!("receipt/settle"), args).await? == 1)
}

/// Writes what was done under a claim. Errors: `Conflict` if the try was given up and another has it.
pub(crate) async fn settle(tx: &mut Tx, claim: &Claim, deeds: &[Deed]) -> Result<(), StoreError> {
    let at_ms = deeds.iter().map(Deed::at_ms).max().unwrap_or_default();
    let done: Vec<Value> = deeds.iter().map(Deed::told).collect();
    let answer = json!({ "done": done }).to_string();
    if put(tx, claim, answer, at_ms).await? {
        return Ok(());
    }
    Err(StoreError::Conflict("another try of the same is at work on it; nothing was changed".to_owned()))
}

/// What was said to have been done; where nothing had to be, that is written down now.
pub async fn answer(tx: &mut Tx, claim: &Claim, now: Timestamp) -> Result<String, StoreError> {
    let nothing = json!({ "done": [] }).to_string();
    put(tx, claim, nothing, ms(now)).await?;
    let row = get(tx, claim).await?;
    let answer = row.map(|row| row.opt_text("answer")).transpose()?.flatten();
    answer.ok_or(StoreError::Corrupt { what: "receipt" })
}

/// Frees the key of a try that came to nothing.
pub async fn withdraw(tx: &mut Tx, claim: &Claim) -> Result<(), StoreError> {
    tx.execute(sql!("receipt/withdraw"), args![claim.id.as_str(), claim.holder.as_str()]).await.map(drop)
}

/// Forgets what was asked for before an instant.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<(), StoreError> {
    tx.execute(sql!("receipt/forget"), args![ms(before)]).await.map(drop)
}

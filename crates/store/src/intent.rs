//! Intents: wishes of the GMC on their way, one row each, moved along the edges of `domain::sending` and no other.

use std::fmt;

use domain::ids::{BodyCode, GmcNumber};
use domain::scope::Scope;
use domain::sending::{FIRST_BYTE, Mover, Standing, Wish};
use jiff::{SignedDuration, Timestamp};

use crate::db::{Row, Tx, args};
use crate::secret::digest;
use crate::{StoreError, instant, ms, sql};

mod queue;

pub use queue::{WaitingRow, is_refused, of_batch, officer_refused, queued, waiting};

/// How long a claim lasts: the reply may take a minute, and a worker that is gone is noticed a minute after.
pub const LEASE: SignedDuration = SignedDuration::from_secs(120);

/// A wish to be put into the queue.
pub struct NewIntent<'a> {
    /// UUIDv7; the ClientRequestID.
    pub id: &'a str,
    /// What is wished.
    pub wish: Wish,
    /// Of whom.
    pub number: &'a GmcNumber,
    /// For which body.
    pub body: &'a BodyCode,
    /// Where our lists have the doctor now.
    pub from_body: Option<&'a BodyCode>,
    /// The press of a button it belongs to.
    pub batch: &'a str,
    /// What is sent, JSON by element name.
    pub fields: &'a str,
    /// Who wishes it.
    pub asked_by: &'a str,
    /// Why.
    pub reason: &'a str,
}

/// An intent as it stands. `Debug` shows no doctor.
#[derive(Clone)]
pub struct IntentRow {
    /// UUIDv7; the ClientRequestID.
    pub id: String,
    /// What is wished.
    pub wish: Wish,
    /// Of whom.
    pub number: GmcNumber,
    /// For which body.
    pub body: BodyCode,
    /// Where our lists had the doctor when it was wished.
    pub from_body: Option<BodyCode>,
    /// The press of a button it belongs to.
    pub batch: String,
    /// What is sent, JSON by element name; empty once it is forgotten.
    pub fields: String,
    /// Its SHA-256 when it was wished, hex.
    pub fields_sha256: String,
    /// Where it stands.
    pub standing: Standing,
    /// Accepted because it was so before.
    pub is_already: bool,
    /// Times it may have left this house.
    pub sends: u64,
    /// Second sends that a person granted.
    pub grants: u64,
    /// The fence of the last claim.
    pub fence: u64,
    /// The node of the last claim.
    pub sender: Option<String>,
    /// Who wished it.
    pub asked_by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub asked_at: Timestamp,
    /// Last instant at which a byte of it could have been written.
    pub last_write: Option<Timestamp>,
    /// Since when it is unknown.
    pub unknown_since: Option<Timestamp>,
    /// Looks since then that proved nothing.
    pub looks: u64,
    /// When it is looked at next.
    pub next_look: Option<Timestamp>,
    /// `ReturnCode` of the last reply.
    pub code: Option<String>,
    /// `GMCRequestID` of the reply that settled it.
    pub gmc_request_id: Option<String>,
    /// `RecommendationID`
    pub gmc_id: Option<String>,
    /// What is known of it.
    pub sentence: String,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
}

impl IntentRow {
    /// Whether the GMC says that it was so already, and no list has been read since that shows it.
    pub fn awaits_list(&self) -> bool {
        self.is_already && self.next_look.is_some()
    }

    /// Whether what is to be sent is what was wished.
    pub fn is_intact(&self) -> bool {
        digest(&self.fields) == self.fields_sha256
    }
}

impl fmt::Debug for IntentRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IntentRow({} {} {})", self.id, self.wish.word(), self.standing.word())
    }
}

/// One step in the life of an intent.
#[derive(Clone, Debug)]
pub struct StepRow {
    /// 1, 2, 3 …
    pub number: u64,
    /// Where it stood after.
    pub standing: String,
    /// person, sender, reaper or reconciler.
    pub mover: String,
    /// A person, or a node.
    pub actor: String,
    /// What happened.
    pub sentence: String,
    /// `ReturnCode`, where there was a reply.
    pub code: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Who takes a step, and what is to be said of it.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    /// In which part.
    pub mover: Mover,
    /// A person, or a node.
    pub actor: &'a str,
    /// Plain words, no doctor.
    pub sentence: &'a str,
    /// `ReturnCode`, where there was a reply.
    pub code: Option<&'a str>,
    /// When.
    pub at: Timestamp,
}

/// What a reply proved.
pub struct Settled<'a> {
    /// Accepted or rejected.
    pub standing: Standing,
    /// Accepted because it was so before.
    pub is_already: bool,
    /// `GMCRequestID`
    pub gmc_request_id: Option<&'a str>,
    /// `RecommendationID`
    pub gmc_id: Option<&'a str>,
    /// When the list is read anew, where it is to be read before this is believed.
    pub next_look: Option<Timestamp>,
}

fn family(wish: Wish) -> &'static str {
    match wish {
        Wish::Recommend => "recommendation",
        Wish::Connect | Wish::Disconnect => "connection",
    }
}

fn mover(mover: Mover) -> &'static str {
    match mover {
        Mover::Sender => "sender",
        Mover::Reaper => "reaper",
        Mover::Reconciler => "reconciler",
        Mover::Person => "person",
    }
}

/// Puts a wish into the queue; `false` if the doctor has an open intent of its kind, or the button was pressed twice.
pub async fn insert(tx: &mut Tx, new: &NewIntent<'_>, step: Step<'_>) -> Result<bool, StoreError> {
    let args = args![
        new.id,
        new.wish.word(),
        family(new.wish),
        new.number.as_str(),
        new.body.as_str(),
        new.from_body.map(BodyCode::as_str),
        new.batch,
        new.fields,
        digest(new.fields),
        new.asked_by,
        new.reason,
        ms(step.at)
    ];
    if tx.execute(sql!("intent/insert"), args).await? == 0 {
        return Ok(false);
    }
    took(tx, new.id, Standing::Queued, step).await?;
    Ok(true)
}

/// Reads one.
pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<IntentRow>, StoreError> {
    tx.row(sql!("intent/get"), args![id]).await?.as_ref().map(intent).transpose()
}

/// Reads every wish about one doctor, newest first.
pub async fn of_doctor(tx: &mut Tx, number: &GmcNumber) -> Result<Vec<IntentRow>, StoreError> {
    tx.rows(sql!("intent/of_doctor"), args![number.as_str()]).await?.iter().map(intent).collect()
}

/// Reads those for the bodies of a scope that are not settled, oldest first, then the newest of the others.
pub async fn recent(tx: &mut Tx, scope: &Scope, limit: u64) -> Result<Vec<IntentRow>, StoreError> {
    let bodies: Vec<[&str; 1]> = scope.bodies().map(|body| [body.as_str()]).collect();
    let bodies = serde_json::to_string(&bodies).map_err(|_| StoreError::Corrupt { what: "scope" })?;
    tx.rows(sql!("intent/recent"), args![bodies, limit]).await?.iter().map(intent).collect()
}

/// Takes the right to send one; `None` if somebody was quicker. `lease` is the present instant by `store::now`.
pub async fn claim(
    tx: &mut Tx,
    id: &str,
    lease: Timestamp,
    step: Step<'_>,
) -> Result<Option<IntentRow>, StoreError> {
    let until = lease.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
    let last_write = step.at.saturating_add(FIRST_BYTE).unwrap_or(Timestamp::MAX);
    let args = args![id, step.actor, ms(until), ms(last_write)];
    let Some(row) = tx.row(sql!("intent/claim"), args).await? else { return Ok(None) };
    took(tx, id, Standing::Sending, step).await?;
    intent(&row).map(Some)
}

/// Puts one back that was proven not carried out; `false` if the fence is an old one.
pub async fn give_back(tx: &mut Tx, row: &IntentRow, step: Step<'_>) -> Result<bool, StoreError> {
    let args = args![row.id.as_str(), row.fence, step.code, step.sentence];
    let moved = tx.execute(sql!("intent/give_back"), args).await?;
    moved_to(tx, moved, &row.id, Standing::Queued, step).await
}

/// Settles one by a whole reply; `false` if the fence is an old one or it is settled already.
pub async fn settle(
    tx: &mut Tx,
    row: &IntentRow,
    settled: &Settled<'_>,
    step: Step<'_>,
) -> Result<bool, StoreError> {
    let args = args![
        row.id.as_str(),
        row.fence,
        settled.standing.word(),
        if settled.is_already { "yes" } else { "no" },
        step.code,
        settled.gmc_request_id,
        settled.gmc_id,
        step.sentence,
        ms(step.at),
        settled.next_look.map(ms)
    ];
    let moved = tx.execute(sql!("intent/settle"), args).await?;
    moved_to(tx, moved, &row.id, settled.standing, step).await
}

/// Says that nothing is proven of one; `false` if the fence is an old one.
pub async fn doubt(
    tx: &mut Tx,
    row: &IntentRow,
    next_look: Timestamp,
    step: Step<'_>,
) -> Result<bool, StoreError> {
    let args = args![row.id.as_str(), row.fence, step.code, step.sentence, ms(step.at), ms(next_look)];
    let moved = tx.execute(sql!("intent/doubt"), args).await?;
    moved_to(tx, moved, &row.id, Standing::Unknown, step).await
}

/// Reads claims whose lease ended before an instant by `store::now`.
pub async fn lapsed(tx: &mut Tx, before: Timestamp) -> Result<Vec<IntentRow>, StoreError> {
    tx.rows(sql!("intent/lapsed"), args![ms(before)]).await?.iter().map(intent).collect()
}

/// Reads what is due for a look: it is unknown, or was so already by the word of the GMC alone.
pub async fn to_look_at(tx: &mut Tx, now: Timestamp, limit: u64) -> Result<Vec<IntentRow>, StoreError> {
    tx.rows(sql!("intent/to_look_at"), args![ms(now), limit]).await?.iter().map(intent).collect()
}

/// Puts the next look off, because this one proved nothing; `false` if another node looked.
pub async fn looked(tx: &mut Tx, row: &IntentRow, next_look: Timestamp) -> Result<bool, StoreError> {
    let args = args![row.id.as_str(), row.looks, ms(next_look), row.standing.word()];
    Ok(tx.execute(sql!("intent/looked"), args).await? == 1)
}

/// Keeps what the list, read anew, says of one that was so already; `false` if another node looked.
pub async fn seen(tx: &mut Tx, row: &IntentRow, step: Step<'_>) -> Result<bool, StoreError> {
    let moved = tx.execute(sql!("intent/seen"), args![row.id.as_str(), row.looks, step.sentence]).await?;
    moved_to(tx, moved, &row.id, row.standing, step).await
}

/// Forgets the words of wishes that were settled before an instant and belong to nothing open; gives how many.
pub async fn forget(tx: &mut Tx, settled_before: Timestamp) -> Result<u64, StoreError> {
    tx.execute(sql!("intent/forget"), args![ms(settled_before)]).await
}

/// Moves one by what a look-up or a person found; `false` if it has moved meanwhile.
pub async fn prove(
    tx: &mut Tx,
    row: &IntentRow,
    to: Standing,
    gmc_id: Option<&str>,
    step: Step<'_>,
) -> Result<bool, StoreError> {
    let args =
        args![row.id.as_str(), row.standing.word(), to.word(), gmc_id, step.sentence, ms(step.at), row.fence];
    let moved = tx.execute(sql!("intent/prove"), args).await?;
    moved_to(tx, moved, &row.id, to, step).await
}

/// Lets one be sent once more; `false` if it has moved meanwhile or had its second send.
pub async fn grant(tx: &mut Tx, row: &IntentRow, step: Step<'_>) -> Result<bool, StoreError> {
    let moved = tx.execute(sql!("intent/grant"), args![row.id.as_str(), row.fence, step.sentence]).await?;
    moved_to(tx, moved, &row.id, Standing::Queued, step).await
}

/// Reads the life of an intent, in order.
pub async fn steps(tx: &mut Tx, id: &str) -> Result<Vec<StepRow>, StoreError> {
    let row = |row: &Row| {
        Ok(StepRow {
            number: row.count("number")?,
            standing: row.text("standing")?,
            mover: row.text("mover")?,
            actor: row.text("actor")?,
            sentence: row.text("sentence")?,
            code: row.opt_text("code")?,
            at: instant(row.int("at_ms")?)?,
        })
    };
    tx.rows(sql!("intent_step/of_intent"), args![id]).await?.iter().map(row).collect()
}

async fn moved_to(
    tx: &mut Tx,
    moved: u64,
    id: &str,
    to: Standing,
    step: Step<'_>,
) -> Result<bool, StoreError> {
    if moved == 1 {
        took(tx, id, to, step).await?;
    }
    Ok(moved == 1)
}

async fn took(tx: &mut Tx, id: &str, to: Standing, step: Step<'_>) -> Result<(), StoreError> {
    let args = args![id, to.word(), mover(step.mover), step.actor, step.sentence, step.code, ms(step.at)];
    tx.execute(sql!("intent_step/insert"), args).await.map(drop)
}

fn standing(row: &Row) -> Result<Standing, StoreError> {
    Standing::from_word(&row.text("standing")?).ok_or(StoreError::Corrupt { what: "standing of an intent" })
}

fn intent(row: &Row) -> Result<IntentRow, StoreError> {
    let at = |column: &str| row.opt_int(column)?.map(instant).transpose();
    let number = row.text("gmc_number")?;
    Ok(IntentRow {
        id: row.text("id")?,
        wish: Wish::from_word(&row.text("wish")?).ok_or(StoreError::Corrupt { what: "wish" })?,
        number: GmcNumber::parse(&number).ok_or(StoreError::Corrupt { what: "GMC number" })?,
        body: BodyCode::new(row.text("body")?),
        from_body: row.opt_text("from_body")?.map(BodyCode::new),
        batch: row.text("batch")?,
        fields: row.text("fields")?,
        fields_sha256: row.text("fields_sha256")?,
        standing: standing(row)?,
        is_already: row.text("is_already")? == "yes",
        sends: row.count("sends")?,
        grants: row.count("grants")?,
        fence: row.count("fence")?,
        sender: row.opt_text("sender")?,
        asked_by: row.text("asked_by")?,
        reason: row.text("reason")?,
        asked_at: instant(row.int("asked_at_ms")?)?,
        last_write: at("last_write_ms")?,
        unknown_since: at("unknown_since_ms")?,
        looks: row.count("looks")?,
        next_look: at("next_look_ms")?,
        code: row.opt_text("code")?,
        gmc_request_id: row.opt_text("gmc_request_id")?,
        gmc_id: row.opt_text("gmc_id")?,
        sentence: row.text("sentence")?,
        settled_at: at("settled_at_ms")?,
    })
}

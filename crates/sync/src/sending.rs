//! Words on their way to the GMC: the line is open, then the claim is durable, then the words are said, once; what the reply
//! proves is written down, and what it does not prove stays unknown until a look-up or a person proves it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::clock::{Clock, IdSource};
use domain::sending::{Mover, Point, Proof, Reply, Standing, Wish, Witness, look, proof};
use jiff::{SignedDuration, Timestamp};
use sources::gmc::client::Means;
use sources::gmc::codes::Code;
use sources::gmc::operations::Operation;
use sources::gmc::{Event, GmcClient, Heard, Incomplete, Item, Lines};
use store::intent::{self, IntentRow, Settled, Step};
use store::{LeaseClock, Store};
use tokio::time::Instant;

use crate::error::SyncError;

/// How long after an open line was refused another is tried. A GMC that is away is not asked each second.
pub const AWAY: SignedDuration = SignedDuration::from_secs(30);

/// Times a list is read anew for what the GMC calls so already: hourly at last, so for a day.
const READ_ANEW_MAX: u64 = 30;
/// What is known until then.
const AWAITED: &str = "the GMC says that it was so already; its list is read anew before this is believed";
/// After so many sends in a row of which nothing is known, no more is claimed for a while.
const DOUBTS_MAX: u32 = 3;
/// That while; then one is tried.
const REST: SignedDuration = SignedDuration::from_mins(5);

/// How the last sends went, shared by the clones of one sender.
#[derive(Clone, Debug, Default)]
pub struct Breaker(Arc<Mutex<(u32, Option<Timestamp>)>>);

impl Breaker {
    /// Until when nothing is claimed, if that is so.
    fn rests(&self, now: Timestamp) -> Option<Timestamp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.filter(|until| now < *until)
    }

    /// Counts a send.
    fn count(&self, proof: Proof, now: Timestamp) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let doubts = if proof == Proof::Nothing { kept.0 + 1 } else { 0 };
        let until = (doubts >= DOUBTS_MAX).then(|| now.checked_add(REST).unwrap_or(Timestamp::MAX));
        *kept = (doubts, until);
    }
}

/// Sends what is queued, for one node.
#[derive(Clone)]
pub struct Sender {
    /// The store.
    pub store: Store,
    /// Lines for decisions.
    pub lines: Lines,
    /// The client for reads; its breaker is this sender's as well.
    pub gmc: GmcClient,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Whose clock leases are counted by.
    pub lease_clock: LeaseClock,
    /// Identifiers of look-ups.
    pub ids: Arc<IdSource>,
    /// This node.
    pub node: String,
    /// Stops claims after doubts in a row.
    pub breaker: Breaker,
    /// How long the words of a wish are kept once it is settled.
    pub keep_words: SignedDuration,
    /// Is told each point.
    pub witness: Witness,
}

/// What one turn did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing waits.
    Idle,
    /// The GMC refused us as a caller: nothing is sent until somebody acts.
    Refused,
    /// The last sends all ended in doubt: nothing is claimed until then.
    Resting(Timestamp),
    /// No line could be opened; nothing was claimed.
    Away(String),
    /// Another node was quicker.
    Beaten,
    /// One intent was sent.
    Sent {
        /// Its id.
        id: String,
        /// Where it stands now.
        standing: Standing,
    },
}

/// What a reply proved, with the words for it.
struct Outcome {
    proof: Proof,
    sentence: String,
    code: Option<String>,
    gmc_request_id: Option<String>,
    gmc_id: Option<String>,
}

impl Sender {
    /// Sends the oldest wish in the queue, if there is one.
    pub async fn send_next(&self) -> Result<Turn, SyncError> {
        if self.gmc.is_refused() {
            return Ok(Turn::Refused);
        }
        if let Some(until) = self.breaker.rests(self.clock.now()) {
            return Ok(Turn::Resting(until));
        }
        let mut tx = self.store.read().await?;
        let Some(id) = intent::queued(&mut tx, 1).await?.pop() else { return Ok(Turn::Idle) };
        // Whoever refused us is not asked again, by this process or another, before a list has come whole.
        if intent::is_refused(&mut tx).await? {
            return Ok(Turn::Refused);
        }
        drop(tx);
        let line = match self.lines.open().await {
            Ok(line) => line,
            Err(error) => return Ok(Turn::Away(error.sentence)),
        };
        self.witness.sees(Point::Open);
        let claimed_at = Instant::now();
        let Some(row) = self.claim(&id).await? else { return Ok(Turn::Beaten) };
        self.witness.sees(Point::Claimed);
        let heard = match words(&row) {
            Ok(words) => {
                let fields: Vec<(&str, &str)> =
                    words.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                line.say(operation(row.wish), &fields, claimed_at).await
            }
            Err(error) => Heard::NothingWritten(error),
        };
        self.witness.sees(Point::Heard);
        let outcome = judge(&row, &heard);
        self.breaker.count(outcome.proof, self.clock.now());
        self.settle(&row, &outcome).await?;
        self.witness.sees(Point::Settled);
        let now = intent::get(&mut self.store.read().await?, &id).await?;
        Ok(Turn::Sent { standing: now.map_or(row.standing, |row| row.standing), id })
    }

    async fn claim(&self, id: &str) -> Result<Option<IntentRow>, SyncError> {
        let mut tx = self.store.begin().await?;
        let lease = store::now(&mut tx, self.lease_clock, self.clock.as_ref()).await?;
        let step = self.step(Mover::Sender, "claimed, with the connection open", None);
        let row = intent::claim(&mut tx, id, lease, step).await?;
        self.witness.sees(Point::BeforeClaimed);
        tx.commit().await?;
        Ok(row)
    }

    fn step<'a>(&'a self, mover: Mover, sentence: &'a str, code: Option<&'a str>) -> Step<'a> {
        Step { mover, actor: &self.node, sentence, code, at: self.clock.now() }
    }

    /// Writes down what is proven; a fence that is old writes nothing, because somebody has taken it on since.
    async fn settle(&self, row: &IntentRow, outcome: &Outcome) -> Result<(), SyncError> {
        let is_already = outcome.proof == Proof::AlreadySo;
        let sentence = if is_already { AWAITED } else { &outcome.sentence };
        let step = self.step(Mover::Sender, sentence, outcome.code.as_deref());
        let mut settled = Settled {
            standing: Standing::Accepted,
            is_already,
            gmc_request_id: outcome.gmc_request_id.as_deref(),
            gmc_id: outcome.gmc_id.as_deref(),
            next_look: is_already.then_some(step.at),
        };
        let mut tx = self.store.begin().await?;
        let moved = match outcome.proof {
            Proof::NotCarriedOut { .. } => intent::give_back(&mut tx, row, step).await?,
            Proof::Nothing => intent::doubt(&mut tx, row, look(step.at, 0, step.at).at, step).await?,
            Proof::CarriedOut | Proof::AlreadySo => intent::settle(&mut tx, row, &settled, step).await?,
            Proof::Refused => {
                settled.standing = Standing::Rejected;
                intent::settle(&mut tx, row, &settled, step).await?
            }
        };
        self.witness.sees(Point::BeforeSettled);
        tx.commit().await?;
        tracing::info!(intent_id = %row.id, wish = row.wish.word(), proof = ?outcome.proof, moved, "intent_heard");
        Ok(())
    }

    /// Makes claims whose sender is gone unknown; gives how many.
    pub async fn reap(&self) -> Result<u64, SyncError> {
        let mut tx = self.store.begin().await?;
        let lease = store::now(&mut tx, self.lease_clock, self.clock.as_ref()).await?;
        let mut reaped = 0;
        for row in intent::lapsed(&mut tx, lease).await? {
            self.witness.sees(Point::Reaping);
            let step = self.step(Mover::Reaper, "its sender is gone, and nobody heard a reply", None);
            reaped += u64::from(intent::doubt(&mut tx, &row, look(step.at, 0, step.at).at, step).await?);
        }
        tx.commit().await?;
        Ok(reaped)
    }

    /// Looks at what is due: unknown, or so already by the GMC's word alone; gives how many were proven.
    pub async fn look(&self) -> Result<u64, SyncError> {
        if self.gmc.is_refused() {
            return Ok(0);
        }
        let due = intent::to_look_at(&mut self.store.read().await?, self.clock.now(), 10).await?;
        let mut proven = 0;
        for row in due {
            proven += u64::from(self.look_at(&row).await?);
        }
        Ok(proven)
    }

    async fn look_at(&self, row: &IntentRow) -> Result<bool, SyncError> {
        let is_there = match row.wish {
            // The GMC has not said that a status can be had without the id that the lost reply carried.
            Wish::Recommend => None,
            Wish::Connect | Wish::Disconnect => self.is_listed(row).await,
        };
        let holds =
            matches!((row.wish, is_there), (Wish::Connect, Some(true)) | (Wish::Disconnect, Some(false)));
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let gives_up = row.is_already && row.looks >= READ_ANEW_MAX;
        if holds || gives_up {
            let sentence = match (holds, row.is_already) {
                (true, true) => "it was so already: the GMC's list, read anew, shows it",
                (true, false) => "the GMC's list, asked anew, shows what was wished",
                _ => {
                    "the GMC says that it was so already, but for a day its list has not shown it: ask the GMC"
                }
            };
            let step = self.step(Mover::Reconciler, sentence, None);
            let proven = match row.is_already {
                true => intent::seen(&mut tx, row, step).await?,
                false => intent::prove(&mut tx, row, Standing::Accepted, None, step).await?,
            };
            tx.commit().await?;
            return Ok(proven && holds);
        }
        let since = row.unknown_since.or(row.settled_at).unwrap_or(now);
        let next = look(since, u32::try_from(row.looks + 1).unwrap_or(u32::MAX), now).at;
        intent::looked(&mut tx, row, next).await?;
        tx.commit().await?;
        Ok(false)
    }

    /// Whether the body's list, asked anew and whole, shows the doctor; nothing if no whole list was to be had.
    async fn is_listed(&self, row: &IntentRow) -> Option<bool> {
        let means = Means { clock: self.clock.as_ref(), ids: &self.ids };
        let mut is_listed = false;
        let sink = |event: Event| {
            match event {
                Event::Start => is_listed = false,
                Event::Item(Item::Doctor(doctor) | Item::Oversized(doctor)) => {
                    let number = doctor.gmc_reference_number.as_deref().unwrap_or_default();
                    is_listed |= domain::ids::GmcNumber::parse(number).as_ref() == Some(&row.number);
                }
            }
            Ok::<(), Incomplete>(())
        };
        match self.gmc.fetch(&row.body, means, sink).await {
            Ok(_) => Some(is_listed),
            Err(error) => {
                tracing::warn!(intent_id = %row.id, error = %error.error, "intent_not_looked_up");
                None
            }
        }
    }
}

fn operation(wish: Wish) -> Operation {
    match wish {
        Wish::Recommend => Operation::TryRecommendationV2,
        Wish::Connect => Operation::TryAddDoctor,
        Wish::Disconnect => Operation::TryRemoveDoctor,
    }
}

/// The fields that are sent: those that were wished, and the intent's own id.
fn words(row: &IntentRow) -> Result<BTreeMap<String, String>, Incomplete> {
    let unlike = |sentence| Incomplete::new(sources::gmc::Class::Malformed, sentence);
    if !row.is_intact() {
        return Err(unlike("what is kept is not what was wished; nothing was sent"));
    }
    let mut fields: BTreeMap<String, String> = serde_json::from_str(&row.fields)
        .map_err(|_| unlike("what was wished cannot be read; nothing was sent"))?;
    fields.insert("ClientRequestID".to_owned(), row.id.clone());
    Ok(fields)
}

fn judge(row: &IntentRow, heard: &Heard) -> Outcome {
    let nothing = |proof, error: &Incomplete| Outcome {
        proof,
        sentence: error.sentence.clone(),
        code: None,
        gmc_request_id: None,
        gmc_id: None,
    };
    let fields = match heard {
        Heard::NothingWritten(error) => {
            return nothing(proof(row.wish, row.sends, Reply::NothingWritten), error);
        }
        Heard::Broken(error) => return nothing(proof(row.wish, row.sends, Reply::Broken), error),
        Heard::Whole(fields) => fields,
    };
    let code = fields.get("ReturnCode").unwrap_or_default();
    let gmc_id = fields.get("RecommendationID").filter(|id| !id.trim().is_empty());
    let is_ours = fields.client_request_id().is_none_or(|id| id.is_empty() || id == row.id);
    let reply = Reply::Whole { code, is_ours, gmc_id };
    let known = Code::read(code);
    Outcome {
        proof: proof(row.wish, row.sends, reply),
        sentence: if is_ours {
            known.sentence()
        } else {
            "the answer to another request came back".to_owned()
        },
        // Kept as received, but no longer than a code can be.
        code: Some(code.chars().take(12).collect()),
        gmc_request_id: fields.get("GMCRequestID").map(str::to_owned),
        gmc_id: gmc_id.map(str::to_owned),
    }
}

//! Connections to designated bodies: wishes of a person for one doctor or hundreds, where each stands, and the person's word
//! on what nobody else can prove.

use std::collections::{BTreeMap, HashMap};

use domain::connection::{Sense, find_reason, sense};
use domain::ids::{BodyCode, GmcNumber};
use domain::joined::Presence;
use domain::scope::Scope;
use domain::sending::{Mover, Point, Standing, Wish, may_be_called_absent};
use jiff::Timestamp;
use store::Tx;
use store::audit::Act;
use store::intent::{self, NewIntent, Step};

use crate::alert::Word;
use crate::fault::{Fault, Kind};
use crate::place::Ops;
use crate::rows::{IntentRow, StepRow};

/// Doctors in one press of a button. Source: a region's yearly intake, with room.
const MANY: usize = 1_000;
/// Wishes shown.
const SHOWN: u64 = 500;
/// Wishes that wait, counted one by one; whoever waits behind more is told nothing of a place.
const WAITING_MAX: u64 = 10_000;

/// The words for a number that is absent, and for one out of scope.
const ABSENT: &str = "There is no doctor with this GMC number on the lists you may see.";

/// One press of a button: the same wish for some doctors.
#[derive(Clone, Debug)]
pub struct Press<'a> {
    /// Connect or disconnect.
    pub wish: Wish,
    /// The body to connect to; a disconnection takes the body from our list.
    pub body: Option<&'a BodyCode>,
    /// GMC numbers as they were typed or chosen.
    pub doctors: &'a [String],
    /// `ChangeReason`
    pub reason_code: &'a str,
    /// What tells a second press of the same button from another.
    pub token: &'a str,
}

/// What became of the wish for one doctor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wished {
    /// It waits to be sent.
    Queued {
        /// The intent.
        id: String,
        /// The body that the doctor leaves by it.
        leaves: Option<BodyCode>,
    },
    /// The button was pressed twice; it is the same wish.
    Again {
        /// The intent.
        id: String,
    },
    /// Nothing was wished; why, in plain words.
    Not(String),
}

/// An intent with its life.
#[derive(Clone, Debug)]
pub struct IntentStory {
    /// Where it stands.
    pub row: IntentRow,
    /// How it came there.
    pub life: Vec<StepRow>,
}

/// A person's word on an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Say<'a> {
    /// It was found at the GMC, under this id if it has one there.
    Found(Option<&'a str>),
    /// It is not at the GMC, and may be sent once more.
    NotThereSendAgain,
    /// It is not at the GMC, or was never sent, and is given up.
    GiveUp,
}

impl Ops {
    /// Puts a wish for each doctor into the queue, in one transaction with its audit rows; gives what became of each, in the
    /// order in which they were given.
    pub async fn wish_connections(
        &self,
        scope: &Scope,
        press: &Press<'_>,
        word: Word<'_>,
    ) -> Result<Vec<(String, Wished)>, Fault> {
        checked(scope, press, word)?;
        self.submitting.witness.sees(Point::Pressed);
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let mut outcomes = Vec::with_capacity(press.doctors.len());
        for typed in press.doctors {
            let wished = match GmcNumber::parse(typed) {
                Some(number) => one(&mut tx, scope, press, &number, word, now).await?,
                None => Wished::Not("This is no GMC number: it has seven digits.".to_owned()),
            };
            outcomes.push((typed.clone(), wished));
        }
        self.submitting.witness.sees(Point::BeforeWished);
        tx.commit().await?;
        self.submitting.witness.sees(Point::Wished);
        Ok(outcomes)
    }

    /// Reads wishes for the bodies of a scope: those that are not settled first, then the newest.
    pub async fn intents(&self, scope: &Scope) -> Result<Vec<IntentRow>, Fault> {
        Ok(intent::recent(&mut self.read_within(scope).await?, scope, SHOWN).await?)
    }

    /// Reads what became of one press of a button, for the bodies of a scope, in the order in which it is sent.
    pub async fn press(&self, scope: &Scope, token: &str) -> Result<Vec<IntentRow>, Fault> {
        let mut rows = intent::of_batch(&mut self.read_within(scope).await?, token).await?;
        rows.retain(|row| scope.covers(&row.body));
        Ok(rows)
    }

    /// How many wishes are sent before each that waits, by its id.
    pub async fn before(&self) -> Result<HashMap<String, u64>, Fault> {
        let waiting = intent::queued(&mut self.read().await?, WAITING_MAX).await?;
        Ok(waiting.into_iter().zip(0..).collect())
    }

    /// Reads the wishes about a doctor for the bodies of a scope that no list can show yet: those that are not settled, and
    /// those that were accepted since the lists were asked for.
    pub async fn under_way(
        &self,
        scope: &Scope,
        number: &GmcNumber,
        lists_as_of: Option<Timestamp>,
    ) -> Result<Vec<IntentRow>, Fault> {
        let mut rows = intent::of_doctor(&mut self.read_within(scope).await?, number).await?;
        rows.retain(|row| {
            let is_newer = row.settled_at.zip(lists_as_of).is_none_or(|(settled, as_of)| settled > as_of);
            let is_shown = !row.standing.is_end() || (row.standing == Standing::Accepted && is_newer);
            is_shown && scope.covers(&row.body)
        });
        Ok(rows)
    }

    /// Reads one wish; out of scope is the same as absent.
    pub async fn intent(&self, scope: &Scope, id: &str) -> Result<IntentStory, Fault> {
        let mut tx = self.read_within(scope).await?;
        let row = within(&mut tx, scope, id).await?;
        let life = intent::steps(&mut tx, id).await?;
        Ok(IntentStory { row, life })
    }

    /// Takes a person's word on a wish that nobody else can prove, or that has not been sent.
    pub async fn say_of_intent(
        &self,
        scope: &Scope,
        id: &str,
        say: Say<'_>,
        word: Word<'_>,
    ) -> Result<IntentStory, Fault> {
        if word.actor.reason.trim().is_empty() {
            return Err(Fault::invalid("This needs a reason: what you saw at the GMC, and where."));
        }
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let row = within(&mut tx, scope, id).await?;
        let sentence = format!("{}: {}", words(say), word.actor.reason);
        let step =
            Step { mover: Mover::Person, actor: &word.actor.name, sentence: &sentence, code: None, at: now };
        if !moved(&mut tx, &row, say, step).await? {
            return Err(Fault::new(
                Kind::Conflict,
                "It has moved on meanwhile; look at it again. Nothing was changed.",
            ));
        }
        let detail = serde_json::json!({ "said": words(say), "stood": row.standing.word() });
        audit(&mut tx, ("settle-intent", id, &detail), word, now).await?;
        tx.commit().await?;
        self.intent(scope, id).await
    }
}

/// Moves an intent by a person's word, if the protocol lets them say it now.
async fn moved(tx: &mut Tx, row: &IntentRow, say: Say<'_>, step: Step<'_>) -> Result<bool, Fault> {
    let conflict = |sentence: String| Err(Fault::new(Kind::Conflict, sentence));
    match (row.standing, say) {
        (Standing::Queued, Say::GiveUp) => Ok(intent::prove(tx, row, Standing::Abandoned, None, step).await?),
        (Standing::Unknown, Say::Found(gmc_id)) => {
            Ok(intent::prove(tx, row, Standing::Accepted, gmc_id, step).await?)
        }
        (Standing::Unknown, Say::NotThereSendAgain | Say::GiveUp) => {
            let written = row.last_write.unwrap_or(Timestamp::MAX);
            if !may_be_called_absent(written, step.at) {
                return conflict(
                    "It may still be on its way to the GMC: say so a quarter of an hour after it was sent, and look \
                     again first."
                        .to_owned(),
                );
            }
            if say == Say::GiveUp {
                return Ok(intent::prove(tx, row, Standing::Abandoned, None, step).await?);
            }
            if row.grants > 0 {
                return conflict("It was sent a second time already; ask the GMC by telephone.".to_owned());
            }
            Ok(intent::grant(tx, row, step).await?)
        }
        (standing, _) => conflict(format!("It is {}, so this cannot be said of it.", standing.word())),
    }
}

fn words(say: Say<'_>) -> &'static str {
    match say {
        Say::Found(_) => "found at the GMC",
        Say::NotThereSendAgain => "not at the GMC, to be sent once more",
        Say::GiveUp => "given up",
    }
}

fn checked(scope: &Scope, press: &Press<'_>, word: Word<'_>) -> Result<(), Fault> {
    if word.actor.reason.trim().is_empty() {
        return Err(Fault::invalid("This needs a reason in your own words, beside the GMC's."));
    }
    if press.doctors.is_empty() {
        return Err(Fault::invalid("No doctor was chosen."));
    }
    if press.doctors.len() > MANY {
        return Err(Fault::invalid("At most 1,000 doctors at once; choose fewer."));
    }
    if find_reason(press.wish, press.reason_code).is_none() {
        return Err(Fault::invalid("The GMC knows no such reason for this change."));
    }
    match (press.wish, press.body) {
        (Wish::Connect, Some(body)) if scope.covers(body) => Ok(()),
        (Wish::Connect, Some(_)) => Err(Fault::not_found("There is no designated body with this code.")),
        (Wish::Disconnect, None) => Ok(()),
        (Wish::Connect, None) => Err(Fault::invalid("Say to which body.")),
        _ => Err(Fault::invalid("Only the body that our list shows can be left.")),
    }
}

async fn one(
    tx: &mut Tx,
    scope: &Scope,
    press: &Press<'_>,
    number: &GmcNumber,
    word: Word<'_>,
    now: Timestamp,
) -> Result<Wished, Fault> {
    let seen = store::doctor::get(tx, scope, number).await?;
    if seen.is_none() && press.wish == Wish::Disconnect {
        return Ok(Wished::Not(ABSENT.to_owned()));
    }
    let listed = seen.filter(|row| row.view.presence.as_deref() != Some(Presence::Left.word()));
    let at = listed.and_then(|row| row.view.body).map(BodyCode::new);
    let (body, leaves) = match sense(press.wish, at.as_ref(), press.body) {
        Sense::Changes { body, .. } if !scope.covers(&body) => return Ok(Wished::Not(ABSENT.to_owned())),
        Sense::Changes { body, leaves } => (body, leaves),
        Sense::AlreadySo(body) => {
            return Ok(Wished::Not(format!("Our list of {body} has the doctor already.")));
        }
        Sense::NotConnected => {
            return Ok(Wished::Not("No list has the doctor, so there is nothing to leave.".to_owned()));
        }
    };
    queue(tx, press, (number, &body, leaves), word, now).await
}

async fn queue(
    tx: &mut Tx,
    press: &Press<'_>,
    whom: (&GmcNumber, &BodyCode, Option<BodyCode>),
    word: Word<'_>,
    now: Timestamp,
) -> Result<Wished, Fault> {
    let (number, body, leaves) = whom;
    let fields = BTreeMap::from([
        ("DoctorUID", number.as_str()),
        ("DesignatedBodyCode", body.as_str()),
        ("ChangeReason", press.reason_code),
        ("InternalUser", word.actor.name.as_str()),
    ]);
    let fields =
        serde_json::to_string(&fields).map_err(|_| Fault::invalid("This cannot be written down."))?;
    let id = word.ids.mint(now);
    let new = NewIntent {
        id: &id,
        wish: press.wish,
        number,
        body,
        from_body: leaves.as_ref(),
        batch: press.token,
        fields: &fields,
        asked_by: &word.actor.name,
        reason: &word.actor.reason,
    };
    let step =
        Step { mover: Mover::Person, actor: &word.actor.name, sentence: "wished", code: None, at: now };
    if intent::insert(tx, &new, step).await? {
        let detail = serde_json::json!({
            "wish": press.wish.word(), "body": body.as_str(), "change_reason": press.reason_code, "press": press.token,
        });
        audit(tx, ("wish", &id, &detail), word, now).await?;
        return Ok(Wished::Queued { id, leaves });
    }
    let open = intent::of_doctor(tx, number).await?;
    let same = open.iter().find(|row| row.batch == press.token && row.wish == press.wish);
    Ok(match same {
        Some(row) => Wished::Again { id: row.id.clone() },
        None => Wished::Not(
            "Another change of this doctor's connection is on its way; settle that first.".to_owned(),
        ),
    })
}

async fn within(tx: &mut Tx, scope: &Scope, id: &str) -> Result<IntentRow, Fault> {
    let row = intent::get(tx, id).await?.filter(|row| scope.covers(&row.body));
    row.ok_or_else(|| Fault::not_found("There is no such change on its way; `reval connections` shows them."))
}

async fn audit(
    tx: &mut Tx,
    act: (&str, &str, &serde_json::Value),
    word: Word<'_>,
    now: Timestamp,
) -> Result<(), Fault> {
    let (action, intent, detail) = act;
    let (id, object, detail) = (word.ids.mint(now), format!("intent/{intent}"), detail.to_string());
    let act = Act { id: &id, action, object: &object, detail: &detail };
    Ok(store::audit::insert(tx, word.actor, &act, now).await?)
}

//! Disagreements as a work list: who looks into one, for whom they wait, and what a body accepts for a while.

use domain::access::{Right, Visitor};
use domain::ids::{BodyCode, GmcNumber};
use domain::scope::Scope;
use jiff::civil::Date;
use store::Tx;
use store::discrepancy_work::{self, Stand};
use store::hidden::{self, NewHidden};

use crate::allocation::Chosen;
use crate::fault::Fault;
use crate::place::Ops;
use crate::rows::{DoctorRow, HiddenRow};

/// Longest reason, characters; arbitrary, a paragraph.
const REASON_MAX: usize = 500;

/// At which stage the work on a disagreement is. What data resolve is on no list of those that stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nobody looks into it; or it was resolved and differs again.
    New,
    /// Somebody does.
    Looking,
    /// They wait for the GMC.
    WaitingGmc,
    /// They wait for TIS.
    WaitingTis,
}

impl Stage {
    /// All, in their order.
    pub const ALL: [Self; 4] = [Self::New, Self::Looking, Self::WaitingGmc, Self::WaitingTis];

    /// Its word, in the store and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Looking => "looking",
            Self::WaitingGmc => "waiting_gmc",
            Self::WaitingTis => "waiting_tis",
        }
    }

    /// What pages call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Looking => "Looking into it",
            Self::WaitingGmc => "Waiting for the GMC",
            Self::WaitingTis => "Waiting for TIS",
        }
    }

    /// Reads a word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.word() == word)
    }

    /// The stage of a row.
    pub fn of(row: &DoctorRow) -> Self {
        row.stage.as_deref().and_then(Self::from_word).unwrap_or(Self::New)
    }
}

/// A hiding, and whether it still counts.
#[derive(Clone, Debug)]
pub struct Hiding {
    /// What was said.
    pub row: HiddenRow,
    /// Whether it hides anything today.
    pub is_in_force: bool,
}

impl Hiding {
    pub(crate) fn of(row: HiddenRow, doctor: &DoctorRow, today: Date) -> Self {
        let view = &doctor.view;
        let is_same = view.discrepancy.as_deref() == Some(row.kind.as_str())
            && view.body.as_deref().unwrap_or_default() == row.gmc_body
            && view.tis_body.as_deref().unwrap_or_default() == row.tis_body;
        let is_within = row.until.as_ref().is_none_or(|until| *until >= today.to_string());
        Self { is_in_force: row.ended_at.is_none() && is_same && is_within, row }
    }
}

/// What came of hiding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hid {
    /// Hidden, each for one body.
    pub hidden: u64,
    /// Hidden already, and left as they were.
    pub already: u64,
}

impl Ops {
    /// Says where somebody stands with the disagreements about the chosen doctors.
    pub async fn stand(
        &self,
        by: &Visitor,
        chosen: &Chosen,
        stage: Stage,
        reason: &str,
    ) -> Result<u64, Fault> {
        let reason = short(reason)?;
        let (actor, now) = (by.actor(""), self.clock.now());
        let mut tx = self.store.begin().await?;
        let numbers = self.chosen(&mut tx, &by.scope(Right::EditNotes), chosen).await?;
        let doctors = match stage {
            Stage::New => discrepancy_work::clear(&mut tx, &numbers).await?,
            stage => {
                let stand = Stand { stage: stage.word(), owner: &by.seat().name, reason };
                discrepancy_work::put(&mut tx, &numbers, &stand, now).await?
            }
        };
        let detail = serde_json::json!({ "stage": stage.word(), "doctors": doctors });
        let act = ("stand-with-discrepancies", "doctors", &*detail.to_string());
        self.access.audit(&mut tx, &actor, act, now).await?;
        tx.commit().await?;
        Ok(doctors)
    }

    /// Hides the disagreements about the chosen doctors, each for the bodies of it that are the visitor's own.
    pub async fn hide(
        &self,
        by: &Visitor,
        chosen: &Chosen,
        reason: &str,
        until: Option<Date>,
    ) -> Result<Hid, Fault> {
        let reason = short(reason)?;
        if reason.is_empty() {
            return Err(Fault::invalid("Say why: whoever shows it again will ask."));
        }
        let (now, today) = (self.clock.now(), self.today().date);
        if until.is_some_and(|until| until < today) {
            return Err(Fault::invalid("The last day must be today or later."));
        }
        let (actor, scope) = (by.actor(reason), by.scope(Right::EditNotes));
        let mut tx = self.store.begin().await?;
        let mut hid = Hid::default();
        for number in self.chosen(&mut tx, &scope, chosen).await? {
            let row = store::doctor::get(&mut tx, &scope, &number).await?;
            let Some(row) = row.filter(|row| row.view.discrepancy.is_some()) else { continue };
            for body in sides(&row, &scope) {
                let id = self.access.mint(now);
                let new = NewHidden {
                    id: &id,
                    number: &number,
                    body: body.as_str(),
                    kind: row.view.discrepancy.as_deref().unwrap_or_default(),
                    gmc_body: row.view.body.as_deref().unwrap_or_default(),
                    tis_body: row.view.tis_body.as_deref().unwrap_or_default(),
                    reason,
                    until: until.map(|day| day.to_string()),
                };
                let is_new = hidden::insert(&mut tx, &new, &today.to_string(), (&actor.name, now)).await?;
                *if is_new { &mut hid.hidden } else { &mut hid.already } += 1;
            }
        }
        if hid == Hid::default() {
            return Err(Fault::invalid(
                "The GMC and TIS agree about everybody chosen: there is nothing to hide.",
            ));
        }
        let until = until.map(|day| day.to_string());
        let detail = serde_json::json!({ "hidden": hid.hidden, "already": hid.already, "until": until });
        self.access.audit(&mut tx, &actor, ("hide", "doctors", &detail.to_string()), now).await?;
        tx.commit().await?;
        Ok(hid)
    }

    /// Shows a disagreement again; gives the doctor's number.
    pub async fn show_again(&self, by: &Visitor, id: &str) -> Result<String, Fault> {
        let absent = || Fault::not_found("There is nothing hidden here.");
        let (actor, now) = (by.actor(""), self.clock.now());
        let mut tx = self.store.begin().await?;
        let row = hidden::get(&mut tx, id).await?.ok_or_else(absent)?;
        if !by.scope(Right::EditNotes).covers(&BodyCode::new(row.body.as_str())) {
            return Err(absent());
        }
        if !hidden::end(&mut tx, id, (&actor.name, now)).await? {
            // Somebody was quicker; it is as it was wished.
            return Ok(row.gmc_number);
        }
        let detail = serde_json::json!({ "body": row.body });
        let act = ("show-again", &*format!("hidden/{id}"), &*detail.to_string());
        self.access.audit(&mut tx, &actor, act, now).await?;
        tx.commit().await?;
        Ok(row.gmc_number)
    }

    /// Every hiding of a doctor for the bodies of a scope.
    pub(crate) async fn hidings(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        doctor: (&GmcNumber, &DoctorRow),
    ) -> Result<Vec<Hiding>, Fault> {
        let (number, row) = doctor;
        let today = self.today().date;
        let rows = hidden::of_doctor(tx, number).await?.into_iter();
        let own = rows.filter(|hidden| scope.covers(&BodyCode::new(hidden.body.as_str())));
        Ok(own.map(|hidden| Hiding::of(hidden, row, today)).collect())
    }
}

/// The bodies on the two sides of a disagreement that are within a scope.
fn sides(row: &DoctorRow, scope: &Scope) -> Vec<BodyCode> {
    let sides = [row.view.body.as_deref(), row.view.tis_body.as_deref()];
    let mut bodies: Vec<BodyCode> = sides.into_iter().flatten().map(BodyCode::new).collect();
    bodies.retain(|body| scope.covers(body));
    bodies.dedup();
    bodies
}

fn short(reason: &str) -> Result<&str, Fault> {
    let reason = reason.trim();
    if reason.chars().count() > REASON_MAX || reason.chars().any(char::is_control) {
        return Err(Fault::invalid("A reason is one line of at most 500 characters."));
    }
    Ok(reason)
}

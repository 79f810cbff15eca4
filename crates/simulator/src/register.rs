//! What calls have changed at the GMC, over the world that follows from its seed: connections, dates, recommendations.

use std::collections::BTreeMap;

use domain::raw::RawDoctor;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::population::World;

/// What the GMC made of a recommendation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// Not decided.
    #[serde(rename = "Under Review")]
    UnderReview,
    /// The doctor leaves notice with a new date.
    Approved,
    /// The doctor stays under notice.
    Rejected,
}

impl Decision {
    /// The word of `Status`.
    pub fn word(self) -> &'static str {
        match self {
            Self::UnderReview => "Under Review",
            Self::Approved => "Approved",
            Self::Rejected => "Rejected",
        }
    }
}

/// A recommendation the GMC has taken.
#[derive(Clone, Debug, Serialize)]
pub struct Recommendation {
    /// `RecommendationID`
    pub id: String,
    /// GMC number.
    pub doctor: String,
    /// The body that made it.
    pub body: String,
    /// The caller's id.
    pub client_request_id: String,
    /// `1` revalidate, `2` defer, `3` non-engagement.
    pub kind: String,
    /// The date a deferral asked for.
    pub deferral: Option<Date>,
    /// The night it came.
    pub night: u32,
    /// What became of it.
    pub decision: Decision,
}

/// Why the GMC does not let anybody change a doctor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lock {
    /// Code 106.
    Revalidation,
    /// Code 160.
    History,
    /// Code 90.
    NotSubject,
}

/// Where a doctor stands and with which facts.
#[derive(Clone)]
pub struct Place {
    /// The body's code, if any.
    pub body: Option<String>,
    /// The facts.
    pub doctor: RawDoctor,
}

#[derive(Clone)]
struct Facts {
    date: Option<Date>,
    notice: &'static str,
}

/// The changes so far.
#[derive(Clone, Default)]
pub struct Register {
    connections: BTreeMap<String, Option<String>>,
    facts: BTreeMap<String, Facts>,
    locks: BTreeMap<String, Lock>,
    recommendations: Vec<Recommendation>,
}

impl Register {
    /// Finds a doctor by number.
    pub fn find(&self, world: &World, night: u32, number: &str) -> Option<Place> {
        let (home, doctor) = world.find(number, night)?;
        let body = self.connections.get(number).cloned().unwrap_or(home);
        Some(Place { body, doctor: self.dressed(doctor) })
    }

    /// A doctor of a body's own list as that list now shows them; `None` if they left it.
    pub fn still_on(&self, body: &str, doctor: RawDoctor) -> Option<RawDoctor> {
        let number = doctor.gmc_reference_number.as_deref().unwrap_or_default();
        match self.connections.get(number) {
            Some(now) if now.as_deref() != Some(body) => None,
            _ => Some(self.dressed(doctor)),
        }
    }

    /// Doctors whom calls brought to a body that is not their home.
    pub fn brought_to(&self, world: &World, night: u32, body: &str) -> Vec<RawDoctor> {
        let here = |now: &Option<String>| now.as_deref() == Some(body);
        let numbers = self.connections.iter().filter(|(_, now)| here(now)).map(|(number, _)| number);
        numbers
            .filter_map(|number| world.find(number, night))
            .filter(|(home, _)| home.as_deref() != Some(body))
            .map(|(_, doctor)| self.dressed(doctor))
            .collect()
    }

    fn dressed(&self, mut doctor: RawDoctor) -> RawDoctor {
        let number = doctor.gmc_reference_number.clone().unwrap_or_default();
        if let Some(facts) = self.facts.get(&number) {
            doctor.under_notice = Some(facts.notice.to_owned());
            if let Some(date) = facts.date {
                doctor.submission_date = Some(slashed(date));
            }
        }
        doctor
    }

    /// Moves a doctor to a body, or to none.
    pub fn move_to(&mut self, number: &str, body: Option<&str>) {
        self.connections.insert(number.to_owned(), body.map(str::to_owned));
    }

    /// Locks a doctor, or unlocks them.
    pub fn lock(&mut self, number: &str, lock: Option<Lock>) {
        match lock {
            Some(lock) => drop(self.locks.insert(number.to_owned(), lock)),
            None => drop(self.locks.remove(number)),
        }
    }

    /// The GMC asks for a recommendation by a date: a cycle begins.
    pub fn notify(&mut self, number: &str, date: Date) {
        self.facts.insert(number.to_owned(), Facts { date: Some(date), notice: "Yes" });
    }

    /// Why a doctor may not be changed.
    pub fn locked(&self, number: &str) -> Option<Lock> {
        self.locks.get(number).copied()
    }

    /// Takes a recommendation; gives its id.
    pub fn take(&mut self, mut recommendation: Recommendation) -> String {
        recommendation.id = format!("SIM-R{:06}", self.recommendations.len() + 1);
        let id = recommendation.id.clone();
        self.recommendations.push(recommendation);
        id
    }

    /// All recommendations, oldest first.
    pub fn recommendations(&self) -> &[Recommendation] {
        &self.recommendations
    }

    /// Whether a doctor has one that is not decided.
    pub fn has_open(&self, number: &str) -> bool {
        self.recommendations.iter().any(|r| r.doctor == number && r.decision == Decision::UnderReview)
    }

    /// Decides one by its id; whether there was one to decide.
    pub fn decide(&mut self, id: &str, decision: Decision) -> bool {
        let open = |r: &&mut Recommendation| r.id == id && r.decision == Decision::UnderReview;
        let Some(recommendation) = self.recommendations.iter_mut().find(open) else { return false };
        recommendation.decision = decision;
        let (doctor, kind) = (recommendation.doctor.clone(), recommendation.kind.clone());
        if decision == Decision::Approved && kind != "3" {
            let date = recommendation.deferral;
            self.facts.insert(doctor, Facts { date, notice: "No" });
        }
        true
    }

    /// Approves what has waited so many nights; a revalidation brings a date five years on.
    pub fn decide_what_is_due(&mut self, world: &World, night: u32, after: u32) {
        let due = |r: &&Recommendation| r.decision == Decision::UnderReview && r.night + after <= night;
        let ids: Vec<String> = self.recommendations.iter().filter(due).map(|r| r.id.clone()).collect();
        for id in ids {
            self.decide(&id, Decision::Approved);
        }
        let next = world.today(night).saturating_add(5.years());
        for facts in self.facts.values_mut().filter(|facts| facts.date.is_none()) {
            facts.date = Some(next);
        }
    }
}

/// A date as the GMC writes it.
pub fn slashed(date: Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// Reads a date as the GMC writes it.
pub fn unslashed(text: &str) -> Option<Date> {
    Date::strptime("%d/%m/%Y", text).ok()
}

//! The five operations beside the list: what is checked, in which order, and what a success changes.
//!
//! Every check answers with a return code; the first that fails decides. Codes about the caller (99, 81, 80) come before
//! these and are the server's.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use sources::gmc::operations::Operation;
use sources::gmc::request::Request;

use crate::population::World;
use crate::register::{Decision, Lock, Place, Recommendation, Register, unslashed};

/// A responsible officer as the GMC knows them.
#[derive(Clone)]
pub struct Officer {
    /// GMC number.
    pub number: String,
    /// Whether they hold a licence.
    pub licensed: bool,
}

/// How strict the service is.
#[derive(Clone, Default)]
pub struct Strictness {
    /// Officers by body; none at all means that any seven digits are a licensed officer, as the GMC's stage does.
    pub officers: BTreeMap<String, Officer>,
}

/// One call at the desk.
pub struct Desk<'a> {
    /// The world.
    pub world: &'a World,
    /// The night.
    pub night: u32,
    /// What calls have changed.
    pub register: &'a mut Register,
    /// How strict the service is.
    pub strictness: &'a Strictness,
}

/// What the desk answers: a code, and fields beside the ids.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// `ReturnCode`
    pub code: &'static str,
    /// `SubmissionDate`, `RecommendationID` or `Status`.
    pub more: Option<(&'static str, String)>,
}

impl Said {
    fn code(code: &'static str) -> Self {
        Self { code, more: None }
    }
}

/// The element that names the body; its spelling differs between operations.
pub fn body_of(request: &Request) -> String {
    let names = ["DesignatedBodyCode", "DesignatedBodyId", "RoDesignatedBodyCode"];
    names.into_iter().find_map(|name| request.fields.get(name)).cloned().unwrap_or_default()
}

/// The caller's own id; its spelling differs as well.
pub fn client_id_of(request: &Request) -> String {
    let names = ["ClientRequestID", "ClientRequestId"];
    names.into_iter().find_map(|name| request.fields.get(name)).cloned().unwrap_or_default()
}

/// The doctor a call is about.
pub fn doctor_of(request: &Request) -> String {
    let names = ["DoctorUID", "GMCReferenceNumber"];
    names.into_iter().find_map(|name| request.fields.get(name)).cloned().unwrap_or_default()
}

fn field<'r>(request: &'r Request, name: &str) -> &'r str {
    request.fields.get(name).map_or("", String::as_str)
}

impl Desk<'_> {
    /// Answers a call; nothing changes unless the code is `0`.
    pub fn answer(&mut self, request: &Request) -> Said {
        let outcome = match request.operation {
            Operation::GetDoctorsForDB => return Said::code("0"),
            Operation::CheckRecommendationStatus => self.status(request),
            Operation::TryRecommendation | Operation::TryRecommendationV2 => self.recommend(request),
            Operation::TryAddDoctor => self.connect(request),
            Operation::TryRemoveDoctor => self.disconnect(request),
        };
        outcome.unwrap_or_else(Said::code)
    }

    fn doctor(&self, request: &Request) -> Result<Place, &'static str> {
        self.register.find(self.world, self.night, &doctor_of(request)).ok_or("70")
    }

    fn unlocked(&self, request: &Request) -> Result<(), &'static str> {
        match self.register.locked(&doctor_of(request)) {
            Some(Lock::Revalidation) => Err("106"),
            Some(Lock::History) => Err("160"),
            Some(Lock::NotSubject) | None => Ok(()),
        }
    }

    fn subject(&self, request: &Request) -> Result<(), &'static str> {
        let exempt = self.register.locked(&doctor_of(request)) == Some(Lock::NotSubject);
        if exempt { Err("90") } else { Ok(()) }
    }

    fn connect(&mut self, request: &Request) -> Result<Said, &'static str> {
        let body = body_of(request);
        present(request, "InternalUser", "110")?;
        let place = self.doctor(request)?;
        one_of(request, "ChangeReason", &["1", "2"], "120")?;
        self.unlocked(request)?;
        self.subject(request)?;
        if place.body.as_deref() == Some(body.as_str()) {
            return Err("100");
        }
        self.register.move_to(&doctor_of(request), Some(&body));
        let date = place.doctor.submission_date.unwrap_or_default();
        Ok(Said { code: "0", more: Some(("SubmissionDate", date)) })
    }

    fn disconnect(&mut self, request: &Request) -> Result<Said, &'static str> {
        present(request, "InternalUser", "110")?;
        let place = self.doctor(request)?;
        one_of(request, "ChangeReason", &["1", "2", "3"], "120")?;
        self.unlocked(request)?;
        if place.body.as_deref() != Some(body_of(request).as_str()) {
            return Err("140");
        }
        self.register.move_to(&doctor_of(request), None);
        Ok(Said::code("0"))
    }

    fn status(&self, request: &Request) -> Result<Said, &'static str> {
        present(request, "InternalUserId", "110")?;
        let place = self.doctor(request)?;
        let id = field(request, "RecommendationId");
        let found = self.register.recommendations().iter().find(|r| r.id == id);
        let found = found.filter(|r| r.doctor == doctor_of(request)).ok_or("130")?;
        if place.body.as_deref() != Some(body_of(request).as_str()) {
            return Err("140");
        }
        Ok(Said { code: "0", more: Some(("Status", found.decision.word().to_owned())) })
    }

    fn recommend(&mut self, request: &Request) -> Result<Said, &'static str> {
        let body = body_of(request);
        present(request, "InternalUser", "110")?;
        let place = self.doctor(request)?;
        present(request, "DoctorSurname", "82")?;
        self.officer(request, &body)?;
        present(request, "InternalUserEmailAddress", "150")?;
        one_of(request, "RoRecommendation", &["1", "2", "3"], "87")?;
        let deferral = self.deferral(request, &place)?;
        self.subject(request)?;
        match place.doctor.under_notice.as_deref() {
            Some("On Hold") => return Err("93"),
            // Non-engagement may be said at any time.
            Some("Yes") => {}
            _ if field(request, "RoRecommendation") == "3" => {}
            _ => return Err("92"),
        }
        if place.body.as_deref() != Some(body.as_str()) {
            return Err("140");
        }
        let doctor = doctor_of(request);
        if self.register.has_open(&doctor) {
            return Err("91");
        }
        let id = self.register.take(Recommendation {
            id: String::new(),
            doctor,
            body,
            client_request_id: client_id_of(request),
            kind: field(request, "RoRecommendation").to_owned(),
            deferral,
            night: self.night,
            decision: Decision::UnderReview,
        });
        Ok(Said { code: "0", more: Some(("RecommendationID", id)) })
    }

    fn officer(&self, request: &Request, body: &str) -> Result<(), &'static str> {
        let number = field(request, "RoUID");
        if number.len() != 7 || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err("84");
        }
        if self.strictness.officers.is_empty() {
            return Ok(());
        }
        let officer = self.strictness.officers.get(body).ok_or("96")?;
        if officer.number != number {
            return Err("84");
        }
        present(request, "RoSurname", "85")?;
        if officer.licensed { Ok(()) } else { Err("95") }
    }

    /// Reason, sub-reason and date belong to a deferral alone.
    fn deferral(&self, request: &Request, place: &Place) -> Result<Option<Date>, &'static str> {
        let text = field(request, "RequestedDeferralDate");
        if field(request, "RoRecommendation") != "2" {
            return if text.is_empty() { Ok(None) } else { Err("89") };
        }
        one_of(request, "RoRecommendationReason", &["1", "2"], "88")?;
        let sub = field(request, "RoRecommendationSubreason");
        if field(request, "RoRecommendationReason") == "1" {
            match sub.parse::<u8>() {
                Ok(1..=8) => {}
                _ if sub.is_empty() && request.operation == Operation::TryRecommendationV2 => {
                    return Err("97");
                }
                _ if sub.is_empty() => {}
                _ => return Err("94"),
            }
        } else if !sub.is_empty() {
            return Err("94");
        }
        let date = unslashed(text).ok_or("89")?;
        let due = place.doctor.submission_date.as_deref().and_then(unslashed).ok_or("89")?;
        let today = self.world.today(self.night);
        if date <= due || date > due.saturating_add(365.days()) || date < today {
            return Err("89");
        }
        if today < due.saturating_sub(120.days()) {
            return Err("161");
        }
        Ok(Some(date))
    }
}

fn present(request: &Request, name: &str, code: &'static str) -> Result<(), &'static str> {
    if field(request, name).trim().is_empty() { Err(code) } else { Ok(()) }
}

fn one_of(request: &Request, name: &str, allowed: &[&str], code: &'static str) -> Result<(), &'static str> {
    if allowed.contains(&field(request, name)) { Ok(()) } else { Err(code) }
}

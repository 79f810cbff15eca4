//! Faults: how the service misbehaves, for which body and on which call.

use domain::raw::RawDoctor;
use serde::{Deserialize, Serialize};

/// One way to misbehave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Waits so many milliseconds before it answers.
    Delay(u64),
    /// Never answers.
    Hang,
    /// Breaks the connection after so many bytes of the answer.
    Reset(usize),
    /// Ends the answer properly after so many bytes of XML.
    Cut(usize),
    /// The edge refuses with an HTML page.
    EdgeRefuses,
    /// A sign-in page with status 200.
    Page,
    /// A SOAP fault with status 500.
    SoapFault,
    /// A bare HTTP status; 503 and 429 ask to wait a second.
    Status(u16),
    /// A return code and no doctors.
    Code(String),
    /// Success and an empty list.
    EmptyList,
    /// Success and no list at all.
    NoList,
    /// Success and a nil list.
    NilList,
    /// Leaves out this share of the list, percent.
    Short(u64),
    /// Another body's list.
    ListOf(String),
    /// The answer to another request.
    OtherRequest,
    /// Every doctor twice.
    Twice,
    /// A name of so many bytes on the first doctor.
    LongName(usize),
    /// Fields full of nonsense on so many doctors.
    Nonsense(usize),
    /// Carries the call out and breaks the connection before a byte of the answer.
    LostReply,
    /// Breaks the connection at once, and carries the call out so many milliseconds later.
    Late(u64),
    /// Carries the call out and answers another code.
    DoneButCode(String),
    /// Carries the call out and answers a page with status 200.
    DoneButPage,
}

impl Fault {
    /// What it makes of the nth doctor of a list; `None` leaves the doctor out.
    pub fn bend(&self, n: usize, mut doctor: RawDoctor) -> Option<RawDoctor> {
        match self {
            // 37 and 100 share no factor, so each hundred of doctors loses exactly the share.
            Self::Short(percent) if (n as u64 * 37) % 100 < *percent => return None,
            Self::LongName(bytes) if n == 0 => doctor.first_name = Some("n".repeat(*bytes)),
            Self::Nonsense(many) if n < *many => {
                doctor.submission_date = Some("31/02/2026".into());
                doctor.under_notice = Some("Perhaps".into());
                doctor.date_added = Some("yesterday".into());
            }
            _ => {}
        }
        Some(doctor)
    }
}

/// When a fault shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Only for this body; for all if absent.
    #[serde(default)]
    pub body: Option<String>,
    /// From this call of the body on, counted from 1 since the rules were set.
    #[serde(default = "first")]
    pub from_call: u64,
    /// Up to this call; for ever if absent.
    #[serde(default)]
    pub to_call: Option<u64>,
    /// Only for this operation; for `GetDoctorsForDB` if absent, so that a fault of a list is none of a decision.
    #[serde(default)]
    pub operation: Option<String>,
    /// Only for callers whose user agent contains this.
    #[serde(default)]
    pub user_agent: Option<String>,
    /// What happens.
    pub fault: Fault,
}

const LIST: &str = "GetDoctorsForDB";

fn first() -> u64 {
    1
}

impl Rule {
    /// A fault for one body, on every call.
    pub fn on(body: &str, fault: Fault) -> Self {
        Self {
            body: Some(body.to_owned()),
            from_call: 1,
            to_call: None,
            operation: None,
            user_agent: None,
            fault,
        }
    }

    /// A fault for all bodies, on every call.
    pub fn everywhere(fault: Fault) -> Self {
        Self { body: None, from_call: 1, to_call: None, operation: None, user_agent: None, fault }
    }

    /// The same fault for another operation.
    #[must_use]
    pub fn of(self, operation: &str) -> Self {
        Self { operation: Some(operation.to_owned()), ..self }
    }

    /// Whether it shows on the nth call of an operation for a body.
    pub fn shows(&self, operation: &str, body: &str, call: u64, user_agent: &str) -> bool {
        self.operation.as_deref().unwrap_or(LIST) == operation
            && self.body.as_deref().is_none_or(|only| only == body)
            && call >= self.from_call
            && self.to_call.is_none_or(|last| call <= last)
            && self.user_agent.as_deref().is_none_or(|part| user_agent.contains(part))
    }
}

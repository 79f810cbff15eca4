//! The checks without which nobody is concluded absent: a `CompleteAnswer` exists only when every one holds.

use domain::ids::BodyCode;
use jiff::Timestamp;

use super::codes::{Code, Who};
use super::incomplete::{Class, Incomplete};

/// What we asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The body.
    pub body: BodyCode,
    /// Our id of the call.
    pub client_request_id: String,
    /// When the request was sent.
    pub requested_at: Timestamp,
}

/// Proof that one body's whole list was received.
///
/// Only this module makes one, and only from an answer that passed every check; absence may be concluded from
/// nothing else.
///
/// ```compile_fail
/// # use sources::gmc::CompleteAnswer;
/// let forged = CompleteAnswer { records: 0, ..Default::default() };
/// ```
///
/// ```compile_fail
/// # use sources::gmc::CompleteAnswer;
/// let forged = CompleteAnswer::default();
/// ```
///
/// ```compile_fail
/// # use sources::gmc::{CompleteAnswer, Expected};
/// fn forge(expected: Expected) -> CompleteAnswer {
///     sources::gmc::complete_answer::conclude(&Default::default(), expected).unwrap()
/// }
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct CompleteAnswer {
    expected: Expected,
    gmc_request_id: Option<String>,
    records: u64,
    bytes: u64,
}

impl CompleteAnswer {
    /// The body whose list it is.
    pub fn body(&self) -> &BodyCode {
        &self.expected.body
    }

    /// When the request was sent: the list is at least this fresh.
    pub fn requested_at(&self) -> Timestamp {
        self.expected.requested_at
    }

    /// Our id of the call.
    pub fn client_request_id(&self) -> &str {
        &self.expected.client_request_id
    }

    /// The GMC's id of the call, if it gave one.
    pub fn gmc_request_id(&self) -> Option<&str> {
        self.gmc_request_id.as_deref()
    }

    /// Records in the answer, those set aside included.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Bytes of the answer.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// What the reader saw of an answer, from its first byte to its end.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// The envelope was closed and nothing but white space followed.
    pub closed: bool,
    /// Elements still open at the end.
    pub open_elements: usize,
    /// `GetDoctorsForDBResult` elements.
    pub results: u64,
    /// A `Doctors` element that was neither absent nor nil.
    pub doctors_present: bool,
    /// A SOAP fault stood in the body.
    pub fault: bool,
    /// `ReturnCode`, if present.
    pub return_code: Option<String>,
    /// `ClientRequestID`, if present.
    pub client_request_id: Option<String>,
    /// `GMCRequestID`, if present.
    pub gmc_request_id: Option<String>,
    /// Doctor items.
    pub records: u64,
    /// Bytes read.
    pub bytes: u64,
}

/// Concludes that an answer is complete, or says which check failed.
pub(super) fn conclude(seen: &Seen, expected: Expected) -> Result<CompleteAnswer, Incomplete> {
    if seen.open_elements > 0 || !seen.closed {
        return Err(Incomplete::new(
            Class::Truncated,
            format!("the answer was cut off after {} doctors and {} bytes", seen.records, seen.bytes),
        ));
    }
    if seen.fault {
        return Err(Incomplete::new(Class::Fault, "the GMC's service answered with a SOAP fault"));
    }
    if seen.results != 1 {
        let sentence = format!("the answer holds {} results instead of one", seen.results);
        return Err(Incomplete::new(Class::WrongShape, sentence));
    }
    success(seen.return_code.as_deref())?;
    if !seen.doctors_present {
        return Err(Incomplete::new(
            Class::WrongShape,
            "the answer says success, but holds no list of doctors",
        ));
    }
    match seen.client_request_id.as_deref() {
        None | Some("") => {}
        Some(echo) if echo == expected.client_request_id => {}
        Some(_) => {
            return Err(Incomplete::new(
                Class::WrongAnswer,
                "the answer belongs to another request than ours",
            ));
        }
    }
    let gmc_request_id = seen.gmc_request_id.clone().filter(|id| !id.is_empty());
    Ok(CompleteAnswer { expected, gmc_request_id, records: seen.records, bytes: seen.bytes })
}

fn success(code: Option<&str>) -> Result<(), Incomplete> {
    let Some(text) = code else {
        return Err(Incomplete::new(Class::WrongShape, "the answer holds no return code"));
    };
    let code = Code::read(text);
    let class = match &code {
        Code::Success => return Ok(()),
        Code::Known(meaning) if meaning.code == "99" => Class::Credentials,
        Code::Known(meaning) if meaning.code == "81" => Class::NotAuthorised,
        Code::Known(meaning) if meaning.who == Who::Retry => Class::Busy,
        Code::Known(_) | Code::Unknown(_) => Class::Code,
    };
    Err(Incomplete::new(class, format!("the GMC answered with {}", code.sentence())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected() -> Expected {
        Expected {
            body: BodyCode::new("1-AIIDWT"),
            client_request_id: "ours".into(),
            requested_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn whole() -> Seen {
        Seen {
            closed: true,
            results: 1,
            doctors_present: true,
            return_code: Some("0".into()),
            client_request_id: Some("ours".into()),
            ..Seen::default()
        }
    }

    fn class(seen: Seen) -> Option<Class> {
        conclude(&seen, expected()).err().map(|e| e.class)
    }

    #[test]
    fn an_answer_that_passes_every_check_is_complete() {
        assert_eq!(class(whole()), None);
        assert_eq!(class(Seen { client_request_id: None, ..whole() }), None);
        assert_eq!(class(Seen { client_request_id: Some(String::new()), ..whole() }), None);
    }

    #[test]
    fn each_check_alone_refuses_the_answer() {
        let code = |text: &str| Seen { return_code: Some(text.into()), ..whole() };
        let cases = [
            (Seen { closed: false, ..whole() }, Class::Truncated),
            (Seen { open_elements: 1, ..whole() }, Class::Truncated),
            (Seen { fault: true, ..whole() }, Class::Fault),
            (Seen { results: 0, ..whole() }, Class::WrongShape),
            (Seen { results: 2, ..whole() }, Class::WrongShape),
            (Seen { return_code: None, ..whole() }, Class::WrongShape),
            (Seen { doctors_present: false, ..whole() }, Class::WrongShape),
            (Seen { client_request_id: Some("another".into()), ..whole() }, Class::WrongAnswer),
            (code("99"), Class::Credentials),
            (code("81"), Class::NotAuthorised),
            (code("98"), Class::Busy),
            (code("70"), Class::Code),
            (code(" 0"), Class::Code),
            (code(""), Class::Code),
        ];
        for (seen, expected) in cases {
            assert_eq!(class(seen.clone()), Some(expected), "{seen:?}");
        }
    }
}

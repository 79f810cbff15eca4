//! Answers to `GetDoctorsForDB`, written piece by piece so that no list is held.

use std::fmt::Write as _;

use domain::raw::RawDoctor;
use sources::gmc::operations::{NAMESPACE, Operation, Soap, escape};

/// How an answer differs from a plain good one.
#[derive(Clone, Default)]
pub struct Shape {
    /// Return code; `0` unless a fault says otherwise.
    pub code: String,
    /// No `Doctors` element.
    pub no_list: bool,
    /// A nil `Doctors` element.
    pub nil_list: bool,
    /// Every doctor twice.
    pub twice: bool,
}

/// Ids of one answer.
#[derive(Clone, Default)]
pub struct Ids {
    /// Echoed.
    pub client: String,
    /// Our own.
    pub gmc: String,
}

/// The beginning of every envelope.
pub fn open(soap: Soap) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"{}\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soap:Body>",
        soap.namespace()
    )
}

/// Pieces of a list, each some 64 KiB.
pub fn pieces<I>(soap: Soap, shape: Shape, ids: Ids, doctors: I) -> impl Iterator<Item = String> + Send
where
    I: Iterator<Item = RawDoctor> + Send,
{
    let mut head = open(soap);
    let _ = write!(head, "<GetDoctorsForDBResponse xmlns=\"{NAMESPACE}\"><GetDoctorsForDBResult>");
    let listed = !shape.no_list && !shape.nil_list;
    if listed {
        head.push_str("<Doctors>");
    } else if shape.nil_list {
        head.push_str("<Doctors xsi:nil=\"true\"/>");
    }
    let tail = tail(&shape, &ids);
    let middle = Chunks { doctors: doctors.fuse(), twice: shape.twice, listed };
    std::iter::once(head).chain(middle).chain(std::iter::once(tail))
}

fn tail(shape: &Shape, ids: &Ids) -> String {
    let close = if shape.no_list || shape.nil_list { "" } else { "</Doctors>" };
    format!(
        "{close}<ClientRequestID>{}</ClientRequestID><GMCRequestID>{}</GMCRequestID><ReturnCode>{}</ReturnCode>\
         </GetDoctorsForDBResult></GetDoctorsForDBResponse></soap:Body></soap:Envelope>",
        escape(&ids.client),
        escape(&ids.gmc),
        escape(&shape.code)
    )
}

struct Chunks<I> {
    doctors: I,
    twice: bool,
    listed: bool,
}

const PIECE: usize = 64 * 1024;

impl<I: Iterator<Item = RawDoctor>> Iterator for Chunks<I> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        if !self.listed {
            return None;
        }
        let mut xml = String::with_capacity(PIECE + 1024);
        while xml.len() < PIECE {
            let Some(doctor) = self.doctors.next() else { break };
            write_doctor(&mut xml, &doctor);
            if self.twice {
                write_doctor(&mut xml, &doctor);
            }
        }
        (!xml.is_empty()).then_some(xml)
    }
}

fn write_doctor(xml: &mut String, doctor: &RawDoctor) {
    if doctor.nil {
        xml.push_str("<GetDoctorsForDBResponse_Doctor xsi:nil=\"true\"/>");
        return;
    }
    xml.push_str("<GetDoctorsForDBResponse_Doctor>");
    let fields = [
        ("GMCReferenceNumber", &doctor.gmc_reference_number),
        ("DoctorFirstName", &doctor.first_name),
        ("DoctorLastName", &doctor.last_name),
        ("SubmissionDate", &doctor.submission_date),
        ("DoctorStatus", &doctor.doctor_status),
        ("Breach", &doctor.breach),
        ("DateAdded", &doctor.date_added),
        ("UnderNotice", &doctor.under_notice),
        ("Investigation", &doctor.investigation),
        ("PreliminaryInvestigation", &doctor.preliminary_investigation),
        ("Sanction", &doctor.sanction),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            // Unwrap safety: writing to a String does not fail.
            let _ = write!(xml, "<{name}>{}</{name}>", escape(value));
        }
    }
    xml.push_str("</GetDoctorsForDBResponse_Doctor>");
}

/// A whole answer of an operation beside the list; fields that are not given are left out, as the contract allows.
pub fn small(soap: Soap, operation: Operation, given: &[(&str, String)]) -> String {
    let name = operation.name();
    let mut xml = open(soap);
    let _ = write!(xml, "<{name}Response xmlns=\"{NAMESPACE}\"><{name}Result>");
    for field in operation.result_fields() {
        if let Some((_, value)) = given.iter().find(|(known, _)| known == field) {
            let _ = write!(xml, "<{field}>{}</{field}>", escape(value));
        }
    }
    let _ = write!(xml, "</{name}Result></{name}Response></soap:Body></soap:Envelope>");
    xml
}

/// A SOAP fault in either version.
pub fn fault(soap: Soap, words: &str) -> String {
    let words = escape(words);
    let inner = match soap {
        Soap::V11 => format!(
            "<soap:Fault><faultcode>soap:Server</faultcode><faultstring>{words}</faultstring></soap:Fault>"
        ),
        Soap::V12 => format!(
            "<soap:Fault><soap:Code><soap:Value>soap:Receiver</soap:Value></soap:Code><soap:Reason>\
             <soap:Text xml:lang=\"en\">{words}</soap:Text></soap:Reason></soap:Fault>"
        ),
    };
    format!("{}{inner}</soap:Body></soap:Envelope>", open(soap))
}

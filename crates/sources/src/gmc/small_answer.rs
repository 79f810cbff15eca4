//! Answers of the five operations beside the list: a handful of fields in one envelope, read only when it is whole.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::incomplete::{Class, Incomplete};
use super::operations::Operation;

/// Largest such answer read. Source: reliability of the sending protocol; a real one is under a kilobyte.
pub const BYTES_MAX: usize = 1024 * 1024;

/// The fields of a result by element name; an element that is absent is absent here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// A field's text.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The caller's id as echoed; its spelling differs between operations.
    pub fn client_request_id(&self) -> Option<&str> {
        self.get("ClientRequestID").or_else(|| self.get("ClientRequestId"))
    }
}

/// Reads the answer to one operation; anything that is not exactly its whole envelope is refused.
pub fn read(operation: Operation, bytes: &[u8]) -> Result<Fields, Incomplete> {
    let text = str::from_utf8(bytes).map_err(|_| malformed("the answer is not UTF-8"))?;
    let mut reader = Reader::from_str(text);
    let mut path: Vec<String> = Vec::new();
    let mut reading = Reading { operation, fields: BTreeMap::new(), has_result: false };
    loop {
        match reader.read_event().map_err(|_| malformed("the answer is not XML"))? {
            Event::Start(start) => {
                path.push(start.local_name().as_ref().to_owned());
                reading.begins(&path)?;
            }
            Event::Empty(start) => {
                path.push(start.local_name().as_ref().to_owned());
                reading.begins(&path)?;
                path.pop();
            }
            Event::End(_) => drop(path.pop()),
            Event::Text(part) => reading.says(&path, part.xml10_content().as_ref())?,
            Event::CData(part) => reading.says(&path, part.xml10_content().as_ref())?,
            Event::GeneralRef(entity) => reading.says(&path, &resolve(&entity)?)?,
            Event::Comment(_) | Event::Decl(_) => {}
            Event::DocType(_) | Event::PI(_) => {
                return Err(malformed("a document type or instruction is refused"));
            }
            Event::Eof => break,
        }
    }
    if !path.is_empty() || text.trim().is_empty() {
        return Err(Incomplete::new(Class::Truncated, "the answer ends too soon"));
    }
    if !reading.has_result {
        return Err(Incomplete::new(Class::WrongShape, "the answer has no result of the operation asked"));
    }
    Ok(Fields(reading.fields))
}

struct Reading {
    operation: Operation,
    fields: BTreeMap<String, String>,
    has_result: bool,
}

impl Reading {
    /// Envelope, Body, response, result, field: each where the contract puts it.
    fn begins(&mut self, path: &[String]) -> Result<(), Incomplete> {
        let name = self.operation.name();
        let here = path.last().map_or("", String::as_str);
        let fits = match path.len() {
            1 => here == "Envelope",
            2 => matches!(here, "Body" | "Header"),
            3 if path[1] == "Header" => true,
            3 if here == "Fault" => {
                return Err(Incomplete::new(Class::Fault, "the GMC's service answered with a SOAP fault"));
            }
            3 => here == format!("{name}Response"),
            4 if path[1] == "Body" => {
                let again = std::mem::replace(&mut self.has_result, true);
                here == format!("{name}Result") && !again
            }
            5 if path[1] == "Body" => self.fields.insert(here.to_owned(), String::new()).is_none(),
            _ => path[1] == "Header",
        };
        if fits {
            Ok(())
        } else {
            Err(Incomplete::new(Class::WrongShape, "the answer has not the shape of the contract"))
        }
    }

    fn says(&mut self, path: &[String], text: &str) -> Result<(), Incomplete> {
        if path.len() == 5 && path[1] == "Body" {
            if let Some(field) = path.last().and_then(|name| self.fields.get_mut(name)) {
                field.push_str(text);
            }
            return Ok(());
        }
        let is_space = text.chars().all(char::is_whitespace);
        let in_header = path.get(1).is_some_and(|part| part == "Header");
        if is_space || in_header {
            Ok(())
        } else {
            Err(malformed("there is text where the contract has none"))
        }
    }
}

fn malformed(sentence: &str) -> Incomplete {
    Incomplete::new(Class::Malformed, sentence)
}

fn resolve(entity: &quick_xml::events::BytesRef<'_>) -> Result<String, Incomplete> {
    if let Some(c) = entity.resolve_char_ref().map_err(|_| malformed("a character reference is none"))? {
        return Ok(c.to_string());
    }
    quick_xml::escape::resolve_predefined_entity(entity.xml10_content().as_ref())
        .map(str::to_owned)
        .ok_or_else(|| malformed("an entity that XML does not predefine is refused"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADD: Operation = Operation::TryAddDoctor;

    fn envelope(inner: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
             <TryAddDoctorResponse xmlns=\"https://webcache.gmc-uk.org/GMCWebServices/\">{inner}\
             </TryAddDoctorResponse></s:Body></s:Envelope>"
        )
    }

    const GOOD: &str = "<TryAddDoctorResult><ClientRequestID>a &amp; b</ClientRequestID><ReturnCode>0</ReturnCode>\
                        <SubmissionDate/></TryAddDoctorResult>";

    #[test]
    fn a_whole_answer_gives_its_fields() {
        let fields = read(ADD, envelope(GOOD).as_bytes()).expect("whole");
        assert_eq!(fields.client_request_id(), Some("a & b"));
        assert_eq!((fields.get("ReturnCode"), fields.get("SubmissionDate")), (Some("0"), Some("")));
        assert_eq!(fields.get("RecommendationID"), None);
    }

    #[test]
    fn an_answer_cut_anywhere_is_no_answer() {
        let whole = envelope(GOOD);
        for at in 0..whole.len() {
            assert!(read(ADD, &whole.as_bytes()[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn what_is_not_exactly_the_result_asked_for_is_refused() {
        let twice = envelope(&format!("{GOOD}{GOOD}"));
        let cases = [
            (envelope(""), Class::WrongShape),
            (twice, Class::WrongShape),
            (envelope(&GOOD.replace("ReturnCode", "ClientRequestID")), Class::WrongShape),
            (envelope(GOOD).replace("TryAddDoctor", "TryRemoveDoctor"), Class::WrongShape),
            (envelope(&GOOD.replace("a &amp; b", "<x/>")), Class::WrongShape),
            (envelope(&format!("{GOOD}0")), Class::Malformed),
            (format!("{}{}", envelope(GOOD), envelope(GOOD)), Class::WrongShape),
            (envelope("").replace("TryAddDoctorResponse", "s:Fault"), Class::Fault),
            (format!("<!DOCTYPE a>{}", envelope(GOOD)), Class::Malformed),
            (envelope(&GOOD.replace("&amp;", "&other;")), Class::Malformed),
            ("<html><body>Please sign in</body></html>".to_owned(), Class::WrongShape),
        ];
        for (text, class) in cases {
            let refused = read(ADD, text.as_bytes()).map_err(|error| error.class);
            assert_eq!(refused.err(), Some(class), "{text}");
        }
    }
}

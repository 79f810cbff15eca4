//! Requests: written from the operation table, and read back by whoever plays the GMC.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::operations::{NAMESPACE, Operation, SOAP_11, SOAP_12, Soap, escape};

/// Name and password of an account, sent as plain elements after the parameters.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// `Username`
    pub user: &'a str,
    /// `Password`
    pub password: &'a str,
}

/// Writes the envelope of a call; parameters that are not given are left out, as the contract allows.
pub fn write(
    soap: Soap,
    operation: Operation,
    fields: &[(&str, &str)],
    credentials: Credentials<'_>,
) -> String {
    let (name, wrapper) = (operation.name(), operation.wrapper());
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"{}\"><soap:Body>\
         <{name} xmlns=\"{NAMESPACE}\"><{wrapper}>",
        soap.namespace()
    );
    for field in operation.request_fields() {
        if let Some((_, value)) = fields.iter().find(|(given, _)| *given == field) {
            // Unwrap safety: writing to a String does not fail.
            let _ = write!(xml, "<{field}>{}</{field}>", escape(value));
        }
    }
    let _ = write!(
        xml,
        "</{wrapper}><Username>{}</Username><Password>{}</Password></{name}></soap:Body></soap:Envelope>",
        escape(credentials.user),
        escape(credentials.password)
    );
    xml
}

/// A call as its receiver understands it.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// Which operation.
    pub operation: Operation,
    /// The envelope's version.
    pub soap: Soap,
    /// Parameters by element name; absent and empty are the same to the GMC.
    pub fields: BTreeMap<String, String>,
    /// `Username`
    pub user: String,
    /// `Password`
    pub password: String,
}

/// Reads a call of at most a few kilobytes; the error is a sentence for a SOAP fault.
pub fn read(xml: &str) -> Result<Request, String> {
    let mut reader = Reader::from_str(xml);
    let mut path: Vec<String> = Vec::new();
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut operation = None;
    loop {
        match reader.read_event().map_err(|error| format!("the request is not XML: {error}"))? {
            Event::Start(start) => {
                path.push(start.local_name().as_ref().to_owned());
                if path.len() == 3 {
                    operation = Operation::from_name(path[2].as_str());
                }
            }
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) => {}
            Event::End(_) => drop(path.pop()),
            Event::Text(text) => add(&mut texts, &path, text.xml10_content().as_ref()),
            Event::CData(text) => add(&mut texts, &path, text.xml10_content().as_ref()),
            Event::GeneralRef(entity) => add(&mut texts, &path, &resolve(&entity)?),
            Event::DocType(_) | Event::PI(_) => {
                return Err("a document type or instruction is refused".into());
            }
            Event::Eof => break,
        }
    }
    if !path.is_empty() {
        return Err("the request ends too soon".into());
    }
    let operation = operation.ok_or("the request names no operation of this service")?;
    let soap = version(xml)?;
    let user = texts.remove("Username").unwrap_or_default();
    let password = texts.remove("Password").unwrap_or_default();
    Ok(Request { operation, soap, fields: texts, user, password })
}

fn version(xml: &str) -> Result<Soap, String> {
    match (xml.contains(SOAP_11), xml.contains(SOAP_12)) {
        (true, false) => Ok(Soap::V11),
        (false, true) => Ok(Soap::V12),
        _ => Err("the envelope is neither SOAP 1.1 nor SOAP 1.2".into()),
    }
}

fn add(texts: &mut BTreeMap<String, String>, path: &[String], text: &str) {
    // Envelope, Body, operation, then Username or wrapper and parameter.
    if path.len() >= 4
        && let Some(name) = path.last()
    {
        texts.entry(name.clone()).or_default().push_str(text);
    }
}

fn resolve(entity: &quick_xml::events::BytesRef<'_>) -> Result<String, String> {
    if let Some(c) = entity.resolve_char_ref().map_err(|error| error.to_string())? {
        return Ok(c.to_string());
    }
    quick_xml::escape::resolve_predefined_entity(entity.xml10_content().as_ref())
        .map(str::to_owned)
        .ok_or_else(|| "an entity that XML does not predefine is refused".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const US: Credentials<'_> = Credentials { user: "reval", password: "a<b&'\"c" };

    #[test]
    fn every_operation_reads_back_what_was_written_in_both_versions() {
        for operation in Operation::ALL {
            for soap in [Soap::V11, Soap::V12] {
                let fields: Vec<(&str, &str)> =
                    operation.request_fields().into_iter().map(|field| (field, "O'Neil & <sons>")).collect();
                let read = read(&write(soap, operation, &fields, US)).expect("our own request");
                assert_eq!((read.operation, read.soap), (operation, soap));
                assert_eq!(read.password, US.password);
                assert_eq!(read.fields.len(), fields.len());
                assert!(read.fields.values().all(|value| value == "O'Neil & <sons>"));
            }
        }
    }

    #[test]
    fn parameters_stand_in_schema_order_and_credentials_after_them() {
        let fields = [("InternalUser", "u"), ("DesignatedBodyCode", "1-AIIDWT"), ("ClientRequestID", "id")];
        let xml = write(Soap::V11, Operation::GetDoctorsForDB, &fields, US);
        let order = [
            "<request>",
            "DesignatedBodyCode>",
            "ClientRequestID>",
            "InternalUser>",
            "</request>",
            "Username>",
            "Password>",
        ];
        let places: Vec<usize> = order.iter().map(|word| xml.find(word).expect("written")).collect();
        assert!(places.is_sorted(), "{xml}");
    }

    #[test]
    fn a_request_with_a_doctype_or_cut_short_is_refused() {
        assert!(read("<!DOCTYPE a><a/>").is_err());
        let whole = write(Soap::V11, Operation::TryAddDoctor, &[], US);
        assert!(read(&whole[..whole.len() - 20]).is_err());
        assert!(read("hello").is_err());
    }
}

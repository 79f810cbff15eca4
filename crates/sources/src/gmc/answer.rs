//! Reads an answer to `GetDoctorsForDB` as it streams in: bounded, strict about shape, one doctor at a time.
//!
//! The tokeniser reports a plain end of file also in mid-element, so names, depth and the end are checked here.

use domain::raw::RawDoctor;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};

use super::complete_answer::{CompleteAnswer, Expected, Seen, conclude};
use super::incomplete::{Class, Incomplete};
use super::operations::DOCTOR_FIELDS;
use names::{Names, Space};

mod bounded;
mod names;
mod reading;

pub use reading::read_doctors;

/// Bounds on one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Bytes of the whole answer.
    pub bytes: u64,
    /// Elements open at once.
    pub depth: usize,
    /// Attributes of one element.
    pub attributes: usize,
    /// Bytes of one field; a longer one sets the record aside.
    pub text: usize,
    /// Bytes of one token; a longer one refuses the answer.
    pub token: u64,
    /// Records.
    pub records: u64,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            bytes: 64 * 1024 * 1024,
            depth: 16,
            attributes: 32,
            text: 64 * 1024,
            token: 32 * 1024 * 1024,
            records: 1_000_000,
        }
    }
}

/// One record of the list.
pub enum Item {
    /// A doctor as received.
    Doctor(Box<RawDoctor>),
    /// A record one of whose fields is over the cap; the rest of it is kept.
    Oversized(Box<RawDoctor>),
}

/// Where in the answer the reader stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Outside,
    Envelope,
    Body,
    Response,
    Result,
    Leaf(usize),
    Doctors,
    Doctor,
    Field(usize),
    /// Inside something we do not use, this many elements deep.
    Skip(usize),
}

const LEAVES: [&str; 3] = ["ClientRequestID", "GMCRequestID", "ReturnCode"];

/// The state of reading one answer; fed event by event.
#[derive(Clone)]
struct Answer {
    caps: Caps,
    place: Place,
    before_skip: Place,
    names: Names,
    seen: Seen,
    text: String,
    nil: bool,
    oversized: bool,
    filled: u16,
    /// The field that the schema has next.
    next_field: usize,
    doctor: RawDoctor,
}

fn shape(sentence: impl Into<String>) -> Incomplete {
    Incomplete::new(Class::WrongShape, sentence)
}

fn malformed(sentence: impl Into<String>) -> Incomplete {
    Incomplete::new(Class::Malformed, sentence)
}

impl Answer {
    fn new(caps: Caps) -> Self {
        Self {
            caps,
            place: Place::Outside,
            before_skip: Place::Outside,
            names: Names::default(),
            seen: Seen::default(),
            text: String::new(),
            nil: false,
            oversized: false,
            filled: 0,
            next_field: 0,
            doctor: RawDoctor::default(),
        }
    }

    fn feed(&mut self, event: &Event<'_>) -> Result<Option<Item>, Incomplete> {
        if self.seen.closed && !matches!(event, Event::Text(_) | Event::Eof) {
            return Err(shape("something stands after the envelope"));
        }
        match event {
            Event::Start(start) => self.start(start).map(|()| None),
            Event::Empty(start) => {
                self.start(start)?;
                self.end(start.name().as_ref())
            }
            Event::End(end) => self.end(end.name().as_ref()),
            Event::Text(text) => self.text(&text.xml10_content()).map(|()| None),
            Event::CData(text) => self.text(&text.xml10_content()).map(|()| None),
            Event::GeneralRef(entity) => self.entity(entity).map(|()| None),
            Event::Decl(decl) => encoding(decl).map(|()| None),
            Event::Comment(_) | Event::Eof => Ok(None),
            Event::DocType(_) => Err(malformed("the answer holds a document type, which is refused")),
            Event::PI(_) => Err(malformed("the answer holds a processing instruction, which is refused")),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), Incomplete> {
        if self.names.depth() >= self.caps.depth {
            return Err(Incomplete::new(Class::TooLarge, "the answer is nested deeper than the cap"));
        }
        self.nil = self.names.push(start, self.caps.attributes)?;
        self.place = match self.place {
            Place::Outside => self.envelope()?,
            Place::Envelope => self.in_envelope()?,
            Place::Body => self.in_body()?,
            Place::Response => self.in_response()?,
            Place::Result => self.in_result()?,
            Place::Doctors => self.in_doctors()?,
            Place::Doctor => self.in_doctor()?,
            Place::Leaf(_) | Place::Field(_) => return Err(shape("an element stands where text should be")),
            Place::Skip(deep) => Place::Skip(deep + 1),
        };
        Ok(())
    }

    fn skip(&mut self) -> Place {
        self.before_skip = self.place;
        Place::Skip(1)
    }

    fn envelope(&self) -> Result<Place, Incomplete> {
        if self.names.is("Envelope", Space::Soap11) || self.names.is("Envelope", Space::Soap12) {
            return Ok(Place::Envelope);
        }
        Err(Incomplete::new(Class::NotSoap, "the answer is XML, but no SOAP envelope"))
    }

    fn in_envelope(&mut self) -> Result<Place, Incomplete> {
        let soap = self.names.space_of_root();
        if self.names.is("Header", soap) {
            return Ok(self.skip());
        }
        if self.names.is("Body", soap) && self.seen.results == 0 && !self.seen.fault {
            return Ok(Place::Body);
        }
        Err(shape("the envelope holds something other than one header and one body"))
    }

    fn in_body(&mut self) -> Result<Place, Incomplete> {
        if self.names.is("Fault", self.names.space_of_root()) {
            self.seen.fault = true;
            return Ok(self.skip());
        }
        if self.names.is("GetDoctorsForDBResponse", Space::Gmc) && self.seen.results == 0 {
            return Ok(Place::Response);
        }
        Err(shape("the body holds something other than one response of the GMC's namespace"))
    }

    fn in_response(&mut self) -> Result<Place, Incomplete> {
        if !self.names.is("GetDoctorsForDBResult", Space::Gmc) {
            return Err(shape("the response holds something other than a result"));
        }
        self.seen.results += 1;
        if self.seen.results > 1 {
            return Err(shape("the response holds more than one result"));
        }
        Ok(Place::Result)
    }

    fn in_result(&mut self) -> Result<Place, Incomplete> {
        if self.names.is("Doctors", Space::Gmc) {
            if self.seen.doctors_present {
                return Err(shape("the result holds more than one list of doctors"));
            }
            self.seen.doctors_present = !self.nil;
            return Ok(Place::Doctors);
        }
        match LEAVES.iter().position(|name| self.names.is(name, Space::Gmc)) {
            Some(leaf) => {
                self.text.clear();
                Ok(Place::Leaf(leaf))
            }
            None => Ok(self.skip()),
        }
    }

    fn in_doctors(&mut self) -> Result<Place, Incomplete> {
        if !self.names.is("GetDoctorsForDBResponse_Doctor", Space::Gmc) {
            return Err(shape("the list holds something other than doctors"));
        }
        self.seen.records += 1;
        if self.seen.records > self.caps.records {
            return Err(Incomplete::new(Class::TooLarge, "the answer holds more doctors than the cap"));
        }
        self.doctor = RawDoctor { nil: self.nil, ..RawDoctor::default() };
        self.oversized = false;
        self.filled = 0;
        self.next_field = 0;
        Ok(Place::Doctor)
    }

    fn in_doctor(&mut self) -> Result<Place, Incomplete> {
        let local = self.names.local_in(Space::Gmc);
        let Some(field) = local.and_then(|local| field_named(local, self.next_field)) else {
            return Ok(self.skip());
        };
        self.next_field = field + 1;
        let mark = 1 << field;
        if self.filled & mark != 0 {
            return Err(shape(format!("a doctor holds {} twice", DOCTOR_FIELDS[field])));
        }
        self.filled |= mark;
        self.text.clear();
        Ok(Place::Field(field))
    }

    fn end(&mut self, name: &str) -> Result<Option<Item>, Incomplete> {
        self.names.pop(name)?;
        let (place, item) = match self.place {
            Place::Outside => return Err(malformed("an element ends that never began")),
            Place::Envelope => {
                self.seen.closed = true;
                (Place::Outside, None)
            }
            Place::Body => (Place::Envelope, None),
            Place::Response => (Place::Body, None),
            Place::Result => (Place::Response, None),
            Place::Doctors => (Place::Result, None),
            Place::Doctor => (Place::Doctors, Some(self.finished())),
            Place::Leaf(leaf) => {
                self.set_leaf(leaf)?;
                (Place::Result, None)
            }
            Place::Field(field) => {
                self.set_field(field);
                (Place::Doctor, None)
            }
            Place::Skip(1) => (self.before_skip, None),
            Place::Skip(deep) => (Place::Skip(deep - 1), None),
        };
        self.place = place;
        Ok(item)
    }

    fn finished(&mut self) -> Item {
        let doctor = Box::new(std::mem::take(&mut self.doctor));
        if self.oversized { Item::Oversized(doctor) } else { Item::Doctor(doctor) }
    }

    fn set_leaf(&mut self, leaf: usize) -> Result<(), Incomplete> {
        let slot = match leaf {
            0 => &mut self.seen.client_request_id,
            1 => &mut self.seen.gmc_request_id,
            _ => &mut self.seen.return_code,
        };
        if slot.is_some() {
            return Err(shape(format!("the result holds {} twice", LEAVES[leaf])));
        }
        *slot = Some(std::mem::take(&mut self.text));
        Ok(())
    }

    fn set_field(&mut self, field: usize) {
        // A field's own nil was noted when it began; an empty field is an empty text.
        let value = if self.nil && self.text.is_empty() { None } else { Some(self.text.as_str().to_owned()) };
        self.nil = false;
        let doctor = &mut self.doctor;
        let slot = match field {
            0 => &mut doctor.gmc_reference_number,
            1 => &mut doctor.first_name,
            2 => &mut doctor.last_name,
            3 => &mut doctor.submission_date,
            4 => &mut doctor.doctor_status,
            5 => &mut doctor.breach,
            6 => &mut doctor.date_added,
            7 => &mut doctor.under_notice,
            8 => &mut doctor.investigation,
            9 => &mut doctor.preliminary_investigation,
            _ => &mut doctor.sanction,
        };
        *slot = value;
    }

    fn text(&mut self, text: &str) -> Result<(), Incomplete> {
        if text.bytes().any(|b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')) {
            return Err(malformed("the answer holds a control character that XML forbids"));
        }
        match self.place {
            Place::Field(_) | Place::Leaf(_) => {
                let room = self.caps.text.saturating_sub(self.text.len());
                if text.len() > room {
                    self.oversized = true;
                    let cut = (0..=room).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                    self.text.push_str(&text[..cut]);
                } else {
                    self.text.push_str(text);
                }
                Ok(())
            }
            Place::Skip(_) => Ok(()),
            _ if text.bytes().all(|b| b.is_ascii_whitespace()) => Ok(()),
            Place::Outside if self.seen.closed => Err(shape("text stands after the envelope")),
            Place::Outside => Err(Incomplete::new(Class::NotSoap, "the answer does not begin as XML")),
            _ => Err(shape("text stands where only elements should be")),
        }
    }

    fn entity(&mut self, entity: &BytesRef<'_>) -> Result<(), Incomplete> {
        let refused = || malformed("the answer holds an entity that XML does not predefine");
        if let Some(c) = entity.resolve_char_ref().map_err(|_| refused())? {
            let mut place = [0; 4];
            return self.text(c.encode_utf8(&mut place));
        }
        let name = entity.xml10_content();
        let text = quick_xml::escape::resolve_predefined_entity(&name).ok_or_else(refused)?;
        self.text(text)
    }

    fn finish(mut self, expected: Expected, bytes: u64) -> Result<CompleteAnswer, Incomplete> {
        self.seen.open_elements = self.names.depth();
        self.seen.bytes = bytes;
        conclude(&self.seen, expected)
    }
}

/// Fields stand in schema order, though nobody promises it: the next one is looked at first.
fn field_named(local: &str, next: usize) -> Option<usize> {
    if DOCTOR_FIELDS.get(next) == Some(&local) {
        return Some(next);
    }
    DOCTOR_FIELDS.iter().position(|name| *name == local)
}

fn encoding(decl: &BytesDecl<'_>) -> Result<(), Incomplete> {
    let Some(stated) = decl.encoding() else { return Ok(()) };
    let stated = stated.map_err(|_| malformed("the XML declaration cannot be read"))?;
    if stated.eq_ignore_ascii_case("utf-8") || stated.eq_ignore_ascii_case("us-ascii") {
        return Ok(());
    }
    let shown: String = stated.chars().filter(char::is_ascii_graphic).take(20).collect();
    Err(malformed(format!("the answer is written in {shown}; only UTF-8 is read")))
}

#[cfg(test)]
mod tests;

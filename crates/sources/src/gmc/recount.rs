//! Counts the doctors of an answer in its raw bytes as they stream in, for "GMC says N, we show N".
//!
//! Nothing here is shared with the reader of answers, so that a mistake of one shows beside the other. Invariants: no
//! number comes of an answer that is not whole, and memory is the same for any number of doctors.

use super::incomplete::{Class, Incomplete};
use digits::seven_digits;

mod digits;

/// Elements from the envelope down to a doctor's number, by their local names.
const PATH: [&[u8]; 7] = [
    b"Envelope",
    b"Body",
    b"GetDoctorsForDBResponse",
    b"GetDoctorsForDBResult",
    b"Doctors",
    b"GetDoctorsForDBResponse_Doctor",
    b"GMCReferenceNumber",
];
const BODY: usize = 2;
const RESULT: usize = 4;
const LIST: usize = 5;
const DOCTOR: usize = 6;
const NUMBER: usize = 7;

/// Bytes of a name, or of a text that matters, that are looked at; more make it one that we do not know.
const SHORT: usize = 128;
/// Bytes of a list's attributes that are looked at.
const ATTRIBUTES: usize = 1024;
/// Elements open at once.
const DEEPEST: usize = 64;
/// Seven digits make so many numbers; a bit for each.
const NUMBERS: usize = 10_000_000;

/// What an answer holds, by a count of its bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Different GMC numbers.
    pub numbers: u64,
    /// Records whose GMC number is missing or no seven digits.
    pub without_number: u64,
}

impl Counted {
    /// Doctors: each number once, and each record without one.
    pub fn doctors(&self) -> u64 {
        self.numbers + self.without_number
    }
}

/// Where in the markup the next byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Text,
    /// After `<`.
    Open,
    /// After `<!`.
    Bang,
    /// In a comment, after so many hyphens in a row.
    Comment(u8),
    /// In a CDATA section, after so many closing brackets in a row.
    CData(u8),
    /// In a processing instruction; whether a question mark came last.
    Instruction(bool),
    /// In the name of a start tag.
    Name,
    /// Between the attributes of a start tag; whether a slash came last.
    Attributes(bool),
    /// In an attribute's value, until this quotation mark.
    Value(u8),
    /// In an end tag.
    End,
}

/// A text that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    Number,
    Code,
    Request,
}

/// Counts one answer, fed with its bytes in pieces of any size.
pub struct Counter {
    request: Vec<u8>,
    room: u64,
    at: At,
    name: Vec<u8>,
    attributes: Vec<u8>,
    /// A digest of the name of each open element.
    open: Vec<u64>,
    /// How many of them, from the first, are as in [`PATH`].
    known: usize,
    taking: Option<Text>,
    text: Vec<u8>,
    number: Option<Vec<u8>>,
    code: Option<Vec<u8>>,
    echo: Option<Vec<u8>>,
    results: u64,
    lists: u64,
    is_fault: bool,
    is_closed: bool,
    seen: Vec<u64>,
    counted: Counted,
}

fn refused(class: Class, sentence: &str) -> Incomplete {
    Incomplete::new(class, format!("{sentence}; nothing was counted"))
}

/// An answer's name as it is compared: without its prefix.
fn local(name: &[u8]) -> &[u8] {
    name.rsplit(|byte| *byte == b':').next().unwrap_or(name)
}

/// FNV-1a: a start tag and its end tag have the same one.
fn digest(name: &[u8]) -> u64 {
    name.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn take(into: &mut Vec<u8>, byte: u8, most: usize) {
    if into.len() < most {
        into.push(byte);
    }
}

impl Counter {
    /// A count of the answer to one request, of so many bytes at most.
    pub fn new(client_request_id: &str, bytes_max: u64) -> Self {
        Self {
            request: client_request_id.as_bytes().to_vec(),
            room: bytes_max,
            at: At::Text,
            name: Vec::new(),
            attributes: Vec::new(),
            open: Vec::new(),
            known: 0,
            taking: None,
            text: Vec::new(),
            number: None,
            code: None,
            echo: None,
            results: 0,
            lists: 0,
            is_fault: false,
            is_closed: false,
            seen: vec![0; NUMBERS.div_ceil(64)],
            counted: Counted::default(),
        }
    }

    /// Takes the next piece.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Incomplete> {
        let length = bytes.len() as u64;
        self.room = self
            .room
            .checked_sub(length)
            .ok_or_else(|| refused(Class::TooLarge, "the answer is larger than the cap"))?;
        let mut rest = bytes;
        while let Some((byte, after)) = rest.split_first() {
            if self.at == At::Text && *byte != b'<' {
                let end = rest.iter().position(|byte| *byte == b'<').unwrap_or(rest.len());
                self.text(&rest[..end])?;
                rest = &rest[end..];
                continue;
            }
            self.at = self.next(*byte)?;
            rest = after;
        }
        Ok(())
    }

    fn next(&mut self, byte: u8) -> Result<At, Incomplete> {
        Ok(match (self.at, byte) {
            (At::Text, _) => At::Open,
            (At::Open, _) => return self.opened(byte),
            (At::Bang, _) => return self.bang(byte),
            (At::Comment(2..), b'>') => At::Text,
            (At::Comment(hyphens), b'-') => At::Comment(hyphens.saturating_add(1)),
            (At::Comment(_), _) => At::Comment(0),
            (At::CData(2..), b'>') => At::Text,
            (At::CData(brackets), _) => self.character_data(brackets, byte),
            (At::Instruction(true), b'>') => At::Text,
            (At::Instruction(_), _) => At::Instruction(byte == b'?'),
            (At::Name | At::Attributes(false), b'>') => return self.start().map(|()| At::Text),
            (At::Attributes(true), b'>') => {
                self.start()?;
                return self.end().map(|()| At::Text);
            }
            (At::Name | At::Attributes(_), b'/') => At::Attributes(true),
            (At::Name, _) if byte.is_ascii_whitespace() => At::Attributes(false),
            (At::Name | At::End, b'<') => return Err(refused(Class::Malformed, "a tag does not end")),
            (At::Name, _) => {
                take(&mut self.name, byte, SHORT);
                At::Name
            }
            (At::Attributes(_) | At::Value(_), _) => self.attribute(byte),
            (At::End, b'>') => return self.end().map(|()| At::Text),
            (At::End, _) => {
                if !byte.is_ascii_whitespace() {
                    take(&mut self.name, byte, SHORT);
                }
                At::End
            }
        })
    }

    /// After `<`: what kind of markup it is.
    fn opened(&mut self, byte: u8) -> Result<At, Incomplete> {
        if self.is_closed {
            return Err(refused(Class::WrongShape, "something stands after the envelope"));
        }
        self.name.clear();
        self.attributes.clear();
        match byte {
            b'/' => Ok(At::End),
            b'!' => Ok(At::Bang),
            b'?' => Ok(At::Instruction(false)),
            b'<' | b'>' => Err(refused(Class::Malformed, "a tag has no name")),
            _ => {
                take(&mut self.name, byte, SHORT);
                Ok(At::Name)
            }
        }
    }

    /// After `<!`: a comment, text as it is, or what has no place in an answer.
    fn bang(&mut self, byte: u8) -> Result<At, Incomplete> {
        const TEXT: &[u8] = b"[CDATA[";
        self.name.push(byte);
        match self.name.as_slice() {
            b"--" => Ok(At::Comment(0)),
            TEXT => Ok(At::CData(0)),
            b"-" => Ok(At::Bang),
            begun if TEXT.starts_with(begun) => Ok(At::Bang),
            _ => Err(refused(Class::Malformed, "the answer holds a declaration, which is refused")),
        }
    }

    fn character_data(&mut self, brackets: u8, byte: u8) -> At {
        if byte == b']' && brackets < 2 {
            return At::CData(brackets + 1);
        }
        let (pending, after) = if byte == b']' { (0, 2) } else { (brackets, 0) };
        if self.taking.is_some() {
            // A reference is none in here.
            let byte = if byte == b'&' { 0xff } else { byte };
            for one in std::iter::repeat_n(b']', usize::from(pending)).chain([byte]) {
                take(&mut self.text, one, SHORT + 1);
            }
        }
        At::CData(after)
    }

    fn attribute(&mut self, byte: u8) -> At {
        if !byte.is_ascii_whitespace() {
            take(&mut self.attributes, byte, ATTRIBUTES);
        }
        match self.at {
            At::Value(quote) if byte == quote => At::Attributes(false),
            At::Value(quote) => At::Value(quote),
            _ if matches!(byte, b'"' | b'\'') => At::Value(byte),
            _ => At::Attributes(false),
        }
    }

    fn text(&mut self, text: &[u8]) -> Result<(), Incomplete> {
        if self.open.is_empty() {
            let is_blank =
                text.iter().all(|byte| byte.is_ascii_whitespace() || b"\xEF\xBB\xBF".contains(byte));
            let sentence = if self.is_closed {
                (Class::WrongShape, "text stands after the envelope")
            } else {
                (Class::NotSoap, "the answer does not begin as XML")
            };
            return if is_blank { Ok(()) } else { Err(refused(sentence.0, sentence.1)) };
        }
        if self.taking.is_some() {
            let room = (SHORT + 1).saturating_sub(self.text.len());
            self.text.extend_from_slice(&text[..text.len().min(room)]);
        }
        Ok(())
    }

    fn start(&mut self) -> Result<(), Incomplete> {
        if self.open.len() >= DEEPEST {
            return Err(refused(Class::TooLarge, "the answer is nested deeper than the cap"));
        }
        let (depth, name) = (self.open.len() + 1, local(&self.name));
        let is_next = self.known == depth - 1 && PATH.get(depth - 1).is_some_and(|known| *known == name);
        if depth == 1 && !is_next {
            return Err(refused(Class::NotSoap, "something other than an envelope came back"));
        }
        self.taking = match (depth, name) {
            (NUMBER, _) if is_next => Some(Text::Number),
            (LIST, b"ReturnCode") if self.known == RESULT => Some(Text::Code),
            (LIST, b"ClientRequestID") if self.known == RESULT => Some(Text::Request),
            _ => None,
        };
        self.is_fault |= depth == BODY + 1 && self.known == BODY && name == b"Fault";
        self.open.push(digest(&self.name));
        if is_next {
            self.known = depth;
            self.results += u64::from(depth == RESULT);
            self.lists += u64::from(depth == LIST && !is_nil(&self.attributes));
        }
        self.text.clear();
        Ok(())
    }

    fn end(&mut self) -> Result<(), Incomplete> {
        let depth = self.open.len();
        if self.open.pop() != Some(digest(&self.name)) {
            return Err(refused(Class::Malformed, "an element ends that is not the one that began"));
        }
        if let Some(what) = self.taking.take() {
            self.taken(what)?;
        }
        if self.known == depth {
            self.known -= 1;
            if depth == DOCTOR {
                self.doctor();
            }
        }
        self.is_closed |= depth == 1;
        Ok(())
    }

    fn taken(&mut self, what: Text) -> Result<(), Incomplete> {
        let slot = match what {
            Text::Number => &mut self.number,
            Text::Code => &mut self.code,
            Text::Request => &mut self.echo,
        };
        match slot.replace(std::mem::take(&mut self.text)) {
            None => Ok(()),
            Some(_) => Err(refused(Class::WrongShape, "the answer says the same thing twice")),
        }
    }

    fn doctor(&mut self) {
        let Some(number) =
            self.number.take().filter(|text| text.len() <= SHORT).as_deref().and_then(seven_digits)
        else {
            self.counted.without_number += 1;
            return;
        };
        let (word, bit) = (number / 64, 1 << (number % 64));
        self.counted.numbers += u64::from(self.seen[word] & bit == 0);
        self.seen[word] |= bit;
    }

    /// The number, now that the answer has come to its end; a refusal if it is not whole.
    pub fn finish(self) -> Result<Counted, Incomplete> {
        if !self.is_closed || self.at != At::Text {
            return Err(refused(Class::Truncated, "the answer was cut off"));
        }
        if self.is_fault {
            return Err(refused(Class::Fault, "the GMC's service answered with a SOAP fault"));
        }
        if self.results != 1 {
            return Err(refused(Class::WrongShape, "the answer does not hold one result"));
        }
        match self.code.as_deref() {
            Some(b"0") => {}
            Some(b"99") => return Err(refused(Class::Credentials, "the GMC answered with code 99")),
            Some(code) => {
                let shown: String = code
                    .iter()
                    .filter(|byte| byte.is_ascii_alphanumeric())
                    .take(8)
                    .map(|b| char::from(*b))
                    .collect();
                return Err(refused(Class::Code, &format!("the GMC answered with code {shown}")));
            }
            None => return Err(refused(Class::WrongShape, "the answer holds no return code")),
        }
        if self.lists != 1 {
            return Err(refused(Class::WrongShape, "the answer does not hold one list of doctors"));
        }
        match self.echo.as_deref() {
            Some(echo) if !echo.is_empty() && echo != self.request => {
                Err(refused(Class::WrongAnswer, "the answer belongs to another request than ours"))
            }
            _ => Ok(self.counted),
        }
    }
}

/// Whether attributes, without their spaces, say that the element is nil.
fn is_nil(attributes: &[u8]) -> bool {
    let ways: [&[u8]; 4] = [b"nil=\"true\"", b"nil='true'", b"nil=\"1\"", b"nil='1'"];
    ways.iter().any(|way| attributes.windows(way.len()).any(|part| part == *way))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"e\"><s:Body><g:GetDoctorsForDBResponse xmlns:g='g'>\
                        <g:GetDoctorsForDBResult>";
    const TAIL: &str = "</g:GetDoctorsForDBResult></g:GetDoctorsForDBResponse></s:Body></s:Envelope>\n";
    const GOOD: &str = "<g:ClientRequestID>ours</g:ClientRequestID><g:ReturnCode>0</g:ReturnCode>";

    fn doctor(inside: &str) -> String {
        format!("<g:GetDoctorsForDBResponse_Doctor>{inside}</g:GetDoctorsForDBResponse_Doctor>")
    }

    fn number(text: &str) -> String {
        doctor(&format!("<g:GMCReferenceNumber>{text}</g:GMCReferenceNumber><g:Sanction>no</g:Sanction>"))
    }

    fn listed(doctors: &str) -> String {
        format!("{HEAD}<g:Doctors>{doctors}</g:Doctors>{GOOD}{TAIL}")
    }

    fn count(answer: &str) -> Result<Counted, Class> {
        let mut counter = Counter::new("ours", 1 << 20);
        let fed = answer.as_bytes().chunks(5).try_for_each(|piece| counter.feed(piece));
        fed.and_then(|()| counter.finish()).map_err(|incomplete| incomplete.class)
    }

    fn counts(doctors: &str) -> (u64, u64) {
        let counted = count(&listed(doctors)).expect("a whole answer");
        (counted.numbers, counted.without_number)
    }

    #[test]
    fn a_number_counts_once_however_it_is_written() {
        let ways = [
            "9000001",
            " 9000001\n",
            "\u{a0}9000001",
            "<![CDATA[9000001]]>",
            "900<!-- a > b - -->0001",
            "90<![CDATA[00]]>001",
            "&#57;00000&#x31;",
        ];
        for way in ways {
            assert_eq!(counts(&(number(way) + &number("9000001"))), (1, 0), "{way}");
        }
        assert_eq!(counts(&(number("9000001") + &number("9000002"))), (2, 0));
    }

    #[test]
    fn a_record_without_seven_digits_counts_by_itself() {
        let none = [
            "",
            "UNKNOWN",
            "900000",
            "90000011",
            "9000 001",
            "0000000",
            "<![CDATA[&#57;000001]]>",
            "&#bad;9000001",
        ];
        for way in none {
            assert_eq!(counts(&(number(way) + &number(way))), (0, 2), "{way}");
        }
        let nil = "<g:GetDoctorsForDBResponse_Doctor xsi:nil=\"true\"/>";
        assert_eq!(counts(&format!("{nil}{}{}", doctor(""), number("9000001"))), (1, 2));
    }

    #[test]
    fn a_number_elsewhere_counts_for_nobody() {
        let elsewhere = doctor("<g:More><g:GMCReferenceNumber>9000002</g:GMCReferenceNumber></g:More>");
        assert_eq!(counts(&elsewhere), (0, 1));
        let quoted = doctor("<g:GMCReferenceNumber note='/>\"'>9000003</g:GMCReferenceNumber>");
        assert_eq!(counts(&(quoted + "<!-- <g:GetDoctorsForDBResponse_Doctor/> -->")), (1, 0));
    }

    #[test]
    fn an_empty_list_is_none_and_no_list_is_refused() {
        assert_eq!(counts(""), (0, 0));
        assert_eq!(count(&format!("{HEAD}<g:Doctors/>{GOOD}{TAIL}")), Ok(Counted::default()));
        for list in ["", "<g:Doctors x:nil = '1' />", "<g:Doctors/><g:Doctors/>"] {
            assert_eq!(count(&format!("{HEAD}{list}{GOOD}{TAIL}")), Err(Class::WrongShape), "{list}");
        }
    }

    #[test]
    fn what_is_not_whole_gives_no_number() {
        let list = format!("<g:Doctors>{}</g:Doctors>", number("9000001"));
        let code = |code: &str| format!("{HEAD}{list}<g:ReturnCode>{code}</g:ReturnCode>{TAIL}");
        let cases = [
            (format!("{HEAD}{list}{TAIL}"), Class::WrongShape),
            (code("99"), Class::Credentials),
            (code("81"), Class::Code),
            (code(""), Class::Code),
            (format!("{HEAD}{list}{GOOD}{GOOD}{TAIL}"), Class::WrongShape),
            (listed("").replace(">ours<", ">another<"), Class::WrongAnswer),
            (listed("") + "x", Class::WrongShape),
            (listed("") + "<x/>", Class::WrongShape),
            (listed("").replace("</s:Body>", "</s:Boby>"), Class::Malformed),
            (listed("<!DOCTYPE x>"), Class::Malformed),
            ("{\"doctors\": 3}".to_owned(), Class::NotSoap),
            ("<html><body>Sign in</body></html>".to_owned(), Class::NotSoap),
            (
                "<s:Envelope><s:Body><s:Fault><f>no</f></s:Fault></s:Body></s:Envelope>".to_owned(),
                Class::Fault,
            ),
            ("<s:Envelope/>".to_owned(), Class::WrongShape),
            (String::new(), Class::Truncated),
            (listed(&"x".repeat(1 << 20)), Class::TooLarge),
            (listed(&"<a>".repeat(DEEPEST)), Class::TooLarge),
        ];
        for (answer, class) in cases {
            let shown: String = answer.chars().take(300).collect();
            assert_eq!(count(&answer), Err(class), "{shown}");
        }
    }
}

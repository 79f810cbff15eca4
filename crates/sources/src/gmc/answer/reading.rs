//! Reads an answer token by token from the wire: what breaks it, and where, becomes a class and a sentence.

use quick_xml::Reader;
use quick_xml::events::Event;
use tokio::io::{AsyncBufRead, BufReader};

use super::bounded::Bounded;
use super::{Answer, Caps, Item, malformed};
use crate::gmc::complete_answer::{CompleteAnswer, Expected};
use crate::gmc::incomplete::{Class, Incomplete};

/// Reads a whole answer, handing each record to `sink` as it comes.
///
/// Nothing that the sink received may be used unless a [`CompleteAnswer`] comes back. An error of the sink ends the
/// reading and is handed through.
pub async fn read_doctors<R, E>(
    input: R,
    expected: Expected,
    caps: Caps,
    mut sink: impl FnMut(Item) -> Result<(), E>,
) -> Result<CompleteAnswer, E>
where
    R: AsyncBufRead + Unpin,
    E: From<Incomplete>,
{
    let mut reader =
        configured(Reader::from_reader(BufReader::with_capacity(64 * 1024, Bounded::new(input, caps))));
    let mut answer = Answer::new(caps);
    let mut buffer = Vec::with_capacity(4096);
    loop {
        buffer.clear();
        reader.get_mut().get_mut().next_token();
        let event = match reader.read_event_into_async(&mut buffer).await {
            Ok(event) => event,
            Err(error) => return Err(wrong_token(&error, reader.get_ref().get_ref()).into()),
        };
        if matches!(event, Event::Eof) {
            break;
        }
        if let Some(item) = answer.feed(&event)? {
            sink(item)?;
        }
        if buffer.capacity() > 1024 * 1024 {
            buffer = Vec::with_capacity(4096);
        }
    }
    let bytes = reader.get_ref().get_ref().bytes();
    Ok(answer.finish(expected, bytes)?)
}

/// Names are checked here, so that a reader can begin at any element.
pub(super) fn configured<R>(mut reader: Reader<R>) -> Reader<R> {
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = false;
    config.check_comments = false;
    reader
}

fn wrong_token<R>(error: &quick_xml::Error, input: &Bounded<R>) -> Incomplete {
    use quick_xml::Error;
    if let Some(over) = input.over() {
        return Incomplete::new(Class::TooLarge, over);
    }
    match error {
        Error::Io(io) if io.kind() == std::io::ErrorKind::TimedOut => {
            Incomplete::new(Class::Timeout, "the answer came too slowly and was given up")
        }
        Error::Io(io) if io.kind() == std::io::ErrorKind::InvalidData => {
            malformed("the answer holds bytes that are not UTF-8")
        }
        Error::Io(_) => Incomplete::new(
            Class::Network,
            format!("the connection broke after {} bytes of the answer", input.bytes()),
        ),
        Error::Syntax(_) => {
            Incomplete::new(Class::Truncated, format!("the answer was cut off after {} bytes", input.bytes()))
        }
        Error::Encoding(_) => malformed("the answer holds bytes that are not UTF-8"),
        _ => malformed("the answer is not well-formed XML"),
    }
}

//! What must hold for any bytes at all in place of an answer: tried here on a corpus, and without end by the fuzzer.

use domain::ids::BodyCode;
use jiff::Timestamp;
use sources::gmc::{Caps, Class, CompleteAnswer, Expected, Incomplete, read_doctors};
use tokio::io::{AsyncBufRead, BufReader};

/// Reads bytes as an answer; nothing about them may make it panic.
///
/// A complete answer ends in the end of its envelope and white space, every record in it was handed over, and how the
/// bytes were cut into pieces on their way is of no consequence. Gives the class of an incomplete one.
pub fn judge(bytes: &[u8]) -> Result<(), Class> {
    let whole = read(bytes);
    let in_pieces = read(BufReader::with_capacity(7, bytes));
    match (&whole, &in_pieces) {
        (Ok((answer, records)), Ok((again, _))) => {
            assert!(ends_as_an_envelope(bytes), "complete, but not at the end of an envelope");
            assert_eq!(answer.records(), *records, "records were lost");
            assert_eq!(answer.bytes(), bytes.len() as u64, "bytes were left unread");
            assert_eq!(answer, again, "the pieces matter");
        }
        (Err(class), Err(again)) => assert_eq!(class, again, "the pieces matter"),
        _ => panic!("the pieces decide whether the answer is complete"),
    }
    whole.map(drop)
}

fn read(bytes: impl AsyncBufRead + Unpin) -> Result<(CompleteAnswer, u64), Class> {
    let expected = Expected {
        body: BodyCode::new("1-AIIDWT"),
        client_request_id: "ours".to_owned(),
        requested_at: Timestamp::UNIX_EPOCH,
    };
    let mut records = 0;
    let sink = |_| {
        records += 1;
        Ok::<(), Incomplete>(())
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime without threads");
    let answer = runtime.block_on(read_doctors(bytes, expected, Caps::default(), sink));
    answer.map(|answer| (answer, records)).map_err(|incomplete| incomplete.class)
}

/// Whether the bytes end in `</Envelope>`, with any prefix, and white space.
fn ends_as_an_envelope(bytes: &[u8]) -> bool {
    let Some(text) = bytes.trim_ascii_end().strip_suffix(b">") else { return false };
    let text = text.trim_ascii_end();
    let Some(at) = text.iter().rposition(|byte| *byte == b'<') else { return false };
    let name = &text[at..];
    name.starts_with(b"</") && (name == b"</Envelope" || name.ends_with(b":Envelope"))
}

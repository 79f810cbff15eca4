//! What must hold for any bytes in place of the GMC's reply to a word that changes something.

use sources::gmc::operations::Operation;
use sources::gmc::small_answer::{Fields, read};

/// Reads bytes as a reply to each operation; nothing about them may make it panic.
///
/// A reply is one operation's at most, it holds the end of an envelope, and whatever is cut off before that end leaves no
/// reply: a cut one would be taken for a proof.
pub fn judge(bytes: &[u8]) -> Option<Fields> {
    let mut whole = None;
    for operation in Operation::ALL {
        let Ok(fields) = read(operation, bytes) else { continue };
        assert!(whole.replace(fields).is_none(), "a reply to two operations");
        let end = end_of_the_envelope(bytes).expect("a whole reply without the end of its envelope");
        for cut in [end - 1, end - 2, end / 2, end / 3] {
            assert!(read(operation, &bytes[..cut]).is_err(), "whole, though cut after {cut} bytes");
        }
    }
    whole
}

/// Where the last end tag of the name ends.
fn end_of_the_envelope(bytes: &[u8]) -> Option<usize> {
    let name = b"Envelope";
    let at = bytes.windows(name.len()).rposition(|part| part == name)?;
    let close = bytes[at..].iter().position(|byte| *byte == b'>')?;
    Some(at + close + 1)
}

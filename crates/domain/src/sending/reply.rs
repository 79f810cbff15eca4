//! What a reply proves about a call that changes something at the GMC.

use super::Wish;

/// What came back of one send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply<'a> {
    /// Not one byte of the request was handed to the connection.
    NothingWritten,
    /// A complete envelope of the operation that was asked.
    Whole {
        /// `ReturnCode` as received.
        code: &'a str,
        /// Whether `ClientRequestID` is ours; absent counts as ours, because every element is optional.
        is_ours: bool,
        /// `RecommendationID`, if one was given.
        gmc_id: Option<&'a str>,
    },
    /// Everything else: no reply in time, a broken connection, a page, a fault, a status, a cut envelope.
    Broken,
}

/// What is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It was not carried out and may be sent again.
    NotCarriedOut {
        /// Whether the GMC refused us as a caller, so that no other call may be made either.
        refused_us: bool,
    },
    /// It was carried out.
    CarriedOut,
    /// What was wished was so before; the list is to be read again before anybody is told more.
    AlreadySo,
    /// It was refused for good.
    Refused,
    /// Nothing.
    Nothing,
}

/// Codes by which the GMC refuses a wish for good, and which wishes they may answer. A code that is missing here proves
/// nothing. Source: the return codes of the GMC's web services, by operation.
pub const REFUSALS: [(&str, &[Wish]); 24] = {
    use Wish::{Connect, Disconnect, Recommend};
    [
        ("70", &[Recommend, Connect, Disconnect]),
        ("80", &[Recommend, Connect, Disconnect]),
        ("81", &[Recommend, Connect, Disconnect]),
        ("82", &[Recommend]),
        ("84", &[Recommend]),
        ("85", &[Recommend]),
        ("87", &[Recommend]),
        ("88", &[Recommend]),
        ("89", &[Recommend]),
        ("90", &[Recommend, Connect]),
        ("91", &[Recommend]),
        ("92", &[Recommend]),
        ("93", &[Recommend]),
        ("94", &[Recommend]),
        ("95", &[Recommend]),
        ("96", &[Recommend]),
        ("97", &[Recommend]),
        ("106", &[Connect, Disconnect]),
        ("110", &[Recommend, Connect, Disconnect]),
        ("120", &[Recommend, Connect, Disconnect]),
        ("140", &[Recommend]),
        ("150", &[Recommend]),
        ("160", &[Connect, Disconnect]),
        ("161", &[Recommend]),
    ]
};

/// Judges a reply to the nth send of a wish (the first is 1).
pub fn proof(wish: Wish, nth: u64, reply: Reply<'_>) -> Proof {
    let (code, is_ours, gmc_id) = match reply {
        Reply::NothingWritten => return Proof::NotCarriedOut { refused_us: false },
        Reply::Broken => return Proof::Nothing,
        Reply::Whole { code, is_ours, gmc_id } => (code, is_ours, gmc_id),
    };
    match (code, wish) {
        // The reply to somebody else's call says nothing of ours, whatever it says.
        _ if !is_ours => Proof::Nothing,
        ("99", _) => Proof::NotCarriedOut { refused_us: true },
        ("0", Wish::Recommend) if gmc_id.is_none_or(|id| id.trim().is_empty()) => Proof::Nothing,
        ("0", _) => Proof::CarriedOut,
        ("100", Wish::Connect) | ("140", Wish::Disconnect) => Proof::AlreadySo,
        // The open recommendation may be the one that our first send made: whoever granted the second may have overlooked it.
        ("91", Wish::Recommend) if nth > 1 => Proof::Nothing,
        _ if refuses(code, wish) => Proof::Refused,
        _ => Proof::Nothing,
    }
}

fn refuses(code: &str, wish: Wish) -> bool {
    REFUSALS.iter().any(|(known, wishes)| *known == code && wishes.contains(&wish))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(code: &str) -> Reply<'_> {
        Reply::Whole { code, is_ours: true, gmc_id: Some("GMC-1") }
    }

    #[test]
    fn only_a_whole_reply_of_ours_with_a_known_code_proves_anything() {
        use Wish::{Connect, Disconnect, Recommend};
        let back = |refused_us| Proof::NotCarriedOut { refused_us };
        let cases = [
            (Recommend, 1, whole("0"), Proof::CarriedOut),
            (Recommend, 2, whole("0"), Proof::CarriedOut),
            (Recommend, 1, Reply::Whole { code: "0", is_ours: true, gmc_id: None }, Proof::Nothing),
            (Recommend, 1, Reply::Whole { code: "0", is_ours: true, gmc_id: Some(" ") }, Proof::Nothing),
            (Recommend, 1, Reply::Whole { code: "0", is_ours: false, gmc_id: Some("GMC-1") }, Proof::Nothing),
            (Recommend, 1, Reply::Whole { code: "99", is_ours: false, gmc_id: None }, Proof::Nothing),
            (Recommend, 1, whole("91"), Proof::Refused),
            (Recommend, 2, whole("91"), Proof::Nothing),
            (Recommend, 1, whole("140"), Proof::Refused),
            (Recommend, 1, whole("98"), Proof::Nothing),
            (Recommend, 1, whole("99"), back(true)),
            (Recommend, 1, whole("100"), Proof::Nothing),
            (Recommend, 1, whole("162"), Proof::Nothing),
            (Recommend, 1, whole(""), Proof::Nothing),
            (Recommend, 1, whole(" 0"), Proof::Nothing),
            (Recommend, 1, Reply::Broken, Proof::Nothing),
            (Recommend, 1, Reply::NothingWritten, back(false)),
            (Connect, 1, Reply::Whole { code: "0", is_ours: true, gmc_id: None }, Proof::CarriedOut),
            (Connect, 1, whole("100"), Proof::AlreadySo),
            (Connect, 1, whole("140"), Proof::Nothing),
            (Connect, 1, whole("106"), Proof::Refused),
            (Disconnect, 1, whole("140"), Proof::AlreadySo),
            (Disconnect, 1, whole("100"), Proof::Nothing),
            (Disconnect, 1, whole("92"), Proof::Nothing),
        ];
        for (wish, nth, reply, expected) in cases {
            assert_eq!(proof(wish, nth, reply), expected, "{wish:?} {nth} {reply:?}");
        }
    }

    #[test]
    fn the_transient_code_refuses_nothing() {
        assert!(Wish::ALL.into_iter().all(|wish| !refuses("98", wish) && !refuses("99", wish)));
    }
}

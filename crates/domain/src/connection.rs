//! Connections: why a doctor is connected to a body or disconnected from it, and whether a wish makes sense by our own data.

use crate::ids::BodyCode;
use crate::sending::Wish;

/// A reason that the GMC takes for a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The wish it belongs to: the same number means another thing for another wish.
    pub wish: Wish,
    /// `ChangeReason`
    pub code: &'static str,
    /// In plain words.
    pub sentence: &'static str,
}

const fn reason(wish: Wish, code: &'static str, sentence: &'static str) -> Reason {
    Reason { wish, code, sentence }
}

/// Every reason. Source: the GMC's web services, change reasons by operation.
pub const REASONS: [Reason; 5] = [
    reason(Wish::Connect, "1", "the doctor has a connection with this body"),
    reason(Wish::Connect, "2", "conflict of interest"),
    reason(Wish::Disconnect, "1", "conflict of interest"),
    reason(Wish::Disconnect, "2", "the doctor has retired"),
    reason(Wish::Disconnect, "3", "the doctor has no connection with this body"),
];

/// Finds a reason of a wish.
pub fn find_reason(wish: Wish, code: &str) -> Option<&'static Reason> {
    REASONS.iter().find(|reason| reason.wish == wish && reason.code == code)
}

/// What our own data say of a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sense {
    /// It changes something; for a connection, the body that the doctor leaves by it.
    Changes {
        /// The body the call is for.
        body: BodyCode,
        /// Where the doctor is now.
        leaves: Option<BodyCode>,
    },
    /// It is so already.
    AlreadySo(BodyCode),
    /// There is nothing to disconnect the doctor from.
    NotConnected,
}

/// Judges a wish by the list that has the doctor now. The body of a disconnection is that list's, never one that was typed.
pub fn sense(wish: Wish, now: Option<&BodyCode>, target: Option<&BodyCode>) -> Sense {
    match (wish, now, target) {
        (Wish::Connect, Some(now), Some(target)) if now == target => Sense::AlreadySo(now.clone()),
        (Wish::Connect, now, Some(target)) => Sense::Changes { body: target.clone(), leaves: now.cloned() },
        (_, Some(now), _) => Sense::Changes { body: now.clone(), leaves: Some(now.clone()) },
        (_, None, _) => Sense::NotConnected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_is_another_reason_for_another_wish() {
        assert_eq!(find_reason(Wish::Connect, "2").map(|r| r.sentence), Some("conflict of interest"));
        assert_eq!(find_reason(Wish::Disconnect, "2").map(|r| r.sentence), Some("the doctor has retired"));
        assert_eq!(find_reason(Wish::Connect, "3"), None);
        assert_eq!(find_reason(Wish::Recommend, "1"), None);
    }

    #[test]
    fn adding_moves_and_removing_takes_the_body_from_our_list() {
        let (a, b) = (BodyCode::new("1-A"), BodyCode::new("1-B"));
        let changes = |body: &BodyCode, leaves: Option<&BodyCode>| Sense::Changes {
            body: body.clone(),
            leaves: leaves.cloned(),
        };
        let cases = [
            (Wish::Connect, None, Some(&a), changes(&a, None)),
            (Wish::Connect, Some(&b), Some(&a), changes(&a, Some(&b))),
            (Wish::Connect, Some(&a), Some(&a), Sense::AlreadySo(a.clone())),
            (Wish::Disconnect, Some(&a), None, changes(&a, Some(&a))),
            (Wish::Disconnect, Some(&a), Some(&b), changes(&a, Some(&a))),
            (Wish::Disconnect, None, Some(&a), Sense::NotConnected),
        ];
        for (wish, now, target, expected) in cases {
            assert_eq!(sense(wish, now, target), expected, "{wish:?} {now:?} {target:?}");
        }
    }
}

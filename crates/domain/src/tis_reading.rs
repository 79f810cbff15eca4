//! What one reading of TIS leaves beside its list: the account by rule, the lists of the GMC it was joined to, and which
//! mark on trainees has risen since it was last quiet.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::BodyCode;
use crate::tis_rules::TisAccount;

/// How many more trainees than before may carry a mark without a word. Arbitrary; above what one day's typing brings.
const RISE_MIN: u64 = 10;

/// A list of the GMC as a reading found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinedList {
    /// Whose.
    pub body: BodyCode,
    /// Its newest snapshot; 0 before the first.
    pub snapshot: u64,
    /// As of when it was, if it ever was.
    pub as_of: Option<Timestamp>,
}

/// One reading of TIS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TisReading {
    /// As of when TIS was read.
    pub as_of: Timestamp,
    /// Where every person went, by rule.
    pub account: TisAccount,
    /// Trainees per mark when it had last not risen.
    pub quiet: BTreeMap<String, u64>,
    /// The lists it was joined to.
    pub joined_to: Vec<JoinedList>,
}

/// A mark that more trainees carry than when it was last quiet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Risen {
    /// The mark.
    pub mark: String,
    /// Trainees that carry it now.
    pub now: u64,
    /// Trainees that carried it when it was quiet.
    pub before: u64,
}

impl TisReading {
    /// A reading that follows another; the first of all has nothing to rise from.
    pub fn after(
        previous: Option<&Self>,
        account: TisAccount,
        as_of: Timestamp,
        joined_to: Vec<JoinedList>,
    ) -> Self {
        let mut quiet = account.marked.clone();
        if let Some(previous) = previous {
            for (mark, now) in &mut quiet {
                let before = previous.quiet.get(mark).copied().unwrap_or_default();
                if *now > before + RISE_MIN {
                    *now = before;
                }
            }
        }
        Self { as_of, account, quiet, joined_to }
    }

    /// The marks that have risen since they were quiet.
    pub fn risen(&self) -> Vec<Risen> {
        let before = |mark: &String| self.quiet.get(mark).copied().unwrap_or_default();
        let all = self.account.marked.iter();
        let risen = all.map(|(mark, now)| Risen { mark: mark.clone(), now: *now, before: before(mark) });
        risen.filter(|risen| risen.now > risen.before).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(count: u64) -> TisAccount {
        let marked = if count == 0 { BTreeMap::new() } else { BTreeMap::from([("mark".to_owned(), count)]) };
        TisAccount { marked, ..TisAccount::default() }
    }

    #[test]
    fn a_mark_that_jumps_has_risen_until_it_is_back() {
        let nights: [(u64, Option<(u64, u64)>); 8] = [
            (100, None),
            (110, None),
            (121, Some((121, 110))),
            (310, Some((310, 110))),
            (310, Some((310, 110))),
            (118, None),
            (0, None),
            (11, Some((11, 0))),
        ];
        let mut reading: Option<TisReading> = None;
        for (night, (count, expected)) in nights.into_iter().enumerate() {
            let next = TisReading::after(reading.as_ref(), marked(count), Timestamp::UNIX_EPOCH, Vec::new());
            let risen: Vec<(u64, u64)> =
                next.risen().into_iter().map(|risen| (risen.now, risen.before)).collect();
            assert_eq!(risen, Vec::from_iter(expected), "night {night}");
            reading = Some(next);
        }
    }

    #[test]
    fn a_reading_is_read_back_as_it_was_written() {
        let list = JoinedList { body: BodyCode::new("1-X"), snapshot: 3, as_of: Some(Timestamp::UNIX_EPOCH) };
        let reading = TisReading::after(None, marked(3), Timestamp::UNIX_EPOCH, vec![list]);
        let text = serde_json::to_string(&reading).expect("a reading is JSON");
        assert_eq!(serde_json::from_str::<TisReading>(&text).expect("and back"), reading);
    }
}

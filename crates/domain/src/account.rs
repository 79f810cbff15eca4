//! The account of one answer: every record received is in exactly one column.

use serde::{Deserialize, Serialize};

/// Counts of one body's answer. Units: records received, but for `removed` and `not_confirmed`, which are doctors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Records in the answer.
    pub read: u64,
    /// Doctors not on the last good list.
    pub new: u64,
    /// Doctors whose facts moved.
    pub changed: u64,
    /// Doctors as before.
    pub same: u64,
    /// Identical further copies of a record.
    pub repeated: u64,
    /// Records set aside with a reason.
    pub rejected: u64,
    /// Doctors on the last good list and absent from this complete answer.
    pub removed: u64,
    /// Doctors kept from the last good list because a reject stands in their place.
    pub not_confirmed: u64,
}

impl Account {
    /// Whether `read = new + changed + same + repeated + rejected`.
    pub fn balances(&self) -> bool {
        self.read == self.new + self.changed + self.same + self.repeated + self.rejected
    }

    /// Doctors the answer states.
    pub fn listed(&self) -> u64 {
        self.new + self.changed + self.same
    }

    /// Doctors the list will hold once published: those of the answer and those kept.
    pub fn doctors(&self) -> u64 {
        self.listed() + self.not_confirmed
    }

    /// Doctors of whom the answer says nothing: those removed, and those kept although more are kept than records
    /// were set aside, so that a short list with one bad record in it is still a short list.
    pub fn absent(&self) -> u64 {
        self.removed + self.not_confirmed.saturating_sub(self.rejected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_record_unbalances_the_account() {
        let good =
            Account { read: 10, new: 1, changed: 2, same: 4, repeated: 1, rejected: 2, ..Account::default() };
        assert!(good.balances());
        assert!(!Account { read: 11, ..good }.balances());
        assert_eq!(good.listed(), 7);
    }

    #[test]
    fn one_bad_record_does_not_hide_that_a_list_is_short() {
        let short = Account { read: 41, same: 40, rejected: 1, not_confirmed: 60, ..Account::default() };
        assert_eq!((short.doctors(), short.absent()), (100, 59));
        let poisoned = Account { read: 100, same: 50, rejected: 50, not_confirmed: 50, ..Account::default() };
        assert_eq!((poisoned.doctors(), poisoned.absent()), (100, 0));
    }
}

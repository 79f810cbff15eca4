//! The brake: no list shrinks or changes much without a person's word.

use serde::{Deserialize, Serialize};

use crate::account::Account;

/// How much one answer may move a body's list by itself. The defaults are those of `config/reval.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Doctors that may always leave.
    pub removed_min: u64,
    /// Share of the list that may leave, percent.
    pub removed_percent: u64,
    /// Share of the list that may change, percent.
    pub changed_percent: u64,
    /// Least size against the median of recent lists, percent.
    pub median_percent: u64,
    /// Doctors below the median that never matter.
    pub median_slack: u64,
    /// Recent published lists the median is taken over.
    pub median_runs: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            removed_min: 5,
            removed_percent: 2,
            changed_percent: 20,
            median_percent: 90,
            median_slack: 5,
            median_runs: 7,
        }
    }
}

/// What the brake looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts<'a> {
    /// Doctors on the last good list; `None` if the body never had one.
    pub before: Option<u64>,
    /// The account of the answer.
    pub account: Account,
    /// Sizes of the recent published lists, any order.
    pub recent: &'a [u64],
}

/// One reason to wait for a person, with its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Cause {
    /// The answer lists nobody.
    EmptyList {
        /// Doctors on the last good list.
        before: u64,
    },
    /// The body has no list yet: a person states how many doctors it should have.
    FirstLoad {
        /// Doctors in the answer.
        listed: u64,
    },
    /// Too many would leave.
    Removed {
        /// Doctors that would leave.
        removed: u64,
        /// Most that may leave unasked.
        limit: u64,
    },
    /// Too many would change.
    Changed {
        /// Doctors that would change.
        changed: u64,
        /// Most that may change unasked.
        limit: u64,
    },
    /// The list is too short against recent ones.
    BelowMedian {
        /// Doctors in the answer.
        listed: u64,
        /// Median of the recent lists.
        median: u64,
    },
}

impl Cause {
    /// The cause in plain words.
    pub fn sentence(&self) -> String {
        match self {
            Self::EmptyList { before } => {
                format!("The GMC's list holds no usable doctor; the last good list has {before}.")
            }
            Self::FirstLoad { listed } => format!(
                "This is the first list of this body, with {listed} doctors; a person must say how many are expected."
            ),
            Self::Removed { removed, limit } => {
                format!(
                    "{removed} doctors are missing from the GMC's list and would be disconnected; at most {limit} may be without a person's word."
                )
            }
            Self::Changed { changed, limit } => {
                format!("{changed} doctors would change; at most {limit} may without a person's word.")
            }
            Self::BelowMedian { listed, median } => {
                format!("The list has {listed} doctors; the middle of the recent lists has {median}.")
            }
        }
    }
}

/// Decides whether an answer may be published unasked: no cause, no hold.
///
/// Source: house invariant INV-03. An empty list always needs a person, also when the last one was empty.
pub fn causes_to_hold(limits: &Limits, facts: &Facts<'_>) -> Vec<Cause> {
    let listed = facts.account.listed();
    let Some(before) = facts.before else { return vec![Cause::FirstLoad { listed }] };
    let mut causes = Vec::new();
    if listed == 0 {
        causes.push(Cause::EmptyList { before });
    }
    let removed_limit = removed_limit(limits, before);
    let absent = facts.account.absent();
    if absent > removed_limit {
        causes.push(Cause::Removed { removed: absent, limit: removed_limit });
    }
    let changed_limit = changed_limit(limits, before);
    if facts.account.changed > changed_limit {
        causes.push(Cause::Changed { changed: facts.account.changed, limit: changed_limit });
    }
    // Where a record was set aside its doctor stands on the list as before.
    let stated = listed + facts.account.not_confirmed.min(facts.account.rejected);
    if let Some(median) = median(facts.recent)
        && stated * 100 < median * limits.median_percent
        && stated + limits.median_slack < median
    {
        causes.push(Cause::BelowMedian { listed: stated, median });
    }
    causes
}

/// The most doctors that may leave a list of `before` unasked.
pub fn removed_limit(limits: &Limits, before: u64) -> u64 {
    limits.removed_min.max(before * limits.removed_percent / 100)
}

/// The most doctors that may change on a list of `before` unasked; a tiny list may change by the same small number
/// as may leave it, or every second night of five doctors would wait for a person.
pub fn changed_limit(limits: &Limits, before: u64) -> u64 {
    limits.removed_min.max(before * limits.changed_percent / 100)
}

fn median(sizes: &[u64]) -> Option<u64> {
    let mut sorted = sizes.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len().saturating_sub(1) / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(new: u64, changed: u64, same: u64, removed: u64) -> Account {
        Account { read: new + changed + same, new, changed, same, removed, ..Account::default() }
    }

    fn held(before: u64, account: Account) -> Vec<&'static str> {
        let recent = [before; 7];
        let facts = Facts { before: Some(before), account, recent: &recent };
        causes_to_hold(&Limits::default(), &facts)
            .iter()
            .map(|cause| match cause {
                Cause::EmptyList { .. } => "empty",
                Cause::FirstLoad { .. } => "first",
                Cause::Removed { .. } => "removed",
                Cause::Changed { .. } => "changed",
                Cause::BelowMedian { .. } => "median",
            })
            .collect()
    }

    #[test]
    fn the_brake_holds_just_over_each_edge_and_not_at_it() {
        let cases: [(u64, Account, &[&str]); 12] = [
            (4500, account(3, 40, 4450, 7), &[]),
            (4500, account(0, 0, 4410, 90), &[]),
            (4500, account(0, 0, 4409, 91), &["removed"]),
            (4500, account(0, 900, 3600, 0), &[]),
            (4500, account(0, 901, 3599, 0), &["changed"]),
            (4500, account(0, 0, 1800, 2700), &["removed", "median"]),
            (4500, account(0, 0, 0, 4500), &["empty", "removed", "median"]),
            (5, account(0, 0, 4, 1), &[]),
            (5, account(0, 5, 0, 0), &[]),
            (5, account(0, 0, 0, 5), &["empty"]),
            (40, account(0, 0, 35, 5), &[]),
            (40, account(0, 0, 34, 6), &["removed", "median"]),
        ];
        for (before, account, expected) in cases {
            assert_eq!(held(before, account), expected, "{before} {account:?}");
        }
    }

    #[test]
    fn poison_is_published_and_a_short_list_with_one_bad_record_waits() {
        let poisoned = Account { rejected: 2000, not_confirmed: 2000, ..account(0, 0, 2500, 0) };
        assert_eq!(held(4500, poisoned), [""; 0]);
        let short = Account { rejected: 1, not_confirmed: 2700, ..account(0, 0, 1800, 0) };
        assert_eq!(held(4500, short), ["removed", "median"]);
        let nothing_usable = Account { rejected: 4500, not_confirmed: 4500, ..account(0, 0, 0, 0) };
        assert_eq!(held(4500, nothing_usable), ["empty"]);
    }

    #[test]
    fn the_first_list_of_a_body_waits_for_a_typed_count() {
        let facts = Facts { before: None, account: account(5, 0, 0, 0), recent: &[] };
        assert_eq!(causes_to_hold(&Limits::default(), &facts), [Cause::FirstLoad { listed: 5 }]);
    }

    #[test]
    fn slow_shrinking_meets_the_median() {
        let recent = [100, 100, 100, 98, 96, 94, 92];
        let slow = |listed| Facts { before: Some(92), account: account(0, 0, listed, 4), recent: &recent };
        assert_eq!(causes_to_hold(&Limits::default(), &slow(89)), []);
        assert_eq!(
            causes_to_hold(&Limits::default(), &slow(88)),
            [Cause::BelowMedian { listed: 88, median: 98 }]
        );
    }
}

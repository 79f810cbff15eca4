//! Who of TIS is a trainee, and by which named rule somebody is not: pure rules over plain rows.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{GmcNumber, trim};
use crate::tis_rows::{HeldMembership, MembershipRow, PersonBundle, PlacementRow};
use crate::trainee::{Claim, Membership, Trainee};

#[cfg(test)]
mod tests;

/// Rule: the person plays no doctor but a dummy.
pub const DUMMY_ROLE: &str = "dummy_role";
/// Rule: the person holds a place for somebody.
pub const PLACEHOLDER_ROLE: &str = "placeholder_role";
/// Rule: no GMC number is written.
pub const NO_GMC_NUMBER: &str = "no_gmc_number";
/// Rule: a word stands where the GMC number should.
pub const WORD_FOR_GMC_NUMBER: &str = "word_for_gmc_number";
/// Reason: the GMC number is not seven digits.
pub const UNUSABLE_GMC_NUMBER: &str = "unusable_gmc_number";
/// Reason: a GMC number hangs on a person the table of persons does not have.
pub const NO_PERSON: &str = "no_person";
/// Rule: all current placements are of a grade that needs no connection, such as Foundation Year 1.
pub const EXCLUDED_GRADE: &str = "excluded_grade";

/// Mark: a current membership has a type that the reference data do not name.
pub const UNKNOWN_MEMBERSHIP_TYPE: &str = "membership_type_not_recognised";
/// Mark: a current programme belongs to an office that the reference data do not name.
pub const UNKNOWN_OWNER: &str = "owner_not_recognised";

/// Words people write for "there is no number", in lower case.
const SENTINELS: [&str; 8] = ["unknown", "na", "n/a", "0", "retired", "tbc", "u", "none"];

/// What the rules need to know of the reference data.
pub struct Rules<'a> {
    /// What a programme's owner stands for.
    pub owner: &'a (dyn Fn(&str) -> Claim + Sync),
    /// Whether a membership type is known, and the rule that excludes it, such as `military`.
    pub kind: &'a (dyn Fn(&str) -> (bool, Option<String>) + Sync),
    /// Ids or abbreviations of grades that need no connection.
    pub excluded_grades: &'a BTreeSet<String>,
    /// Days an ended membership still counts if no other is current; 0 for none.
    pub grace_days: u16,
}

/// What became of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Kept.
    Trainee(Box<Trainee>),
    /// Left out by a named rule.
    Excluded(&'static str),
    /// Left out by a named rule: nothing to join by.
    NoKey(&'static str),
    /// Set aside: the rows cannot be right.
    Rejected(&'static str),
}

/// The account of one extract. Unit: persons, unless said otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TisAccount {
    /// Persons in the tables.
    pub read: u64,
    /// Persons that became a trainee, or share one.
    pub kept: u64,
    /// Persons a named rule leaves out.
    pub excluded: u64,
    /// Persons set aside with a reason.
    pub rejected: u64,
    /// Persons per rule or reason; sums up to `excluded + rejected`.
    pub by_rule: BTreeMap<String, u64>,
    /// Trainees per rule that keeps them, but out of the discrepancies.
    pub outside_discrepancies: BTreeMap<String, u64>,
    /// Trainees per mark they carry on pages, such as a membership type nobody knows; they are kept like others.
    #[serde(default)]
    pub marked: BTreeMap<String, u64>,
    /// GMC numbers that several persons carry.
    pub shared_numbers: u64,
    /// Rows per table that hang on no person.
    pub orphans: BTreeMap<String, u64>,
}

impl TisAccount {
    /// Whether `read = kept + excluded + rejected`, and each left-out person has a rule.
    pub fn balances(&self) -> bool {
        self.read == self.kept + self.excluded + self.rejected
            && self.by_rule.values().sum::<u64>() == self.excluded + self.rejected
    }
}

/// A person set aside. `Debug` shows the reason only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TisReject {
    /// Person id.
    pub person: String,
    /// Why.
    pub reason: String,
}

impl fmt::Debug for TisReject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TisReject({})", self.reason)
    }
}

/// All persons judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assembled {
    /// One per GMC number, in its order.
    pub trainees: Vec<Trainee>,
    /// Where everybody went.
    pub account: TisAccount,
    /// Who was set aside.
    pub rejects: Vec<TisReject>,
}

/// Judges every person and brings those that share a GMC number together; the order of persons does not matter.
pub fn assemble(
    bundles: impl IntoIterator<Item = PersonBundle>,
    rules: &Rules<'_>,
    today: Date,
) -> Assembled {
    let mut by_number: BTreeMap<GmcNumber, Trainee> = BTreeMap::new();
    let mut account = TisAccount::default();
    let mut rejects = Vec::new();
    for bundle in bundles {
        account.read += 1;
        match judge(&bundle, rules, today) {
            Verdict::Trainee(trainee) => {
                account.kept += 1;
                let number = trainee.gmc_number.clone();
                let trainee = match by_number.remove(&number) {
                    Some(other) => share(other, *trainee),
                    None => *trainee,
                };
                by_number.insert(number, trainee);
            }
            Verdict::Excluded(rule) | Verdict::NoKey(rule) => {
                account.excluded += 1;
                *account.by_rule.entry(rule.to_owned()).or_default() += 1;
            }
            Verdict::Rejected(reason) => {
                account.rejected += 1;
                *account.by_rule.entry(reason.to_owned()).or_default() += 1;
                rejects.push(TisReject { person: bundle.id, reason: reason.to_owned() });
            }
        }
    }
    rejects.sort_by(|a, b| a.person.cmp(&b.person));
    let trainees: Vec<Trainee> = by_number.into_values().collect();
    for rule in trainees.iter().filter_map(|trainee| trainee.excluded_by.clone()) {
        *account.outside_discrepancies.entry(rule).or_default() += 1;
    }
    for mark in trainees.iter().flat_map(marks) {
        *account.marked.entry(mark.to_owned()).or_default() += 1;
    }
    account.shared_numbers = trainees.iter().filter(|trainee| trainee.persons.len() > 1).count() as u64;
    Assembled { trainees, account, rejects }
}

/// What pages say of a trainee besides the facts, each once.
fn marks(trainee: &Trainee) -> impl Iterator<Item = &'static str> {
    let of = |has: fn(&Membership) -> bool| trainee.memberships.iter().any(has);
    let kind = of(|membership| membership.kind.is_some() && !membership.kind_is_known);
    let owner = of(|membership| matches!(membership.claim, Claim::Unknown(_)));
    [(kind, UNKNOWN_MEMBERSHIP_TYPE), (owner, UNKNOWN_OWNER)]
        .into_iter()
        .filter(|(is_so, _)| *is_so)
        .map(|(_, mark)| mark)
}

/// Two persons with one number: nobody can say whose names and programmes are right, so none are claimed.
fn share(one: Trainee, other: Trainee) -> Trainee {
    let mut persons = [one.persons, other.persons].concat();
    persons.sort();
    Trainee {
        gmc_number: one.gmc_number,
        persons,
        forenames: None,
        surname: None,
        memberships: Vec::new(),
        grades: Vec::new(),
        excluded_by: None,
    }
}

/// Judges one person.
pub fn judge(bundle: &PersonBundle, rules: &Rules<'_>, today: Date) -> Verdict {
    let Some(person) = &bundle.person else { return Verdict::Rejected(NO_PERSON) };
    let role = person.role.as_deref().unwrap_or_default().to_lowercase();
    if role.contains("dummy") {
        return Verdict::Excluded(DUMMY_ROLE);
    }
    if role.contains("placeholder") {
        return Verdict::Excluded(PLACEHOLDER_ROLE);
    }
    let written = bundle.gmc.as_ref().and_then(|gmc| gmc.gmc_number.as_deref());
    match number(written) {
        Ok(gmc_number) => Verdict::Trainee(Box::new(trainee(bundle, gmc_number, rules, today))),
        Err(verdict) => verdict,
    }
}

fn number(written: Option<&str>) -> Result<GmcNumber, Verdict> {
    let text = trim(written.unwrap_or_default());
    if text.is_empty() {
        return Err(Verdict::NoKey(NO_GMC_NUMBER));
    }
    if SENTINELS.contains(&text.to_lowercase().as_str()) {
        return Err(Verdict::NoKey(WORD_FOR_GMC_NUMBER));
    }
    GmcNumber::parse(text).ok_or(Verdict::Rejected(UNUSABLE_GMC_NUMBER))
}

fn trainee(bundle: &PersonBundle, gmc_number: GmcNumber, rules: &Rules<'_>, today: Date) -> Trainee {
    let counting = counting(&bundle.memberships, rules, today);
    let current: Vec<&PlacementRow> =
        bundle.placements.iter().filter(|placement| placement_counts(placement, today)).collect();
    let grades: BTreeSet<String> = current.iter().filter_map(|placement| grade(placement)).collect();
    let excluded_by = excluding_kind(&counting, rules)
        .or_else(|| all_excluded(&current, rules).then(|| EXCLUDED_GRADE.to_owned()));
    let contact = bundle.contact.as_ref();
    Trainee {
        gmc_number,
        persons: vec![bundle.id.clone()],
        forenames: contact.and_then(|contact| contact.forenames.clone()),
        surname: contact.and_then(|contact| contact.surname.clone()),
        memberships: counting.into_iter().map(|held| membership(held, rules)).collect(),
        grades: grades.into_iter().collect(),
        excluded_by,
    }
}

/// Whether a day lies between two others, inclusive; a date that is not known does not shut anybody out.
pub fn covers(start: Option<Date>, end: Option<Date>, day: Date) -> bool {
    start.is_none_or(|start| start <= day) && end.is_none_or(|end| day <= end)
}

/// Whether a membership covers today, or ended within the grace.
pub fn membership_may_count(row: &MembershipRow, rules: &Rules<'_>, today: Date) -> bool {
    let graced = row.end.map(|end| end.saturating_add(i32::from(rules.grace_days).days()));
    covers(row.start, graced, today)
}

/// Whether a placement covers today, draft or not.
pub fn placement_counts(row: &PlacementRow, today: Date) -> bool {
    covers(row.from, row.to, today)
}

/// The current memberships; those within the grace only where none is current, so that a move is not two claims.
fn counting<'b>(all: &'b [HeldMembership], rules: &Rules<'_>, today: Date) -> Vec<&'b HeldMembership> {
    let current = |held: &&HeldMembership| covers(held.row.start, held.row.end, today);
    let mut counting: Vec<&HeldMembership> = all.iter().filter(current).collect();
    if counting.is_empty() {
        counting = all.iter().filter(|held| membership_may_count(&held.row, rules, today)).collect();
    }
    counting.sort_by_key(|held| (held.row.start, &held.row.uuid));
    counting
}

fn membership(held: &HeldMembership, rules: &Rules<'_>) -> Membership {
    let owner = held.programme.as_ref().and_then(|programme| programme.owner.clone());
    let kind_is_known = held.row.kind.as_deref().is_some_and(|kind| (rules.kind)(kind).0);
    // One spelling of a known type: else the night in which TIS changes its letter case changes every trainee.
    let plain = |kind: &String| trim(kind).to_uppercase();
    let kind = held.row.kind.as_ref().map(|kind| if kind_is_known { plain(kind) } else { kind.clone() });
    Membership {
        programme: held.programme.as_ref().and_then(|programme| programme.name.clone()),
        claim: owner.as_deref().map_or(Claim::Missing, |owner| (rules.owner)(owner)),
        owner,
        kind_is_known,
        kind,
        start: held.row.start,
        end: held.row.end,
        curriculum_end: held.curricula.iter().filter_map(|curriculum| curriculum.end).max(),
    }
}

fn grade(placement: &PlacementRow) -> Option<String> {
    placement.grade_abbreviation.clone().or_else(|| placement.grade_id.clone())
}

/// The rule of an excluded membership type, if every counting membership has one: hiding a doctor who also trains in
/// an ordinary programme would hide a true disagreement.
fn excluding_kind(counting: &[&HeldMembership], rules: &Rules<'_>) -> Option<String> {
    let mut by: Vec<String> = Vec::new();
    for held in counting {
        by.push((rules.kind)(held.row.kind.as_deref()?).1?);
    }
    by.into_iter().next()
}

/// Whether all current placements are of an excluded grade: F1 beside F2 is no F1.
fn all_excluded(current: &[&PlacementRow], rules: &Rules<'_>) -> bool {
    let excluded = |placement: &&PlacementRow| {
        let names = [&placement.grade_id, &placement.grade_abbreviation];
        names.into_iter().flatten().any(|name| rules.excluded_grades.contains(name))
    };
    !current.is_empty() && current.iter().all(excluded)
}

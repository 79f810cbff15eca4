//! Two lists of one designated body side by side: who is only on one, and what differs where both name a doctor.

use std::collections::BTreeMap;

use crate::ids::GmcNumber;
use crate::listing::{Listing, Notice, Stated};
use crate::names::fold;

/// A field that both lists may state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// First name.
    FirstName,
    /// Last name.
    LastName,
    /// Submission date.
    SubmissionDate,
    /// Under notice.
    UnderNotice,
}

impl Field {
    /// Every field, in the order in which people read them.
    pub const ALL: [Self; 4] = [Self::FirstName, Self::LastName, Self::SubmissionDate, Self::UnderNotice];

    /// The word shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::SubmissionDate => "submission_date",
            Self::UnderNotice => "under_notice",
        }
    }

    /// What a listing says in this field, as people read it; empty where it says nothing.
    pub fn of(self, listing: &Listing) -> String {
        match self {
            Self::FirstName => listing.first_name.clone().unwrap_or_default(),
            Self::LastName => listing.last_name.clone().unwrap_or_default(),
            Self::SubmissionDate => stated(&listing.submission_date, |date| date.to_string()),
            Self::UnderNotice => stated(&listing.under_notice, |notice: &Notice| notice.word().to_owned()),
        }
    }

    /// What is compared: names as a person reads them, so that case, accents and apostrophes make no difference.
    fn key(self, listing: &Listing) -> String {
        match self {
            Self::FirstName | Self::LastName => fold(&self.of(listing)),
            Self::SubmissionDate | Self::UnderNotice => self.of(listing),
        }
    }
}

fn stated<T>(value: &Stated<T>, known: impl Fn(&T) -> String) -> String {
    match value {
        Stated::Absent => String::new(),
        Stated::Known(value) => known(value),
        Stated::Unrecognised(text) => text.clone(),
    }
}

/// A row of another list that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Its row in the file, from 1.
    pub row: usize,
    /// Why, in plain words.
    pub why: String,
}

/// Another list of a body's doctors, as read. `Debug` shows nothing of its doctors.
#[derive(Debug, Default)]
pub struct Export {
    /// The doctors.
    pub doctors: BTreeMap<GmcNumber, Listing>,
    /// Fields that it states.
    pub fields: Vec<Field>,
    /// Rows below the columns' names.
    pub rows: usize,
    /// Identical further copies of a doctor.
    pub repeated: usize,
    /// Rows that could not be read.
    pub set_aside: Vec<SetAside>,
}

/// One field of one doctor that the two lists state differently.
#[derive(Clone, PartialEq, Eq)]
pub struct Difference {
    /// The doctor.
    pub gmc_number: GmcNumber,
    /// The field.
    pub field: Field,
    /// What their list says.
    pub there: String,
    /// What ours says.
    pub here: String,
}

/// What two lists have in common and what they do not, each in order of GMC number.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Doctors on their list alone.
    pub only_there: Vec<GmcNumber>,
    /// Doctors on ours alone.
    pub only_here: Vec<GmcNumber>,
    /// Fields stated differently.
    pub differs: Vec<Difference>,
    /// Doctors on both, with every compared field equal.
    pub same: u64,
    /// Doctors on both.
    pub both: u64,
}

impl Comparison {
    /// Whether the lists say the same.
    pub fn is_equal(&self) -> bool {
        self.only_there.is_empty() && self.only_here.is_empty() && self.differs.is_empty()
    }

    /// Doctors on both lists with a field that differs.
    pub fn doctors_that_differ(&self) -> u64 {
        self.both - self.same
    }
}

/// A comparison under way: their list is at hand, ours comes doctor by doctor.
pub struct Comparing {
    there: BTreeMap<GmcNumber, Listing>,
    fields: Vec<Field>,
    so_far: Comparison,
}

impl Comparing {
    /// Begins with their list and the fields that it states.
    pub fn with(there: BTreeMap<GmcNumber, Listing>, fields: Vec<Field>) -> Self {
        Self { there, fields, so_far: Comparison::default() }
    }

    /// Takes the next doctor of ours; each comes once, in order of GMC number.
    pub fn meet(&mut self, here: &Listing) {
        let Some(there) = self.there.remove(&here.gmc_number) else {
            self.so_far.only_here.push(here.gmc_number.clone());
            return;
        };
        let before = self.so_far.differs.len();
        let differing = self.fields.iter().filter(|field| field.key(&there) != field.key(here));
        self.so_far.differs.extend(differing.map(|field| Difference {
            gmc_number: here.gmc_number.clone(),
            field: *field,
            there: field.of(&there),
            here: field.of(here),
        }));
        self.so_far.both += 1;
        self.so_far.same += u64::from(self.so_far.differs.len() == before);
    }

    /// Ends it: whoever we did not meet is on their list alone.
    pub fn end(self) -> Comparison {
        Comparison { only_there: self.there.into_keys().collect(), ..self.so_far }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::RawDoctor;

    fn doctor(number: u32, last: &str, date: &str, notice: &str) -> Listing {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let raw = RawDoctor {
            last_name: text(last),
            submission_date: text(date),
            under_notice: text(notice),
            ..RawDoctor::default()
        };
        Listing::of(GmcNumber::parse(&number.to_string()).expect("a number"), raw)
    }

    fn compared(there: Vec<Listing>, here: &[Listing]) -> Comparison {
        let there = there.into_iter().map(|doctor| (doctor.gmc_number.clone(), doctor)).collect();
        let mut comparing = Comparing::with(there, Field::ALL.to_vec());
        here.iter().for_each(|doctor| comparing.meet(doctor));
        comparing.end()
    }

    #[test]
    fn a_field_differs_where_a_person_would_say_so() {
        let cases: [(&str, Listing, Listing, &[Field]); 7] = [
            (
                "equal",
                doctor(9_000_001, "Brien", "01/12/2026", "Yes"),
                doctor(9_000_001, "Brien", "01/12/2026", "YES"),
                &[],
            ),
            (
                "the same name, typed otherwise",
                doctor(9_000_001, "O’BRIÉN", "", ""),
                doctor(9_000_001, "O'Brien", "", ""),
                &[],
            ),
            (
                "another name",
                doctor(9_000_001, "Brown", "", ""),
                doctor(9_000_001, "Browne", "", ""),
                &[Field::LastName],
            ),
            (
                "a date that moved",
                doctor(9_000_001, "", "01/12/2026", ""),
                doctor(9_000_001, "", "02/12/2026", ""),
                &[Field::SubmissionDate],
            ),
            (
                "a date on one side",
                doctor(9_000_001, "", "01/12/2026", ""),
                doctor(9_000_001, "", "", ""),
                &[Field::SubmissionDate],
            ),
            (
                "a word nobody knows is no date",
                doctor(9_000_001, "", "soon", ""),
                doctor(9_000_001, "", "01/12/2026", ""),
                &[Field::SubmissionDate],
            ),
            (
                "two fields",
                doctor(9_000_001, "A", "", "Yes"),
                doctor(9_000_001, "B", "", "No"),
                &[Field::LastName, Field::UnderNotice],
            ),
        ];
        for (what, there, here, expected) in cases {
            let comparison = compared(vec![there], &[here]);
            let fields: Vec<Field> = comparison.differs.iter().map(|difference| difference.field).collect();
            assert_eq!(fields, expected, "{what}");
            assert_eq!(comparison.doctors_that_differ(), u64::from(!expected.is_empty()), "{what}");
        }
    }

    #[test]
    fn a_field_that_their_list_does_not_state_is_not_compared() {
        let there = doctor(9_000_001, "", "", "");
        let there = BTreeMap::from([(there.gmc_number.clone(), there)]);
        let mut comparing = Comparing::with(there, vec![Field::UnderNotice]);
        comparing.meet(&doctor(9_000_001, "Brown", "01/12/2026", ""));
        assert!(comparing.end().is_equal());
    }

    #[test]
    fn every_doctor_is_on_one_list_or_on_both() {
        let list = |bits: u32| -> Vec<Listing> {
            let on = (0..4).filter(|bit| bits >> bit & 1 == 1);
            on.map(|bit| doctor(9_000_001 + bit, "", "", "")).collect()
        };
        for (there, here) in (0..16).flat_map(|there| (0..16).map(move |here| (there, here))) {
            let comparison = compared(list(there), &list(here));
            let both = u64::from((there & here).count_ones());
            assert_eq!((comparison.both, comparison.same), (both, both), "{there:04b} {here:04b}");
            assert_eq!(comparison.only_there.len() as u32, (there & !here).count_ones());
            assert_eq!(comparison.only_here.len() as u32, (here & !there).count_ones());
        }
    }
}

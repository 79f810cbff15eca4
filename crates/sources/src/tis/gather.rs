//! Rows of the seven tables as they come, from files or from the database: what counts today is held, the rest let go.
//!
//! Memory holds the persons, the programmes, and of memberships, curricula and placements only those that count today;
//! rows of the past are read and let go. Measured: a peak of 97 MiB for 63,761 persons with one membership and one
//! placement each, so about 1.5 KiB a person, the finished trainees included.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use domain::tis_rows::{
    ContactRow, CurriculumRow, GmcRow, HeldMembership, MembershipRow, PersonBundle, PersonRow, PersonStatus,
    PlacementRow, PlacementStatus, ProgrammeRow,
};
use domain::tis_rules::{Rules, TisAccount, TisReject, assemble, membership_may_count, placement_counts};
use domain::trainee::Trainee;
use jiff::civil::Date;

use super::error::TisError;
use super::row::{Column, Kind, Row, Table};

/// What TIS says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TisExtract {
    /// One per GMC number, in its order.
    pub trainees: Vec<Trainee>,
    /// Where every person went.
    pub account: TisAccount,
    /// Persons set aside.
    pub rejects: Vec<TisReject>,
}

const fn number(name: &'static str) -> Column {
    Column { name, kind: Kind::Number }
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text }
}

const fn date(name: &'static str) -> Column {
    Column { name, kind: Kind::Date }
}

/// The tables in the order in which they are read: a membership before what hangs on it.
pub(super) static TABLES: [Table; 7] = [
    Table {
        name: "Programme",
        key: number("id"),
        columns: &[number("id"), text("programmeName"), text("programmeNumber"), text("owner")],
        take: |gather, row| gather.programme(row),
    },
    Table {
        name: "Person",
        key: number("id"),
        columns: &[number("id"), text("role"), text("status")],
        take: |gather, row| gather.person(row),
    },
    Table {
        name: "ContactDetails",
        key: number("id"),
        columns: &[number("id"), text("surname"), text("forenames")],
        take: |gather, row| gather.contact(row),
    },
    Table {
        name: "GmcDetails",
        key: number("id"),
        columns: &[number("id"), text("gmcNumber")],
        take: |gather, row| gather.gmc_number(row),
    },
    Table {
        name: "ProgrammeMembership",
        key: text("uuid"),
        columns: &[
            text("uuid"),
            number("personId"),
            number("programmeId"),
            text("programmeMembershipType"),
            date("programmeStartDate"),
            date("programmeEndDate"),
        ],
        take: |gather, row| gather.membership(row),
    },
    Table {
        name: "CurriculumMembership",
        key: number("id"),
        columns: &[text("programmeMembershipUuid"), date("curriculumEndDate")],
        take: |gather, row| gather.curriculum(row),
    },
    Table {
        name: "Placement",
        key: number("id"),
        columns: &[
            number("traineeId"),
            number("gradeId"),
            text("gradeAbbreviation"),
            date("dateFrom"),
            date("dateTo"),
            text("status"),
        ],
        take: |gather, row| gather.placement(row),
    },
];

/// The rows as they come together.
pub(super) struct Gather<'r> {
    rules: &'r Rules<'r>,
    today: Date,
    programmes: HashMap<String, Arc<ProgrammeRow>>,
    /// Those that may count, by their key.
    memberships: HashMap<String, HeldMembership>,
    /// By id.
    persons: BTreeMap<String, PersonBundle>,
    /// Rows per table that hang on no person.
    orphans: BTreeMap<String, u64>,
}

impl<'r> Gather<'r> {
    /// Nothing read yet.
    pub fn new(rules: &'r Rules<'r>, today: Date) -> Self {
        Self {
            rules,
            today,
            programmes: HashMap::new(),
            memberships: HashMap::new(),
            persons: BTreeMap::new(),
            orphans: BTreeMap::new(),
        }
    }

    /// Judges everybody, once every table was read to its end.
    pub fn finish(mut self) -> TisExtract {
        for (_, mut held) in std::mem::take(&mut self.memberships) {
            held.programme = held.row.programme_id.as_ref().and_then(|id| self.programmes.get(id)).cloned();
            let id = held.row.person_id.clone();
            self.give("ProgrammeMembership", &id, |bundle| push_tightly(&mut bundle.memberships, held));
        }
        let mut done = assemble(self.persons.into_values(), self.rules, self.today);
        done.account.orphans = self.orphans;
        TisExtract { trainees: done.trainees, account: done.account, rejects: done.rejects }
    }

    fn programme(&mut self, row: &dyn Row) -> Result<(), TisError> {
        let id = row.key(0)?;
        let programme =
            ProgrammeRow { id: id.clone(), name: row.text(1), number: row.text(2), owner: row.text(3) };
        self.programmes.insert(id, Arc::new(programme)).map_or(Ok(()), |_| Err(repeated(row)))
    }

    fn person(&mut self, row: &dyn Row) -> Result<(), TisError> {
        let id = row.key(0)?;
        let status = row.code(2, PersonStatus::from_code, PersonStatus::CODES)?;
        let person = Some(PersonRow { id: id.clone(), role: row.text(1), status });
        let bundle = PersonBundle { id: id.clone(), person, ..PersonBundle::default() };
        self.persons.insert(id, bundle).map_or(Ok(()), |_| Err(repeated(row)))
    }

    fn contact(&mut self, row: &dyn Row) -> Result<(), TisError> {
        let id = row.key(0)?;
        let contact = ContactRow { id: id.clone(), surname: row.text(1), forenames: row.text(2) };
        let mut earlier = None;
        self.give("ContactDetails", &id, |bundle| earlier = bundle.contact.replace(contact));
        earlier.map_or(Ok(()), |_| Err(repeated(row)))
    }

    /// A number on nobody is no orphan but a person set aside: it could be about any doctor.
    fn gmc_number(&mut self, row: &dyn Row) -> Result<(), TisError> {
        let id = row.key(0)?;
        let gmc = GmcRow { id: id.clone(), gmc_number: row.text(1) };
        let nobody = || PersonBundle { id: id.clone(), ..PersonBundle::default() };
        let bundle = self.persons.entry(id.clone()).or_insert_with(nobody);
        bundle.gmc.replace(gmc).map_or(Ok(()), |_| Err(repeated(row)))
    }

    fn membership(&mut self, row: &dyn Row) -> Result<(), TisError> {
        let membership = MembershipRow {
            uuid: row.key(0)?,
            person_id: row.key(1)?,
            programme_id: row.text(2),
            kind: row.text(3),
            start: row.date(4)?,
            end: row.date(5)?,
        };
        if !membership_may_count(&membership, self.rules, self.today) {
            return Ok(());
        }
        let uuid = membership.uuid.clone();
        let held = HeldMembership { row: membership, programme: None, curricula: Vec::new() };
        self.memberships.insert(uuid, held).map_or(Ok(()), |_| Err(repeated(row)))
    }

    fn curriculum(&mut self, row: &dyn Row) -> Result<(), TisError> {
        let curriculum = CurriculumRow { membership_uuid: row.key(0)?, end: row.date(1)? };
        if let Some(held) = self.memberships.get_mut(&curriculum.membership_uuid) {
            push_tightly(&mut held.curricula, curriculum);
        }
        Ok(())
    }

    fn placement(&mut self, row: &dyn Row) -> Result<(), TisError> {
        let placement = PlacementRow {
            trainee_id: row.key(0)?,
            grade_id: row.text(1),
            grade_abbreviation: row.text(2),
            from: row.date(3)?,
            to: row.date(4)?,
            status: row.code(5, PlacementStatus::from_code, PlacementStatus::CODES)?,
        };
        if placement_counts(&placement, self.today) {
            let id = placement.trainee_id.clone();
            self.give("Placement", &id, |bundle| push_tightly(&mut bundle.placements, placement));
        }
        Ok(())
    }

    /// Gives a row to its person, or counts it as one that has none.
    fn give(&mut self, table: &str, id: &str, put: impl FnOnce(&mut PersonBundle)) {
        match self.persons.get_mut(id) {
            Some(bundle) => put(bundle),
            None => *self.orphans.entry(table.to_owned()).or_default() += 1,
        }
    }
}

fn repeated(row: &dyn Row) -> TisError {
    row.wrong(0, "a key that an earlier row has already")
}

/// Most lists here hold one item, and a plain push would make room for four in each of them.
fn push_tightly<T>(list: &mut Vec<T>, item: T) {
    list.reserve_exact(1);
    list.push(item);
}

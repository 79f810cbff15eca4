//! Trainees out of a directory with CSV extracts of seven tables of TIS.
//!
//! Memory holds the persons, the programmes, and of memberships, curricula and placements only those that count today;
//! rows of the past are read and let go. Measured: a peak of 97 MiB for 63,761 persons with one membership and one
//! placement each, so about 1.5 KiB a person, the finished trainees included.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use domain::tis_rows::{
    ContactRow, CurriculumRow, GmcRow, HeldMembership, MembershipRow, PersonBundle, PersonRow, PersonStatus,
    PlacementRow, PlacementStatus, ProgrammeRow,
};
use domain::tis_rules::{Rules, TisAccount, TisReject, assemble, membership_may_count, placement_counts};
use domain::trainee::Trainee;
use jiff::Timestamp;
use jiff::civil::Date;

use super::error::TisError;
use super::table::{Row, Table, each_row};

static PERSON: Table = Table { name: "Person", columns: &["id", "role", "status"] };
static CONTACT: Table = Table { name: "ContactDetails", columns: &["id", "surname", "forenames"] };
static GMC: Table = Table { name: "GmcDetails", columns: &["id", "gmcNumber"] };
static PROGRAMME: Table =
    Table { name: "Programme", columns: &["id", "programmeName", "programmeNumber", "owner"] };
static MEMBERSHIP: Table = Table {
    name: "ProgrammeMembership",
    columns: &[
        "uuid",
        "personId",
        "programmeId",
        "programmeMembershipType",
        "programmeStartDate",
        "programmeEndDate",
    ],
};
static CURRICULUM: Table =
    Table { name: "CurriculumMembership", columns: &["programmeMembershipUuid", "curriculumEndDate"] };
static PLACEMENT: Table = Table {
    name: "Placement",
    columns: &["traineeId", "gradeId", "gradeAbbreviation", "dateFrom", "dateTo", "status"],
};

/// What the extracts say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TisExtract {
    /// One per GMC number, in its order.
    pub trainees: Vec<Trainee>,
    /// Where every person went.
    pub account: TisAccount,
    /// Persons set aside.
    pub rejects: Vec<TisReject>,
}

/// The tables read, each a file.
static TABLES: [&Table; 7] = [&PERSON, &CONTACT, &GMC, &PROGRAMME, &MEMBERSHIP, &CURRICULUM, &PLACEMENT];

/// When the oldest of the files was written: what they say is no fresher than that.
pub fn oldest_change(directory: &Path) -> Result<Timestamp, TisError> {
    let mut oldest = Timestamp::MAX;
    for table in TABLES {
        let path = directory.join(format!("{}.csv", table.name));
        let written = std::fs::metadata(&path).and_then(|file| file.modified());
        let written = written.map_err(|source| TisError::Open { path, source })?;
        oldest = oldest.min(Timestamp::try_from(written).unwrap_or(Timestamp::MIN));
    }
    Ok(oldest)
}

/// Reads the extracts as of a day: all of them or none.
pub fn read(directory: &Path, rules: &Rules<'_>, today: Date) -> Result<TisExtract, TisError> {
    let programmes = programmes(directory)?;
    let mut persons = Persons::default();
    persons.persons(directory)?;
    persons.contacts(directory)?;
    persons.numbers(directory)?;
    let mut memberships = memberships(directory, rules, today)?;
    curricula(directory, &mut memberships)?;
    for (_, mut held) in memberships {
        held.programme = held.row.programme_id.as_ref().and_then(|id| programmes.get(id)).cloned();
        let id = held.row.person_id.clone();
        persons.give(&MEMBERSHIP, &id, |bundle| push_tightly(&mut bundle.memberships, held));
    }
    persons.placements(directory, today)?;
    let mut done = assemble(persons.bundles.into_values(), rules, today);
    done.account.orphans = persons.orphans;
    Ok(TisExtract { trainees: done.trainees, account: done.account, rejects: done.rejects })
}

fn repeated(row: &Row<'_>) -> TisError {
    row.wrong(0, "a key that an earlier line has already")
}

fn programmes(directory: &Path) -> Result<HashMap<String, Arc<ProgrammeRow>>, TisError> {
    let mut programmes = HashMap::new();
    each_row(directory, &PROGRAMME, |row| {
        let id = row.key(0)?;
        let programme =
            ProgrammeRow { id: id.clone(), name: row.text(1), number: row.text(2), owner: row.text(3) };
        programmes.insert(id, Arc::new(programme)).map_or(Ok(()), |_| Err(repeated(row)))
    })?;
    Ok(programmes)
}

/// Memberships that may count, by their key.
fn memberships(
    directory: &Path,
    rules: &Rules<'_>,
    today: Date,
) -> Result<HashMap<String, HeldMembership>, TisError> {
    let mut memberships = HashMap::new();
    each_row(directory, &MEMBERSHIP, |row| {
        let membership = MembershipRow {
            uuid: row.key(0)?,
            person_id: row.key(1)?,
            programme_id: row.text(2),
            kind: row.text(3),
            start: row.date(4)?,
            end: row.date(5)?,
        };
        if !membership_may_count(&membership, rules, today) {
            return Ok(());
        }
        let uuid = membership.uuid.clone();
        let held = HeldMembership { row: membership, programme: None, curricula: Vec::new() };
        memberships.insert(uuid, held).map_or(Ok(()), |_| Err(repeated(row)))
    })?;
    Ok(memberships)
}

fn curricula(directory: &Path, memberships: &mut HashMap<String, HeldMembership>) -> Result<(), TisError> {
    each_row(directory, &CURRICULUM, |row| {
        let curriculum = CurriculumRow { membership_uuid: row.key(0)?, end: row.date(1)? };
        if let Some(held) = memberships.get_mut(&curriculum.membership_uuid) {
            push_tightly(&mut held.curricula, curriculum);
        }
        Ok(())
    })
}

/// Most lists here hold one item, and a plain push would make room for four in each of them.
fn push_tightly<T>(list: &mut Vec<T>, item: T) {
    list.reserve_exact(1);
    list.push(item);
}

/// The persons as they come together, by id.
#[derive(Default)]
struct Persons {
    bundles: BTreeMap<String, PersonBundle>,
    /// Rows per table that hang on no person.
    orphans: BTreeMap<String, u64>,
}

impl Persons {
    fn persons(&mut self, directory: &Path) -> Result<(), TisError> {
        each_row(directory, &PERSON, |row| {
            let id = row.key(0)?;
            let status = row.code(2, PersonStatus::from_code, PersonStatus::CODES)?;
            let person = Some(PersonRow { id: id.clone(), role: row.text(1), status });
            let bundle = PersonBundle { id: id.clone(), person, ..PersonBundle::default() };
            self.bundles.insert(id, bundle).map_or(Ok(()), |_| Err(repeated(row)))
        })
    }

    fn contacts(&mut self, directory: &Path) -> Result<(), TisError> {
        each_row(directory, &CONTACT, |row| {
            let id = row.key(0)?;
            let contact = ContactRow { id: id.clone(), surname: row.text(1), forenames: row.text(2) };
            let mut earlier = None;
            self.give(&CONTACT, &id, |bundle| earlier = bundle.contact.replace(contact));
            earlier.map_or(Ok(()), |_| Err(repeated(row)))
        })
    }

    /// A number on nobody is no orphan but a person set aside: it could be about any doctor.
    fn numbers(&mut self, directory: &Path) -> Result<(), TisError> {
        each_row(directory, &GMC, |row| {
            let id = row.key(0)?;
            let gmc = GmcRow { id: id.clone(), gmc_number: row.text(1) };
            let nobody = || PersonBundle { id: id.clone(), ..PersonBundle::default() };
            let bundle = self.bundles.entry(id.clone()).or_insert_with(nobody);
            bundle.gmc.replace(gmc).map_or(Ok(()), |_| Err(repeated(row)))
        })
    }

    fn placements(&mut self, directory: &Path, today: Date) -> Result<(), TisError> {
        each_row(directory, &PLACEMENT, |row| {
            let placement = PlacementRow {
                trainee_id: row.key(0)?,
                grade_id: row.text(1),
                grade_abbreviation: row.text(2),
                from: row.date(3)?,
                to: row.date(4)?,
                status: row.code(5, PlacementStatus::from_code, PlacementStatus::CODES)?,
            };
            if placement_counts(&placement, today) {
                let id = placement.trainee_id.clone();
                self.give(&PLACEMENT, &id, |bundle| push_tightly(&mut bundle.placements, placement));
            }
            Ok(())
        })
    }

    /// Gives a row to its person, or counts it as one that has none.
    fn give(&mut self, table: &Table, id: &str, put: impl FnOnce(&mut PersonBundle)) {
        match self.bundles.get_mut(id) {
            Some(bundle) => put(bundle),
            None => *self.orphans.entry(table.name.to_owned()).or_default() += 1,
        }
    }
}

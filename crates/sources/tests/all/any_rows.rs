//! Whatever stands in the tables: everybody is accounted for once, and no doctor is in two states.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use domain::reference::Reference;
use domain::tis_rules::Rules;
use jiff::civil::{Date, date};
use proptest::collection::vec;
use proptest::prelude::*;
use sources::tis::TisExtract;
use sources::tis::extracts::read;

const TODAY: Date = date(2026, 3, 10);
const DAYS: &str = "(|2025-01-01|2026-03-09|2026-03-10|2026-03-11|2027-01-01|9999-12-31)";

/// Rows of the seven tables as lines; ids are few, so that rows meet, miss each other and repeat.
#[derive(Clone, Debug)]
struct Rows {
    persons: Vec<(String, String)>,
    numbers: Vec<String>,
    memberships: Vec<(u8, u8, String, String, String)>,
    curricula: Vec<(u8, String)>,
    placements: Vec<(u8, String, String, String)>,
}

fn rows() -> impl Strategy<Value = Rows> {
    let roles = "(DR in Training|Dummy|placeholder, x|)";
    let status = "(CURRENT|INACTIVE|DELETE|)";
    let number = "(900000[0-5]|[ \u{a0}]900000[0-5] |N/A|TBC|UNKNOWN|0|[0-9A-Z]{0,8})";
    let kind = "(SUBSTANTIVE|Substantive|MILITARY|LAT|VISITOR|SECONDED|)";
    (
        vec((roles, status), 1..14),
        vec(number, 1..18),
        vec((0..16_u8, 0..6_u8, kind, DAYS, DAYS), 1..30),
        vec((0..32_u8, DAYS), 1..12),
        vec((0..16_u8, "(279,F1|281,ST3|,)", DAYS, DAYS), 1..16),
    )
        .prop_map(|(persons, numbers, memberships, curricula, placements)| Rows {
            persons: persons.into_iter().map(|(role, status)| (role.replace(", ", " "), status)).collect(),
            numbers,
            memberships,
            curricula,
            placements,
        })
}

impl Rows {
    fn texts(&self) -> [(&'static str, String); 7] {
        let mut person = "id,role,status\n".to_owned();
        let mut contact = "id,surname,forenames\n".to_owned();
        for (id, (role, status)) in self.persons.iter().enumerate() {
            writeln!(person, "{id},{role},{status}").unwrap();
            writeln!(contact, "{id},Sample,Nr {id}").unwrap();
        }
        let mut gmc = "id,gmcNumber\n".to_owned();
        for (id, number) in self.numbers.iter().enumerate() {
            writeln!(gmc, "{id},{number}").unwrap();
        }
        let mut membership = "uuid,personId,programmeId,programmeMembershipType,programmeStartDate,\
                              programmeEndDate\n"
            .to_owned();
        for (id, (person, programme, kind, start, end)) in self.memberships.iter().enumerate() {
            writeln!(membership, "m{id},{person},{programme},{kind},{start},{end}").unwrap();
        }
        let mut curriculum = "programmeMembershipUuid,curriculumEndDate\n".to_owned();
        for (id, end) in &self.curricula {
            writeln!(curriculum, "m{id},{end}").unwrap();
        }
        let mut placement = "traineeId,gradeId,gradeAbbreviation,dateFrom,dateTo,status\n".to_owned();
        for (person, grade, from, to) in &self.placements {
            writeln!(placement, "{person},{grade},{from},{to},CURRENT").unwrap();
        }
        let programme = "id,programmeName,programmeNumber,owner\n0,Cardiology,C,Wessex\n1,Paediatrics,P,South West\n\
                         2,Haematology,H,London LETBs\n3,Orphaned,O,Office Nobody Knows\n4,Ownerless,X,\n";
        [
            ("Person", person),
            ("ContactDetails", contact),
            ("GmcDetails", gmc),
            ("Programme", programme.to_owned()),
            ("ProgrammeMembership", membership),
            ("CurriculumMembership", curriculum),
            ("Placement", placement),
        ]
    }

    fn read(&self) -> TisExtract {
        let folder = tempfile::tempdir().unwrap();
        for (table, text) in self.texts() {
            fs::write(folder.path().join(format!("{table}.csv")), text).unwrap();
        }
        let reference = Reference::embedded().unwrap();
        let owner = |owner: &str| reference.claim(owner, TODAY);
        let kind = |kind: &str| reference.kind(kind);
        let excluded_grades = reference.excluded_grades();
        let rules = Rules { owner: &owner, kind: &kind, excluded_grades, grace_days: 3 };
        read(folder.path(), &rules, TODAY).unwrap()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn everybody_is_accounted_for_once_and_no_doctor_is_in_two_states(rows in rows()) {
        let extract = rows.read();
        let account = &extract.account;
        // A number that hangs on nobody counts as a person: it could be about any doctor.
        let ids = rows.persons.len().max(rows.numbers.len()) as u64;
        prop_assert_eq!(account.read, ids);
        prop_assert!(account.balances(), "{:?}", account);
        let kept: Vec<&String> = extract.trainees.iter().flat_map(|trainee| &trainee.persons).collect();
        prop_assert_eq!(kept.len() as u64, account.kept);
        prop_assert_eq!(extract.rejects.len() as u64, account.rejected);
        let states: Vec<&String> = kept.into_iter().chain(extract.rejects.iter().map(|reject| &reject.person)).collect();
        prop_assert_eq!(states.iter().collect::<BTreeSet<_>>().len(), states.len(), "a person is in two states");
        prop_assert!(extract.trainees.windows(2).all(|pair| pair[0].gmc_number < pair[1].gmc_number));
    }
}

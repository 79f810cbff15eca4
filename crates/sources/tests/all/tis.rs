//! Extracts of TIS as CSV files: what becomes of every row, and what is said of a file that cannot be used.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use domain::ids::BodyCode;
use domain::tis_rows::{GmcRow, PersonBundle, PersonRow};
use domain::tis_rules::{Rules, assemble};
use domain::trainee::Claim;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use simulator::population::World;
use simulator::tis::{OWNERS, write_extracts};
use sources::tis::extracts::read;
use sources::tis::{TisError, TisExtract};

const TODAY: Date = date(2026, 3, 10);

/// A whole small TIS: a trainee, one with two programmes, an ended one, a shared number, a dummy, and those without a
/// usable number.
const FILES: [(&str, &str); 7] = [
    (
        "Person",
        "id,role,status\n1,DR in Training,CURRENT\n2,\"DR in Training,Trainer\",CURRENT\n3,,INACTIVE\n4,,CURRENT\n\
         5,,CURRENT\n6,Dummy Record,CURRENT\n7,,\\N\n8,,CURRENT\n9,,CURRENT\n",
    ),
    (
        "ContactDetails",
        "id,surname,forenames,title\n1,\"O'Sample, Jr\",Åsa,Dr\n2,Two,Ben,\n3,Three,Cy,\n4,Four,Di,\n5,Five,Ed,\n",
    ),
    (
        "GmcDetails",
        "gmcNumber,id\n\u{a0}9000001\u{a0},1\n9000002,2\n9000003,3\n9000004,4\n9000004 ,5\n9000006,6\nUNKNOWN,7\n90,8\n",
    ),
    (
        "Programme",
        "id,programmeName,programmeNumber,owner\n10,Cardiology,C1,Wessex\n11,Paediatrics,P1,South West\n\
         12,Haematology,H1,London LETBs\n",
    ),
    (
        "ProgrammeMembership",
        "uuid,personId,programmeId,programmeMembershipType,programmeStartDate,programmeEndDate\n\
         a,1,10,SUBSTANTIVE,2025-01-01,2026-03-10\nb,2,10,LAT,2026-03-10,\n\
         c,2,12,HONORARY,,2026-03-11 00:00:00\nd,3,10,SUBSTANTIVE,2025-01-01,2026-03-09\n\
         e,4,11,SUBSTANTIVE,2025-01-01,2027-01-01\nf,777,11,SUBSTANTIVE,2025-01-01,2027-01-01\n",
    ),
    (
        "CurriculumMembership",
        "id,programmeMembershipUuid,curriculumEndDate\n1,a,2027-01-01\n2,a,2028-01-01\n3,a,\n4,zzz,2028-01-01\n",
    ),
    (
        "Placement",
        "traineeId,gradeId,gradeAbbreviation,dateFrom,dateTo,status\n1,281,ST3,2026-01-01,2026-03-10,CURRENT\n\
         1,279,F1,2024-01-01,2024-12-31,PAST\n2,279,F1,2026-01-01,2026-12-31,CURRENT\n",
    ),
];

fn with_rules<T>(run: impl FnOnce(&Rules<'_>) -> T) -> T {
    let owner = |owner: &str| match owner {
        "London LETBs" => Claim::Group { name: owner.into(), bodies: vec![BodyCode::new("NWL")] },
        known if OWNERS.contains(&known) => Claim::Body(BodyCode::new(known)),
        other => Claim::Unknown(other.into()),
    };
    let kind = |kind: &str| match kind {
        "MILITARY" => (true, Some("military".to_owned())),
        other => (["SUBSTANTIVE", "LAT"].contains(&other), None),
    };
    let excluded_grades = BTreeSet::from(["279".to_owned()]);
    run(&Rules { owner: &owner, kind: &kind, excluded_grades: &excluded_grades, grace_days: 0 })
}

fn put(directory: &Path, change: impl Fn(&str, &str) -> Vec<u8>) {
    for (table, text) in FILES {
        fs::write(directory.join(format!("{table}.csv")), change(table, text)).unwrap();
    }
}

fn extract(change: impl Fn(&str, &str) -> Vec<u8>) -> Result<TisExtract, TisError> {
    let directory = tempfile::tempdir().unwrap();
    put(directory.path(), change);
    with_rules(|rules| read(directory.path(), rules, TODAY))
}

/// What is said when one table has this text.
fn said(table: &str, text: &[u8]) -> String {
    extract(|name, good| if name == table { text.to_vec() } else { good.into() }).unwrap_err().to_string()
}

#[test]
fn every_person_is_kept_or_has_a_rule() {
    let extract = extract(|_, text| text.into()).unwrap();
    let numbers: Vec<&str> = extract.trainees.iter().map(|trainee| trainee.gmc_number.as_str()).collect();
    assert_eq!(numbers, ["9000001", "9000002", "9000003", "9000004"]);
    let account = &extract.account;
    assert_eq!((account.read, account.kept, account.excluded, account.rejected), (9, 5, 3, 1));
    let rules: Vec<(&str, u64)> = account.by_rule.iter().map(|(rule, n)| (rule.as_str(), *n)).collect();
    let expected =
        [("dummy_role", 1), ("no_gmc_number", 1), ("unusable_gmc_number", 1), ("word_for_gmc_number", 1)];
    assert_eq!(rules, expected);
    assert!(account.balances() && account.shared_numbers == 1);
    assert_eq!(account.orphans.get("ProgrammeMembership"), Some(&1));
    assert_eq!(account.outside_discrepancies.get("excluded_grade"), Some(&1));
    assert_eq!(extract.rejects.len(), 1);
}

#[test]
fn a_trainee_carries_what_the_tables_say() {
    let trainees = extract(|_, text| text.into()).unwrap().trainees;
    let [one, two, three, four] = trainees.as_slice() else { panic!("four") };
    assert_eq!((one.surname.as_deref(), one.forenames.as_deref()), (Some("O'Sample, Jr"), Some("Åsa")));
    assert_eq!(one.grades, ["ST3"]);
    assert_eq!(one.memberships.len(), 1);
    assert_eq!(one.memberships[0].programme.as_deref(), Some("Cardiology"));
    assert_eq!(one.memberships[0].curriculum_end, Some(date(2028, 1, 1)));
    let dates: Vec<_> = two.memberships.iter().map(|m| (m.start, m.end, m.kind_is_known)).collect();
    assert_eq!(dates, [(None, Some(date(2026, 3, 11)), false), (Some(TODAY), None, true)]);
    assert!(three.memberships.is_empty() && three.excluded_by.is_none());
    assert_eq!(
        (four.persons.as_slice(), four.memberships.len()),
        (["4", "5"].map(str::to_owned).as_slice(), 0)
    );
}

#[test]
fn the_order_of_rows_and_columns_does_not_matter() {
    let turned = |_: &str, text: &str| {
        let (header, rows) = text.split_once('\n').unwrap();
        let rows: Vec<&str> = rows.lines().rev().collect();
        format!("\u{feff}{header}\r\n{}\r\n", rows.join("\r\n")).into_bytes()
    };
    let plain = extract(|_, text| text.into()).unwrap();
    assert_eq!(plain, extract(turned).unwrap());
    assert_eq!(plain, extract(|_, text| text.into()).unwrap());
}

#[test]
fn a_file_that_cannot_be_used_is_named_with_line_and_column() {
    let long = [b"gmcNumber,id\n\"".as_slice(), &[b'9'; 10_000_000], b"\n"].concat();
    let shape = "GmcDetails.csv has 3 values in line 3, but 2 columns";
    let cases: [(&str, &[u8], &str); 14] = [
        ("GmcDetails", b"", "GmcDetails.csv has no rows"),
        ("GmcDetails", b"gmcNumber,id\n", "GmcDetails.csv has no rows"),
        ("GmcDetails", b"number,id\n9000001,1\n", "GmcDetails.csv has 0 columns named gmcNumber"),
        ("GmcDetails", b"gmcNumber,id,id\n9000001,1,1\n", "GmcDetails.csv has 2 columns named id"),
        ("GmcDetails", b"gmcNumber,id\n9000001,1\n9000002", "may have been cut off"),
        ("GmcDetails", b"gmcNumber,id\n9000001,1\n9000002,2,3\n", shape),
        ("GmcDetails", b"gmcNumber,id\n9000001,1\n9000002,1\n", "line 3, column id, a key that an earlier"),
        ("GmcDetails", b"gmcNumber,id\n9000001,\n", "line 2, column id, no value"),
        ("GmcDetails", &long, "a row of more than 1048576 bytes in line 2"),
        ("ContactDetails", b"id,surname,forenames\n1,\xc5,A\n", "ContactDetails.csv is not UTF-8 in line 2"),
        ("Person", b"id,role,status\n1,,GONE\n", "Person.csv has in line 2, column status, a code we do not"),
        (
            "Placement",
            b"traineeId,gradeId,gradeAbbreviation,dateFrom,dateTo,status\n1,1,,1/2/26,,\n",
            "column dateFrom",
        ),
        (
            "Placement",
            b"traineeId,gradeId,gradeAbbreviation,dateFrom,dateTo,status\n1,1,,,2026-02-30,\n",
            "column dateTo",
        ),
        (
            "CurriculumMembership",
            b"programmeMembershipUuid,curriculumEndDate\na,+002026-01-01\n",
            "curriculumEndDate",
        ),
    ];
    for (table, text, expected) in cases {
        let sentence = said(table, text);
        assert!(sentence.contains(expected) && sentence.starts_with("the TIS extract"), "{sentence}");
        assert!(!sentence.contains("90000"), "{sentence}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let directory = tempfile::tempdir().unwrap();
    put(directory.path(), |_, text| text.into());
    fs::remove_file(directory.path().join("Placement.csv")).unwrap();
    let sentence = with_rules(|rules| read(directory.path(), rules, TODAY)).unwrap_err().to_string();
    assert!(sentence.contains("Placement.csv cannot be opened"), "{sentence}");
}

#[test]
fn the_simulators_extracts_are_read_to_the_last_person() {
    let directory = tempfile::tempdir().unwrap();
    let world = World::new(7, 5_000, TODAY);
    let written = write_extracts(directory.path(), &world, 0, TODAY).unwrap();
    let extract = with_rules(|rules| read(directory.path(), rules, TODAY)).unwrap();
    let account = &extract.account;
    assert_eq!(account.read, written);
    assert!(account.balances() && account.orphans.is_empty());
    assert_eq!(account.shared_numbers, 2);
    assert!(account.outside_discrepancies.contains_key("military"));
    assert!(account.outside_discrepancies.contains_key("excluded_grade"));
    assert!(account.by_rule.contains_key("dummy_role") && account.by_rule.contains_key("placeholder_role"));
    assert!(extract.trainees.windows(2).all(|pair| pair[0].gmc_number < pair[1].gmc_number));
    let again = with_rules(|rules| read(directory.path(), rules, TODAY)).unwrap();
    assert_eq!(extract, again);
}

/// One person of any kind, from plain values that proptest may print.
fn bundle(id: usize, (known, role, number): Plain) -> PersonBundle {
    let id = id.to_string();
    let person = known.then(|| PersonRow { id: id.clone(), role, status: None });
    let gmc = number.map(|number| GmcRow { id: id.clone(), gmc_number: Some(number) });
    PersonBundle { id, person, gmc, ..PersonBundle::default() }
}

type Plain = (bool, Option<String>, Option<String>);

proptest! {
    #[test]
    fn kept_excluded_and_rejected_are_all_that_was_read(
        plain in prop::collection::vec(
            (
                any::<bool>(),
                prop::option::of("(DR|dummy|Placeholder x|)"),
                prop::option::of("(900000[0-9]|[ \u{a0}]900000[0-9]|N/A|TBC|0|[0-9a-z]{0,9})"),
            ),
            0..60,
        )
    ) {
        let count = plain.len() as u64;
        let bundles = plain.into_iter().enumerate().map(|(id, plain)| bundle(id, plain));
        let done = with_rules(|rules| assemble(bundles, rules, TODAY));
        prop_assert!(done.account.balances());
        prop_assert_eq!(done.account.read, count);
        let persons: usize = done.trainees.iter().map(|trainee| trainee.persons.len()).sum();
        prop_assert_eq!(persons as u64, done.account.kept);
        prop_assert_eq!(done.rejects.len() as u64, done.account.rejected);
    }
}

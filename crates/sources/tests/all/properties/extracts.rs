//! What must hold for any bytes in place of the seven files of a TIS extract.

use std::collections::BTreeSet;
use std::fs;

use domain::ids::BodyCode;
use domain::tis_rules::Rules;
use domain::trainee::Claim;
use jiff::civil::date;
use sources::tis::extracts::read;

/// Reads one text as seven files: after a line `== NAME` comes the file of that table, and a line more than it has is no
/// part of it. Says whether it was read.
///
/// A file whose last line is cut is refused; everybody in them is kept or has a rule; nobody comes twice.
pub fn judge(bytes: &[u8]) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let mut is_cut = false;
    for (name, text) in files(bytes) {
        is_cut |= text.last().is_some_and(|byte| *byte != b'\n');
        fs::write(folder.path().join(format!("{name}.csv")), text).expect("a file");
    }
    let owner = |owner: &str| match owner {
        "Wessex" => Claim::Body(BodyCode::new(owner)),
        other => Claim::Unknown(other.to_owned()),
    };
    let kind = |kind: &str| (["SUBSTANTIVE", "LAT"].contains(&kind), None);
    let excluded_grades = BTreeSet::from(["279".to_owned()]);
    let rules = Rules { owner: &owner, kind: &kind, excluded_grades: &excluded_grades, grace_days: 0 };
    let Ok(extract) = read(folder.path(), &rules, date(2026, 3, 10)) else { return false };
    assert!(!is_cut, "a file that was cut was read");
    assert!(extract.account.balances(), "somebody was lost: {:?}", extract.account);
    assert_eq!(extract.rejects.len() as u64, extract.account.rejected, "somebody set aside has no reason");
    let persons: Vec<&String> = extract.trainees.iter().flat_map(|trainee| &trainee.persons).collect();
    assert_eq!(persons.len() as u64, extract.account.kept, "somebody kept is on no trainee");
    assert_eq!(persons.iter().collect::<BTreeSet<_>>().len(), persons.len(), "a person is on two trainees");
    let in_order = extract.trainees.windows(2).all(|pair| pair[0].gmc_number < pair[1].gmc_number);
    assert!(in_order, "a GMC number comes twice, or out of order");
    true
}

/// The files by the names of their tables; a name that is none of the seven is left out, and of two the last counts.
fn files(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    const TABLES: [&str; 7] = [
        "Programme",
        "Person",
        "ContactDetails",
        "GmcDetails",
        "ProgrammeMembership",
        "CurriculumMembership",
        "Placement",
    ];
    let mut found: Vec<(&'static str, Vec<u8>)> = Vec::new();
    let mut is_inside = false;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if let Some(name) = line.strip_prefix(b"== ") {
            let table = TABLES.into_iter().find(|table| table.as_bytes() == name.trim_ascii_end());
            is_inside = table.is_some();
            found.extend(table.map(|table| (table, Vec::new())));
        } else if is_inside && let Some((_, text)) = found.last_mut() {
            text.extend_from_slice(line);
        }
    }
    found
}

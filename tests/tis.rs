//! The real program and a real database of TIS: a dry run in daylight, a first load, and a night on which a code is
//! strange and the last good records stay.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use testkit::{MariaDb, READER_PASSWORD, mariadb};

const ROWS: &str = "
    insert into Programme (id, programmeName, owner) values (1, 'Cardiology', 'Wessex');
    insert into Person (id, role, status) values
      (1, 'DR in Training', 'CURRENT'), (2, 'DR in Training', 'CURRENT'), (3, 'Dummy', 'CURRENT');
    insert into ContactDetails (id, surname) values (1, 'Sample'), (2, 'Specimen'), (3, 'Nobody');
    insert into GmcDetails (id, gmcNumber) values (1, '9000001'), (2, '9000002'), (3, null);
    insert into ProgrammeMembership (uuid, personId, programmeId, programmeMembershipType) values
      ('a', 1, 1, 'SUBSTANTIVE'), ('b', 2, 1, 'SECONDED');
    insert into CurriculumMembership (programmeMembershipUuid) values ('a');
    insert into Placement (traineeId, gradeId) values (1, 281);";

fn reval(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reval"));
    command.args(["--config", "my.toml"]).args(args).current_dir(folder).stdin(Stdio::null());
    // Settings of whoever runs the tests must not reach the program.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("REVAL__")) {
        command.env_remove(name);
    }
    command.output().unwrap()
}

/// What it printed, once it has ended with a code.
fn said(folder: &Path, args: &[&str], code: i32) -> String {
    let ended = reval(folder, args);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(ended.status.code(), Some(code), "{} {}", text(&ended.stdout), text(&ended.stderr));
    text(&ended.stdout)
}

fn settings(folder: &Path, tis: &MariaDb) {
    std::fs::write(folder.join("password"), READER_PASSWORD).unwrap();
    let (gmc, url) = ("http://127.0.0.1:1/x", tis.url(None));
    let text = format!(
        "[gmc]\nurl = \"{gmc}\"\n[tis]\nsource = \"database\"\nurl = \"{url}\"\npassword_file = \"password\"\n"
    );
    std::fs::write(folder.join("my.toml"), text).unwrap();
}

fn snapshots(folder: &Path) -> usize {
    let text = said(folder, &["snapshots", "TIS", "--json"], 0);
    serde_json::from_str::<Vec<serde_json::Value>>(&text).unwrap().len()
}

#[tokio::test]
async fn a_strange_code_is_named_and_the_last_good_records_stay() {
    let Some(tis) = mariadb().await else { return };
    tis.run(format!("{} {ROWS}", include_str!("../crates/sources/tests/all/tcs.sql"))).await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    settings(folder, &tis);

    // The GMC does not answer here, so the check as a whole is not well.
    let dry = said(folder, &["check-config", "--live"], 20);
    let counts = "3 persons, 2 kept, 1 excluded, 0 rejected; left out: dummy_role 1; \
                  marked: membership_type_not_recognised 1";
    assert!(dry.contains("ok      TIS: mysql://") && dry.contains(counts), "{dry}");
    assert!(!folder.join("data/reval.db").exists(), "a dry run makes no store");

    let enrich = ["run", "tis-enrich", "--anyway"];
    said(folder, &enrich, 30);
    let holds: serde_json::Value = serde_json::from_str(&said(folder, &["holds", "--json"], 0)).unwrap();
    let id = holds[0]["id"].as_str().unwrap();
    said(folder, &["approve", id, "--count", "2", "--reason", "the first list"], 0);
    assert_eq!(snapshots(folder), 1);

    tis.run("update Person set status = 'ON_HOLIDAY' where id = 2").await;
    let failed = said(folder, &enrich, 30);
    let sentence = "the TIS table Person has in the row with id 2, column status, a code we do not know; it must be \
                    CURRENT, INACTIVE or DELETE";
    assert!(failed.contains(sentence), "{failed}");
    assert!(said(folder, &["check-config", "--live"], 20).contains(&format!("FAILED  TIS: {sentence}")));
    assert_eq!(snapshots(folder), 1, "the last good records stay");

    tis.run("update Person set status = 'CURRENT' where id = 2").await;
    assert!(said(folder, &enrich, 0).contains("published 1 of 1"));
    assert_eq!(snapshots(folder), 2);
}

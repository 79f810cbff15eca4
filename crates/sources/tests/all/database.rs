//! TIS out of a real MariaDB: the same persons as from the extracts, and a plain sentence for whatever is wrong with it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use domain::clock::{Clock as _, VirtualClock};
use domain::reference::Reference;
use domain::tis_rules::Rules;
use domain::trainee::{Claim, Trainee};
use jiff::civil::{Date, date};
use simulator::population::World;
use simulator::tis::write_extracts;
use sources::gmc::Secret;
use sources::tis::{TisAddress, TisDatabase, TisError, TisExtract, extracts, mysql};
use testkit::{MariaDb, READER_PASSWORD, mariadb};
use tokio::sync::Notify;

use crate::edges::{copy_files, write_files, write_tables};
use crate::proxy::{Wire, lay};

const TODAY: Date = date(2026, 3, 10);

fn with_rules<T>(run: impl FnOnce(&Rules<'_>) -> T) -> T {
    let reference = Reference::embedded().unwrap();
    let owner = |owner: &str| reference.claim(owner, TODAY);
    let kind = |kind: &str| reference.kind(kind);
    let excluded_grades = reference.excluded_grades();
    run(&Rules { owner: &owner, kind: &kind, excluded_grades, grace_days: 0 })
}

pub fn at(url: &str) -> TisDatabase {
    TisDatabase {
        address: TisAddress::parse(url).unwrap(),
        password: Secret::new(READER_PASSWORD),
        ca_file: None,
        connect_timeout: Duration::from_secs(10),
        lock_timeout: Duration::from_secs(1),
        read_timeout: Duration::from_secs(60),
    }
}

pub async fn read(database: TisDatabase) -> Result<TisExtract, TisError> {
    let reference = Reference::embedded().unwrap();
    let owner = |owner: &str| reference.claim(owner, TODAY);
    let kind = |kind: &str| reference.kind(kind);
    let excluded_grades = reference.excluded_grades();
    let rules = Rules { owner: &owner, kind: &kind, excluded_grades, grace_days: 0 };
    let clock = VirtualClock::at(testkit::start());
    let (extract, as_of) = mysql::read(&database, &rules, TODAY, &clock).await?;
    assert_eq!(as_of, clock.now());
    Ok(extract)
}

fn from_files() -> TisExtract {
    let folder = tempfile::tempdir().unwrap();
    write_files(folder.path());
    with_rules(|rules| extracts::read(folder.path(), rules, TODAY)).unwrap()
}

/// A database with a person for every edge case; `None` where there is no server.
async fn tis() -> Option<MariaDb> {
    let tis = mariadb().await?;
    write_tables(&tis).await;
    Some(tis)
}

/// What is said once somebody has changed the database.
async fn said(change: &str) -> Option<String> {
    let tis = tis().await?;
    tis.run(change).await;
    Some(read(at(&tis.url(None))).await.unwrap_err().to_string())
}

#[tokio::test]
async fn files_and_database_say_the_same() {
    let Some(tis) = tis().await else { return };
    let (files, database) = (from_files(), read(at(&tis.url(None))).await.unwrap());
    let digest = |extract: &TisExtract| serde_json::to_string(&extract.trainees).unwrap();
    assert_eq!(digest(&files), digest(&database));
    assert_eq!(files.account, database.account);
    assert_eq!(files, database);
    assert_eq!(database, read(at(&tis.url(None))).await.unwrap(), "and it says so twice");
}

#[tokio::test]
async fn files_and_database_say_the_same_of_a_whole_sample() {
    let Some(tis) = mariadb().await else { return };
    let (folder, world) = (tempfile::tempdir().unwrap(), World::new(7, 5_000, TODAY));
    write_extracts(folder.path(), &world, 0, TODAY).unwrap();
    copy_files(&tis, folder.path()).await;
    let files = with_rules(|rules| extracts::read(folder.path(), rules, TODAY)).unwrap();
    assert!(files.trainees.len() > 4_000);
    assert_eq!(files, read(at(&tis.url(None))).await.unwrap());
}

#[tokio::test]
async fn every_person_of_the_database_is_kept_or_has_a_rule() {
    let Some(tis) = tis().await else { return };
    let account = read(at(&tis.url(None))).await.unwrap().account;
    assert!(account.balances(), "{account:?}");
    assert_eq!((account.read, account.kept, account.excluded, account.rejected), (34, 26, 6, 2));
    let counts = |counts: &BTreeMap<String, u64>| -> Vec<String> {
        counts.iter().map(|(rule, count)| format!("{rule} {count}")).collect()
    };
    let by_rule = [
        "dummy_role 1",
        "no_gmc_number 1",
        "no_person 1",
        "placeholder_role 1",
        "unusable_gmc_number 1",
        "word_for_gmc_number 3",
    ];
    assert_eq!(counts(&account.by_rule), by_rule);
    assert_eq!(counts(&account.outside_discrepancies), ["excluded_grade 1", "military 1"]);
    assert_eq!(counts(&account.marked), ["membership_type_not_recognised 1", "owner_not_recognised 1"]);
    assert_eq!(counts(&account.orphans), ["ContactDetails 1", "Placement 1", "ProgrammeMembership 1"]);
    assert_eq!(account.shared_numbers, 1);
}

#[tokio::test]
async fn each_edge_case_comes_out_as_the_rules_say() {
    let Some(tis) = tis().await else { return };
    let trainees = read(at(&tis.url(None))).await.unwrap().trainees;
    let of = |number: &str| trainees.iter().find(|trainee| trainee.gmc_number.as_str() == number).unwrap();
    let programmes = |number: &str| of(number).memberships.len();
    let claim = |number: &str| &of(number).memberships[0].claim;
    let body = |trainee: &Trainee, nth: usize| match &trainee.memberships[nth].claim {
        Claim::Body(body) => body.to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!(of("9000005").persons, ["5"], "no-break spaces around a number");
    assert_eq!(
        (of("9000011").persons.len(), of("9000011").surname.as_deref()),
        (2, None),
        "one number, two persons"
    );
    assert_eq!(programmes("9000021"), 0, "no membership");
    assert_eq!(of("9000022").surname.as_deref(), Some("O'Sample, Jr"));
    assert_eq!(of("9000022").memberships[0].curriculum_end, Some(date(2028, 1, 1)));
    assert_eq!(of("9000022").grades, ["ST3"], "placements of the past do not count");
    let bodies: Vec<String> = (0..3).map(|nth| body(of("9000023"), nth)).collect();
    assert_eq!(bodies, ["1-AIIDHJ", "1-AIIDHJ", "1-AIIDMQ"].map(current), "two of one body, one of another");
    assert_eq!(of("9000023").grades, ["ST3"], "a draft placement counts");
    let today = ["9000031", "9000032", "9000033", "9000034"].map(programmes);
    assert_eq!(today, [1, 0, 1, 0], "ends today, ended yesterday, starts today, starts tomorrow");
    let open = &of("9000041").memberships[0];
    assert_eq!(
        (open.end, open.curriculum_end),
        (Some(date(2027, 1, 1)), None),
        "each missing date for itself"
    );
    assert_eq!((of("9000042").memberships[0].start, of("9000042").memberships[0].end), (None, None));
    assert!(
        matches!(claim("9000051"), Claim::Group { name, bodies } if name == "London LETBs" && bodies.len() > 1)
    );
    assert_eq!(*claim("9000052"), Claim::Unknown("Office Nobody Knows".to_owned()));
    assert_eq!(body(of("9000053"), 0), current("1-AIIDHJ"), "the owner's old name");
    assert_eq!(*claim("9000054"), Claim::Missing);
    let excluded = ["9000061", "9000062", "9000063"].map(|number| of(number).excluded_by.as_deref());
    assert_eq!(excluded, [Some("military"), Some("excluded_grade"), None], "F1 beside F2 is no F1");
    let known = ["9000071", "9000072", "9000073", "9000074", "9000075"];
    let known = known.map(|number| of(number).memberships[0].kind_is_known);
    assert_eq!(known, [true, true, true, true, false], "another letter case is no other type");
    assert_eq!(of("9000092").memberships[0].programme, None, "a programme that is not there");
}

/// The code in force on the day of the tests.
fn current(old: &str) -> String {
    let (reference, old) = (Reference::embedded().unwrap(), domain::ids::BodyCode::new(old));
    reference.renamed(&old).map_or_else(|| old.to_string(), ToString::to_string)
}

#[tokio::test]
async fn a_table_that_is_not_as_expected_is_named_with_its_column() {
    let cases = [
        ("drop table Placement", "the TIS table Placement is not there, or this account may not read it"),
        ("alter table Person drop column role", "the TIS table Person, column role, is not there"),
        (
            "alter table Placement modify gradeId varchar(255)",
            "the TIS table Placement, column gradeId, is varchar; the rules read a whole number",
        ),
        (
            "alter table ProgrammeMembership modify programmeEndDate varchar(255)",
            "the TIS table ProgrammeMembership, column programmeEndDate, is varchar; the rules read a date",
        ),
        (
            "alter table ContactDetails modify surname varbinary(255)",
            "the TIS table ContactDetails, column surname, is varbinary; the rules read a text",
        ),
        ("alter table Placement engine = MyISAM", "the TIS table Placement is kept by MyISAM"),
        (
            "delete from CurriculumMembership",
            "the TIS table CurriculumMembership has no rows; an empty table",
        ),
    ];
    for (change, expected) in cases {
        let Some(sentence) = said(change).await else { return };
        assert!(sentence.starts_with(expected), "{change}: {sentence}");
    }
}

#[tokio::test]
async fn a_value_that_cannot_be_used_is_named_with_its_row() {
    let cases = [
        (
            "update Person set status = 'GONE' where id = 31",
            "the TIS table Person has in the row with id 31, column status, a code we do not know",
        ),
        (
            "update Placement set status = 'Current' where id = 2",
            "the TIS table Placement has in the row with id 2, column status, a code we do not know",
        ),
        (
            "set sql_mode = ''; update ProgrammeMembership set programmeEndDate = '0000-00-00' where uuid = 'a31'",
            "the TIS table ProgrammeMembership has in the row with uuid a31, column programmeEndDate, a value that is \
             no date",
        ),
        (
            "set sql_mode = 'ALLOW_INVALID_DATES'; update Placement set dateTo = '2026-02-31' where id = 1",
            "the TIS table Placement has in the row with id 1, column dateTo, a value that is no date",
        ),
        (
            "alter table Placement modify dateFrom datetime; update Placement set dateFrom = '2026-01-01 12:30:00'",
            "the TIS table Placement has in the row with id 1, column dateFrom, a value that is no date",
        ),
        (
            "alter table Person modify role longtext; update Person set role = repeat('x', 10000000) where id = 5",
            "the TIS table Person has in the row with id 5, column role, a text of more than 65,536 characters",
        ),
        (
            "alter table Placement modify traineeId bigint null; update Placement set traineeId = null where id = 3",
            "the TIS table Placement has in the row with id 3, column traineeId, no value, but it is a key",
        ),
    ];
    for (change, expected) in cases {
        let Some(sentence) = said(change).await else { return };
        assert!(sentence.starts_with(expected), "{change}: {sentence}");
    }
}

#[tokio::test]
async fn a_column_in_another_charset_or_type_of_text_says_the_same() {
    let Some(tis) = tis().await else { return };
    let change = "alter table ContactDetails convert to character set latin1; \
                  alter table ContactDetails modify forenames varchar(255) character set utf16; \
                  alter table GmcDetails modify gmcNumber varchar(255) character set ucs2; \
                  alter table Placement modify dateFrom datetime; \
                  alter table Person modify status enum('CURRENT', 'INACTIVE', 'DELETE'), modify id int not null";
    tis.run(change).await;
    assert_eq!(read(at(&tis.url(None))).await.unwrap(), from_files());
}

#[tokio::test]
async fn who_may_not_come_in_is_told_why() {
    let Some(tis) = tis().await else { return };
    let good = at(&tis.url(None));
    let wrong = TisDatabase { password: Secret::new("another"), ..good.clone() };
    let sentence = read(wrong).await.unwrap_err().to_string();
    assert!(sentence.contains("cannot be used: Access denied for user"), "{sentence}");
    assert!(!sentence.contains("another"), "{sentence}");
    tis.run(format!("revoke select on {}.* from {}@'127.0.0.1'", tis.name, tis.reader)).await;
    for table in ["Programme", "Person", "ContactDetails", "GmcDetails", "ProgrammeMembership"] {
        tis.run(format!("grant select on {}.{table} to {}@'127.0.0.1'", tis.name, tis.reader)).await;
    }
    let sentence = read(good).await.unwrap_err().to_string();
    let expected = "the TIS table CurriculumMembership is not there, or this account may not read it";
    assert_eq!(sentence, expected);
    let nobody = at("mysql://reader@127.0.0.1:1/tis");
    let sentence = read(nobody).await.unwrap_err().to_string();
    assert!(
        sentence.starts_with("the TIS database mysql://reader@127.0.0.1:1/tis cannot be used: "),
        "{sentence}"
    );
}

#[tokio::test]
async fn off_this_machine_nothing_is_said_in_the_clear() {
    let Some(tis) = tis().await else { return };
    // The same server under a number that is not known to be this machine's own; it offers no encryption.
    let port = tis.server.rsplit(':').next().unwrap();
    let far = at(&tis.url(Some(&format!("[::ffff:127.0.0.1]:{port}"))));
    let sentence = read(far).await.unwrap_err().to_string();
    assert!(sentence.contains("no encrypted connection: server does not support TLS"), "{sentence}");
}

#[tokio::test]
async fn a_table_that_somebody_locks_is_not_waited_for_for_ever() {
    let Some(tis) = tis().await else { return };
    let mut other = tis.writer().await;
    sqlx::raw_sql("lock tables ContactDetails write").execute(&mut other).await.unwrap();
    let sentence = read(at(&tis.url(None))).await.unwrap_err().to_string();
    assert_eq!(sentence, "the TIS table ContactDetails is locked by somebody else; we waited 1 s and let go");
    sqlx::raw_sql("unlock tables").execute(&mut other).await.unwrap();
    assert_eq!(read(at(&tis.url(None))).await.unwrap(), from_files());
}

/// Names of which each is long, so that a wire of some bytes breaks among them.
async fn many(tis: &MariaDb) {
    let numbers = "select seq from seq_100001_to_104000";
    tis.run(format!(
        "insert into Person (id, role, status) select seq, 'DR in Training', 'CURRENT' from ({numbers}) n"
    ))
    .await;
    tis.run(format!(
        "insert into ContactDetails (id, surname, forenames) select seq, repeat('Sample', 30), 'Ann' from ({numbers}) n"
    ))
    .await;
    tis.run(format!(
        "insert into GmcDetails (id, gmcNumber) select seq, 9000000 + seq - 100000 + 1000 from ({numbers}) n"
    ))
    .await;
}

/// Bytes after which the answer stands in the middle of the names: past all persons, before the last name.
const AMONG_NAMES: usize = 500_000;

#[tokio::test]
async fn a_wire_that_breaks_is_not_the_end_of_a_table() {
    let Some(tis) = tis().await else { return };
    many(&tis).await;
    let near = lay(&tis.server, Wire::Breaks(AMONG_NAMES)).await;
    let sentence = read(at(&tis.url(Some(&near)))).await.unwrap_err().to_string();
    assert!(sentence.starts_with("the connection to the TIS database was lost after "), "{sentence}");
    assert!(sentence.contains(" rows of the table ContactDetails: "), "{sentence}");
}

#[tokio::test]
async fn a_wire_that_falls_silent_is_given_up() {
    let Some(tis) = tis().await else { return };
    many(&tis).await;
    let wire = |after| Wire::Pauses { after, reached: Arc::default(), go_on: Arc::default() };
    let near = lay(&tis.server, wire(AMONG_NAMES)).await;
    let short = TisDatabase { read_timeout: Duration::from_secs(2), ..at(&tis.url(Some(&near))) };
    let sentence = read(short).await.unwrap_err().to_string();
    assert_eq!(
        sentence,
        "TIS was not read within 2 s, so the reading was given up in the table ContactDetails"
    );
    let near = lay(&tis.server, wire(0)).await;
    let short = TisDatabase { connect_timeout: Duration::from_secs(1), ..at(&tis.url(Some(&near))) };
    let sentence = read(short).await.unwrap_err().to_string();
    assert!(sentence.ends_with("cannot be used: it gave no connection within 1 s"), "{sentence}");
}

#[tokio::test]
async fn whoever_writes_meanwhile_neither_waits_nor_is_seen() {
    let Some(tis) = tis().await else { return };
    many(&tis).await;
    let before = read(at(&tis.url(None))).await.unwrap();
    let (reached, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let wire = Wire::Pauses { after: AMONG_NAMES, reached: Arc::clone(&reached), go_on: Arc::clone(&go_on) };
    let near = lay(&tis.server, wire).await;
    let database = at(&tis.url(Some(&near)));
    let write = async {
        reached.notified().await;
        let impatient = "set innodb_lock_wait_timeout = 1, lock_wait_timeout = 1; ";
        for change in [
            "update ContactDetails set surname = 'Changed'",
            "insert into ContactDetails (id, surname) values (200000, 'Late')",
            "delete from ProgrammeMembership",
            "insert into Person (id, role, status) values (200000, 'DR in Training', 'CURRENT')",
            // A table that is read already may even be altered.
            "alter table Person add column late varchar(255), force",
        ] {
            tis.run(format!("{impatient}{change}")).await;
        }
        go_on.notify_one();
    };
    let (during, ()) = tokio::join!(read(database), write);
    assert_eq!(during.unwrap(), before);
    let sentence = read(at(&tis.url(None))).await.unwrap_err().to_string();
    assert_eq!(sentence, "the TIS table ProgrammeMembership has no rows; an empty table is not believed");
}

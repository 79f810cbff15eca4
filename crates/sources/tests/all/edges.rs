//! A small TIS with a person for every edge case that was ever met, written once as the rows of seven tables.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use testkit::MariaDb;

/// Rows by table; an empty value is no value.
pub const EDGES: [(&str, &str); 7] = [
    (
        "Person",
        "id,role,status\n\
         1,DR in Training,CURRENT\n2,DR in Training,CURRENT\n3,DR in Training,CURRENT\n4,DR in Training,CURRENT\n\
         5,DR in Training,CURRENT\n6,DR in Training,CURRENT\n11,DR in Training,CURRENT\n\
         12,\"DR in Training,Trainer\",CURRENT\n21,DR in Training,INACTIVE\n22,DR in Training,CURRENT\n\
         23,DR in Training,CURRENT\n31,DR in Training,CURRENT\n32,DR in Training,CURRENT\n33,DR in Training,CURRENT\n\
         34,DR in Training,CURRENT\n41,DR in Training,CURRENT\n42,DR in Training,CURRENT\n51,DR in Training,CURRENT\n\
         52,DR in Training,CURRENT\n53,DR in Training,CURRENT\n54,DR in Training,CURRENT\n61,DR in Training,CURRENT\n\
         62,DR in Training,CURRENT\n63,DR in Training,CURRENT\n71,DR in Training,CURRENT\n72,DR in Training,CURRENT\n\
         73,DR in Training,CURRENT\n74,DR in Training,CURRENT\n75,DR in Training,CURRENT\n81,DUMMY record,CURRENT\n\
         82,\"DR in Training,Placeholder\",\n91,,DELETE\n92,DR in Training,CURRENT\n",
    ),
    (
        "ContactDetails",
        "id,surname,forenames,title\n1,Sample,Ann,Dr\n11,Sample,Bo,Dr\n12,Sample,Cy,Dr\n21,Sample,Di,\n\
         22,\"O'Sample, Jr\",Åsa,\n23,Ñandú-Sample,Ed,\n61,Sample,Flo,Dr\n777,Nobody,Nil,\n",
    ),
    (
        "GmcDetails",
        "id,gmcNumber,gmcStatus\n1,,\n2,UNKNOWN,\n3,N/A,\n4,na,\n5,\u{a0}9000005\u{a0},Registered\n6,90 00,\n\
         11,9000011,\n12,9000011 ,\n21,9000021,\n22,9000022,\n23,9000023,\n31,9000031,\n32,9000032,\n33,9000033,\n\
         34,9000034,\n41,9000041,\n42,9000042,\n51,9000051,\n52,9000052,\n53,9000053,\n54,9000054,\n61,9000061,\n\
         62,9000062,\n63,9000063,\n71,9000071,\n72,9000072,\n73,9000073,\n74,9000074,\n75,9000075,\n81,9000081,\n\
         82,9000082,\n91,9000091,\n92,9000092,\n888,9000088,\n",
    ),
    (
        "Programme",
        "id,programmeName,programmeNumber,owner,status\n10,Cardiology,C1,Wessex,CURRENT\n\
         11,Paediatrics,P1,South West,INACTIVE\n12,Haematology,H1,London LETBs,CURRENT\n\
         13,Orphaned,O1,Office Nobody Knows,CURRENT\n14,Old Name,N1,Health Education England Wessex,CURRENT\n\
         15,Ownerless,X1,,CURRENT\n",
    ),
    (
        "ProgrammeMembership",
        "uuid,personId,programmeId,programmeMembershipType,programmeStartDate,programmeEndDate\n\
         a22,22,10,SUBSTANTIVE,2025-01-01,2027-01-01\n\
         a23,23,10,SUBSTANTIVE,2025-01-01,2027-01-01\nb23,23,10,SUBSTANTIVE,2025-06-01,2027-01-01\n\
         c23,23,11,SUBSTANTIVE,2025-07-01,2027-01-01\n\
         a31,31,10,SUBSTANTIVE,2025-01-01,2026-03-10\na32,32,10,SUBSTANTIVE,2025-01-01,2026-03-09\n\
         a33,33,10,SUBSTANTIVE,2026-03-10,2027-01-01\na34,34,10,SUBSTANTIVE,2026-03-11,2027-01-01\n\
         a41,41,10,SUBSTANTIVE,2025-01-01,2027-01-01\na42,42,10,SUBSTANTIVE,,\n\
         a51,51,12,SUBSTANTIVE,2025-01-01,2027-01-01\na52,52,13,SUBSTANTIVE,2025-01-01,2027-01-01\n\
         a53,53,14,SUBSTANTIVE,2025-01-01,2027-01-01\na54,54,15,SUBSTANTIVE,2025-01-01,2027-01-01\n\
         a61,61,10,MILITARY,2025-01-01,2027-01-01\na62,62,10,SUBSTANTIVE,2025-01-01,2027-01-01\n\
         a63,63,10,SUBSTANTIVE,2025-01-01,2027-01-01\n\
         a71,71,10,VISITOR,2025-01-01,2027-01-01\na72,72,10,LAT,2025-01-01,2027-01-01\n\
         a73,73,10,FTSTA,2025-01-01,2027-01-01\na74,74,10,Substantive,2025-01-01,2027-01-01\n\
         a75,75,10,SECONDED,2025-01-01,9999-12-31\na92,92,99,SUBSTANTIVE,2025-01-01,2027-01-01\n\
         a777,777,10,SUBSTANTIVE,2025-01-01,2027-01-01\n",
    ),
    (
        "CurriculumMembership",
        "programmeMembershipUuid,curriculumEndDate,periodOfGrace\na22,2027-01-01,6\na22,2028-01-01,\na22,,\n\
         a41,,\nzzz,2028-01-01,\n",
    ),
    (
        "Placement",
        "traineeId,gradeId,gradeAbbreviation,dateFrom,dateTo,status,lifecycleState\n\
         22,281,ST3,2026-01-01,2026-03-10,CURRENT,APPROVED\n22,280,F2,2024-01-01,2024-12-31,PAST,APPROVED\n\
         23,281,ST3,2026-01-01,,CURRENT,DRAFT\n62,279,F1,2026-01-01,2026-12-31,CURRENT,APPROVED\n\
         63,279,F1,2026-01-01,2026-12-31,CURRENT,APPROVED\n63,280,F2,2026-01-01,2026-12-31,FUTURE,APPROVED\n\
         778,281,ST3,2026-01-01,2026-12-31,CURRENT,APPROVED\n",
    ),
];

/// Writes the rows as extracts.
pub fn write_files(folder: &Path) {
    for (table, text) in EDGES {
        fs::write(folder.join(format!("{table}.csv")), text).unwrap();
    }
}

/// Makes the tables and writes the same rows into them.
pub async fn write_tables(tis: &MariaDb) {
    tis.run(include_str!("tcs.sql")).await;
    for (table, text) in EDGES {
        insert(tis, table, text).await;
    }
}

/// Makes the tables and writes the rows of extracts into them.
pub async fn copy_files(tis: &MariaDb, folder: &Path) {
    tis.run(include_str!("tcs.sql")).await;
    for (table, _) in EDGES {
        let text = fs::read_to_string(folder.join(format!("{table}.csv"))).unwrap();
        insert(tis, table, &text).await;
    }
}

async fn insert(tis: &MariaDb, table: &str, text: &str) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns = reader.headers().unwrap().iter().collect::<Vec<_>>().join(", ");
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    for records in records.chunks(1000) {
        tis.run(statement(table, &columns, records)).await;
    }
}

fn statement(table: &str, columns: &str, records: &[csv::StringRecord]) -> String {
    // The sample has a programme 0, which the server would number anew.
    let zero = "set sql_mode = 'NO_AUTO_VALUE_ON_ZERO'";
    let mut sql = format!("{zero}; insert into {table} ({columns}) values ");
    for (nth, record) in records.iter().enumerate() {
        let quote = |value: &str| match value {
            "" => "null".to_owned(),
            some => format!("'{}'", some.replace('\'', "''")),
        };
        let values = record.iter().map(quote).collect::<Vec<_>>().join(", ");
        write!(sql, "{}({values})", if nth == 0 { "" } else { ", " }).unwrap();
    }
    sql
}

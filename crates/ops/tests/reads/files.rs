//! Lists as files: what stands in them opens in a spreadsheet as text, and is the page's own, whole.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use domain::names::name_key;
use domain::scope::Actor;
use domain::view::{NO_DATE, ViewRow};
use ops::column::Column;
use ops::export::{Form, Wanted};
use ops::filter::Filter;
use ops::rows::{Direction, Order};
use testkit::engines;
use testkit::world::{FRESH, HELD, MANY, hour, number};

use super::{Outcome, only_the, small_world};

/// Names that a spreadsheet, a terminal or a careless reader would take for something else.
const NAMES: [&str; 6] = [
    "=HYPERLINK(\"https://elsewhere.example\",\"x\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3",
    "\u{202e}gnitirw tfel ot thgir",
    "a\u{0}b\u{7}c\u{1b}[31m",
    "quoted \"comma, \nline",
];

async fn named(ops: &ops::Ops) -> Outcome {
    let row = |(n, name): (u32, &&str)| ViewRow {
        gmc_number: number(500 + n).to_string(),
        body: Some(HELD.to_owned()),
        presence: Some("listed".to_owned()),
        // No engine keeps a zero byte in text; it would have been set aside long before.
        last_name: Some(name.replace('\u{0}', "")),
        name_key: name_key(None, Some(name)),
        due_key: NO_DATE.to_owned(),
        under_notice: "no".to_owned(),
        membership_type_known: "none".to_owned(),
        ..ViewRow::default()
    };
    let rows: Vec<ViewRow> = (0..).zip(&NAMES).map(row).collect();
    let mut tx = ops.store.begin().await?;
    store::doctor::upsert(&mut tx, &rows, "job:gmc-sync", hour(0)).await?;
    Ok(tx.commit().await?)
}

async fn file(ops: &ops::Ops, body: &str, form: Form) -> Result<Vec<u8>, ops::Fault> {
    let filter = Filter { order: Order::Number, direction: Direction::Up, size: 20, ..Filter::default() };
    let wanted = Wanted { filter: &filter, columns: &[Column::Name, Column::Number], form };
    let mut export = ops.export(&only_the(body), &Actor::user("amira", ""), &wanted).await?;
    let mut bytes = Vec::new();
    export.file.read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, export.bytes);
    Ok(bytes)
}

#[tokio::test]
async fn no_name_becomes_a_formula_and_none_is_lost() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        named(&ops).await?;
        let csv = file(&ops, HELD, Form::Csv).await?;
        let mut reader = csv::Reader::from_reader(csv.strip_prefix(b"\xEF\xBB\xBF").unwrap());
        let cells: Vec<String> = reader.records().map(|row| row.unwrap()[0].to_owned()).collect();
        assert_eq!(cells.len(), 2 + NAMES.len(), "{engine:?}");
        assert!(cells.iter().all(|cell| !cell.starts_with(['=', '@', '-', '+', '\t', '\r'])), "{cells:?}");
        assert_eq!(cells[2], format!("'{}", NAMES[0]), "{engine:?}");
        let mut book = Xlsx::new(Cursor::new(file(&ops, HELD, Form::Xlsx).await?)).unwrap();
        let sheet = book.worksheet_range("Doctors").unwrap();
        assert_eq!(sheet.height(), 3 + NAMES.len(), "{engine:?}");
        assert_eq!(sheet.get_value((3, 0)), Some(&Data::String(NAMES[0].to_owned())), "{engine:?}");
        assert_eq!(sheet.get_value((6, 0)), Some(&Data::String(NAMES[3].to_owned())), "{engine:?}");
        assert!(book.worksheet_formula("Doctors").unwrap().is_empty(), "{engine:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_file_is_the_whole_list_of_the_scope_and_nobody_else_s() -> Outcome {
    for engine in engines() {
        let (ops, _clock, _scratch) = small_world(engine).await;
        let text = String::from_utf8(file(&ops, FRESH, Form::Csv).await?).unwrap();
        assert_eq!(text.lines().count(), 1 + MANY as usize, "{engine:?}");
        assert!(text.contains("\"Specimen 059, Made-Up\",9000159,2026-11-24 00:00 +00:00"), "{engine:?}");
        assert!(!text.contains("9000001"), "{engine:?}");
    }
    Ok(())
}

//! Exports as people bring them: titles above, columns in any order, dates of three kinds, and files that are no export.

use std::io::{Cursor, Write};

use domain::ids::GmcNumber;
use domain::listing::{Notice, Stated};
use jiff::civil::Date;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

fn columns() -> Columns {
    let names = |text: &str| text.split('|').map(str::to_owned).collect();
    Columns {
        gmc_number: names("GMC reference number|GMC number"),
        first_name: names("First name|Forename"),
        last_name: names("Last name|Surname"),
        submission_date: names("Submission date"),
        under_notice: names("Under notice"),
    }
}

fn csv(text: &str) -> Result<Export, ExportError> {
    of_bytes(text.as_bytes(), &columns(), UNPACKED_MAX)
}

/// The rows of a sheet as XML: texts in line, and one cell a plain value where it begins with `#`.
fn sheet(rows: &[&[&str]]) -> String {
    let mut xml = String::from(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#,
    );
    for (index, row) in rows.iter().enumerate() {
        let row_number = index + 1;
        xml.push_str(&format!(r#"<row r="{row_number}">"#));
        for (column, cell) in row.iter().enumerate() {
            let name = format!("{}{row_number}", char::from(b'A' + column as u8));
            xml.push_str(&match cell.strip_prefix('#') {
                Some(value) => format!(r#"<c r="{name}"><v>{value}</v></c>"#),
                None => format!(r#"<c r="{name}" t="inlineStr"><is><t>{cell}</t></is></c>"#),
            });
        }
        xml.push_str("</row>");
    }
    xml.push_str("</sheetData></worksheet>");
    xml
}

fn workbook(sheet: &str) -> Vec<u8> {
    let parts = [
        (
            "[Content_Types].xml",
            r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#,
        ),
        (
            "_rels/.rels",
            r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Doctors" sheetId="1" r:id="r1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in parts {
        zip.start_file(name, options).expect("a part");
        zip.write_all(text.as_bytes()).expect("its text");
    }
    zip.finish().expect("a workbook").into_inner()
}

#[test]
fn titles_columns_in_any_order_and_three_kinds_of_dates_are_read() {
    let export = csv("GMC Connect,list of doctors\n\
        Surname;ignored,GMC Reference Number,Submission Date,UNDER-NOTICE\n\
        ,9000001,01/12/2026,Yes\n,9000002,2026-12-01,On hold\n,9000003,soon,perhaps\n")
    .expect("an export");
    assert_eq!(export.fields, [Field::SubmissionDate, Field::UnderNotice]);
    let doctors: Vec<_> = export.doctors.values().collect();
    let december = Stated::Known(Date::constant(2026, 12, 1));
    assert_eq!((&doctors[0].submission_date, &doctors[1].submission_date), (&december, &december));
    assert_eq!(doctors[1].under_notice, Stated::Known(Notice::OnHold));
    assert_eq!(doctors[2].submission_date, Stated::Unrecognised("soon".to_owned()));
}

#[test]
fn a_workbook_says_the_same_as_text() {
    let text = csv("GMC number,First name,Last name,Submission date,Under notice\n\
        9000001,Zoë,O'Brien,2026-12-01,Yes\n9000002,Ann,=1+1,,No\n")
    .expect("an export");
    let bytes = workbook(&sheet(&[
        &["GMC number", "First name", "Last name", "Submission date", "Under notice"],
        &["#9000001", "Zoë", "O'Brien", "2026-12-01T00:00:00", "Yes"],
        &["#9000002", "Ann", "=1+1", "", "No"],
    ]));
    let book = of_bytes(&bytes, &columns(), UNPACKED_MAX).expect("an export");
    assert_eq!(book.doctors, text.doctors);
    assert_eq!((book.rows, book.fields), (2, Field::ALL.to_vec()));
}

#[test]
fn a_bad_row_is_set_aside_and_the_rest_is_read() {
    let export = csv("\u{FEFF}GMC number;Last name\n9000001;A\n9000001;A\n9000001;B\nUNKNOWN;C\n\n9000002;D;more\n9000003\n")
        .expect("an export");
    let numbers: Vec<&str> = export.doctors.keys().map(GmcNumber::as_str).collect();
    assert_eq!(numbers, ["9000001", "9000002", "9000003"]);
    assert_eq!((export.rows, export.repeated), (6, 1));
    let rows: Vec<usize> = export.set_aside.iter().map(|aside| aside.row).collect();
    assert_eq!(rows, [4, 5], "rows as a person counts them");
}

#[test]
fn every_end_of_a_line_counts_one_row() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["GMC number,Last name", "UNKNOWN,A", "", "\"UN", "KNOWN\",B", "9000001,C", "UNKNOWN,D"]
            .join(end);
        let export = csv(&text).expect("an export");
        let rows: Vec<usize> = export.set_aside.iter().map(|aside| aside.row).collect();
        assert_eq!(rows, [2, 4, 7], "{end:?}");
    }
}

#[test]
fn a_workbook_whose_cells_come_again_is_refused() {
    let good = sheet(&[&["GMC number"], &["#9000001"], &["#9000002"]]);
    let again = good.replace("A3", "A2");
    assert_eq!(of_bytes(&workbook(&good), &columns(), UNPACKED_MAX).expect("an export").doctors.len(), 2);
    let refused = of_bytes(&workbook(&again), &columns(), UNPACKED_MAX).expect_err("a cell comes twice");
    assert!(refused.to_string().contains("row 2 of the export"), "{refused}");
}

#[test]
fn a_file_that_is_no_export_is_refused_with_a_sentence() {
    let cut = &workbook(&sheet(&[&["GMC number"], &["#9000001"]]))[..200];
    let cases: [(&str, &[u8], &str); 10] = [
        ("nothing", b"", "none of the first 20 rows"),
        (
            "no such column",
            b"Name,Date\nA,B\n",
            "one of these is looked for: GMC reference number, GMC number",
        ),
        ("two such columns", b"GMC number,GMC Reference Number\n1,2\n", "two columns"),
        ("UTF-16", b"\xFF\xFEG\0", "UTF-16"),
        ("Latin-1", b"GMC number,Last name\n9000001,Zo\xEB\n", "another encoding than UTF-8"),
        ("a program", b"\x7FELF\0\0", "no text"),
        ("a PDF", b"%PDF-1.7", "a PDF"),
        ("an old workbook", b"\xD0\xCF\x11\xE0", "old kind"),
        ("a cut workbook", cut, "cannot be read"),
        ("a packed file that is no workbook", b"PK\x03\x04nothing", "cannot be read"),
    ];
    for (what, bytes, expected) in cases {
        let error = of_bytes(bytes, &columns(), UNPACKED_MAX).expect_err(what).to_string();
        assert!(error.contains(expected), "{what}: {error}");
    }
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let block = vec![b' '; 1024 * 1024];
    for part in 0..3 {
        zip.start_file(format!("part{part}.xml"), options).expect("a part");
        zip.write_all(&block).expect("a block");
    }
    let bomb = zip.finish().expect("a packed file").into_inner();
    assert!(bomb.len() < 64 * 1024);
    let most = 3 * 1024 * 1024;
    assert!(workbook::refuse_a_bomb(&bomb, most).is_ok());
    let refused = workbook::refuse_a_bomb(&bomb, most - 1);
    assert!(matches!(refused, Err(ExportError::TooLarge { .. })), "its parts are counted together");

    let mut long = String::from("GMC number\n");
    (0..=ROWS_MAX).for_each(|_| long.push_str("9000001\n"));
    assert!(matches!(csv(&long), Err(ExportError::TooLong)));

    let wide = format!("GMC number{}\n9000001{}\n", ",x".repeat(1_000_000), ",1".repeat(1_000_000));
    assert_eq!(csv(&wide).expect("an export").doctors.len(), 1);
}

#[test]
fn a_cell_far_away_costs_nothing() {
    let far = r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
        <row r="1"><c r="A1" t="inlineStr"><is><t>GMC number</t></is></c></row>
        <row r="2"><c r="A2"><v>9000001</v></c></row>
        <row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>"#;
    let export = of_bytes(&workbook(far), &columns(), UNPACKED_MAX).expect("an export");
    assert_eq!((export.doctors.len(), export.rows), (1, 1));
}

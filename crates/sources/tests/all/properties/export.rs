//! What must hold for any bytes in place of GMC Connect's export.

use std::io::{Cursor, Write};

use domain::comparison::Export;
use sources::export::{Columns, of_bytes};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The most that a workbook may unpack to, in bytes: a fuzzer would spend its days in larger ones.
const UNPACKED_MAX: u64 = 1024 * 1024;

/// Reads bytes as an export; nothing about them may make it panic. Bytes that begin as XML are tried as the sheet of a
/// workbook, into which no change of packed bytes would lead.
///
/// Every row is a doctor, a repetition, or set aside with its place and a reason; doctors have the number they are kept by.
pub fn judge(bytes: &[u8]) -> Option<Export> {
    let names = |text: &str| text.split('|').map(str::to_owned).collect();
    let columns = Columns {
        gmc_number: names("GMC reference number|GMC number"),
        first_name: names("First name|Forename"),
        last_name: names("Last name|Surname"),
        submission_date: names("Submission date"),
        under_notice: names("Under notice"),
    };
    let book = bytes.starts_with(b"<?xml").then(|| workbook(bytes));
    let export = of_bytes(book.as_deref().unwrap_or(bytes), &columns, UNPACKED_MAX).ok()?;
    let rows = export.doctors.len() + export.repeated + export.set_aside.len();
    assert_eq!(rows, export.rows, "a row was lost");
    assert!(export.doctors.iter().all(|(number, listing)| listing.gmc_number == *number));
    assert!(export.set_aside.windows(2).all(|pair| pair[0].row < pair[1].row), "a row is set aside twice");
    assert!(export.set_aside.iter().all(|aside| aside.row > 0 && !aside.why.is_empty()));
    Some(export)
}

/// A workbook of one sheet.
fn workbook(sheet: &[u8]) -> Vec<u8> {
    const PARTS: [(&str, &str); 4] = [
        (
            "[Content_Types].xml",
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#,
        ),
        (
            "_rels/.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Doctors" sheetId="1" r:id="r1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let parts = PARTS.iter().map(|(name, text)| (*name, text.as_bytes()));
    for (name, text) in parts.chain([("xl/worksheets/sheet1.xml", sheet)]) {
        zip.start_file(name, options).expect("a part");
        zip.write_all(text).expect("its text");
    }
    zip.finish().expect("a workbook").into_inner()
}

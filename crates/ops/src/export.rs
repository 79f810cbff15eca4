//! A list as a file: exactly the rows and columns that its page shows, all of one instant, each with the age of its data.
//!
//! The file is whole before anybody gets a byte of it: a fault leaves no half of a list on somebody's desk, and a slow
//! reader holds no transaction open. Rows come a part at a time, so that memory does not follow from how many there are.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Seek, Write};

use domain::scope::{Actor, Scope};
use domain::spreadsheet::safe;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use store::Tx;
use store::listing::{Place, Query, Start};

use crate::column::{self, Column};
use crate::fault::{Fault, Kind};
use crate::filter::Filter;
use crate::freshness::Freshness;
use crate::place::Ops;
use crate::rows::DoctorRow;

/// Rows of a file. Source: a sheet of XLSX ends at 1,048,576, its heading included.
const ROWS_MAX: u64 = 1_000_000;
/// Rows read at once: it bounds memory.
const PART: u64 = 500;
/// Longest text of a cell, characters. Source: XLSX takes 32,767.
const CELL_MAX: usize = 32_000;
/// A mark by which spreadsheets know that a file is UTF-8; without it they spoil every accent.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Values parted by commas.
    Csv,
    /// A spreadsheet.
    Xlsx,
}

impl Form {
    /// Its word in addresses, and the ending of its files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// Reads a word back.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Csv, Self::Xlsx].into_iter().find(|form| form.word() == word)
    }
}

/// A file, ready to be read from its beginning.
pub struct Export {
    /// The bytes; the file is gone once this is dropped.
    pub file: File,
    /// How many there are.
    pub bytes: u64,
    /// Doctors in it.
    pub rows: u64,
}

/// What is to be written.
pub struct Wanted<'a> {
    /// Which doctors, in which order; where its page began does not matter.
    pub filter: &'a Filter,
    /// What of them, in order.
    pub columns: &'a [Column],
    /// As what.
    pub form: Form,
}

impl Ops {
    /// Writes a list to a file, and into the audit that somebody took it.
    pub async fn export(&self, scope: &Scope, actor: &Actor, wanted: &Wanted<'_>) -> Result<Export, Fault> {
        let mut tx = self.read_within(scope).await?;
        let shown = self.narrowed(scope, wanted.filter.body.as_ref())?;
        let freshness = self.freshness_in(&mut tx, &shown).await?;
        let mut sheet = Sheet::begin(wanted, ages(&freshness))?;
        let rows = all(&mut tx, &shown, wanted.filter, &mut sheet).await?;
        drop(tx);
        let (file, bytes) = sheet.end()?;
        self.note_export(&shown, actor, wanted, rows).await?;
        Ok(Export { file, bytes, rows })
    }

    /// No word that was searched for is among it: it may be a name.
    async fn note_export(
        &self,
        shown: &Scope,
        actor: &Actor,
        wanted: &Wanted<'_>,
        rows: u64,
    ) -> Result<(), Fault> {
        let now = self.clock.now();
        let columns: Vec<&str> = wanted.columns.iter().map(|column| column.word()).collect();
        let bodies: Vec<&str> = shown.bodies().map(domain::ids::BodyCode::as_str).collect();
        let detail = serde_json::json!({
            "form": wanted.form.word(), "rows": rows, "bodies": bodies, "columns": columns,
        });
        let mut tx = self.store.begin().await?;
        self.access.audit(&mut tx, actor, ("export", "doctors", &detail.to_string()), now).await?;
        Ok(tx.commit().await?)
    }
}

/// Reads every row of a filter, a part at a time.
async fn all(tx: &mut Tx, shown: &Scope, filter: &Filter, sheet: &mut Sheet) -> Result<u64, Fault> {
    let terms = filter.terms();
    let query = Query { limit: PART, ..filter.query(shown, &terms) };
    let (mut rows, mut place): (u64, Option<Place>) = (0, None);
    loop {
        let start = place.as_ref().map_or(Start::First, Start::After);
        let part = store::doctor::placed(tx, &Query { start, ..query }).await?;
        let is_last = (part.len() as u64) < PART;
        for (row, _) in &part {
            sheet.write(row)?;
        }
        rows += part.len() as u64;
        if rows > ROWS_MAX {
            return Err(Fault::invalid(
                "A file holds at most 1,000,000 doctors. Choose a body, or a filter.",
            ));
        }
        place = part.into_iter().next_back().map(|(_, place)| place);
        if is_last {
            return Ok(rows);
        }
    }
}

/// When each list's data were asked for, by its code.
fn ages(freshness: &Freshness) -> BTreeMap<String, String> {
    let lists = freshness.bodies.iter().chain([&freshness.tis]);
    lists.filter_map(|list| Some((list.code.clone(), column::instant(list.data_as_of?)))).collect()
}

enum Writer {
    Csv(Box<csv::Writer<File>>),
    Xlsx(Box<Workbook>, u32),
}

/// A file on its way.
struct Sheet {
    columns: Vec<Column>,
    ages: BTreeMap<String, String>,
    writer: Writer,
}

impl Sheet {
    fn begin(wanted: &Wanted<'_>, ages: BTreeMap<String, String>) -> Result<Self, Fault> {
        let writer = match wanted.form {
            Form::Csv => {
                let mut file = tempfile::tempfile().map_err(unwritten)?;
                file.write_all(BYTE_ORDER_MARK).map_err(unwritten)?;
                Writer::Csv(Box::new(csv::Writer::from_writer(file)))
            }
            Form::Xlsx => {
                let mut book = Workbook::new();
                let sheet = book.add_worksheet_with_constant_memory().map_err(unwritten)?;
                sheet.set_name("Doctors").map_err(unwritten)?;
                sheet.set_freeze_panes(1, 0).map_err(unwritten)?;
                Writer::Xlsx(Box::new(book), 0)
            }
        };
        let mut sheet = Self { columns: wanted.columns.to_vec(), ages, writer };
        let titles = wanted.columns.iter().map(|column| column.title());
        let titles = titles.chain(["GMC data as of", "TIS data as of"]).map(str::to_owned).collect();
        sheet.line(titles)?;
        Ok(sheet)
    }

    fn write(&mut self, row: &DoctorRow) -> Result<(), Fault> {
        let age = |list: &str| self.ages.get(list).cloned().unwrap_or_default();
        let ages = [age(row.view.body.as_deref().unwrap_or_default()), age(store::list::TIS)];
        let cells = self.columns.iter().map(|column| column.text(row)).chain(ages).collect();
        self.line(cells)
    }

    fn line(&mut self, cells: Vec<String>) -> Result<(), Fault> {
        match &mut self.writer {
            Writer::Csv(writer) => {
                writer.write_record(cells.iter().map(|cell| safe(cell).into_owned())).map_err(unwritten)
            }
            Writer::Xlsx(book, at) => {
                xlsx_line(book, *at, &cells).map_err(unwritten)?;
                *at += 1;
                Ok(())
            }
        }
    }

    fn end(self) -> Result<(File, u64), Fault> {
        let mut file = match self.writer {
            Writer::Csv(writer) => writer.into_inner().map_err(|error| unwritten(error.into_error()))?,
            Writer::Xlsx(mut book, _) => {
                let mut file = tempfile::tempfile().map_err(unwritten)?;
                book.save_to_writer(&mut file).map_err(unwritten)?;
                file
            }
        };
        let bytes = file.stream_position().map_err(unwritten)?;
        file.rewind().map_err(unwritten)?;
        Ok((file, bytes))
    }
}

/// Writes text cells alone: a formula in a name stays a name.
fn xlsx_line(book: &mut Workbook, at: u32, cells: &[String]) -> Result<(), XlsxError> {
    let sheet = book.worksheet_from_index(0)?;
    let bold = Format::new().set_bold();
    for (column, cell) in (0..).zip(cells) {
        let cell: String = cell.chars().take(CELL_MAX).collect();
        if at == 0 {
            sheet.write_string_with_format(at, column, cell, &bold)?;
        } else {
            sheet.write_string(at, column, cell)?;
        }
    }
    Ok(())
}

fn unwritten(error: impl std::error::Error + Send + Sync + 'static) -> Fault {
    let message = "The file could not be written; the list itself is safe. Try again in a minute.".to_owned();
    Fault { kind: Kind::Unavailable, message, source: Some(Box::new(error)) }
}

//! GMC Connect's own export of a designated body's list, as CSV or XLSX, read by the same rules as the GMC's answer.
//!
//! What its columns are called is mapped once in the settings; which of the two kinds a file is, its first bytes say.

mod delimited;
mod workbook;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use domain::comparison::{Export, Field, SetAside};
use domain::listing::{Listing, number_of};
use domain::raw::RawDoctor;

/// The largest file that is read, and the most that a workbook may unpack to, in bytes. A list of 8,000 doctors is well
/// under 2 MiB.
const FILE_MAX: u64 = 64 * 1024 * 1024;
const UNPACKED_MAX: u64 = 256 * 1024 * 1024;
/// The most that an uploaded workbook may unpack to, in bytes: several people may bring one at a time.
pub const UPLOADED_UNPACKED_MAX: u64 = 16 * 1024 * 1024;
/// Most rows that are read; the largest list we know is of 8,000.
const ROWS_MAX: usize = 200_000;
/// Columns beyond are not looked at. Arbitrary; an export has a dozen.
const COLUMNS_MAX: usize = 1_000;
/// Exports may say above the columns' names what they are and of when.
const TITLE_ROWS_MAX: usize = 20;

/// What the columns of an export may be called; case, accents and punctuation make no difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// The GMC number.
    pub gmc_number: Vec<String>,
    /// First name.
    pub first_name: Vec<String>,
    /// Last name.
    pub last_name: Vec<String>,
    /// Submission date.
    pub submission_date: Vec<String>,
    /// Under notice.
    pub under_notice: Vec<String>,
}

/// Why an export cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file is not there, or a disk fails.
    #[error("the export {} cannot be opened: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is larger than any list.
    #[error("the export is larger than {} MiB, in the file or unpacked; no list is that large", bytes / (1024 * 1024))]
    TooLarge {
        /// What is allowed.
        bytes: u64,
    },
    /// It has more rows than any list.
    #[error("the export has more than {ROWS_MAX} rows; no list is that long")]
    TooLong,
    /// It is neither CSV nor XLSX.
    #[error("the export is {0}; save it as CSV (UTF-8) or as XLSX")]
    Kind(&'static str),
    /// A row is broken.
    #[error("row {row} of the export cannot be read: {why}")]
    Broken {
        /// The row, from 1.
        row: usize,
        /// Why.
        why: String,
    },
    /// There is no column of GMC numbers.
    #[error(
        "none of the first {TITLE_ROWS_MAX} rows of the export names a column of GMC numbers; one of these is looked for: \
         {}. Map your columns in [gmc_connect]",
        names.join(", ")
    )]
    NoNumbers {
        /// What is looked for.
        names: Vec<String>,
    },
    /// Two columns claim to be the same.
    #[error("two columns of the export are called like the column {name:?}; keep one of them")]
    Twice {
        /// The column.
        name: &'static str,
    },
}

/// Reads an export.
///
/// Errors: the file as a whole cannot be read; a single bad row is set aside and the rest is read.
pub fn read(path: &Path, columns: &Columns) -> Result<Export, ExportError> {
    let open = |source| ExportError::Open { path: path.to_owned(), source };
    let file = File::open(path).map_err(open)?;
    if file.metadata().map_err(open)?.len() > FILE_MAX {
        return Err(ExportError::TooLarge { bytes: FILE_MAX });
    }
    let mut bytes = Vec::new();
    // A pipe says no size of its own.
    file.take(FILE_MAX + 1).read_to_end(&mut bytes).map_err(open)?;
    of_bytes(&bytes, columns, UNPACKED_MAX)
}

/// Reads an export that is at hand; a workbook may unpack to `unpacked_max` bytes.
pub fn of_bytes(bytes: &[u8], columns: &Columns, unpacked_max: u64) -> Result<Export, ExportError> {
    if bytes.len() as u64 > FILE_MAX {
        return Err(ExportError::TooLarge { bytes: FILE_MAX });
    }
    let mut sheet = Sheet::new(columns);
    match bytes {
        [b'P', b'K', 3, 4, ..] => workbook::each_row(bytes, unpacked_max, &mut sheet)?,
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(ExportError::Kind("a workbook of the old kind (XLS)")),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return Err(ExportError::Kind("text in UTF-16")),
        [b'%', b'P', b'D', b'F', ..] => return Err(ExportError::Kind("a PDF")),
        _ => delimited::each_row(bytes, &mut sheet)?,
    }
    sheet.end()
}

/// Where the columns stand, once their names were met.
#[derive(Clone, Copy, Default)]
struct Places {
    gmc_number: usize,
    first_name: Option<usize>,
    last_name: Option<usize>,
    submission_date: Option<usize>,
    under_notice: Option<usize>,
}

/// Takes rows of cells from either kind of file.
struct Sheet<'a> {
    columns: &'a Columns,
    places: Option<Places>,
    seen: usize,
    export: Export,
}

impl<'a> Sheet<'a> {
    fn new(columns: &'a Columns) -> Self {
        Self { columns, places: None, seen: 0, export: Export::default() }
    }

    /// Takes the next row; `row` counts from 1.
    fn take(&mut self, row: usize, cells: &[String]) -> Result<(), ExportError> {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        self.seen += 1;
        if self.seen > ROWS_MAX {
            return Err(ExportError::TooLong);
        }
        let Some(places) = self.places else { return self.look_for_names(cells) };
        self.export.rows += 1;
        self.take_doctor(row, &places, cells);
        Ok(())
    }

    fn look_for_names(&mut self, cells: &[String]) -> Result<(), ExportError> {
        let columns = self.columns;
        match place(cells, "GMC number", &columns.gmc_number)? {
            Some(gmc_number) => {
                let places = Places {
                    gmc_number,
                    first_name: place(cells, "first name", &columns.first_name)?,
                    last_name: place(cells, "last name", &columns.last_name)?,
                    submission_date: place(cells, "submission date", &columns.submission_date)?,
                    under_notice: place(cells, "under notice", &columns.under_notice)?,
                };
                let stated = [
                    (Field::FirstName, places.first_name),
                    (Field::LastName, places.last_name),
                    (Field::SubmissionDate, places.submission_date),
                    (Field::UnderNotice, places.under_notice),
                ];
                self.export.fields =
                    stated.into_iter().filter(|(_, place)| place.is_some()).map(|(field, _)| field).collect();
                self.places = Some(places);
                Ok(())
            }
            None if self.seen < TITLE_ROWS_MAX => Ok(()),
            None => Err(self.no_numbers()),
        }
    }

    fn no_numbers(&self) -> ExportError {
        ExportError::NoNumbers { names: self.columns.gmc_number.clone() }
    }

    fn take_doctor(&mut self, row: usize, places: &Places, cells: &[String]) {
        let cell = |place: Option<usize>| place.and_then(|place| cells.get(place)).cloned();
        let raw = RawDoctor {
            gmc_reference_number: cell(Some(places.gmc_number)),
            first_name: cell(places.first_name),
            last_name: cell(places.last_name),
            submission_date: cell(places.submission_date).map(|text| as_the_gmc_writes(&text)),
            under_notice: cell(places.under_notice),
            ..RawDoctor::default()
        };
        let mut set_aside = |why: &str| self.export.set_aside.push(SetAside { row, why: why.to_owned() });
        let Ok(number) = number_of(&raw) else {
            return set_aside("it has no GMC number of seven digits");
        };
        let listing = Listing::of(number.clone(), raw);
        match self.export.doctors.get(&number) {
            Some(known) if *known == listing => self.export.repeated += 1,
            Some(_) => {
                set_aside("another row has the same GMC number and says something else; the first is kept")
            }
            None => drop(self.export.doctors.insert(number, listing)),
        }
    }

    fn end(self) -> Result<Export, ExportError> {
        if self.places.is_some() { Ok(self.export) } else { Err(self.no_numbers()) }
    }
}

/// Where a column stands.
fn place(cells: &[String], name: &'static str, called: &[String]) -> Result<Option<usize>, ExportError> {
    let called: Vec<String> = called.iter().map(|name| domain::names::fold(name)).collect();
    let is_it = |cell: &String| called.contains(&domain::names::fold(cell));
    let mut found = cells.iter().enumerate().filter(|(_, cell)| is_it(cell)).map(|(place, _)| place);
    let first = found.next();
    if found.next().is_some() { Err(ExportError::Twice { name }) } else { Ok(first) }
}

/// An ISO date, perhaps with a midnight, as the GMC's own service writes it; anything else stays as it is.
fn as_the_gmc_writes(text: &str) -> String {
    let day = text.trim().split(['T', ' ']).next().unwrap_or_default();
    match day.parse::<jiff::civil::Date>() {
        Ok(date) if day.len() == 10 => date.strftime("%d/%m/%Y").to_string(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;

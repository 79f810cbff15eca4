//! A list as a file: exactly the rows and columns that its page shows, all of one instant, each with the age of its data.
//!
//! The file is whole before anybody gets a byte of it: a fault leaves no half of a list on somebody's desk, and a slow
//! reader holds no transaction open. Rows come a part at a time, so that memory does not follow from how many there are.

use std::collections::BTreeMap;
use std::fs::File;

use domain::scope::{Actor, Scope};
use store::Tx;
use store::listing::{Place, Query, Start};

use crate::column::{self, Column};
use crate::fault::Fault;
use crate::filter::Filter;
use crate::freshness::Freshness;
use crate::place::Ops;
use crate::rows::DoctorRow;
use crate::sheet::Sheet;

pub use crate::sheet::Form;

/// Rows of a file. Source: a sheet of XLSX ends at 1,048,576, its heading included.
const ROWS_MAX: u64 = 1_000_000;
/// Rows read at once: it bounds memory.
const PART: u64 = 500;

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
        let mut list = List::begin(wanted, ages(&freshness))?;
        let rows = all(&mut tx, &shown, wanted.filter, &mut list).await?;
        drop(tx);
        let (file, bytes) = list.sheet.end()?;
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
async fn all(tx: &mut Tx, shown: &Scope, filter: &Filter, list: &mut List) -> Result<u64, Fault> {
    let terms = filter.terms();
    let query = Query { limit: PART, ..filter.query(shown, &terms) };
    let (mut rows, mut place): (u64, Option<Place>) = (0, None);
    loop {
        let start = place.as_ref().map_or(Start::First, Start::After);
        let part = store::doctor::placed(tx, &Query { start, ..query }).await?;
        let is_last = (part.len() as u64) < PART;
        for (row, _) in &part {
            list.write(row)?;
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

/// A list on its way into a file.
struct List {
    columns: Vec<Column>,
    ages: BTreeMap<String, String>,
    sheet: Sheet,
}

impl List {
    fn begin(wanted: &Wanted<'_>, ages: BTreeMap<String, String>) -> Result<Self, Fault> {
        let titles = wanted.columns.iter().map(|column| column.title());
        let titles: Vec<String> =
            titles.chain(["GMC data as of", "TIS data as of"]).map(str::to_owned).collect();
        let mut sheet = Sheet::begin(wanted.form)?;
        sheet.line(&titles)?;
        Ok(Self { columns: wanted.columns.to_vec(), ages, sheet })
    }

    fn write(&mut self, row: &DoctorRow) -> Result<(), Fault> {
        let age = |list: &str| self.ages.get(list).cloned().unwrap_or_default();
        let ages = [age(row.view.body.as_deref().unwrap_or_default()), age(store::list::TIS)];
        let cells: Vec<String> = self.columns.iter().map(|column| column.text(row)).chain(ages).collect();
        self.sheet.line(&cells)
    }
}

//! `reval compare`: our list of a body beside GMC Connect's own export of it.

use std::path::{Path, PathBuf};

use domain::comparison::{Comparison, Export, SetAside};
use ops::compare::ComparePage;
use serde_json::{Value, json};
use sources::export::ExportError;

use super::Common;
use super::say::{Voice, instant, json as say_json, line, table};
use crate::exit::{Exit, Failure};
use crate::wiring::Quiet;

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval compare NW --export list-of-doctors.xlsx
  reval compare 1-1RSSQ2H --export list.csv --csv differences.csv
  reval compare NW --export list.csv --json

The export is the list that GMC Connect itself gives for the body, as CSV (UTF-8) or XLSX. What its columns are called is set
once in [gmc_connect]. It ends with 0 if both say the same and with 32 if not. What is shown is personal data.";

/// Rows shown to people of each kind; all of them are in --csv and --json.
const SHOWN: usize = 20;

/// Compare our list of a body with GMC Connect's own export.
#[derive(clap::Args)]
pub struct Args {
    /// A body's code or abbreviation.
    body: String,
    /// GMC Connect's export, CSV or XLSX.
    #[arg(long, value_name = "FILE")]
    export: PathBuf,
    /// Write every difference to this file; an existing one is not written over.
    #[arg(long, value_name = "OUT")]
    csv: Option<PathBuf>,
}

/// Does it.
pub async fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let house = common.house(Quiet::AtTerminal).await?;
    let body = house.body(&args.body)?;
    let mut export = sources::export::read(&args.export, &house.config.gmc_connect).map_err(refused)?;
    let doctors = std::mem::take(&mut export.doctors);
    let theirs = doctors.len();
    let ops = house.ops();
    let page = ops.compare(&ops.every_body(), body.as_str(), doctors, export.fields.clone()).await?;
    if let Some(path) = &args.csv {
        write(path, &page.comparison)?;
    }
    match common.voice() {
        Voice::Json => say_json(&value(&page, &export, theirs)),
        Voice::People => people(&page, &export, theirs),
    }
    Ok(if page.comparison.is_equal() { Exit::Done } else { Exit::Differs })
}

fn refused(error: ExportError) -> Failure {
    let exit = match &error {
        ExportError::Open { source, .. } if source.kind() == std::io::ErrorKind::NotFound => Exit::NotFound,
        ExportError::Open { .. } => Exit::Unavailable,
        _ => Exit::Invalid,
    };
    Failure::new(exit, error.to_string())
}

fn people(page: &ComparePage, export: &Export, theirs: usize) {
    let comparison = &page.comparison;
    let as_of = page.freshness.oldest().map_or_else(|| "never".to_owned(), instant);
    line(format!("{}: the export names {theirs} doctors, we show {}, as of {as_of}", page.name, page.ours));
    let fields: Vec<&str> = export.fields.iter().map(|field| field.word()).collect();
    line(format!("  compared: GMC number{}{}", if fields.is_empty() { "" } else { ", " }, fields.join(", ")));
    line(format!(
        "  on both {}, of which equal {}; only there {}, only here {}",
        comparison.both,
        comparison.same,
        comparison.only_there.len(),
        comparison.only_here.len()
    ));
    if export.repeated > 0 {
        line(format!("  {} rows of the export repeat another", export.repeated));
    }
    for aside in export.set_aside.iter().take(SHOWN) {
        line(format!("  row {} of the export was set aside: {}", aside.row, aside.why));
    }
    more(export.set_aside.len());
    table(&["what", "GMC number", "field", "there", "here"], rows(comparison).take(SHOWN).collect());
    more(comparison.only_there.len() + comparison.only_here.len() + comparison.differs.len());
}

fn more(all: usize) {
    if all > SHOWN {
        line(format!("  and {} more; --csv or --json has them all", all - SHOWN));
    }
}

/// Every difference as a row: what, GMC number, field, there, here.
fn rows(comparison: &Comparison) -> impl Iterator<Item = Vec<String>> + '_ {
    let alone = |what: &'static str| {
        move |number: &domain::ids::GmcNumber| {
            vec![what.to_owned(), number.to_string(), String::new(), String::new(), String::new()]
        }
    };
    let differs = comparison.differs.iter().map(|difference| {
        vec![
            "differs".to_owned(),
            difference.gmc_number.to_string(),
            difference.field.word().to_owned(),
            difference.there.clone(),
            difference.here.clone(),
        ]
    });
    let there = comparison.only_there.iter().map(alone("only_there"));
    there.chain(comparison.only_here.iter().map(alone("only_here"))).chain(differs)
}

/// Writes every difference; a cell that a spreadsheet would take for a formula is made text.
fn write(path: &Path, comparison: &Comparison) -> Result<(), Failure> {
    let cannot =
        |why: String| Failure::new(Exit::Unavailable, format!("{} cannot be written: {why}", path.display()));
    let file = open_new(path).map_err(|error| cannot(error.to_string()))?;
    let mut out = csv::Writer::from_writer(file);
    let head = ["what", "gmc_number", "field", "there", "here"].map(str::to_owned).to_vec();
    for row in std::iter::once(head).chain(rows(comparison)) {
        let cells = row.iter().map(|cell| domain::spreadsheet::safe(cell));
        out.write_record(cells.map(|cell| cell.into_owned())).map_err(|error| cannot(error.to_string()))?;
    }
    out.flush().map_err(|error| cannot(error.to_string()))
}

/// Nobody else may read it: it names doctors.
fn open_new(path: &Path) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

fn value(page: &ComparePage, export: &Export, theirs: usize) -> Value {
    let comparison = &page.comparison;
    let aside = |aside: &SetAside| json!({ "row": aside.row, "why": aside.why });
    json!({
        "body": page.name,
        "snapshot": page.snapshot,
        "data_as_of": page.freshness.oldest().map(|at| at.to_string()),
        "there": theirs,
        "here": page.ours,
        "both": comparison.both,
        "same": comparison.same,
        "compared": export.fields.iter().map(|field| field.word()).collect::<Vec<_>>(),
        "only_there": comparison.only_there.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "only_here": comparison.only_here.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "differs": comparison.differs.iter().map(|difference| json!({
            "gmc_number": difference.gmc_number.to_string(),
            "field": difference.field.word(),
            "there": difference.there,
            "here": difference.here,
        })).collect::<Vec<_>>(),
        "repeated": export.repeated,
        "set_aside": export.set_aside.iter().map(aside).collect::<Vec<_>>(),
    })
}

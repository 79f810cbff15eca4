//! A body's list beside GMC Connect's own export of it, which a person brings.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::comparison::{Comparison, Export, SetAside};
use domain::ids::GmcNumber;
use ops::compare::ComparePage;

use super::sheet::Sheet;
use super::{Page, answered, told};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::moment::count;
use crate::params::encoded;
use crate::parts::{Cell, Errors, Field, Kind, PostForm, Summary, Table};
use crate::posted::Posted;
use crate::reader::Reader;
use crate::words;

const MEANING: &str = "Bring the list of doctors that GMC Connect exports for this body, as CSV (UTF-8) or XLSX. It is read, \
                       compared with our list and forgotten: nothing of it is kept.";
/// Rows shown of each kind. Arbitrary: more than that is another body's export.
const SHOWN: usize = 500;

/// Asks for the export.
pub async fn get(State(app): State<Arc<App>>, reader: Reader, Path(code): Path<String>) -> Page {
    asking(&app, &reader, &code, Errors::default()).await
}

/// Shows what differs.
pub async fn post(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(code): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["export"])?;
    let complaint = |message: String| Errors::one("export", message);
    let Some(bytes) = posted.file("export") else {
        return asking(&app, &reader, &code, complaint("Choose the export".to_owned())).await;
    };
    // Whose body it is comes first: a stranger's file is not read.
    app.ops.body(&reader.doctors(), &code)?;
    let mut export = match (app.read_export)(bytes).await {
        Ok(export) => export,
        Err(fault) => return asking(&app, &reader, &code, complaint(told(fault)?)).await,
    };
    let doctors = std::mem::take(&mut export.doctors);
    let theirs = doctors.len() as u64;
    let page = app.ops.compare(&reader.doctors(), &code, doctors, export.fields.clone()).await?;
    let mut sheet = Sheet::new(
        frame(&app, &reader, &code, &page.name),
        FreshnessLine::of(&page.freshness),
        heading(&page.name),
    );
    sheet.summary = Some(summary(&page, &export, theirs));
    sheet.tables = tables(&page.comparison, &export);
    answered(&sheet.asking(form(&reader, &code)), StatusCode::OK)
}

async fn asking(app: &App, reader: &Reader, code: &str, errors: Errors) -> Page {
    let name = app.ops.body(&reader.doctors(), code)?.name.clone();
    let freshness = app.ops.freshness(&reader.doctors()).await?;
    let status = if errors.is_any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = frame(app, reader, code, &name);
    let mut sheet = Sheet::new(frame, FreshnessLine::of(&freshness), heading(&name)).complaining(errors);
    sheet.intro.push(Cell::text(MEANING));
    answered(&sheet.asking(form(reader, code)), status)
}

fn heading(name: &str) -> String {
    format!("{name} beside GMC Connect")
}

fn frame(app: &App, reader: &Reader, code: &str, name: &str) -> Frame {
    let frame = Frame::of(app, reader, "", heading(name));
    frame.below("/", "Overview").below(format!("/bodies/{}", encoded(code)), name)
}

fn form(reader: &Reader, code: &str) -> PostForm {
    let export = Field::new("export", "GMC Connect\u{2019}s export", Kind::File(".csv,.xlsx"))
        .hinted("CSV or XLSX, at most 4 MB");
    PostForm::new(format!("/bodies/{}/compare", encoded(code)), &reader.form_token, "Compare")
        .asking([export])
}

fn summary(page: &ComparePage, export: &Export, theirs: u64) -> Summary {
    let comparison = &page.comparison;
    let number = |count: usize| Cell::count(count as u64);
    let fields: Vec<&str> = export.fields.iter().map(|field| words::field(*field)).collect();
    Summary::of([
        ("Doctors in the export", Cell::count(theirs)),
        ("Doctors on our list", Cell::count(page.ours)),
        ("Compared", Cell::text(format!("GMC number{}", with_and(&fields)))),
        ("The same on both", Cell::count(comparison.same)),
        ("Different", Cell::count(comparison.doctors_that_differ())),
        ("Only in the export", number(comparison.only_there.len())),
        ("Only on our list", number(comparison.only_here.len())),
        ("Rows that repeat another", number(export.repeated)),
        ("Rows that could not be read", number(export.set_aside.len())),
    ])
}

fn with_and(fields: &[&str]) -> String {
    fields.iter().map(|field| format!(", {field}")).collect()
}

fn tables(comparison: &Comparison, export: &Export) -> Vec<Table> {
    let differs = comparison.differs.iter().take(SHOWN).map(|one| {
        let shown =
            |text: &str| if text.is_empty() { Cell::Hint("nothing".to_owned()) } else { Cell::text(text) };
        vec![
            doctor(&one.gmc_number),
            Cell::text(words::field(one.field)),
            shown(&one.there),
            shown(&one.here),
        ]
    });
    let aside = |aside: &SetAside| vec![Cell::count(aside.row as u64), Cell::text(aside.why.as_str())];
    let titles = ["GMC number", "Field", "In the export", "On our list"];
    let differs = Table::new("differs", capped("Different", comparison.differs.len()), &titles)
        .filled(differs, "Every doctor on both lists is the same on both.");
    let aside =
        Table::new("aside", capped("Rows that could not be read", export.set_aside.len()), &["Row", "Why"])
            .filled(export.set_aside.iter().take(SHOWN).map(aside), "Every row could be read.");
    vec![
        differs,
        alone("only-there", "Only in the export", &comparison.only_there, "Our list has everybody."),
        alone("only-here", "Only on our list", &comparison.only_here, "The export has everybody."),
        aside,
    ]
}

fn alone(id: &'static str, caption: &str, numbers: &[GmcNumber], empty: &str) -> Table {
    let rows = numbers.iter().take(SHOWN).map(|number| vec![doctor(number)]);
    Table::new(id, capped(caption, numbers.len()), &["GMC number"]).filled(rows, empty)
}

fn doctor(number: &GmcNumber) -> Cell {
    Cell::link(format!("/doctors/{}", encoded(number.as_str())), number.as_str())
}

/// A caption, with what is not shown.
fn capped(caption: &str, all: usize) -> String {
    if all <= SHOWN {
        return format!("{caption} ({})", count(all as u64));
    }
    format!("{caption}: the first {SHOWN} of {}; `reval compare` gives all of them", count(all as u64))
}

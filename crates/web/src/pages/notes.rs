//! Notes on a doctor's page: what people wrote, and the forms with which they write.

use std::sync::Arc;

use axum::extract::{Path, State};
use domain::access::Right;
use domain::ids::BodyCode;
use domain::view::ViewRow;
use jiff::Timestamp;
use ops::doctor::DoctorPage;
use ops::notes::NOTE_MAX;
use ops::rows::NoteRow;

use super::{Page, doctor, told};
use crate::moment::Moment;
use crate::params::{Complaint, Params, encoded};
use crate::parts::{Field, Kind, PostForm};
use crate::posted::Posted;
use crate::reader::Reader;
use crate::{App, way};

/// A note as it is shown.
pub struct NoteView {
    /// Its lines.
    pub lines: Vec<String>,
    /// Who wrote it.
    pub author: String,
    /// When.
    pub written: String,
    /// When it was last worded anew; empty if never.
    pub reworded: String,
    /// The form with which its author words it anew.
    pub form: Option<PostForm>,
    /// Whether that form is open: what was sent with it could not be kept.
    pub is_open: bool,
}

/// What somebody wrote that could not be kept; it is shown again, so that nothing of it is lost.
pub struct Written<'a> {
    /// The note that was worded anew; none where it is a new one.
    pub note: Option<&'a str>,
    /// As it was sent.
    pub text: &'a str,
    /// Why it could not be kept.
    pub why: String,
}

impl Written<'_> {
    /// What is wrong.
    pub fn complaint(&self) -> Complaint {
        let field = if self.note.is_some() { "reworded" } else { "note" };
        Complaint { field, message: self.why.clone() }
    }
}

/// What has just been done, by its word in the address.
pub fn done(word: &str) -> Option<&'static str> {
    match word {
        "written" => Some("Your note is kept."),
        "allocated" => Some("It is allocated."),
        "worked" => Some("It is written down."),
        "shown" => Some("The discrepancy is shown again."),
        _ => None,
    }
}

/// The notes of a page.
pub fn views(
    reader: &Reader,
    page: &DoctorPage,
    written: Option<&Written<'_>>,
    now: Timestamp,
) -> Vec<NoteView> {
    let me = reader.visitor.actor("").name;
    let may = may_write(reader, &page.row.view);
    let view = |row: &NoteRow| {
        let sent = written.filter(|written| written.note == Some(row.id.as_str()));
        let reworded = if row.version > 1 { Moment::of(row.changed_at, now).text } else { String::new() };
        NoteView {
            lines: row.text.lines().map(str::to_owned).collect(),
            author: row.author.trim_start_matches("user:").to_owned(),
            written: Moment::of(row.written_at, now).text,
            reworded,
            form: (may && row.author == me).then(|| rewording(reader, row, sent)),
            is_open: sent.is_some(),
        }
    };
    page.notes.iter().map(view).collect()
}

fn may_write(reader: &Reader, view: &ViewRow) -> bool {
    let scope = reader.scope(Right::EditNotes);
    let bodies = [view.body.as_deref(), view.tis_body.as_deref()];
    bodies.into_iter().flatten().any(|body| scope.covers(&BodyCode::new(body)))
}

fn rewording(reader: &Reader, row: &NoteRow, sent: Option<&Written<'_>>) -> PostForm {
    // Where several forms of a page could be open, only the one that was sent complains, under this id.
    let id = if sent.is_some() { "reworded".to_owned() } else { format!("reworded-{}", row.id) };
    let mut field = Field::new("reworded", "The note", Kind::Lines).called(id);
    field = field.entered(Some(sent.map_or(row.text.as_str(), |sent| sent.text)));
    field.error = sent.map(|sent| sent.why.clone());
    PostForm::new(format!("/notes/{}", encoded(&row.id)), &reader.form_token, "Keep this wording")
        .with("version", row.version.to_string())
        .with("number", row.gmc_number.as_str())
        .asking([field])
        .secondary()
}

/// The forms below the notes: to write one, and to take the doctor on.
pub fn forms(reader: &Reader, view: &ViewRow, written: Option<&Written<'_>>) -> Vec<PostForm> {
    if !may_write(reader, view) {
        return Vec::new();
    }
    let sent = written.filter(|written| written.note.is_none());
    let mut field = Field::new("note", "A new note", Kind::Lines)
        .hinted(format!(
            "Up to {NOTE_MAX} characters. Everybody who sees this doctor reads it, with your name."
        ))
        .entered(sent.map(|sent| sent.text));
    field.error = sent.map(|sent| sent.why.clone());
    let number = encoded(&view.gmc_number);
    let write = PostForm::new(format!("/doctors/{number}/notes"), &reader.form_token, "Keep this note");
    let allocate = PostForm::new("/allocate", &reader.form_token, "Allocate this doctor");
    let allocate = allocate.with("doctor", view.gmc_number.as_str()).secondary();
    let work = PostForm::new("/discrepancies/work", &reader.form_token, "Work on the discrepancy");
    let work = view.discrepancy.is_some().then(|| work.with("doctor", view.gmc_number.as_str()).secondary());
    [write.asking([field]), allocate].into_iter().chain(work).collect()
}

/// Keeps a note.
pub async fn write(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(number): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["note"])?;
    let text = posted.field("note").unwrap_or_default();
    match app.ops.write_note(&reader.visitor, &number, text).await {
        Ok(()) => Ok(way::see(&format!("/doctors/{}?done=written#notes", encoded(&number)))),
        Err(fault) => {
            let written = Written { note: None, text, why: told(fault)? };
            doctor::show(&app, &reader, (&number, &Params::default()), Some(&written)).await
        }
    }
}

/// Words a note anew.
pub async fn reword(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["reworded", "version", "number"])?;
    let text = posted.field("reworded").unwrap_or_default();
    let version = posted.get("version").and_then(|text| text.parse().ok()).unwrap_or_default();
    let number = posted.get("number").unwrap_or_default();
    match app.ops.reword_note(&reader.visitor, (&id, version), text).await {
        Ok(()) => Ok(way::see(&format!("/doctors/{}?done=written#notes", encoded(number)))),
        Err(fault) => {
            let why = match fault.kind {
                ops::Kind::Conflict => fault.message,
                _ => told(fault)?,
            };
            let written = Written { note: Some(&id), text, why };
            doctor::show(&app, &reader, (number, &Params::default()), Some(&written)).await
        }
    }
}

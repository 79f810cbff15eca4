//! Daily work on doctors: notes, who works on whom, and where the work on a disagreement stands.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::access::Right;
use domain::scope::Scope;
use jiff::civil::Date;
use ops::allocation::Chosen;
use ops::rows::NoteRow;
use ops::worklist::{Hiding, Stage};
use ops::{Fault, Kind, Viewer};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::change::{Asked, Once, Receipt, Unchanged};
use super::{Answer, Had, Problem, Refused, answer};
use crate::App;
use crate::fault;
use crate::pages::asked::{List, read};
use crate::params::Params;
use crate::reader::Reader;

/// What people do about a doctor.
#[derive(Serialize, ToSchema)]
struct Casework {
    /// Who works on the doctor.
    admin: Option<String>,
    /// new, looking, waiting_gmc or waiting_tis; null where the GMC and TIS agree.
    stage: Option<String>,
    /// Who looks into the disagreement.
    looked_into_by: Option<String>,
    /// What they say of it.
    said: Option<String>,
    /// The newest first.
    notes: Vec<Note>,
    /// How the disagreement was hidden for bodies of your scope, the newest first.
    hidden: Vec<Hidden>,
}

/// A note.
#[derive(Serialize, ToSchema)]
struct Note {
    /// Its id.
    id: String,
    /// Who wrote it.
    author: String,
    /// What it says.
    text: String,
    /// Send this as If-Match to word it anew.
    etag: String,
    /// When it was written.
    #[schema(format = DateTime)]
    written_at: String,
    /// When it was last worded anew.
    #[schema(format = DateTime)]
    changed_at: String,
}

/// A disagreement as it is or was hidden.
#[derive(Serialize, ToSchema)]
struct Hidden {
    /// Its id.
    id: String,
    /// For which body.
    body: String,
    /// Why.
    reason: String,
    /// The last day, ISO date.
    until: Option<String>,
    /// Whether it hides anything today.
    is_in_force: bool,
}

/// Which doctors.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// GMC numbers, 500 at most.
    #[serde(default)]
    #[schema(max_items = 500)]
    doctors: Vec<String>,
    /// Or all that match on a list.
    matching: Option<Matching>,
}

/// All that match.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Matching {
    /// As after the question mark of GET /api/v1/doctors.
    query: String,
    /// As many as it said there are; where they are others by now, nothing is done.
    expected: u64,
}

/// What a note is to say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// One to 10,000 characters.
    #[schema(min_length = 1, max_length = 10000)]
    text: String,
}

/// To whom doctors go.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Allocation {
    /// Which.
    which: Which,
    /// Accounts, one after the other in turn; none: they are nobody's.
    to: Vec<String>,
}

/// Where somebody stands.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Stand {
    /// Which.
    which: Which,
    /// new, looking, waiting_gmc or waiting_tis.
    stage: String,
    /// What for, in a line.
    #[serde(default)]
    #[schema(max_length = 500)]
    said: String,
}

/// A disagreement to be hidden.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hide {
    /// Which.
    which: Which,
    /// Why, in a line.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// The last day, ISO date.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
}

/// Nothing is to be said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Reads what people do about one doctor of your scope.
#[utoipa::path(
    get, path = "/api/v1/doctors/{number}/casework", tag = "casework", operation_id = "casework",
    params(("number" = String, Path, description = "The GMC number")),
    responses(
        (status = 200, body = Casework, headers(("etag" = String))),
        (status = 304, description = "As you have it"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "It is not there"),
        Refused,
    )
)]
pub async fn of_doctor(
    State(app): State<Arc<App>>,
    reader: Reader,
    had: Had,
    Path(number): Path<String>,
) -> Answer {
    let viewer = Viewer { sensitive: Scope::of([]), ..reader.viewer() };
    let page = app.ops.doctor(&viewer, &number, None).await?;
    let stage = page.row.stage.clone().unwrap_or_else(|| Stage::New.word().to_owned());
    answer(
        &had,
        &Casework {
            admin: page.row.admin.clone(),
            stage: page.row.view.discrepancy.as_ref().map(|_| stage),
            looked_into_by: page.row.work_owner.clone(),
            said: page.row.work_reason.clone(),
            notes: page.notes.iter().map(note).collect(),
            hidden: page.hidden.iter().map(hidden).collect(),
        },
    )
}

fn note(row: &NoteRow) -> Note {
    Note {
        id: row.id.clone(),
        author: row.author.clone(),
        text: row.text.clone(),
        etag: format!("\"{}\"", row.version),
        written_at: row.written_at.to_string(),
        changed_at: row.changed_at.to_string(),
    }
}

fn hidden(one: &Hiding) -> Hidden {
    Hidden {
        id: one.row.id.clone(),
        body: one.row.body.clone(),
        reason: one.row.reason.clone(),
        until: one.row.until.clone(),
        is_in_force: one.is_in_force,
    }
}

/// Writes a note about a doctor.
#[utoipa::path(
    post, path = "/api/v1/doctors/{number}/notes", tag = "casework", operation_id = "write_note",
    params(("number" = String, Path, description = "The GMC number"), Once),
    request_body = Words, security(("token" = [])),
    responses((status = 200, body = Receipt), Unchanged, Refused)
)]
pub async fn write(State(app): State<Arc<App>>, Path(number): Path<String>, asked: Asked<Words>) -> Answer {
    asked
        .once(&app, |reader, words, ops, _| async move {
            ops.write_note(&reader.visitor, &number, &words.text).await
        })
        .await
}

/// Words a note of this program's own anew.
#[utoipa::path(
    post, path = "/api/v1/notes/{id}", tag = "casework", operation_id = "reword_note",
    params(
        ("id" = String, Path, description = "Its id"),
        ("If-Match" = String, Header, description = "Its etag, as you have read it"),
        Once
    ),
    request_body = Words, security(("token" = [])),
    responses(
        (status = 200, body = Receipt),
        (status = 412, body = Problem, content_type = "application/problem+json", description = "It was worded anew since"),
        (status = 428, body = Problem, content_type = "application/problem+json", description = "Say which version you have read"),
        Unchanged,
        Refused,
    )
)]
pub async fn reword(State(app): State<Arc<App>>, Path(id): Path<String>, asked: Asked<Words>) -> Answer {
    let Some(version) = asked.seen.as_deref().and_then(version) else {
        let fault = Fault::invalid("Say by If-Match which version of the note you have read: its etag.");
        return Err(fault::Problem::as_status(fault, StatusCode::PRECONDITION_REQUIRED));
    };
    asked
        .once(&app, |reader, words, ops, _| async move {
            let done = ops.reword_note(&reader.visitor, (&id, version), &words.text).await;
            done.map_err(|fault| match fault.kind {
                Kind::Conflict => fault::Problem::as_status(fault, StatusCode::PRECONDITION_FAILED),
                _ => fault.into(),
            })
        })
        .await
}

/// The version that an etag of a note names.
fn version(tag: &str) -> Option<u64> {
    tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}

/// Gives doctors to people.
#[utoipa::path(
    post, path = "/api/v1/allocate", tag = "casework", operation_id = "allocate", params(Once),
    request_body = Allocation, security(("token" = [])),
    responses((status = 200, body = Receipt), Unchanged, Refused)
)]
pub async fn allocate(State(app): State<Arc<App>>, asked: Asked<Allocation>) -> Answer {
    let here = Arc::clone(&app);
    asked
        .once(&app, |reader, body, ops, _| async move {
            let chosen = chosen(&here, &reader, body.which)?;
            ops.allocate(&reader.visitor, &chosen, &body.to).await.map(drop)
        })
        .await
}

/// Says where the work on disagreements stands.
#[utoipa::path(
    post, path = "/api/v1/discrepancies/stand", tag = "casework", operation_id = "stand", params(Once),
    request_body = Stand, security(("token" = [])),
    responses((status = 200, body = Receipt), Unchanged, Refused)
)]
pub async fn stand(State(app): State<Arc<App>>, asked: Asked<Stand>) -> Answer {
    let here = Arc::clone(&app);
    asked
        .once(&app, |reader, body, ops, _| async move {
            let stage = Stage::from_word(&body.stage);
            let stage = stage.ok_or_else(|| Fault::invalid("There is no such stage of the work."))?;
            let chosen = chosen(&here, &reader, body.which)?;
            ops.stand(&reader.visitor, &chosen, stage, &body.said).await.map(drop)
        })
        .await
}

/// Hides disagreements for your bodies of them.
#[utoipa::path(
    post, path = "/api/v1/discrepancies/hide", tag = "casework", operation_id = "hide", params(Once),
    request_body = Hide, security(("token" = [])),
    responses((status = 200, body = Receipt), Unchanged, Refused)
)]
pub async fn hide(State(app): State<Arc<App>>, asked: Asked<Hide>) -> Answer {
    let here = Arc::clone(&app);
    asked
        .once(&app, |reader, body, ops, _| async move {
            let chosen = chosen(&here, &reader, body.which)?;
            ops.hide(&reader.visitor, &chosen, &body.reason, body.until).await.map(drop)
        })
        .await
}

/// Shows a disagreement again.
#[utoipa::path(
    post, path = "/api/v1/hidden/{id}/show", tag = "casework", operation_id = "show_again",
    params(("id" = String, Path, description = "Its id"), Once),
    request_body = Nothing, security(("token" = [])),
    responses((status = 200, body = Receipt), Unchanged, Refused)
)]
pub async fn show_again(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    asked: Asked<Nothing>,
) -> Answer {
    asked
        .once(&app, |reader, Nothing {}, ops, _| async move {
            ops.show_again(&reader.visitor, &id).await.map(drop)
        })
        .await
}

fn chosen(app: &App, reader: &Reader, which: Which) -> Result<Chosen, Fault> {
    match (which.doctors, which.matching) {
        (doctors, None) => Ok(Chosen::These(doctors)),
        (doctors, Some(matching)) if doctors.is_empty() => {
            let asked =
                read(app, &reader.scope(Right::EditNotes), List::Doctors, &Params::parse(&matching.query));
            match asked.errors.complaints.into_iter().next() {
                Some(complaint) => Err(Fault::invalid(complaint.message)),
                None => Ok(Chosen::Matching(Box::new(asked.filter), matching.expected)),
            }
        }
        _ => Err(Fault::invalid("Name doctors, or all that match: not both.")),
    }
}

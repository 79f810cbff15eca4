//! Doctors of one's scope, a page at a time, and one of them: what the lists and TIS say, without sanctions and
//! investigations, which are read on pages alone.

use std::sync::Arc;

use axum::extract::{Path, State};
use domain::scope::Scope;
use domain::view::ViewRow;
use ops::doctors::Total;
use ops::{Fault, Viewer};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, Had, Problem, Refused, answer};
use crate::App;
use crate::pages::asked::{List as Lists, read};
use crate::params::Params;
use crate::reader::Reader;
use crate::status::{self, List};

/// A page of doctors.
#[derive(Serialize, ToSchema)]
struct Doctors {
    /// How many doctors there are, on lists or matching.
    total: u64,
    /// The page.
    doctors: Vec<Doctor>,
    /// Where the page before is; null before the first.
    previous: Option<String>,
    /// Where the next page is; null after the last.
    next: Option<String>,
    /// How old the lists are that it was made from.
    lists: Vec<List>,
    /// How old TIS is.
    tis: List,
}

/// One doctor, as the lists and TIS say.
#[derive(Serialize, ToSchema)]
struct Doctor {
    /// Seven digits.
    gmc_number: String,
    /// The GMC's spelling, or that of TIS where no list names the doctor.
    first_name: Option<String>,
    /// The GMC's spelling, or that of TIS where no list names the doctor.
    last_name: Option<String>,
    /// Code of the body that lists the doctor.
    body: Option<String>,
    /// listed, not_confirmed or left.
    presence: Option<String>,
    /// yes, no, on_hold, unknown, or none where no list names the doctor.
    under_notice: String,
    /// ISO date; null where none or no date was stated.
    submission_date: Option<String>,
    /// Programmes in TIS, joined by a bar.
    programme: Option<String>,
    /// Grades in TIS, joined by a bar.
    grade: Option<String>,
    /// The kind of disagreement of the GMC and TIS.
    discrepancy: Option<String>,
}

/// Reads a page of the doctors of your scope.
#[utoipa::path(
    get, path = "/api/v1/doctors", tag = "doctors", operation_id = "doctors",
    params(
        ("q" = Option<String>, Query, description = "Words of a name, or digits of a GMC number"),
        ("body" = Option<String>, Query, description = "Code of a designated body"),
        ("notice" = Option<String>, Query, description = "yes, on_hold, unknown, no or any"),
        ("kind" = Option<String>, Query, description = "any, or a kind of disagreement"),
        ("programme" = Option<String>, Query, description = "A part of the name of a programme"),
        ("due-from" = Option<String>, Query, description = "The first submission date, ISO date"),
        ("due-to" = Option<String>, Query, description = "The last submission date, ISO date"),
        ("end-from" = Option<String>, Query, description = "The first end of a programme membership, ISO date"),
        ("end-to" = Option<String>, Query, description = "The last end of a programme membership, ISO date"),
        ("order" = Option<String>, Query, description = "name, number, due, or another column's word"),
        ("way" = Option<String>, Query, description = "up or down"),
        ("size" = Option<String>, Query, description = "Rows of a page: 20, 50, 100 or 200"),
        ("after" = Option<String>, Query, description = "As `next` of the page before has it"),
        ("before" = Option<String>, Query, description = "As `previous` of the page after has it"),
        ("at" = Option<String>, Query, description = "last: the last page"),
    ),
    responses(
        (status = 200, body = Doctors, headers(("etag" = String))),
        (status = 304, description = "As you have it"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "It is not there"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "It makes no sense"),
        Refused,
    )
)]
pub async fn all(State(app): State<Arc<App>>, reader: Reader, had: Had, params: Params) -> Answer {
    let scope = reader.doctors();
    let asked = read(&app, &scope, Lists::Doctors, &params);
    if let Some(complaint) = asked.errors.complaints.into_iter().next() {
        return Err(Fault::invalid(complaint.message).into());
    }
    let page = app.ops.doctors(&scope, &asked.filter).await?;
    let start = params.at_first_page();
    let (Total::OnLists(total) | Total::Matching(total)) = page.total;
    answer(
        &had,
        &Doctors {
            total,
            doctors: page.rows.iter().map(|row| doctor(&row.view)).collect(),
            previous: page.previous.map(|row| format!("/api/v1/doctors{}", start.with("before", &row))),
            next: page.next.map(|row| format!("/api/v1/doctors{}", start.with("after", &row))),
            lists: page.freshness.bodies.iter().map(status::list).collect(),
            tis: status::list(&page.freshness.tis),
        },
    )
}

/// Reads one doctor of your scope.
#[utoipa::path(
    get, path = "/api/v1/doctors/{number}", tag = "doctors", operation_id = "doctor",
    params(("number" = String, Path, description = "The GMC number")),
    responses(
        (status = 200, body = Doctor, headers(("etag" = String))),
        (status = 304, description = "As you have it"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "It is not there"),
        Refused,
    )
)]
pub async fn one(
    State(app): State<Arc<App>>,
    reader: Reader,
    had: Had,
    Path(number): Path<String>,
) -> Answer {
    // Sanctions and investigations are no part of the answer, so nothing of them is seen.
    let viewer = Viewer { sensitive: Scope::of([]), ..reader.viewer() };
    let page = app.ops.doctor(&viewer, &number, None).await?;
    answer(&had, &doctor(&page.row.view))
}

fn doctor(view: &ViewRow) -> Doctor {
    Doctor {
        gmc_number: view.gmc_number.clone(),
        first_name: view.first_name.clone(),
        last_name: view.last_name.clone(),
        body: view.body.clone(),
        presence: view.presence.clone(),
        under_notice: view.under_notice.clone(),
        submission_date: view.submission_date.clone(),
        programme: view.programme.clone(),
        grade: view.grade.clone(),
        discrepancy: view.discrepancy.clone(),
    }
}

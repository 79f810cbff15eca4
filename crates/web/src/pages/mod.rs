//! The pages, one file per noun.

pub mod account;
pub mod alert;
pub mod alerts;
pub mod allocate;
pub mod as_of;
pub mod asked;
pub mod audit;
pub mod bodies;
pub mod changes;
mod chosen;
pub mod compare;
pub mod connect;
pub mod connections;
pub mod discrepancies;
pub mod doctor;
mod doctor_list;
pub mod doctors;
pub mod drafting;
pub mod export;
mod hidden;
pub mod holds;
pub mod invitation;
pub mod jobs;
pub mod licences;
mod list_view;
mod listing;
pub mod nights;
pub mod notes;
pub mod operating;
pub mod outcome;
pub mod overview;
pub mod own_way;
mod panel;
mod past;
pub mod provider;
pub mod recommendations;
mod recounts;
pub mod rejects;
mod resolved;
pub mod runs;
mod sheet;
pub mod sign_in;
pub mod snapshots;
pub mod step_up;
pub mod tis;
pub mod under_notice;
mod user;
pub mod users;
mod work;
pub mod worklist;

pub use panel::Panel;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use ops::{Fault, Kind};

use crate::fault::Problem;
use crate::parts::Errors;

/// What a page gives back.
pub type Page = Result<Response, Problem>;

/// Makes a page.
fn made(template: &impl Template) -> Page {
    Ok(Html(template.render()?).into_response())
}

/// Makes a page that may complain about what was entered.
fn complaining(template: &impl Template, errors: &Errors) -> Page {
    let status = if errors.is_any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Html(template.render()?)).into_response())
}

/// Makes a page with a status of its own.
pub fn answered(template: &impl Template, status: StatusCode) -> Page {
    Ok((status, Html(template.render()?)).into_response())
}

/// What a form says of a fault that is about what was sent; every other is a page of its own.
fn told(fault: Fault) -> Result<String, Problem> {
    match fault.kind {
        Kind::Invalid | Kind::Forbidden => Ok(fault.message),
        Kind::NotFound | Kind::Conflict | Kind::Unavailable | Kind::Internal => Err(fault.into()),
    }
}

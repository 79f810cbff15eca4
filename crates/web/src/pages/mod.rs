//! The pages, one file per noun.

pub mod alerts;
pub mod as_of;
pub mod bodies;
pub mod discrepancies;
pub mod doctor;
pub mod doctors;
pub mod holds;
pub mod licences;
mod list_view;
mod listing;
pub mod overview;
mod recounts;
pub mod rejects;
mod resolved;
pub mod runs;
mod sheet;
pub mod snapshots;
pub mod tis;
pub mod under_notice;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use crate::fault::Problem;
use crate::parts::Errors;

/// What a page gives back.
type Page = Result<Response, Problem>;

/// Makes a page.
fn made(template: &impl Template) -> Page {
    Ok(Html(template.render()?).into_response())
}

/// Makes a page that may complain about what was entered.
fn complaining(template: &impl Template, errors: &Errors) -> Page {
    let status = if errors.is_any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Html(template.render()?)).into_response())
}

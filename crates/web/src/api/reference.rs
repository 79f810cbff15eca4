//! The document of what programs may ask, as JSON and as a page made from it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use utoipa::openapi::RefOr;
use utoipa::openapi::path::Operation;

use super::document;
use crate::App;
use crate::frame::Frame;
use crate::pages::{Page, Panel, answered};
use crate::parts::{Cell, Errors, Table};
use crate::reader::Anyone;

/// Gives the document.
pub async fn json(State(app): State<Arc<App>>) -> Response {
    Json(document(&app.ops.site.public_url)).into_response()
}

/// Shows the document.
pub async fn page(State(app): State<Arc<App>>, Anyone(reader): Anyone) -> Page {
    let heading = "For programs";
    let document = document(&app.ops.site.public_url);
    let frame = Frame::of(&app, reader.as_ref(), "", heading);
    let mut panel = Panel::new(frame, Errors::default(), heading);
    panel.intro.extend(document.info.description.as_deref().map(Cell::text));
    panel.intro.push(Cell::link("/api/openapi.json", "The same as an OpenAPI 3.1 document"));
    let rows = document.paths.paths.iter().flat_map(|(path, item)| {
        let ways = [("GET", item.get.as_ref()), ("POST", item.post.as_ref())];
        ways.into_iter().filter_map(|(way, operation)| Some(row(way, path, operation?))).collect::<Vec<_>>()
    });
    let titles = ["Ask", "What for", "Parameters", "Answers"];
    let table = Table::new("operations", "Operations", &titles).filled(rows, "There is none.");
    answered(&panel.showing(table), StatusCode::OK)
}

fn row(way: &str, path: &str, operation: &Operation) -> Vec<Cell> {
    let parameters = operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => {
            let told = parameter.description.as_deref().unwrap_or_default();
            Some(Cell::text(format!("{}: {told}", parameter.name)))
        }
        RefOr::Ref(_) => None,
    });
    let answers = operation.responses.responses.keys().map(|status| Cell::text(status.as_str()));
    vec![
        Cell::Code(format!("{way} {path}")),
        Cell::text(operation.summary.as_deref().unwrap_or_default()),
        Cell::Stack(parameters.collect()),
        Cell::Stack(answers.collect()),
    ]
}

//! A list as a file: what its page shows, all pages of it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use ops::Fault;
use ops::export::{Form, Wanted};
use tokio_util::io::ReaderStream;

use super::Page;
use super::asked::{Asked, List, read};
use crate::App;
use crate::params::Params;
use crate::reader::Reader;

/// Gives the file.
pub async fn get(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(list): Path<String>,
    params: Params,
) -> Page {
    let list = List::from_word(&list).ok_or_else(|| Fault::not_found("There is no list of this name."))?;
    let form = params.get("form").map_or(Some(Form::Csv), Form::from_word);
    let form = form.ok_or_else(|| Fault::invalid("A list comes as csv or as xlsx: choose one of them."))?;
    let scope = reader.doctors();
    let Asked { filter, columns, errors } = read(&app, &scope, list, &params);
    if let Some(complaint) = errors.complaints.into_iter().next() {
        return Err(Fault::invalid(complaint.message).into());
    }
    let wanted = Wanted { filter: &filter, columns: &columns, form };
    let export = app.ops.export(&scope, &reader.visitor.actor(""), &wanted).await?;
    let name = format!("{}-{}.{}", list.word(), app.ops.today().date, form.word());
    let kind = match form {
        Form::Csv => "text/csv; charset=utf-8",
        Form::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_LENGTH, export.bytes.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    let stream = ReaderStream::new(tokio::fs::File::from_std(export.file));
    Ok((headers, Body::from_stream(stream)).into_response())
}

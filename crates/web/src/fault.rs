//! What a person sees when something goes wrong; statuses come from the table of `ops`, the rest from here.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use ops::{Fault, Kind};
use std::sync::Arc;

use crate::App;
use crate::api::Problem as Told;
use crate::frame::Frame;
use crate::reader::{Anyone, Reader};

/// A fault on its way out: the page is made around it, where the request's id is known.
#[derive(Clone)]
pub struct Problem {
    /// What went wrong.
    pub fault: Arc<Fault>,
    /// Its status, where it is another than the table's.
    status: Option<StatusCode>,
}

impl Problem {
    /// A fault whose status says more than its kind.
    pub fn as_status(fault: Fault, status: StatusCode) -> Self {
        Self::from(fault).with_status(status)
    }

    /// The same under another status.
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status: Some(status), ..self }
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self { fault: Arc::new(fault), status: None }
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Self {
        let message = "Reval could not make this page.".to_owned();
        Fault { kind: Kind::Internal, message, source: Some(Box::new(error)) }.into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.unwrap_or_else(|| status_of(&self.fault)).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

fn status_of(fault: &Fault) -> StatusCode {
    StatusCode::from_u16(fault.kind.meaning().http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The answer to an address that is no page.
pub async fn no_such_page(Anyone(reader): Anyone) -> Response {
    let mut answer = Problem::from(Fault::not_found("There is no page at this address.")).into_response();
    reader.map(|reader| answer.extensions_mut().insert(reader));
    answer
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Page<'a> {
    frame: Frame,
    heading: &'static str,
    message: &'a str,
    advice: &'static str,
    request_id: &'a str,
}

/// Makes the page of a response that has none; `fault` says what happened, if it is known.
pub fn page(
    of: (&App, Option<&Reader>),
    status: StatusCode,
    fault: Option<&Fault>,
    request_id: &str,
) -> Response {
    let (app, reader) = of;
    let (heading, told, advice) = words(status);
    let message = fault.map_or(told, |fault| fault.message.as_str());
    let frame = Frame::of(app, reader, "", heading);
    let page = Page { frame, heading, message, advice, request_id };
    match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(_) => (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], message.to_owned())
            .into_response(),
    }
}

/// Makes the same for programs. Source: RFC 9457.
pub fn json(status: StatusCode, fault: Option<&Fault>, request_id: &str) -> Response {
    let (title, told, _) = words(status);
    let detail = fault.map_or(told, |fault| fault.message.as_str());
    let problem = Told {
        r#type: "about:blank",
        title,
        status: status.as_u16(),
        detail: detail.to_owned(),
        request_id: request_id.to_owned(),
    };
    let text = serde_json::to_string(&problem).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/problem+json")], text).into_response()
}

/// Heading, what happened, and what to do, by status.
fn words(status: StatusCode) -> (&'static str, &'static str, &'static str) {
    match status.as_u16() {
        400 => (
            "That cannot be read",
            "The address holds a character that no address of Reval has.",
            "If you typed the address, check it.",
        ),
        401 => ("Sign in", "Nobody is signed in.", "Sign in, and ask again."),
        404 => ("Page not found", "There is nothing here.", "If you typed the address, check it."),
        405 => ("Page not found", "This address cannot be used like that.", "Open it as a page."),
        403 => (
            "You may not do this",
            "The request came from another site, or did not say where it came from.",
            "Go to the page and try from there.",
        ),
        412 => ("Something has changed", "It is not as you have read it.", "Read it again, and ask again."),
        415 => ("That cannot be read", "This is no kind of content that Reval reads here.", "Send JSON."),
        428 => (
            "Say what you have read",
            "This needs the version that you have read.",
            "Read it, and ask again.",
        ),
        413 => ("Too much", "The request is larger than Reval takes.", "Send less."),
        408 => ("Too slow", "The request took too long to arrive.", "Try again."),
        414 | 431 => (
            "Too much",
            "The address or what came with it is too long.",
            "Open the page by a shorter address.",
        ),
        409 => ("Something has changed", "Somebody else was quicker.", "Open the page again."),
        429 => ("Too often", "This was asked too often in a short while.", "Wait a little, and ask again."),
        421 => ("Not this site", "The request asks for another site.", "Open Reval by its own address."),
        422 => ("That cannot be read", "Something in the request makes no sense.", "Go back and correct it."),
        503 => (
            "Not available just now",
            "Reval could not answer in time.",
            "The published lists are safe. Try again in a minute.",
        ),
        _ => (
            "Something went wrong",
            "Reval made a mistake.",
            "The published lists are safe. Tell the team the reference below.",
        ),
    }
}

//! The one place where it is decided whether a request reaches its page. What cannot be decided is refused.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::access::{Decision, Policy, decide};
use ops::{Fault, Kind};
use tokio::sync::watch;

use crate::fault::Problem;
use crate::posted::Posted;
use crate::reader::Reader;
use crate::{App, around, ping, way};

/// What stands before one route.
#[derive(Clone)]
pub struct Gate {
    /// Everything.
    pub app: Arc<App>,
    /// What the route asks of whoever comes.
    pub policy: Policy,
}

/// Lets a request through, or answers in the page's place; once the store is cut off, at once.
pub async fn gate(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let is_change = !request.method().is_safe();
    if gate.policy == Policy::Open && !is_change {
        return admit(gate, request, next).await;
    }
    let mut reach = gate.app.reach.clone();
    tokio::select! {
        biased;
        answer = admit(gate, request, next) => answer,
        () = lost(&mut reach) => cut_off(is_change).into_response(),
    }
}

/// Comes back once the store does not answer.
async fn lost(reach: &mut watch::Receiver<bool>) {
    if reach.wait_for(|is_there| !is_there).await.is_err() {
        // Nobody looks any more.
        std::future::pending().await
    }
}

fn cut_off(is_change: bool) -> Problem {
    let sentence = if is_change {
        "Reval cannot reach its store just now. Whether what you sent was kept is not known: look before you send it again."
    } else {
        "Reval cannot reach its store just now, and shows nothing rather than what may be old. Try again in a minute."
    };
    Fault::new(Kind::Unavailable, sentence).into()
}

async fn admit(gate: Gate, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let reader = match gate.policy {
        // Nobody is behind it: whether the process lives is no question to the store.
        Policy::Open => None,
        _ => match who(&gate.app, &parts).await {
            Ok(reader) => reader,
            Err(fault) => return undecided(fault).into_response(),
        },
    };
    let answer = match decide(&gate.policy, reader.as_ref().map(|reader| reader.visitor.as_ref())) {
        Decision::Allow => match admitted(&mut parts, body, reader.as_ref()).await {
            Ok(body) => {
                reader.clone().map(|reader| parts.extensions.insert(reader));
                next.run(Request::from_parts(parts, body)).await
            }
            Err(problem) => problem.into_response(),
        },
        Decision::SignIn if around::is_for_programs(parts.uri.path()) => {
            let scheme = HeaderValue::from_static("Bearer realm=\"reval\", Cookie realm=\"reval\"");
            return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, scheme)]).into_response();
        }
        Decision::SignIn => return way::by("/sign-in", &parts.method, &parts.uri),
        // No program signs in once more: what asks for it is no program's to do.
        Decision::StepUp if around::is_for_programs(parts.uri.path()) => refused().into_response(),
        Decision::StepUp => way::by("/step-up", &parts.method, &parts.uri),
        Decision::Refuse => refused().into_response(),
    };
    known(answer, reader)
}

/// Reads who comes: a person by their session or, where programs read, a program by its token. Whoever brings a token is
/// judged by it alone, and a change that programs ask for is judged by nothing else.
async fn who(app: &App, parts: &axum::http::request::Parts) -> Result<Option<Reader>, Fault> {
    let needs_token = is_change_of_a_program(parts);
    let brings_token = needs_token || parts.headers.contains_key(header::AUTHORIZATION);
    if brings_token && around::is_for_programs(parts.uri.path()) {
        return Reader::of_program(app, &parts.headers).await;
    }
    Reader::of(app, &parts.headers).await
}

fn is_change_of_a_program(parts: &axum::http::request::Parts) -> bool {
    !parts.method.is_safe() && parts.uri.path().starts_with(around::API)
}

/// Reads what a change sends, and refuses it without the token of its session.
async fn admitted(
    parts: &mut axum::http::request::Parts,
    body: Body,
    reader: Option<&Reader>,
) -> Result<Body, Problem> {
    if parts.method.is_safe() || parts.uri.path().starts_with(ping::PLACE) || is_change_of_a_program(parts) {
        return Ok(body);
    }
    let posted = Posted::read(parts, body).await?;
    if reader.is_some_and(|reader| !posted.carries(&reader.form_token)) {
        let sentence = "The form was not made for this session. Open its page again and send it from there.";
        return Err(Fault::new(Kind::Forbidden, sentence).into());
    }
    parts.extensions.insert(posted);
    Ok(Body::empty())
}

/// Whatever keeps us from deciding, the answer is no, and for now.
fn undecided(fault: Fault) -> Problem {
    let message = "Reval cannot tell just now who you are.".to_owned();
    Fault { kind: Kind::Unavailable, message, source: Some(Box::new(fault)) }.into()
}

fn refused() -> Problem {
    Fault::new(Kind::Forbidden, "What you may do here does not include this page.").into()
}

/// Tells what surrounds the answer who asked, so that a page about a fault looks like every other.
fn known(mut answer: Response, reader: Option<Reader>) -> Response {
    reader.map(|reader| answer.extensions_mut().insert(reader));
    answer
}

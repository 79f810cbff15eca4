//! What programs change: asked for under a key of their own, done once, and answered with what was done.
//!
//! Only a token may ask. A browser sends no token by itself, so no other site can ask in somebody's name, and a session's cookie
//! changes nothing here.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use ops::receipts::{Claim, Filed};
use ops::{Fault, Ops};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, IntoResponses, ToSchema};

use super::{Answer, Problem as Told};
use crate::App;
use crate::fault::Problem;
use crate::reader::Reader;

/// The header with the key. Source: the draft of the IETF's HTTPAPI group.
const KEY: &str = "idempotency-key";
/// Bytes of a key: a UUID with room around it. Arbitrary.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 8..=128;

/// What was done.
#[derive(Serialize, ToSchema)]
pub struct Receipt {
    /// In order; empty where nothing had to be done.
    done: Vec<Done>,
}

/// One act, as the audit has it.
#[derive(Serialize, ToSchema)]
pub struct Done {
    /// A verb: ask-run, abort, override, acknowledged, silence, write-note, allocate, hide …
    action: String,
    /// What it was done to, such as `run/…` or `override/…` with its id; a doctor's is a word of the audit's own.
    object: String,
    /// More of it.
    #[schema(value_type = Object)]
    detail: Value,
}

/// The key of a change.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only described here; the header is read where the request is")]
pub struct Once {
    /// Of your own making, such as a UUID: the same key with the same request, within 24 hours, changes nothing again and is
    /// answered as before. Where a request failed, its key is free again.
    #[param(rename = "Idempotency-Key", min_length = 8, max_length = 128, pattern = "^[!-~]+$")]
    key: String,
}

/// What a change may answer in the place of what was done.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only described here; the answers are made where they come from")]
pub enum Unchanged {
    /// It is not there, or not within your scope.
    #[response(status = 404, content_type = "application/problem+json")]
    Absent(Told),
    /// Its state has moved on, or the same is being done just now.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Told),
    /// More than is taken.
    #[response(status = 413, content_type = "application/problem+json")]
    TooMuch(Told),
    /// Not sent as JSON.
    #[response(status = 415, content_type = "application/problem+json")]
    NoJson(Told),
    /// It makes no sense, or something else was asked for under this key.
    #[response(status = 422, content_type = "application/problem+json")]
    Senseless(Told),
}

/// Longest reason taken, characters. Source: that of the work on a disagreement.
const REASON_MAX: usize = 500;

/// A reason: one that is too long for a page is refused before anything is done.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub struct Reason(String);

impl TryFrom<String> for Reason {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.chars().count() > REASON_MAX {
            return Err(format!("a reason has at most {REASON_MAX} characters"));
        }
        Ok(Self(text))
    }
}

impl Reason {
    /// As it was said.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why, where nothing else is to be said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Why {
    /// In plain words; it stands in the audit.
    #[schema(value_type = String, max_length = 500)]
    pub reason: Reason,
}

/// A change that a program asks for.
pub struct Asked<T> {
    /// The program.
    pub reader: Reader,
    /// What it sent.
    pub body: T,
    /// The version that it has seen, where it says so.
    pub seen: Option<String>,
    key: String,
    request: String,
}

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Asked<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let reader = Reader::from_request_parts(&mut parts, app).await?;
        let key = key(&parts.headers)?;
        let header = |name| parts.headers.get(name).and_then(|text| text.to_str().ok()).map(str::to_owned);
        let seen = header(header::IF_MATCH);
        if !header(header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("application/json")) {
            let fault = Fault::invalid("Send it as application/json.");
            return Err(Problem::as_status(fault, StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let asked =
            format!("{} {}\n{}\n", parts.method, parts.uri.path(), seen.as_deref().unwrap_or_default());
        let bytes = Bytes::from_request(Request::from_parts(parts, body), app).await;
        let bytes = bytes.map_err(|error| {
            let fault = Fault::invalid("The request is larger than Reval takes, or broke off.");
            Problem::as_status(fault, error.into_response().status())
        })?;
        let senseless = || Fault::invalid("This is no JSON.");
        let text = std::str::from_utf8(&bytes).map_err(|_| senseless())?;
        let value: Value = serde_json::from_str(text).map_err(|_| senseless())?;
        if has_zero(&value) {
            return Err(Fault::invalid("It holds a character that no text has.").into());
        }
        let body =
            T::deserialize(value).map_err(|error| Fault::invalid(format!("It cannot be read: {error}.")))?;
        Ok(Self { reader, body, seen, key, request: asked + text })
    }
}

/// No store takes a zero byte in a text.
fn has_zero(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(all) => all.iter().any(has_zero),
        Value::Object(all) => all.iter().any(|(name, value)| name.contains('\0') || has_zero(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn key(headers: &HeaderMap) -> Result<String, Fault> {
    let brought = headers.get(KEY).and_then(|key| key.to_str().ok()).unwrap_or_default();
    if KEY_BYTES.contains(&brought.len()) && brought.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(brought.to_owned());
    }
    Err(Fault::invalid("A change needs an Idempotency-Key of 8 to 128 plain characters, such as a UUID."))
}

impl<T> Asked<T> {
    /// Lets `act` do it, unless it was done; answers with what was done.
    pub async fn once<F: Future<Output = Result<(), E>>, E: Into<Problem>>(
        self,
        app: &App,
        act: impl FnOnce(Reader, T, Ops, Claim) -> F,
    ) -> Answer {
        let (ops, claim) = match app.ops.file(&self.reader.visitor, &self.key, &self.request).await? {
            Filed::Done(answer) => return Ok(told(answer)),
            Filed::Begun(ops, claim) => (*ops, claim),
        };
        match act(self.reader, self.body, ops, claim.clone()).await {
            Ok(()) => Ok(told(app.ops.receipt(&claim).await?)),
            Err(problem) => {
                // If even that fails, the key is free again by itself after a minute.
                let _ = app.ops.free_key(&claim).await;
                Err(problem.into())
            }
        }
    }
}

fn told(answer: String) -> axum::response::Response {
    ([(header::CONTENT_TYPE, "application/json")], answer).into_response()
}

//! An answer with its tag: whoever has the same already gets nothing but a word.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use ops::{Fault, Kind};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::fault::Problem;

/// What an operation for programs gives back.
pub type Answer = Result<Response, Problem>;

/// The tags of answers that a program has already.
pub struct Had(String);

impl<S: Sync> FromRequestParts<S> for Had {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let tags = parts.headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
        Ok(Self(tags.unwrap_or_default().to_owned()))
    }
}

/// Makes an answer. It says when it was made only where that is part of what was asked, so that equal answers have equal
/// tags.
pub fn answer(had: &Had, value: &impl Serialize) -> Answer {
    let text = serde_json::to_string(value).map_err(|error| Fault {
        kind: Kind::Internal,
        message: "Reval could not make this answer.".to_owned(),
        source: Some(Box::new(error)),
    })?;
    let digest: String =
        Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    // Weak: the same answer may come packed or not.
    let tag = format!("W/\"{digest}\"");
    if had.0.split(',').any(|one| one.trim() == tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    Ok(([(header::CONTENT_TYPE, "application/json".to_owned()), (header::ETAG, tag)], text).into_response())
}

//! What a form sent: read once, before any page sees it, and only with the token of the session it was made for.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Form, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use ops::{Fault, Kind};
use sha2::{Digest, Sha256};

use crate::App;
use crate::fault::Problem;

/// The field in which every form sends the token of its session.
pub const TOKEN: &str = "token";

/// The fields of a form, in order; of a repeated one the first counts unless all are asked for.
#[derive(Clone)]
pub struct Posted(Arc<Vec<(String, String)>>);

impl Posted {
    /// Reads a form. What is no form is refused.
    pub async fn read(parts: &Parts, body: Body) -> Result<Self, Problem> {
        let mut request = Request::new(body);
        request.headers_mut().clone_from(&parts.headers);
        request.method_mut().clone_from(&parts.method);
        let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
        let Form(pairs) = form.map_err(|_| Fault::invalid("This was not sent by a form of Reval."))?;
        Ok(Self(Arc::new(pairs)))
    }

    /// Whether the form brings the token of a session. Digests are compared, so that the time taken tells nothing.
    pub fn carries(&self, token: &str) -> bool {
        let brought = self.field(TOKEN).unwrap_or_default();
        Sha256::digest(brought.as_bytes()) == Sha256::digest(token.as_bytes())
    }

    /// Refuses a form with a field that the page did not ask for.
    pub fn only(&self, known: &[&str]) -> Result<&Self, Problem> {
        if self.0.iter().all(|(name, _)| name == TOKEN || known.contains(&name.as_str())) {
            return Ok(self);
        }
        Err(Fault::invalid("The form has a field that this page does not have.").into())
    }

    /// A field without its outer spaces; `None` if it is absent or blank.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.field(name).map(str::trim).filter(|text| !text.is_empty())
    }

    /// A field as it was typed: a password may begin with a space.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// Every value of a field that may be repeated.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, text)| text.as_str())
    }
}

impl FromRequestParts<Arc<App>> for Posted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Problem> {
        let read = parts.extensions.get::<Self>().cloned();
        read.ok_or_else(|| Fault::new(Kind::Internal, "Reval made a mistake. Nothing was changed.").into())
    }
}

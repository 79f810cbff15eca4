//! What a form sent: read once, before any page sees it, and only with the token of the session it was made for.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::multipart::MultipartError;
use axum::extract::{Form, FromRequest, FromRequestParts, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use ops::{Fault, Kind};
use sha2::{Digest, Sha256};

use crate::App;
use crate::fault::Problem;

/// The field in which every form sends the token of its session.
pub const TOKEN: &str = "token";

/// The fields of a form, in order; of a repeated one the first counts unless all are asked for.
#[derive(Clone)]
pub struct Posted {
    fields: Arc<Vec<(String, String)>>,
    /// Files by the name of their field; an empty one was not chosen.
    files: Arc<Vec<(String, Bytes)>>,
}

impl Posted {
    /// Reads a form. What is no form is refused.
    pub async fn read(parts: &Parts, body: Body) -> Result<Self, Problem> {
        let mut request = Request::new(body);
        request.headers_mut().clone_from(&parts.headers);
        request.method_mut().clone_from(&parts.method);
        *request.extensions_mut() = parts.extensions.clone();
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            return of_parts(request).await;
        }
        let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
        let Form(fields) = form.map_err(|_| no_form())?;
        if fields.iter().any(|(name, text)| name.contains('\0') || text.contains('\0')) {
            return Err(
                Fault::invalid("The form holds a character that no keyboard has. Type it again.").into()
            );
        }
        Ok(Self { fields: Arc::new(fields), files: Arc::default() })
    }

    /// Whether the form brings the token of a session. Digests are compared, so that the time taken tells nothing.
    pub fn carries(&self, token: &str) -> bool {
        let brought = self.field(TOKEN).unwrap_or_default();
        Sha256::digest(brought.as_bytes()) == Sha256::digest(token.as_bytes())
    }

    /// Refuses a form with a field that the page did not ask for.
    pub fn only(&self, known: &[&str]) -> Result<&Self, Problem> {
        if self.names().all(|name| name == TOKEN || known.contains(&name)) {
            return Ok(self);
        }
        Err(Fault::invalid("The form has a field that this page does not have.").into())
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let fields = self.fields.iter().map(|(name, _)| name.as_str());
        fields.chain(self.files.iter().map(|(name, _)| name.as_str()))
    }

    /// A file that was chosen.
    pub fn file(&self, name: &str) -> Option<Bytes> {
        self.files
            .iter()
            .find(|(known, bytes)| known == name && !bytes.is_empty())
            .map(|(_, bytes)| bytes.clone())
    }

    /// A field without its outer spaces; `None` if it is absent or blank.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.field(name).map(str::trim).filter(|text| !text.is_empty())
    }

    /// A field as it was typed: a password may begin with a space.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// Every value of a field that may be repeated.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(known, _)| known == name).map(|(_, text)| text.as_str())
    }
}

fn no_form() -> Problem {
    Fault::invalid("This was not sent by a form of Reval.").into()
}

/// Reads a form that brings files.
async fn of_parts(request: Request) -> Result<Posted, Problem> {
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| no_form())?;
    while let Some(part) = parts.next_field().await.map_err(cut)? {
        let name = part.name().unwrap_or_default().to_owned();
        if part.file_name().is_some() {
            files.push((name, part.bytes().await.map_err(cut)?));
        } else {
            fields.push((name, part.text().await.map_err(cut)?));
        }
    }
    Ok(Posted { fields: Arc::new(fields), files: Arc::new(files) })
}

fn cut(error: MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Fault::invalid(
            "The file is larger than this page takes. The command line takes larger ones.",
        )
        .into();
    }
    no_form()
}

impl FromRequestParts<Arc<App>> for Posted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Problem> {
        let read = parts.extensions.get::<Self>().cloned();
        read.ok_or_else(|| Fault::new(Kind::Internal, "Reval made a mistake. Nothing was changed.").into())
    }
}

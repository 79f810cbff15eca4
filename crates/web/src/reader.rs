//! Who reads: the person behind a request, read anew from the store for each, and the only source of a scope here.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use domain::access::{Right, Visitor};
use domain::scope::Scope;
use ops::{Fault, Kind, Viewer};
use sha2::{Digest, Sha256};

use crate::App;
use crate::cookie;
use crate::fault::Problem;

/// The person behind a request.
#[derive(Clone)]
pub struct Reader {
    /// What the store says of them at this instant.
    pub visitor: Arc<Visitor>,
    /// What every form of this session sends back. It follows from the secret, and the secret does not follow from it.
    pub form_token: Arc<str>,
}

impl Reader {
    /// Reads who is behind a request. Whoever brings no session, or one that has ended, is nobody.
    pub async fn of(app: &App, headers: &HeaderMap) -> Result<Option<Self>, Fault> {
        match cookie::secret(headers, &app.ops.site.public_url) {
            Some(secret) => Self::with(app, secret).await,
            None => Ok(None),
        }
    }

    /// Reads which program is behind a request, by the token it brings; nobody where it brings none that holds.
    pub async fn of_program(app: &App, headers: &HeaderMap) -> Result<Option<Self>, Fault> {
        let brought = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = brought.and_then(|text| text.strip_prefix("Bearer ")).map(str::trim);
        let Some(token) = token else { return Ok(None) };
        let Some(visitor) = app.ops.program(token).await? else { return Ok(None) };
        // A program sends no form; what would be its token is nobody's.
        Ok(Some(Self { visitor: Arc::new(visitor), form_token: form_token(token).into() }))
    }

    /// Reads whose session a secret opens.
    pub async fn with(app: &App, secret: &str) -> Result<Option<Self>, Fault> {
        let Some(visitor) = app.ops.visitor(secret).await? else { return Ok(None) };
        Ok(Some(Self { visitor: Arc::new(visitor), form_token: form_token(secret).into() }))
    }

    /// Whether they have a right over anything.
    pub fn may(&self, right: Right) -> bool {
        self.visitor.may(right)
    }

    /// The bodies over which they have a right.
    pub fn scope(&self, right: Right) -> Scope {
        self.visitor.scope(right)
    }

    /// The bodies whose doctors they may see.
    pub fn doctors(&self) -> Scope {
        self.scope(Right::ReadDoctors)
    }

    /// Their eyes: which doctors they see, and which of their sanctions and investigations.
    pub fn viewer(&self) -> Viewer {
        Viewer::of(&self.visitor)
    }

    /// The bodies whose counts they may see.
    pub fn counted(&self, app: &App) -> Scope {
        self.visitor.counted(&app.ops.every_body())
    }
}

/// What the forms of a session send back.
pub fn form_token(secret: &str) -> String {
    let digest = Sha256::digest(format!("reval form {secret}").as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl FromRequestParts<Arc<App>> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Problem> {
        let read = parts.extensions.get::<Self>().cloned();
        read.ok_or_else(|| {
            Fault::new(Kind::Internal, "Reval made a mistake: it does not know who asks.").into()
        })
    }
}

/// Somebody or nobody: for pages that are open, and look the same to both but for what surrounds them.
pub struct Anyone(pub Option<Reader>);

impl FromRequestParts<Arc<App>> for Anyone {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, std::convert::Infallible> {
        Ok(Self(Reader::of(app, &parts.headers).await.unwrap_or_default()))
    }
}

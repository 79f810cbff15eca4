//! What programs read and change: the same operations as the pages', as JSON, described by a document made from this code.

pub mod alerts;
mod answer;
pub mod casework;
mod change;
pub mod doctors;
pub mod jobs;
pub mod lists;
pub mod operating;
pub mod reference;
pub mod runs;
pub mod silences;

pub use answer::{Answer, Had, answer};

use serde::Serialize;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::{IntoResponses, OpenApi, ToSchema};

use crate::cookie;

/// What a refusal or a fault says. Source: RFC 9457.
#[derive(Serialize, ToSchema)]
pub struct Problem {
    /// The kind of problem: `about:blank`, its status says all.
    pub r#type: &'static str,
    /// In a few words.
    pub title: &'static str,
    /// The status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What went wrong here.
    pub detail: String,
    /// What to tell whoever runs Reval.
    pub request_id: String,
}

/// What every operation may answer in the place of what was asked.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only described here; the answers are made around every request")]
pub enum Refused {
    /// Sign in first.
    #[response(status = 401, content_type = "application/problem+json")]
    SignIn(Problem),
    /// You may not.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem),
    /// Too often: Retry-After says how many seconds to wait.
    #[response(status = 429, content_type = "application/problem+json")]
    TooOften(Problem),
    /// Not just now.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
}

/// The document of everything that programs may ask.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Reval",
        description = "What the pages show, for programs, and part of what people do there. Instants are RFC 3339 in UTC, days are \
                       ISO dates. What is not within your scope is as absent as what never was. Sanctions and investigations are \
                       not part of it. A change takes a token whose errands include it, and a key under which it is done once.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    servers((url = "/")),
    security(("session" = []), ("token" = [])),
    paths(
        lists::all, doctors::all, doctors::one, casework::of_doctor, casework::write, casework::reword, casework::allocate,
        casework::stand, casework::hide, casework::show_again, jobs::all, jobs::next, jobs::nodes, jobs::overrides, operating::run,
        operating::add, operating::end, runs::all, runs::one, operating::abort, alerts::all, silences::acknowledge,
        silences::resolve, silences::all, silences::add, silences::end
    ),
    components(schemas(Problem))
)]
struct Document;

/// The document, with the cookie of the session as it is called here.
pub fn document(public_url: &str) -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    let cookie = ApiKeyValue::with_description(cookie::name(public_url), "A session, as signing in gives it");
    let scheme = SecurityScheme::ApiKey(ApiKey::Cookie(cookie));
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("session", scheme);
    components.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    document
}

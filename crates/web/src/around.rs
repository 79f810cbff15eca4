//! What happens around every request: an id, security headers, one log line, one count, and a page for each fault.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use ops::Fault;
use ops::fault::Loudness;

use crate::fault::{self, Problem};
use crate::reader::Reader;
use crate::{App, fingerprint, guard, ping};

/// Sent with everything. Source: OWASP secure headers; nothing inline, nothing from elsewhere.
const HEADERS: [(&str, &str); 9] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
         form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
    ),
    ("strict-transport-security", "max-age=63072000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), \
         geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), \
         publickey-credentials-get=(), screen-wake-lock=(), sync-xhr=(), usb=(), web-share=(), xr-spatial-tracking=()",
    ),
    ("x-robots-tag", "noindex"),
];

/// The header in which a request's id goes out.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the log says of a request.
struct Seen {
    method: Method,
    /// The template, never the address itself: that may hold a GMC number.
    route: String,
    request_id: String,
    /// Whether a program asks, which reads no page.
    is_for_programs: bool,
    status: StatusCode,
    duration_ms: u64,
}

/// How long requests take, by address.
const TOOK: &str = "reval_http_request_duration_seconds";
/// How many requests there were, by address and status.
const REQUESTS: &str = "reval_http_requests_total";

/// Says what is counted, for whoever reads the metrics.
pub fn describe_metrics() {
    metrics::describe_histogram!(TOOK, metrics::Unit::Seconds, "How long requests took, by address.");
    metrics::describe_counter!(REQUESTS, "Requests, by address and status.");
}

/// Runs a request.
pub async fn around(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let began = app.ops.clock.now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let is_for_programs = is_for_programs(request.uri().path());
    let public_url = &app.ops.site.public_url;
    let mut response = match guard::refusal(&request, public_url) {
        Some(status) => status.into_response(),
        None => match app.paced.wait(&request, public_url, began) {
            Some(wait) => too_often(wait),
            None => next.run(request).await,
        },
    };
    let took = app.ops.clock.now().duration_since(began);
    let seen = Seen {
        method,
        route,
        request_id: request_id(began),
        is_for_programs,
        status: response.status(),
        duration_ms: u64::try_from(took.as_millis()).unwrap_or_default(),
    };
    let problem = response.extensions_mut().remove::<Problem>();
    let fault = problem.as_ref().map(|problem| problem.fault.as_ref());
    log(&seen, fault);
    let reader = response.extensions_mut().remove::<Reader>();
    let mut response = with_page(&app, response, &seen, (fault, reader.as_ref()));
    secure(response.headers_mut(), &seen.request_id);
    if !app.ready.load(Ordering::Relaxed) {
        // Whoever stands before us shall ask elsewhere next.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let labels = [("route", seen.route), ("status", seen.status.as_u16().to_string())];
    metrics::histogram!(TOOK, &labels[..1]).record(took.as_secs_f64());
    metrics::counter!(REQUESTS, &labels).increment(1);
    response
}

/// Under this lies what programs read and change.
pub const API: &str = "/api/v1/";

/// Whether an address is of the interface for programs.
pub fn is_for_programs(path: &str) -> bool {
    let is_named = path.starts_with("/api/") || path.starts_with(ping::PLACE) || path.ends_with(".json");
    is_named || path == fingerprint::PLACE
}

/// Says when to ask again: in whole seconds, after which there is room.
fn too_often(wait: SignedDuration) -> Response {
    let seconds = wait.as_secs() + i64::from(wait.subsec_nanos() > 0);
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds.max(1).to_string())]).into_response()
}

/// Writes the one line of a request, as loudly as the table says.
fn log(seen: &Seen, fault: Option<&Fault>) {
    let Seen { method, route, request_id, status, duration_ms, .. } = seen;
    let (method, status) = (method.as_str(), status.as_u16());
    // The source may quote the store, never a person; the message may quote what a person typed, and stays out.
    let cause = fault.and_then(std::error::Error::source).map(ToString::to_string).unwrap_or_default();
    let kind = fault.map_or("", |fault| fault.kind.meaning().word);
    let loudness = fault.map_or(by_status(seen.status), |fault| fault.kind.meaning().log);
    match loudness {
        Loudness::Info => tracing::info!(method, route, status, duration_ms, request_id, kind, "request"),
        Loudness::Warn => tracing::warn!(method, route, status, duration_ms, request_id, kind, "request"),
        Loudness::Error => {
            tracing::error!(method, route, status, duration_ms, request_id, kind, cause, "request")
        }
    }
}

/// How loud an answer is that came from no fault: a panic and a time-out are errors, a foreign site is a warning.
fn by_status(status: StatusCode) -> Loudness {
    match status {
        StatusCode::INTERNAL_SERVER_ERROR => Loudness::Error,
        StatusCode::FORBIDDEN => Loudness::Warn,
        _ => Loudness::Info,
    }
}

/// Puts a page into a response that went wrong without one.
fn with_page(
    app: &App,
    response: Response,
    seen: &Seen,
    what: (Option<&Fault>, Option<&Reader>),
) -> Response {
    let (fault, reader) = what;
    let is_wrong = seen.status.is_client_error() || seen.status.is_server_error();
    let is_page = response.headers().get(header::CONTENT_TYPE).is_some_and(is_page);
    if fault.is_none() && (!is_wrong || is_page || seen.route == "/readyz") {
        return response;
    }
    let mut page = if seen.is_for_programs {
        fault::json(seen.status, fault, &seen.request_id)
    } else {
        fault::page((app, reader), seen.status, fault, &seen.request_id)
    };
    // What tells a program how to ask instead belongs to the status, not to the page.
    for name in [header::ALLOW, header::WWW_AUTHENTICATE, header::RETRY_AFTER] {
        let told = response.headers().get(&name).cloned();
        told.map(|told| page.headers_mut().insert(name, told));
    }
    page
}

fn is_page(kind: &HeaderValue) -> bool {
    kind.to_str().is_ok_and(|kind| kind.starts_with("text/html") || kind.starts_with("application/json"))
}

fn secure(headers: &mut HeaderMap, id: &str) {
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
}

/// An id of our own, also when the request brings one: a stranger's text does not belong into our log.
fn request_id(now: Timestamp) -> String {
    static SEEN: AtomicU64 = AtomicU64::new(0);
    format!("{:x}-{:x}", now.as_millisecond(), SEEN.fetch_add(1, Ordering::Relaxed))
}

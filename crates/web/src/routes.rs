//! Every address there is, in one table, and what stands around them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::{App, around, assets, fault, health, pages, status};

/// Longest a request may take. Source: house limit for pages.
const REQUEST_MAX: Duration = Duration::from_secs(30);
/// Largest body taken: forms only.
const BODY_BYTES_MAX: usize = 1024 * 1024;

type Route = (&'static str, MethodRouter<Arc<App>>);

fn table() -> Vec<Route> {
    vec![
        ("/", get(pages::overview::get)),
        ("/bodies/{code}", get(pages::bodies::get)),
        ("/bodies/{code}/as-of", get(pages::as_of::get)),
        ("/under-notice", get(pages::under_notice::get)),
        ("/doctors", get(pages::doctors::get)),
        ("/doctors/{number}", get(pages::doctor::get)),
        ("/discrepancies", get(pages::discrepancies::get)),
        ("/rejects", get(pages::rejects::all)),
        ("/rejects/{code}", get(pages::rejects::of_body)),
        ("/holds", get(pages::holds::all)),
        ("/holds/{id}", get(pages::holds::one)),
        ("/snapshots", get(pages::snapshots::all)),
        ("/snapshots/{code}", get(pages::snapshots::of_list)),
        ("/runs", get(pages::runs::all)),
        ("/runs/{id}", get(pages::runs::one)),
        ("/tis", get(pages::tis::get)),
        ("/alerts", get(pages::alerts::get)),
        ("/licences", get(pages::licences::get)),
        ("/status.json", get(status::get)),
        ("/livez", get(health::livez)),
        ("/readyz", get(health::readyz)),
        ("/healthz", get(health::healthz)),
        ("/metrics", get(health::metrics)),
        ("/assets/{*name}", get(assets::get)),
    ]
}

/// The address of every page, as a template.
pub fn paths() -> Vec<&'static str> {
    table().into_iter().map(|(path, _)| path).collect()
}

/// Makes everything that answers.
pub fn router(app: App) -> Router {
    let app = Arc::new(app);
    table()
        .into_iter()
        .fold(Router::new(), |router, (path, route)| router.route(path, route))
        .fallback(fault::no_such_page)
        .layer(CompressionLayer::new())
        .layer(CsrfLayer::new())
        .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST_MAX))
        .layer(CatchPanicLayer::custom(|_| -> Response { StatusCode::INTERNAL_SERVER_ERROR.into_response() }))
        .layer(from_fn_with_state(app.clone(), around::around))
        .with_state(app)
}

//! Whether the process lives and whether it may take requests: questions that never depend on how old data are.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::App;

/// Says that the process lives; touches nothing.
pub async fn livez() -> &'static str {
    "ok\n"
}

/// Says whether requests may come: not before the start is over, and not while draining.
pub async fn readyz(State(app): State<Arc<App>>) -> Response {
    if app.ready.load(Ordering::Relaxed) {
        return "ok\n".into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, "not ready: starting or draining\n").into_response()
}

/// Gives the metrics.
pub async fn metrics(State(app): State<Arc<App>>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], (app.metrics)()).into_response()
}

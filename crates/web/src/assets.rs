//! The design system inside the binary, served under names that change with its content.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

#[derive(RustEmbed)]
#[folder = "$OUT_DIR/assets"]
struct Embedded;

/// A year, for names that follow from content; an hour for icons, whose names are the design system's.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const AN_HOUR: &str = "public, max-age=3600";

/// Gives one file.
pub async fn get(Path(name): Path<String>) -> Response {
    let Some(file) = Embedded::get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let keep = if name.starts_with("images/") { AN_HOUR } else { FOR_EVER };
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)], file.data).into_response()
}

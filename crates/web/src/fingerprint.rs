//! What this instance is made of, for whoever lays it beside another.

use std::pin::Pin;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::fingerprint::Fingerprint;

use crate::App;
use crate::fault::Problem;

/// Where it is asked.
pub const PLACE: &str = "/fingerprint";

/// Takes the fingerprint. What a machine is made of is no knowledge of the pages: the wiring hands in who looks.
pub type TakeFingerprint =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Fingerprint, ops::Fault>> + Send>> + Send + Sync>;

/// Gives it.
pub async fn get(State(app): State<Arc<App>>) -> Response {
    match (app.take_fingerprint)().await {
        Ok(taken) => Json(taken).into_response(),
        Err(fault) => Problem::from(fault).into_response(),
    }
}

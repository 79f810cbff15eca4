//! The control panel for whoever rehearses: which night it is, what goes wrong, what was asked.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use axum::{Json, Router};

use crate::faults::Rule;
use crate::server::Simulator;

/// `PUT /control/night` takes a number, `PUT /control/faults` a JSON list of rules; `GET /control/journal` gives the
/// calls. None of them speaks of the world: that is chosen when the simulator starts.
pub(crate) fn router() -> Router<Simulator> {
    Router::new()
        .route("/control/night", put(night))
        .route("/control/faults", put(faults))
        .route("/control/journal", get(journal))
}

async fn night(State(simulator): State<Simulator>, body: String) -> Response {
    match body.trim().parse() {
        Ok(night) => {
            simulator.set_night(night);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(_) => (StatusCode::BAD_REQUEST, "the night must be a whole number\n").into_response(),
    }
}

async fn faults(State(simulator): State<Simulator>, rules: Json<Vec<Rule>>) -> StatusCode {
    simulator.set_faults(rules.0);
    StatusCode::NO_CONTENT
}

async fn journal(State(simulator): State<Simulator>) -> Response {
    Json(simulator.journal()).into_response()
}

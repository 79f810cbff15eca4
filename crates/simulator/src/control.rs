//! The control panel for whoever rehearses: which night it is, what goes wrong, what was asked.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::Deserialize;

use crate::faults::Rule;
use crate::register::{Decision, Lock};
use crate::server::Simulator;

/// `PUT /control/night` takes a number, `PUT /control/faults` a JSON list of rules, `PUT /control/decide` a
/// recommendation's id and what the GMC makes of it, `PUT /control/doctor` a doctor's number with the body they connect to
/// themselves or the lock on them; `GET /control/journal` gives the calls, `GET /control/recommendations` what was taken.
/// None of them speaks of the world: that is chosen when the simulator starts.
pub(crate) fn router() -> Router<Simulator> {
    Router::new()
        .route("/control/night", put(night))
        .route("/control/faults", put(faults))
        .route("/control/journal", get(journal))
        .route("/control/decide", put(decide))
        .route("/control/doctor", put(doctor))
        .route("/control/recommendations", get(recommendations))
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decided {
    id: String,
    decision: Decision,
}

async fn decide(State(simulator): State<Simulator>, decided: Json<Decided>) -> Response {
    if simulator.edit(|register| register.decide(&decided.id, decided.decision)) {
        StatusCode::NO_CONTENT.into_response()
    } else {
        (StatusCode::NOT_FOUND, "no recommendation with this id waits for a decision\n").into_response()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Doctor {
    number: String,
    /// The body they are connected to from now on; an empty text is none.
    body: Option<String>,
    /// The lock on them from now on.
    lock: Option<Lock>,
    /// Whether the lock is taken off.
    #[serde(default)]
    unlock: bool,
}

async fn doctor(State(simulator): State<Simulator>, change: Json<Doctor>) -> StatusCode {
    simulator.edit(|register| {
        if let Some(body) = &change.body {
            register.move_to(&change.number, Some(body.as_str()).filter(|body| !body.is_empty()));
        }
        if change.lock.is_some() || change.unlock {
            register.lock(&change.number, change.lock);
        }
    });
    StatusCode::NO_CONTENT
}

async fn recommendations(State(simulator): State<Simulator>) -> Response {
    Json(simulator.register().recommendations().to_vec()).into_response()
}

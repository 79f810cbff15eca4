//! Health in three depths: whether the process lives, whether it may take requests, and how everything is. The first two
//! never depend on how old data are; the third is for people and monitors, not for a balancer.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use ops::ListFreshness;
use ops::health::{Code, Condition, Health, Reason};
use ops::rows::ChannelHealth;
use serde_json::{Value, json};

use crate::App;

/// Says that the process lives; touches nothing.
pub async fn livez() -> &'static str {
    "ok\n"
}

/// Says whether requests may come: not while draining, and not where the last good data cannot
/// be read. How old they are is no question here, and it waits for nothing: a node that has much to do is no node that is gone.
pub async fn readyz(State(app): State<Arc<App>>) -> Response {
    let why = if !app.ready.load(Ordering::Relaxed) {
        "draining"
    } else if !*app.reach.borrow() {
        "the store cannot be read"
    } else {
        return "ok\n".into_response();
    };
    (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {why}\n")).into_response()
}

/// Gives the metrics.
pub async fn metrics(State(app): State<Arc<App>>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], (app.metrics)()).into_response()
}

/// Says how everything is: 200 while people are told of what is wrong, 503 where they are not, with the reasons.
pub async fn healthz(State(app): State<Arc<App>>) -> Response {
    match app.ops.health().await {
        Ok(health) => {
            let is_failed = health.condition() == Condition::Failed;
            let status = if is_failed { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
            (status, Json(deep(&app.build, &health))).into_response()
        }
        Err(fault) => {
            let reason =
                json!({ "code": Code::Store.word(), "about": "", "sentence": fault.message, "since": null });
            let failed =
                json!({ "status": Condition::Failed.word(), "build": app.build, "reasons": [reason] });
            (StatusCode::SERVICE_UNAVAILABLE, Json(failed)).into_response()
        }
    }
}

fn deep(build: &str, health: &Health) -> Value {
    let list = |list: &ListFreshness| {
        json!({
            "code": list.code,
            "age": list.age.word(),
            "age_seconds": list.age_seconds,
            "data_as_of": list.data_as_of,
        })
    };
    let reason = |reason: &Reason| {
        json!({
            "code": reason.code.word(),
            "about": reason.about,
            "sentence": reason.sentence,
            "since": reason.since,
            "status": reason.condition.word(),
        })
    };
    let channel = |channel: &ChannelHealth| {
        json!({
            "channel": channel.channel,
            "status": if channel.is_failing { "failing" } else { "ok" },
            "since": channel.since,
            "last_received_at": channel.last_sent_at,
            "last_answer": channel.last_answer,
        })
    };
    let stuck = health.stuck.as_ref();
    json!({
        "status": health.condition().word(),
        "build": build,
        "made_at": health.freshness.at,
        "reasons": health.reasons.iter().map(reason).collect::<Vec<_>>(),
        "bodies": health.freshness.bodies.iter().map(list).collect::<Vec<_>>(),
        "tis": list(&health.freshness.tis),
        "undelivered_alerts": { "count": health.owed.alerts, "oldest": health.owed.oldest },
        "channels": health.channels.iter().map(channel).collect::<Vec<_>>(),
        "oldest_stuck": stuck.map(|one| json!({ "what": one.what, "id": one.id, "since": one.since })),
    })
}

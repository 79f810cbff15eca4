//! Silences, and what a program says of alerts: taken, over, or not to be told for a while.

use std::sync::Arc;

use axum::extract::{Path, State};
use jiff::SignedDuration;
use ops::alert::{Word, matcher};
use ops::rows::SilenceRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::change::{Asked, Once, Reason, Receipt, Unchanged, Why};
use super::{Answer, Had, Refused, answer};
use crate::App;

/// The silences in force.
#[derive(Serialize, ToSchema)]
struct Silences {
    /// What holds notices back just now.
    silences: Vec<Silence>,
}

/// A silence.
#[derive(Serialize, ToSchema)]
struct Silence {
    /// Its id.
    id: String,
    /// `key=…`, `kind=…`, `job=…`, `list=…` or `all`.
    about: String,
    /// Why.
    reason: String,
    /// Who.
    by: String,
    /// Until when.
    #[schema(format = DateTime)]
    ends_at: String,
}

/// A silence to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// `key=…`, `kind=…`, `job=…`, `list=…` or `all`; a key may end in `*`.
    about: String,
    /// For how many hours: 1 to 336.
    #[schema(minimum = 1, maximum = 336)]
    hours: u16,
    /// Why.
    #[schema(value_type = String, min_length = 1, max_length = 500)]
    reason: Reason,
}

/// Reads the silences in force.
#[utoipa::path(
    get, path = "/api/v1/silences", tag = "alerts", operation_id = "silences",
    responses(
        (status = 200, body = Silences, headers(("etag" = String))),
        (status = 304, description = "As you have it"),
        Refused,
    )
)]
pub async fn all(State(app): State<Arc<App>>, had: Had) -> Answer {
    let silences = app.ops.silences().await?;
    answer(&had, &Silences { silences: silences.iter().map(silence).collect() })
}

fn silence(row: &SilenceRow) -> Silence {
    Silence {
        id: row.id.clone(),
        about: row.matcher.to_string(),
        reason: row.reason.clone(),
        by: row.by.clone(),
        ends_at: row.ends_at.to_string(),
    }
}

/// Takes an alert: nobody is reminded of it from then on.
#[utoipa::path(
    post, path = "/api/v1/alerts/{id}/acknowledge", tag = "alerts", operation_id = "acknowledge",
    params(("id" = String, Path, description = "Its id or key"), Once),
    request_body = Why, security(("token" = [])),
    responses((status = 200, body = Receipt), Unchanged, Refused)
)]
pub async fn acknowledge(State(app): State<Arc<App>>, Path(id): Path<String>, asked: Asked<Why>) -> Answer {
    let here = Arc::clone(&app);
    asked
        .once(&app, |reader, why, ops, _| async move {
            let actor = reader.visitor.actor(why.reason.as_str());
            ops.acknowledge(&id, Word { actor: &actor, ids: &here.ids }).await.map(drop)
        })
        .await
}

/// Says that an alert is over; where its condition still holds, the watch opens it anew.
#[utoipa::path(
    post, path = "/api/v1/alerts/{id}/resolve", tag = "alerts", operation_id = "resolve",
    params(("id" = String, Path, description = "Its id or key"), Once),
    request_body = Why, security(("token" = [])),
    responses((status = 200, body = Receipt), Unchanged, Refused)
)]
pub async fn resolve(State(app): State<Arc<App>>, Path(id): Path<String>, asked: Asked<Why>) -> Answer {
    let here = Arc::clone(&app);
    asked
        .once(&app, |reader, why, ops, _| async move {
            let actor = reader.visitor.actor(why.reason.as_str());
            ops.resolve(&id, Word { actor: &actor, ids: &here.ids }).await.map(drop)
        })
        .await
}

/// Holds notices back until an end; detection goes on.
#[utoipa::path(
    post, path = "/api/v1/silences", tag = "alerts", operation_id = "silence", params(Once),
    request_body = Quiet, security(("token" = [])),
    responses((status = 200, body = Receipt), Unchanged, Refused)
)]
pub async fn add(State(app): State<Arc<App>>, asked: Asked<Quiet>) -> Answer {
    let here = Arc::clone(&app);
    asked
        .once(&app, |reader, quiet, ops, _| async move {
            let (actor, about) = (reader.visitor.actor(quiet.reason.as_str()), matcher(&quiet.about)?);
            let length = SignedDuration::from_hours(i64::from(quiet.hours));
            ops.silence(&about, length, Word { actor: &actor, ids: &here.ids }).await.map(drop)
        })
        .await
}

/// Ends a silence before its time.
#[utoipa::path(
    post, path = "/api/v1/silences/{id}/end", tag = "alerts", operation_id = "end_silence",
    params(("id" = String, Path, description = "Its id"), Once),
    request_body = Why, security(("token" = [])),
    responses((status = 200, body = Receipt), Unchanged, Refused)
)]
pub async fn end(State(app): State<Arc<App>>, Path(id): Path<String>, asked: Asked<Why>) -> Answer {
    let here = Arc::clone(&app);
    asked
        .once(&app, |reader, why, ops, _| async move {
            let actor = reader.visitor.actor(why.reason.as_str());
            ops.end_silence(&id, Word { actor: &actor, ids: &here.ids }).await
        })
        .await
}

//! Alerts, open ones first.

use std::sync::Arc;

use axum::extract::State;
use ops::rows::AlertRow;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, Had, Refused, answer};
use crate::App;
use crate::reader::Reader;

/// The alerts of a scope.
#[derive(Serialize, ToSchema)]
struct Alerts {
    /// Open ones first, loudest first.
    alerts: Vec<Alert>,
}

/// One alert.
#[derive(Serialize, ToSchema)]
struct Alert {
    /// Its id.
    id: String,
    /// One per cause.
    key: String,
    /// Its kind.
    kind: String,
    /// notice, warn or page.
    severity: String,
    /// open, acknowledged, recovered_unproven or resolved.
    state: String,
    /// What happened, in plain words.
    sentence: String,
    /// What to press or type.
    next_action: String,
    /// How many doctors it touches.
    doctors_affected: u64,
    /// The run, where there is one.
    run_id: Option<String>,
    /// The hold, where there is one.
    hold_id: Option<String>,
    /// Who has it.
    owner: Option<String>,
    /// When it was opened.
    #[schema(format = DateTime)]
    opened_at: String,
    /// When it was over.
    #[schema(format = DateTime)]
    resolved_at: Option<String>,
}

/// Reads the alerts of your scope.
#[utoipa::path(
    get, path = "/api/v1/alerts", tag = "alerts", operation_id = "alerts",
    responses(
        (status = 200, body = Alerts, headers(("etag" = String))),
        (status = 304, description = "As you have it"),
        Refused,
    )
)]
pub async fn all(State(app): State<Arc<App>>, reader: Reader, had: Had) -> Answer {
    let page = app.ops.alerts(&reader.counted(&app)).await?;
    answer(&had, &Alerts { alerts: page.rows.iter().map(alert).collect() })
}

fn alert(row: &AlertRow) -> Alert {
    Alert {
        id: row.id.clone(),
        key: row.key.clone(),
        kind: row.kind.clone(),
        severity: row.severity.clone(),
        state: row.state.clone(),
        sentence: row.sentence.clone(),
        next_action: row.next_action.clone(),
        doctors_affected: row.doctors_affected,
        run_id: row.run_id.clone().filter(|id| !id.is_empty()),
        hold_id: row.hold_id.clone(),
        owner: row.owner.clone(),
        opened_at: row.opened_at.to_string(),
        resolved_at: row.resolved_at.map(|at| at.to_string()),
    }
}

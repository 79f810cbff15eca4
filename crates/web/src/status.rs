//! The state of everything for programs; it fails only with the store, and names no doctor.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::run::BodyOutcome;
use ops::ListFreshness;
use ops::rows::RunRow;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::fault::Problem;

/// The whole state.
#[derive(Serialize)]
pub struct Status {
    environment: String,
    build: String,
    schema_version: i64,
    made_at: String,
    bodies: Vec<List>,
    tis: List,
    open_holds: Vec<Hold>,
    open_alerts: Alerts,
    rejects: u64,
    last_runs: Vec<Run>,
}

/// One list.
#[derive(Serialize, ToSchema)]
pub struct List {
    /// Designated body code, or `TIS`.
    code: String,
    /// Newest published snapshot; 0 before the first.
    snapshot: u64,
    /// When the request for that data was sent.
    #[schema(format = DateTime)]
    data_as_of: Option<String>,
    /// How old the data are, seconds.
    age_seconds: Option<i64>,
    /// fresh, amber, red or never.
    age: &'static str,
    /// Doctors in the newest snapshot.
    doctors: u64,
    /// published, held or failed.
    outcome: Option<&'static str>,
    /// When.
    #[schema(format = DateTime)]
    outcome_at: Option<String>,
    /// Why it did not publish, in plain words.
    reason: String,
    /// The same for programs.
    cause: String,
}

#[derive(Serialize)]
struct Hold {
    id: String,
    list: String,
    state: &'static str,
    since: String,
    before: Option<u64>,
    doctors: u64,
    removed: u64,
    changed: u64,
    why: Vec<String>,
}

#[derive(Default, Serialize)]
struct Alerts {
    page: u64,
    warn: u64,
    notice: u64,
}

#[derive(Serialize)]
struct Run {
    id: String,
    job: String,
    state: &'static str,
    reason: String,
    started_at: Option<String>,
    ended_at: Option<String>,
}

/// Gives the whole state.
pub async fn get(State(app): State<Arc<App>>) -> Result<Json<Status>, Problem> {
    let overview = app.ops.overview(&app.ops.every_body()).await?;
    let mut open_alerts = Alerts::default();
    for alert in &overview.alerts {
        match alert.severity.as_str() {
            "page" => open_alerts.page += 1,
            "warn" => open_alerts.warn += 1,
            _ => open_alerts.notice += 1,
        }
    }
    Ok(Json(Status {
        environment: app.ops.site.environment.clone(),
        build: app.build.clone(),
        schema_version: app.ops.schema_version(),
        made_at: overview.freshness.at.to_string(),
        bodies: overview.freshness.bodies.iter().map(list).collect(),
        tis: list(&overview.freshness.tis),
        open_holds: overview.holds.iter().map(hold).collect(),
        open_alerts,
        rejects: overview.rejects.iter().map(|count| count.count).sum(),
        last_runs: overview.runs.iter().map(run).collect(),
    }))
}

/// Says of a list how old it is and what its last attempt came to.
pub fn list(list: &ListFreshness) -> List {
    List {
        code: list.code.clone(),
        snapshot: list.snapshot,
        data_as_of: list.data_as_of.map(|at| at.to_string()),
        age_seconds: list.age_seconds,
        age: list.age.word(),
        doctors: list.doctors,
        outcome: list.outcome.map(BodyOutcome::word),
        outcome_at: list.outcome_at.map(|at| at.to_string()),
        reason: list.reason.clone(),
        cause: list.cause.clone(),
    }
}

fn hold(hold: &ops::rows::HoldRow) -> Hold {
    Hold {
        id: hold.id.clone(),
        list: hold.list.clone(),
        state: hold.state.word(),
        since: hold.created_at.to_string(),
        before: hold.before,
        doctors: hold.doctors,
        removed: hold.account.removed,
        changed: hold.account.changed,
        why: hold.causes.iter().map(domain::brake::Cause::sentence).collect(),
    }
}

fn run(run: &RunRow) -> Run {
    Run {
        id: run.id.clone(),
        job: run.job.clone(),
        state: run.state.word(),
        reason: run.reason.clone(),
        started_at: run.started_at.map(|at| at.to_string()),
        ended_at: run.ended_at.map(|at| at.to_string()),
    }
}

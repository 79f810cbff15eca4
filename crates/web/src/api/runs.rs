//! Runs, the newest first, and what each list left in one.

use std::sync::Arc;

use axum::extract::{Path, State};
use domain::evidence::BodyEvidence;
use jiff::Timestamp;
use ops::rows::RunRow;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, Had, Problem, Refused, answer};
use crate::App;
use crate::reader::Reader;

/// The newest runs.
#[derive(Serialize, ToSchema)]
struct Runs {
    /// Newest first.
    runs: Vec<Run>,
}

/// One run.
#[derive(Serialize, ToSchema)]
struct Run {
    /// Its id.
    id: String,
    /// The job.
    job: String,
    /// due, running, succeeded, suspect, failed, missed, skipped or cancelled.
    state: String,
    /// What it came to, in plain words.
    reason: String,
    /// Who asked for it.
    requested_by: String,
    /// When it was due; null for runs by hand.
    #[schema(format = DateTime)]
    due_at: Option<String>,
    /// When its first attempt began.
    #[schema(format = DateTime)]
    started_at: Option<String>,
    /// When it ended.
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// Version and commit of the program.
    build: String,
}

/// One run with what it left.
#[derive(Serialize, ToSchema)]
struct RunWithEvidence {
    /// The run.
    run: Run,
    /// What each list of your scope left, in order of code.
    evidence: Vec<Evidence>,
}

/// What one list left in one run.
#[derive(Serialize, ToSchema)]
struct Evidence {
    /// The list's code.
    list: String,
    /// published, held or failed.
    outcome: String,
    /// Why not published; empty if it was.
    reason: String,
    /// Records received.
    received: u64,
    /// Doctors who are new on the list.
    new: u64,
    /// Doctors whose facts moved.
    changed: u64,
    /// Doctors as before.
    same: u64,
    /// Records that repeat another.
    repeated: u64,
    /// Records that could not be used.
    rejected: u64,
    /// Doctors not on the list any more.
    removed: u64,
    /// Milliseconds taken.
    duration_ms: u64,
}

/// Reads the newest runs.
#[utoipa::path(
    get, path = "/api/v1/runs", tag = "runs", operation_id = "runs",
    responses(
        (status = 200, body = Runs, headers(("etag" = String))),
        (status = 304, description = "As you have it"),
        Refused,
    )
)]
pub async fn all(State(app): State<Arc<App>>, reader: Reader, had: Had) -> Answer {
    let page = app.ops.runs(&reader.counted(&app)).await?;
    answer(&had, &Runs { runs: page.rows.iter().map(run).collect() })
}

/// Reads one run with the evidence of the lists of your scope.
#[utoipa::path(
    get, path = "/api/v1/runs/{id}", tag = "runs", operation_id = "run",
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 200, body = RunWithEvidence, headers(("etag" = String))),
        (status = 304, description = "As you have it"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "It is not there"),
        Refused,
    )
)]
pub async fn one(State(app): State<Arc<App>>, reader: Reader, had: Had, Path(id): Path<String>) -> Answer {
    let page = app.ops.run(&reader.counted(&app), &id).await?;
    let evidence = page.evidence.iter().map(evidence).collect();
    answer(&had, &RunWithEvidence { run: run(&page.run), evidence })
}

fn run(row: &RunRow) -> Run {
    let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
    Run {
        id: row.id.clone(),
        job: row.job.clone(),
        state: row.state.word().to_owned(),
        reason: row.reason.clone(),
        requested_by: row.requested_by.clone(),
        due_at: text(row.due_at),
        started_at: text(row.started_at),
        ended_at: text(row.ended_at),
        build: row.build.clone(),
    }
}

fn evidence(one: &BodyEvidence) -> Evidence {
    let account = &one.account;
    Evidence {
        list: one.body.as_str().to_owned(),
        outcome: one.outcome.word().to_owned(),
        reason: one.reason.clone(),
        received: account.read,
        new: account.new,
        changed: account.changed,
        same: account.same,
        repeated: account.repeated,
        rejected: account.rejected,
        removed: account.removed,
        duration_ms: one.duration_ms,
    }
}

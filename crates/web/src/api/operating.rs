//! What keeps the night running, for programs: runs begun and ended, and jobs that are different for a while.

use std::sync::Arc;

use axum::extract::{Path, State};
use domain::node::{Labels, labels};
use domain::overrides::What;
use jiff::Timestamp;
use ops::Fault;
use ops::alert::Word;
use ops::overrides::NewOverride;
use serde::Deserialize;
use utoipa::ToSchema;

use super::change::{Asked, Once, Reason, Receipt, Unchanged, Why};
use super::{Answer, Refused};
use crate::{App, RunWish, RunWord};

/// What is to be different. The brake and the GMC's address are no program's to change.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Different {
    /// Nothing of a job is begun by itself.
    Pause {
        /// The job, by name or alias.
        job: String,
    },
    /// A job is due at other times.
    Schedule {
        /// The job, by name or alias.
        job: String,
        /// A cron pattern or an interval, such as `every 2h`.
        schedule: String,
    },
    /// A job is begun on other nodes.
    Labels {
        /// The job, by name or alias.
        job: String,
        /// What a node must have instead, such as `node=b`.
        labels: Vec<String>,
    },
}

/// An override to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForAWhile {
    /// What is different.
    what: Different,
    /// Why.
    #[schema(value_type = String, min_length = 1, max_length = 500)]
    reason: Reason,
    /// Until before; at most 14 days from its beginning.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
    /// From; now if absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Key of the alert that it answers.
    answers: Option<String>,
}

/// Asks for a run of a job: it begins within a second or two, on whichever node may.
#[utoipa::path(
    post, path = "/api/v1/jobs/{job}/run", tag = "jobs", operation_id = "run_job",
    params(("job" = String, Path, description = "Its name or alias"), Once),
    request_body = Why, security(("token" = [])),
    responses((status = 200, body = Receipt), Unchanged, Refused)
)]
pub async fn run(State(app): State<Arc<App>>, Path(job): Path<String>, asked: Asked<Why>) -> Answer {
    say(&app, RunWish::Begin(job), asked).await
}

/// Ends a run that is due or running.
#[utoipa::path(
    post, path = "/api/v1/runs/{id}/abort", tag = "runs", operation_id = "abort",
    params(("id" = String, Path, description = "Its id"), Once),
    request_body = Why, security(("token" = [])),
    responses((status = 200, body = Receipt), Unchanged, Refused)
)]
pub async fn abort(State(app): State<Arc<App>>, Path(id): Path<String>, asked: Asked<Why>) -> Answer {
    say(&app, RunWish::Abort(id), asked).await
}

async fn say(app: &App, wish: RunWish, asked: Asked<Why>) -> Answer {
    let say = &app.say_to_runs;
    asked
        .once(app, |reader, why, _, claim| async move {
            if why.reason.as_str().trim().is_empty() {
                return Err(Fault::invalid("This needs a reason."));
            }
            say(RunWord { wish, actor: reader.visitor.actor(why.reason.as_str()), claim: Some(claim) }).await
        })
        .await
}

/// Lets a job be different for a while.
#[utoipa::path(
    post, path = "/api/v1/overrides", tag = "jobs", operation_id = "add_override", params(Once),
    request_body = ForAWhile, security(("token" = [])),
    responses((status = 200, body = Receipt), Unchanged, Refused)
)]
pub async fn add(State(app): State<Arc<App>>, asked: Asked<ForAWhile>) -> Answer {
    let here = Arc::clone(&app);
    asked
        .once(&app, |reader, body, ops, _| async move {
            let declared = (here.jobs)();
            let what = what(body.what)?;
            let new = NewOverride {
                what: ops.sensible(what, &declared).await?,
                owner: None,
                answers: body.answers,
                starts_at: body.from,
                ends_at: body.until,
            };
            let actor = reader.visitor.actor(body.reason.as_str());
            ops.add_override(new, Word { actor: &actor, ids: &here.ids }).await.map(drop)
        })
        .await
}

fn what(different: Different) -> Result<What, Fault> {
    Ok(match different {
        Different::Pause { job } => What::Pause { job },
        Different::Schedule { job, schedule } => What::Schedule { job, schedule },
        Different::Labels { job, labels } => What::Labels { job, labels: needs(&labels)? },
    })
}

fn needs(words: &[String]) -> Result<Labels, Fault> {
    labels(&words.join(" ")).map_err(Fault::invalid)
}

/// Ends an override before its time.
#[utoipa::path(
    post, path = "/api/v1/overrides/{id}/end", tag = "jobs", operation_id = "end_override",
    params(("id" = String, Path, description = "Its id"), Once),
    request_body = Why, security(("token" = [])),
    responses((status = 200, body = Receipt), Unchanged, Refused)
)]
pub async fn end(State(app): State<Arc<App>>, Path(id): Path<String>, asked: Asked<Why>) -> Answer {
    let here = Arc::clone(&app);
    asked
        .once(&app, |reader, why, ops, _| async move {
            let actor = reader.visitor.actor(why.reason.as_str());
            ops.end_override(&id, Word { actor: &actor, ids: &here.ids }).await.map(drop)
        })
        .await
}

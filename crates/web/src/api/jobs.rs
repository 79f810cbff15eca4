//! The declared jobs, what comes next, where runs are begun, and what is different for a while.

use std::sync::Arc;

use axum::extract::State;
use domain::job::Trigger;
use jiff::Timestamp;
use ops::jobs::JobStanding;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, Had, Refused, answer};
use crate::App;
use crate::reader::Reader;

/// The declared jobs.
#[derive(Serialize, ToSchema)]
struct Jobs {
    /// In the order of the settings.
    jobs: Vec<Job>,
}

/// One job.
#[derive(Serialize, ToSchema)]
struct Job {
    /// Its name.
    name: String,
    /// What it is called as well; empty if nothing.
    alias: String,
    /// What it reads and what it changes.
    sentence: String,
    /// Who answers for it.
    owner: String,
    /// The job whose data it waits for; null where the clock makes it due.
    after: Option<String>,
    /// Its time zone.
    zone: String,
    /// Why it rests; null where it does not.
    rests: Option<String>,
    /// Its newest runs that have begun or ended, the oldest first.
    last: Vec<LastRun>,
    /// When it is due next.
    #[schema(format = DateTime)]
    next: Option<String>,
}

/// A run of a job, in short.
#[derive(Serialize, ToSchema)]
struct LastRun {
    /// Its id.
    id: String,
    /// running, succeeded, suspect, failed, missed, skipped or cancelled.
    state: String,
    /// When its first attempt began.
    #[schema(format = DateTime)]
    started_at: Option<String>,
    /// When it ended.
    #[schema(format = DateTime)]
    ended_at: Option<String>,
}

/// What comes next.
#[derive(Serialize, ToSchema)]
struct Next {
    /// The next five times of each job, in the order of the settings.
    next: Vec<NextRun>,
}

/// A time at which a job is due.
#[derive(Serialize, ToSchema)]
struct NextRun {
    /// The job.
    job: String,
    /// Its slot: local date and time, and which pass of it.
    slot: String,
    /// When, in UTC.
    #[schema(format = DateTime)]
    due_at: String,
    /// Nodes that could begin it just now.
    nodes: Vec<String>,
}

/// Where runs are begun.
#[derive(Serialize, ToSchema)]
struct Nodes {
    /// By name.
    nodes: Vec<Node>,
}

/// One node.
#[derive(Serialize, ToSchema)]
struct Node {
    /// Its name.
    name: String,
    /// What it has.
    labels: Vec<String>,
    /// When it was last heard of.
    #[schema(format = DateTime)]
    beat_at: String,
    /// serving, draining, drained, leaving or ended: what it does with what comes.
    stance: String,
    /// untried, works or fails: whether something new can be started there.
    launch: String,
    /// Why not; empty where it can.
    launch_error: String,
    /// Jobs that it can begin.
    begins: Vec<String>,
    /// Version and commit of its program.
    build: String,
    /// Digest of the settings it runs on.
    settings_running: String,
    /// Digest of what its file says; empty where that is not sound, null where it has not said.
    settings_written: Option<String>,
}

/// What is different for a while.
#[derive(Serialize, ToSchema)]
struct Overrides {
    /// What counts, will count, or ended within a day.
    overrides: Vec<Override>,
}

/// One of them.
#[derive(Serialize, ToSchema)]
struct Override {
    /// Its id.
    id: String,
    /// What is different, in plain words.
    sentence: String,
    /// Who answers for it.
    owner: String,
    /// Why.
    reason: String,
    /// Key of the alert that it answers.
    answers: Option<String>,
    /// From.
    #[schema(format = DateTime)]
    starts_at: String,
    /// Until before.
    #[schema(format = DateTime)]
    ends_at: String,
    /// Whether it counts just now.
    is_in_force: bool,
}

fn text(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}

/// Reads the declared jobs with their newest runs.
#[utoipa::path(
    get, path = "/api/v1/jobs", tag = "jobs", operation_id = "jobs",
    responses(
        (status = 200, body = Jobs, headers(("etag" = String))),
        (status = 304, description = "As you have it"),
        Refused,
    )
)]
pub async fn all(State(app): State<Arc<App>>, reader: Reader, had: Had) -> Answer {
    let page = app.ops.jobs(&reader.counted(&app), &(app.jobs)()).await?;
    answer(&had, &Jobs { jobs: page.jobs.iter().map(job).collect() })
}

fn job(one: &JobStanding) -> Job {
    let last = one.last.iter().map(|run| LastRun {
        id: run.id.clone(),
        state: run.state.word().to_owned(),
        started_at: text(run.started_at),
        ended_at: text(run.ended_at),
    });
    Job {
        name: one.job.name.clone(),
        alias: one.job.alias.clone(),
        sentence: one.job.sentence.clone(),
        owner: one.job.owner.clone(),
        after: match &one.job.trigger {
            Trigger::After(before) => Some(before.clone()),
            Trigger::Schedule(_) => None,
        },
        zone: one.job.zone.iana_name().unwrap_or("UTC").to_owned(),
        rests: one.rests.as_ref().map(|(why, _)| why.clone()),
        last: last.collect(),
        next: text(one.next.first().map(|due| due.at)),
    }
}

/// Reads the next five times of each job, and who could begin them.
#[utoipa::path(
    get, path = "/api/v1/next", tag = "jobs", operation_id = "next",
    responses(
        (status = 200, body = Next, headers(("etag" = String))),
        (status = 304, description = "As you have it"),
        Refused,
    )
)]
pub async fn next(State(app): State<Arc<App>>, reader: Reader, had: Had) -> Answer {
    let declared = (app.jobs)();
    let page = app.ops.jobs(&reader.counted(&app), &declared).await?;
    let nodes = app.ops.nodes(&reader.counted(&app), &declared).await?.nodes;
    let mut next = Vec::new();
    for one in &page.jobs {
        let can = |begins: &[String]| begins.contains(&one.job.name);
        let who: Vec<String> =
            nodes.iter().filter(|(_, begins)| can(begins)).map(|(node, _)| node.name.clone()).collect();
        next.extend(one.next.iter().map(|due| NextRun {
            job: one.job.name.clone(),
            slot: due.slot.to_string(),
            due_at: due.at.to_string(),
            nodes: who.clone(),
        }));
    }
    answer(&had, &Next { next })
}

/// Reads where runs are begun.
#[utoipa::path(
    get, path = "/api/v1/nodes", tag = "jobs", operation_id = "nodes",
    responses(
        (status = 200, body = Nodes, headers(("etag" = String))),
        (status = 304, description = "As you have it"),
        Refused,
    )
)]
pub async fn nodes(State(app): State<Arc<App>>, reader: Reader, had: Had) -> Answer {
    let page = app.ops.nodes(&reader.counted(&app), &(app.jobs)()).await?;
    let node = |(node, begins): (domain::node::Node, Vec<String>)| Node {
        settings_written: page
            .settings
            .iter()
            .find(|state| state.node == node.name)
            .map(|state| state.written.clone()),
        name: node.name,
        labels: node.labels.into_iter().collect(),
        beat_at: node.beat_at.to_string(),
        stance: node.stance.word().to_owned(),
        launch: node.launch.word().to_owned(),
        launch_error: node.launch_error,
        begins,
        build: node.build,
        settings_running: node.config_hash,
    };
    answer(&had, &Nodes { nodes: page.nodes.into_iter().map(node).collect() })
}

/// Reads what is different for a while.
#[utoipa::path(
    get, path = "/api/v1/overrides", tag = "jobs", operation_id = "overrides",
    responses(
        (status = 200, body = Overrides, headers(("etag" = String))),
        (status = 304, description = "As you have it"),
        Refused,
    )
)]
pub async fn overrides(State(app): State<Arc<App>>, reader: Reader, had: Had) -> Answer {
    let page = app.ops.overrides_page(&reader.counted(&app)).await?;
    let now = page.freshness.at;
    let one = |one: &domain::overrides::Override| Override {
        id: one.id.clone(),
        sentence: one.sentence(),
        owner: one.owner.clone(),
        reason: one.reason.clone(),
        answers: one.answers.clone(),
        starts_at: one.starts_at.to_string(),
        ends_at: one.ended_at.unwrap_or(one.ends_at).to_string(),
        is_in_force: one.is_in_force(now),
    };
    answer(&had, &Overrides { overrides: page.overrides.iter().map(one).collect() })
}

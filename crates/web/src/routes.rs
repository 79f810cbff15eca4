//! Every address there is, in one table with what each asks of whoever comes, and what stands around them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use domain::access::Policy::{self, Needs, NeedsStepUp, Open, SignedIn};
use domain::access::Right;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::gate::{Gate, gate};
use crate::pages::{
    account, alert, alerts, allocate, as_of, audit, bodies, changes, compare, connect, connections,
    discrepancies, doctor, doctors, drafting, export, holds, invitation, jobs, licences, nights, notes,
    operating, overview, own_way, provider, recommendations, rejects, runs, sign_in, snapshots, step_up, tis,
    under_notice, users, worklist,
};
use crate::{App, api, around, assets, fault, fingerprint, health, ping, status};

/// Longest a request may take. Source: house limit for pages.
const REQUEST_MAX: Duration = Duration::from_secs(30);
/// Largest form taken.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Largest form taken with a file: twice an export of the longest list we know, with a dozen columns.
const UPLOAD_BYTES_MAX: usize = 4 * 1024 * 1024;

/// What is asked of whoever comes to an address in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entrance {
    /// GET to read, POST to change.
    pub method: Method,
    /// The address, as a template.
    pub path: &'static str,
    /// What is asked.
    pub policy: Policy,
}

/// An entrance and who answers. It cannot be made without a policy.
struct Row {
    entrance: Entrance,
    answer: MethodRouter<Arc<App>>,
    body_max: usize,
}

fn read<H: Handler<T, Arc<App>>, T: 'static>(path: &'static str, policy: Policy, handler: H) -> Row {
    Row {
        entrance: Entrance { method: Method::GET, path, policy },
        answer: get(handler),
        body_max: BODY_BYTES_MAX,
    }
}

fn change<H: Handler<T, Arc<App>>, T: 'static>(path: &'static str, policy: Policy, handler: H) -> Row {
    Row {
        entrance: Entrance { method: Method::POST, path, policy },
        answer: post(handler),
        body_max: BODY_BYTES_MAX,
    }
}

/// A form that brings a file.
fn upload<H: Handler<T, Arc<App>>, T: 'static>(path: &'static str, policy: Policy, handler: H) -> Row {
    Row { body_max: UPLOAD_BYTES_MAX, ..change(path, policy, handler) }
}

fn table() -> Vec<Row> {
    [doctors_and_bodies(), to_the_gmc(), everything_else(), for_programs(), by_programs()]
        .into_iter()
        .flatten()
        .collect()
}

fn doctors_and_bodies() -> Vec<Row> {
    let counts = Needs(Right::ReadCounts);
    let doctors_are_read = Needs(Right::ReadDoctors);
    vec![
        read("/", counts, overview::get),
        read("/changes", doctors_are_read, changes::get),
        read("/bodies/{code}", doctors_are_read, bodies::get),
        read("/bodies/{code}/as-of", doctors_are_read, as_of::get),
        read("/bodies/{code}/compare", doctors_are_read, compare::get),
        upload("/bodies/{code}/compare", doctors_are_read, compare::post),
        read("/under-notice", doctors_are_read, under_notice::get),
        read("/doctors", doctors_are_read, doctors::get),
        read("/doctors/{number}", doctors_are_read, doctor::get),
        read("/export/{list}", doctors_are_read, export::get),
        change("/doctors/{number}/notes", Needs(Right::EditNotes), notes::write),
        change("/notes/{id}", Needs(Right::EditNotes), notes::reword),
        change("/allocate", Needs(Right::EditNotes), allocate::post),
        change("/discrepancies/work", Needs(Right::EditNotes), worklist::post),
        change("/hidden/{id}/show", Needs(Right::EditNotes), worklist::show_again),
    ]
}

/// What people want of the GMC.
fn to_the_gmc() -> Vec<Row> {
    let doctors_are_read = Needs(Right::ReadDoctors);
    vec![
        read("/doctors/{number}/recommend", Needs(Right::Draft), drafting::get),
        change("/doctors/{number}/recommend", Needs(Right::Draft), drafting::post),
        read("/connections", doctors_are_read, connections::all),
        read("/connections/new", Needs(Right::Connect), connect::get),
        change("/connections/new", NeedsStepUp(Right::Connect), connect::post),
        read("/connections/{id}", doctors_are_read, connections::one),
        change("/connections/{id}/settle", NeedsStepUp(Right::Connect), connections::settle),
        read("/recommendations", doctors_are_read, recommendations::all),
        read("/recommendations/{id}", doctors_are_read, recommendations::one),
        change("/recommendations/{id}/change", Needs(Right::Draft), recommendations::change),
        change("/recommendations/{id}/comment", Needs(Right::Draft), recommendations::comment),
        change("/recommendations/{id}/withdraw", Needs(Right::Draft), recommendations::withdraw),
        change("/recommendations/{id}/submit", NeedsStepUp(Right::Submit), recommendations::submit),
    ]
}

fn everything_else() -> Vec<Row> {
    let counts = Needs(Right::ReadCounts);
    let doctors_are_read = Needs(Right::ReadDoctors);
    vec![
        read("/discrepancies", doctors_are_read, discrepancies::get),
        read("/rejects", counts, rejects::all),
        read("/rejects/{code}", Needs(Right::ReadRejects), rejects::of_body),
        read("/holds", counts, holds::all),
        read("/holds/{id}", counts, holds::one),
        change("/holds/{id}/approve", NeedsStepUp(Right::DecideHolds), holds::approve),
        change("/holds/{id}/reject", NeedsStepUp(Right::DecideHolds), holds::reject),
        read("/snapshots", counts, snapshots::all),
        read("/snapshots/{code}", counts, snapshots::of_list),
        read("/jobs", counts, jobs::get),
        change("/jobs/begin", Needs(Right::OperateJobs), operating::begin),
        read("/nights", counts, nights::get),
        read("/nodes", counts, jobs::nodes),
        read("/overrides", counts, jobs::overrides),
        change("/overrides/pause", Needs(Right::OperateJobs), operating::pause),
        change("/overrides/{id}/end", Needs(Right::OperateJobs), operating::end),
        read("/runs", counts, runs::all),
        read("/runs/{id}", counts, runs::one),
        change("/runs/{id}/abort", Needs(Right::OperateJobs), operating::abort),
        read("/tis", counts, tis::get),
        read("/alerts", counts, alerts::get),
        read("/alerts/{id}", counts, alert::get),
        change("/alerts/{id}/acknowledge", Needs(Right::OperateAlerts), alert::acknowledge),
        change("/alerts/{id}/resolve", Needs(Right::OperateAlerts), alert::resolve),
        read("/users", Needs(Right::ManageUsers), users::all),
        read("/users/{id}", Needs(Right::ManageUsers), users::one),
        change("/users/add", NeedsStepUp(Right::ManageUsers), users::add),
        change("/users/{id}/grant", NeedsStepUp(Right::ManageUsers), users::grant),
        change("/users/{id}/disable", NeedsStepUp(Right::ManageUsers), users::disable),
        change("/users/{id}/reset", NeedsStepUp(Right::ManageUsers), users::reset),
        change("/users/{id}/revoke", NeedsStepUp(Right::ManageUsers), users::revoke),
        change("/users/{id}/settle", NeedsStepUp(Right::ManageUsers), users::settle),
        read("/audit", Needs(Right::ReadAudit), audit::get),
        change("/audit/verify", Needs(Right::ReadAudit), audit::verify),
        read("/account", SignedIn, account::get),
        change("/account/sessions", SignedIn, account::end_session),
        change("/account/letters", SignedIn, account::want_letters),
        change("/account/password", SignedIn, own_way::password),
        change("/account/authenticator", SignedIn, own_way::begin_authenticator),
        change("/account/authenticator/confirm", SignedIn, own_way::authenticator),
        change("/account/recovery-codes", SignedIn, own_way::paper),
        read("/sign-in", Open, sign_in::get),
        change("/sign-in", Open, sign_in::post),
        change("/sign-in/demo", Open, sign_in::demo),
        read("/sign-in/provider", Open, provider::go),
        read("/sign-in/provider/back", Open, provider::back),
        change("/sign-out", SignedIn, sign_in::out),
        change("/sign-out/everywhere", SignedIn, sign_in::out_everywhere),
        read("/invitation", Open, invitation::get),
        change("/invitation", Open, invitation::open),
        change("/invitation/accept", Open, invitation::accept),
        read("/step-up", SignedIn, step_up::get),
        change("/step-up", SignedIn, step_up::post),
    ]
}

/// What programs read, and what says how this one is.
fn for_programs() -> Vec<Row> {
    let counts = Needs(Right::ReadCounts);
    let doctors_are_read = Needs(Right::ReadDoctors);
    vec![
        read("/api/v1/lists", counts, api::lists::all),
        read("/api/v1/doctors", doctors_are_read, api::doctors::all),
        read("/api/v1/doctors/{number}", doctors_are_read, api::doctors::one),
        read("/api/v1/doctors/{number}/casework", doctors_are_read, api::casework::of_doctor),
        read("/api/v1/jobs", counts, api::jobs::all),
        read("/api/v1/next", counts, api::jobs::next),
        read("/api/v1/nodes", counts, api::jobs::nodes),
        read("/api/v1/overrides", counts, api::jobs::overrides),
        read("/api/v1/runs", counts, api::runs::all),
        read("/api/v1/runs/{id}", counts, api::runs::one),
        read("/api/v1/alerts", counts, api::alerts::all),
        read("/api/v1/silences", counts, api::silences::all),
        read("/api/openapi.json", Open, api::reference::json),
        read("/api", Open, api::reference::page),
        read("/licences", Open, licences::get),
        // A key in the address says who comes; clients ask in either way.
        read("/ping/{key}", Open, ping::good),
        change("/ping/{key}", Open, ping::good),
        read("/ping/{key}/{what}", Open, ping::what),
        change("/ping/{key}/{what}", Open, ping::what),
        read(fingerprint::PLACE, counts, fingerprint::get),
        read("/status.json", Open, status::get),
        read("/livez", Open, health::livez),
        read("/readyz", Open, health::readyz),
        read("/healthz", Open, health::healthz),
        read("/metrics", Open, health::metrics),
        read("/assets/{*name}", Open, assets::get),
    ]
}

/// What programs change. Nothing here asks for a sign-in once more, because no program can give it.
fn by_programs() -> Vec<Row> {
    let (casework, jobs, alerts) =
        (Needs(Right::EditNotes), Needs(Right::OperateJobs), Needs(Right::OperateAlerts));
    vec![
        change("/api/v1/doctors/{number}/notes", casework, api::casework::write),
        change("/api/v1/notes/{id}", casework, api::casework::reword),
        change("/api/v1/allocate", casework, api::casework::allocate),
        change("/api/v1/discrepancies/stand", casework, api::casework::stand),
        change("/api/v1/discrepancies/hide", casework, api::casework::hide),
        change("/api/v1/hidden/{id}/show", casework, api::casework::show_again),
        change("/api/v1/jobs/{job}/run", jobs, api::operating::run),
        change("/api/v1/runs/{id}/abort", jobs, api::operating::abort),
        change("/api/v1/overrides", jobs, api::operating::add),
        change("/api/v1/overrides/{id}/end", jobs, api::operating::end),
        change("/api/v1/alerts/{id}/acknowledge", alerts, api::silences::acknowledge),
        change("/api/v1/alerts/{id}/resolve", alerts, api::silences::resolve),
        change("/api/v1/silences", alerts, api::silences::add),
        change("/api/v1/silences/{id}/end", alerts, api::silences::end),
    ]
}

/// Every entrance, in the order of the table.
pub fn entrances() -> Vec<Entrance> {
    table().into_iter().map(|row| row.entrance).collect()
}

/// What tells of the whole house, and so is not for strangers where monitors have an address of their own.
const DEEP: [&str; 3] = ["/healthz", "/metrics", "/status.json"];
/// What whoever stands before the pages asks, at either address.
const SHALLOW: [&str; 2] = ["/livez", "/readyz"];

/// Makes everything that answers.
pub fn router(app: App) -> Router {
    answering(&Arc::new(app), |_| true)
}

/// The same in two: for people and programs, and for monitors at an address of their own.
pub fn routers_apart(app: App) -> (Router, Router) {
    let app = Arc::new(app);
    let monitors = answering(&app, |path| DEEP.contains(&path) || SHALLOW.contains(&path));
    (answering(&app, |path| !DEEP.contains(&path)), monitors)
}

fn answering(app: &Arc<App>, is_answered: impl Fn(&str) -> bool) -> Router {
    let app = Arc::clone(app);
    table()
        .into_iter()
        .filter(|row| is_answered(row.entrance.path))
        .fold(Router::new(), |router, Row { entrance, answer, body_max }| {
            let gate_before = Gate { app: Arc::clone(&app), policy: entrance.policy };
            let gated = answer.route_layer(from_fn_with_state(gate_before, gate));
            router.route(entrance.path, gated.layer(RequestBodyLimitLayer::new(body_max)))
        })
        .fallback(fault::no_such_page)
        .layer(CompressionLayer::new())
        .layer(CsrfLayer::new())
        // Each row has a limit of its own.
        .layer(DefaultBodyLimit::disable())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST_MAX))
        .layer(CatchPanicLayer::custom(|_| -> Response { StatusCode::INTERNAL_SERVER_ERROR.into_response() }))
        .layer(from_fn_with_state(app.clone(), around::around))
        .with_state(app)
}

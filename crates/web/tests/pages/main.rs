//! Every page of a small world, as a reader and as a stranger meet it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod absent;
mod around;
mod coming;
mod comparing;
mod cookies;
mod deciding;
mod finding;
mod health;
mod joining;
mod letters;
mod matrix;
#[path = "../../../../fuzz/mutation.rs"]
mod mutation;
mod pacing;
mod past;
mod people;
mod pings;
mod programs;
mod reading;
mod robots;
mod secrets;
mod sending;
mod site;
mod working;

use axum::http::Method;
use site::{Answer, Pages, from_another_site, site};
use testkit::world::{HOLD, RUN};

/// Every entrance with an address of the small world under it.
const ADDRESSES: &[(&str, &str)] = &[
    ("/", "/"),
    ("/changes", "/changes?body=1-AIIDWT&kind=under-notice"),
    ("/bodies/{code}", "/bodies/1-25U-830"),
    ("/bodies/{code}/as-of", "/bodies/1-AIIDWT/as-of?on=2026-11-23"),
    ("/bodies/{code}/compare", "/bodies/1-AIIDWT/compare"),
    ("/under-notice", "/under-notice"),
    ("/doctors", "/doctors?q=spec"),
    ("/doctors/{number}", "/doctors/9000001"),
    ("/export/{list}", "/export/doctors?q=spec"),
    ("/doctors/{number}/recommend", "/doctors/9000001/recommend"),
    ("/connections", "/connections"),
    ("/connections/new", "/connections/new?doctor=9000001"),
    ("/connections/{id}", "/connections/00000000-0000-7000-8000-0000000000e1"),
    ("/recommendations", "/recommendations"),
    ("/recommendations/{id}", "/recommendations/00000000-0000-7000-8000-0000000000f1"),
    ("/discrepancies", "/discrepancies?kind=transfer"),
    ("/rejects", "/rejects"),
    ("/rejects/{code}", "/rejects/1-AIIDWT"),
    ("/holds", "/holds"),
    ("/holds/{id}", "/holds/00000000-0000-7000-8000-00000000c0de"),
    ("/snapshots", "/snapshots"),
    ("/snapshots/{code}", "/snapshots/1-AIIDWT"),
    ("/jobs", "/jobs"),
    ("/nights", "/nights?on=2026-11-24"),
    ("/nodes", "/nodes"),
    ("/overrides", "/overrides"),
    ("/runs", "/runs"),
    ("/runs/{id}", "/runs/00000000-0000-7000-8000-0000000000a1"),
    ("/tis", "/tis"),
    ("/alerts", "/alerts"),
    ("/alerts/{id}", "/alerts/00000000-0000-7000-8000-0000000000d1"),
    ("/users", "/users"),
    ("/users/{id}", "/users/account-everybody"),
    ("/audit", "/audit"),
    ("/account", "/account"),
    ("/sign-in", "/sign-in"),
    ("/sign-in/provider", "/sign-in/provider"),
    ("/sign-in/provider/back", "/sign-in/provider/back"),
    ("/invitation", "/invitation"),
    ("/step-up", "/step-up"),
    ("/api/v1/lists", "/api/v1/lists"),
    ("/api/v1/doctors", "/api/v1/doctors?q=spec"),
    ("/api/v1/doctors/{number}", "/api/v1/doctors/9000001"),
    ("/api/v1/doctors/{number}/casework", "/api/v1/doctors/9000001/casework"),
    ("/api/v1/jobs", "/api/v1/jobs"),
    ("/api/v1/next", "/api/v1/next"),
    ("/api/v1/nodes", "/api/v1/nodes"),
    ("/api/v1/overrides", "/api/v1/overrides"),
    ("/api/v1/runs", "/api/v1/runs"),
    ("/api/v1/runs/{id}", "/api/v1/runs/00000000-0000-7000-8000-0000000000a1"),
    ("/api/v1/alerts", "/api/v1/alerts"),
    ("/api/v1/silences", "/api/v1/silences"),
    ("/api/openapi.json", "/api/openapi.json"),
    ("/api", "/api"),
    ("/licences", "/licences"),
    ("/ping/{key}", "/ping/none"),
    ("/ping/{key}/{what}", "/ping/none/start"),
    ("/fingerprint", "/fingerprint"),
    ("/status.json", "/status.json"),
    ("/livez", "/livez"),
    ("/readyz", "/readyz"),
    ("/healthz", "/healthz"),
    ("/metrics", "/metrics"),
    ("/assets/{*name}", "/assets/none"),
];

/// What shows no list of the GMC or TIS: it cannot be late. The first seven are pages all the same.
const WITHOUT_DATA: &[&str] = &[
    "/users",
    "/users/{id}",
    "/audit",
    "/account",
    "/invitation",
    "/step-up",
    "/licences",
    "/sign-in",
    "/sign-in/provider",
    "/sign-in/provider/back",
    "/api",
    "/export/{list}",
    "/api/v1/lists",
    "/api/v1/doctors",
    "/api/v1/doctors/{number}",
    "/api/v1/doctors/{number}/casework",
    "/api/v1/jobs",
    "/api/v1/next",
    "/api/v1/nodes",
    "/api/v1/overrides",
    "/api/v1/runs",
    "/api/v1/runs/{id}",
    "/api/v1/alerts",
    "/api/v1/silences",
    "/api/openapi.json",
    "/ping/{key}",
    "/ping/{key}/{what}",
    "/fingerprint",
    "/status.json",
    "/livez",
    "/readyz",
    "/healthz",
    "/metrics",
    "/assets/{*name}",
];

#[test]
fn every_entrance_has_an_address_in_these_tests() {
    let known: Vec<&str> = ADDRESSES.iter().map(|(route, _)| *route).collect();
    let read: Vec<&str> =
        web::entrances().iter().filter(|one| one.method == Method::GET).map(|one| one.path).collect();
    assert_eq!(read, known, "add the new page here, so that every fact below is asked of it");
    assert!(ADDRESSES.iter().any(|(_, address)| address.ends_with(HOLD)));
    assert!(ADDRESSES.iter().any(|(_, address)| address.ends_with(RUN)));
}

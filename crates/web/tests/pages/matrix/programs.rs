//! The same for what programs change: by a token that reaches as far as any, and never by a session.

use axum::http::StatusCode;
use domain::access::Role;

use super::super::robots::asking;
use super::About::{Drafts, Everything};
use super::{Line, Pages, Person, Situation, betrayed, expected};

/// What programs change; whoever may is let through, whatever then comes of an empty wish.
pub const CHANGES: &[Line] = &[
    ("/api/v1/doctors/{number}/notes", "/api/v1/doctors/9000001/notes", Drafts, "-AP--"),
    ("/api/v1/notes/{id}", "/api/v1/notes/00000000-0000-7000-8000-0000000000c1", Drafts, "-AP--"),
    ("/api/v1/allocate", "/api/v1/allocate", Everything, "-AP--"),
    ("/api/v1/discrepancies/stand", "/api/v1/discrepancies/stand", Everything, "-AP--"),
    ("/api/v1/discrepancies/hide", "/api/v1/discrepancies/hide", Everything, "-AP--"),
    ("/api/v1/hidden/{id}/show", "/api/v1/hidden/00000000-0000-7000-8000-0000000000b2/show", Drafts, "-AP--"),
    ("/api/v1/jobs/{job}/run", "/api/v1/jobs/gmc-sync/run", Everything, "---X-"),
    (
        "/api/v1/runs/{id}/abort",
        "/api/v1/runs/00000000-0000-7000-8000-0000000000a1/abort",
        Everything,
        "---X-",
    ),
    ("/api/v1/overrides", "/api/v1/overrides", Everything, "---X-"),
    ("/api/v1/overrides/{id}/end", "/api/v1/overrides/none/end", Everything, "---X-"),
    (
        "/api/v1/alerts/{id}/acknowledge",
        "/api/v1/alerts/00000000-0000-7000-8000-0000000000d1/acknowledge",
        Everything,
        "---X-",
    ),
    (
        "/api/v1/alerts/{id}/resolve",
        "/api/v1/alerts/00000000-0000-7000-8000-0000000000d1/resolve",
        Everything,
        "---X-",
    ),
    ("/api/v1/silences", "/api/v1/silences", Everything, "---X-"),
    ("/api/v1/silences/{id}/end", "/api/v1/silences/none/end", Everything, "---X-"),
];

/// A program asks for a change with a token that reaches as far as any: what it may is what its owner may, and no session
/// stands in for it.
pub async fn ask(site: &Pages, who: (&Person, &str), line: &Line, as_what: (Role, Situation)) {
    let ((one, token), (role, situation)) = (who, as_what);
    let cell = format!("{} {role:?} {situation:?}", line.1);
    let answer = site.send(asking(line.1, &[("authorization", &format!("Bearer {token}"))], "{}")).await;
    let allowed: &[u16] = match expected(line, role, situation) {
        // Let through; what is empty mostly makes no sense, or is about nothing that is there.
        StatusCode::OK => &[200, 404, 422, 428],
        StatusCode::SEE_OTHER => &[401],
        StatusCode::NOT_FOUND => &[404, 422, 428],
        refused => &[refused.as_u16()],
    };
    assert!(allowed.contains(&answer.status.as_u16()), "{cell}: {} {}", answer.status, answer.text);
    assert_eq!(betrayed(line, role, situation, &answer), [""; 0], "{cell}");
    let by_cookie = [("cookie", one.cookie.as_str()), ("sec-fetch-site", "same-origin")];
    let answer = site.send(asking(line.1, &by_cookie, "{}")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{cell}: a session asks for nothing here");
}

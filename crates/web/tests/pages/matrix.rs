//! Every entrance, for every role, in every situation: what opens, what is as absent as if it never was, and whose doctors
//! are named nowhere.

mod programs;
mod wall;

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode, header};
use domain::access::Grant;
use domain::access::Role::{self, Admin, Approver, Auditor, Observer, Operations};
use domain::clock::Clock as _;
use testkit::engines;
use testkit::world::{self, FAILED, FRESH, HELD};

use super::people::{Person, disable, over, person, session};
use super::robots::every_token;
use super::site::form;
use super::{Answer, Pages, site};

/// What an address is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// Nothing of one body alone.
    Everything,
    /// The counts of [`HELD`].
    Counts,
    /// Doctors of [`HELD`].
    Doctors,
    /// What is prepared for doctors of [`HELD`], by whoever has a right to it there.
    Drafts,
    /// Records of [`HELD`] as they were received.
    Raw,
    /// [`world::MOVER`], who is on [`HELD`] until they move to [`FRESH`].
    Mover,
    /// No person and no body: open to everybody.
    Nobody,
    /// The same, and nothing is there.
    Absent,
    /// The same, and it says that this world is not well.
    Unwell,
    /// Signing in, which leads whoever is signed in on.
    Away,
}

use About::{Absent, Away, Counts, Doctors, Drafts, Everything, Mover, Nobody, Raw, Unwell};

/// An entrance, an address of it, what that is about, and to whom it opens: a letter each for observer, admin, approver,
/// operations and auditor. Written by hand: it must not follow from the table that it judges.
type Line = (&'static str, &'static str, About, &'static str);

const LINES: &[Line] = &[
    ("/", "/", Everything, "OAPX-"),
    ("/changes", "/changes", Everything, "OAP--"),
    ("/bodies/{code}", "/bodies/1-AIIDWT", Doctors, "OAP--"),
    ("/bodies/{code}/as-of", "/bodies/1-AIIDWT/as-of?on=2026-11-24", Doctors, "OAP--"),
    ("/bodies/{code}/compare", "/bodies/1-AIIDWT/compare", Doctors, "OAP--"),
    ("/under-notice", "/under-notice", Everything, "OAP--"),
    ("/doctors", "/doctors", Everything, "OAP--"),
    ("/doctors/{number}", "/doctors/9000001", Doctors, "OAP--"),
    ("/doctors/{number}", "/doctors/9000002", Mover, "OAP--"),
    ("/export/{list}", "/export/doctors", Everything, "OAP--"),
    ("/doctors/{number}/recommend", "/doctors/9000001/recommend", Drafts, "-AP--"),
    ("/connections", "/connections", Everything, "OAP--"),
    ("/connections/new", "/connections/new", Everything, "-AP--"),
    ("/connections/{id}", "/connections/00000000-0000-7000-8000-0000000000e1", Doctors, "OAP--"),
    ("/recommendations", "/recommendations", Everything, "OAP--"),
    ("/recommendations/{id}", "/recommendations/00000000-0000-7000-8000-0000000000f1", Doctors, "OAP--"),
    ("/discrepancies", "/discrepancies", Everything, "OAP--"),
    ("/rejects", "/rejects", Everything, "OAPX-"),
    ("/rejects/{code}", "/rejects/1-AIIDWT", Raw, "-AP--"),
    ("/holds", "/holds", Everything, "OAPX-"),
    ("/holds/{id}", "/holds/00000000-0000-7000-8000-00000000c0de", Counts, "OAPX-"),
    ("/snapshots", "/snapshots", Everything, "OAPX-"),
    ("/snapshots/{code}", "/snapshots/1-AIIDWT", Counts, "OAPX-"),
    ("/jobs", "/jobs", Everything, "OAPX-"),
    ("/nights", "/nights", Everything, "OAPX-"),
    ("/nodes", "/nodes", Everything, "OAPX-"),
    ("/overrides", "/overrides", Everything, "OAPX-"),
    ("/runs", "/runs", Everything, "OAPX-"),
    ("/runs/{id}", "/runs/00000000-0000-7000-8000-0000000000a1", Everything, "OAPX-"),
    ("/tis", "/tis", Everything, "OAPX-"),
    ("/alerts", "/alerts", Everything, "OAPX-"),
    ("/alerts/{id}", "/alerts/00000000-0000-7000-8000-0000000000d1", Counts, "OAPX-"),
    ("/users", "/users", Everything, "---X-"),
    ("/users/{id}", "/users/account-everybody", Everything, "---X-"),
    ("/audit", "/audit", Everything, "----U"),
    ("/account", "/account", Everything, "OAPXU"),
    ("/step-up", "/step-up", Everything, "OAPXU"),
    ("/api/v1/lists", "/api/v1/lists", Everything, "OAPX-"),
    ("/api/v1/doctors", "/api/v1/doctors", Everything, "OAP--"),
    ("/api/v1/doctors/{number}", "/api/v1/doctors/9000001", Doctors, "OAP--"),
    ("/api/v1/doctors/{number}/casework", "/api/v1/doctors/9000001/casework", Doctors, "OAP--"),
    ("/api/v1/jobs", "/api/v1/jobs", Everything, "OAPX-"),
    ("/api/v1/next", "/api/v1/next", Everything, "OAPX-"),
    ("/api/v1/nodes", "/api/v1/nodes", Everything, "OAPX-"),
    ("/api/v1/overrides", "/api/v1/overrides", Everything, "OAPX-"),
    ("/api/v1/runs", "/api/v1/runs", Everything, "OAPX-"),
    ("/api/v1/runs/{id}", "/api/v1/runs/00000000-0000-7000-8000-0000000000a1", Everything, "OAPX-"),
    ("/api/v1/alerts", "/api/v1/alerts", Everything, "OAPX-"),
    ("/api/v1/silences", "/api/v1/silences", Everything, "OAPX-"),
    ("/invitation", "/invitation", Nobody, "OAPXU"),
    ("/sign-in", "/sign-in?next=/licences", Away, "OAPXU"),
    ("/sign-in/provider", "/sign-in/provider", Absent, "OAPXU"),
    ("/sign-in/provider/back", "/sign-in/provider/back?state=a.7.b&code=c", Absent, "OAPXU"),
    ("/api/openapi.json", "/api/openapi.json", Nobody, "OAPXU"),
    ("/api", "/api", Nobody, "OAPXU"),
    ("/licences", "/licences", Nobody, "OAPXU"),
    ("/ping/{key}", "/ping/none", Absent, "OAPXU"),
    ("/ping/{key}/{what}", "/ping/none/start", Absent, "OAPXU"),
    ("/fingerprint", "/fingerprint", Everything, "OAPX-"),
    ("/status.json", "/status.json", Nobody, "OAPXU"),
    ("/livez", "/livez", Nobody, "OAPXU"),
    ("/readyz", "/readyz", Nobody, "OAPXU"),
    ("/healthz", "/healthz", Unwell, "OAPXU"),
    ("/metrics", "/metrics", Nobody, "OAPXU"),
    ("/assets/{*name}", "/assets/none", Absent, "OAPXU"),
];

/// What somebody has been given, seen from [`HELD`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Situation {
    /// The role over that body.
    Own,
    /// The role over another body.
    Other,
    /// The role over another body, and that of an observer over that body.
    Mixed,
    /// The role over no body.
    None,
    /// The role over that body, from which a doctor has just moved.
    MovedTonight,
    /// The role over that body, and the account was disabled after signing in.
    DisabledMeanwhile,
}

const SITUATIONS: [Situation; 6] = [
    Situation::Own,
    Situation::Other,
    Situation::Mixed,
    Situation::None,
    Situation::MovedTonight,
    Situation::DisabledMeanwhile,
];

const LETTERS: [(Role, char); 5] =
    [(Observer, 'O'), (Admin, 'A'), (Approver, 'P'), (Operations, 'X'), (Auditor, 'U')];

fn opens(role: Role, who: &str) -> bool {
    LETTERS.iter().any(|(known, letter)| *known == role && who.contains(*letter))
}

/// What must come back.
fn expected(line: &Line, role: Role, situation: Situation) -> StatusCode {
    let (_, _, about, who) = *line;
    let is_over_bodies = matches!(role, Observer | Admin | Approver);
    let is_observer_too = situation == Situation::Mixed && is_over_bodies && opens(Observer, who);
    let is_out = situation == Situation::DisabledMeanwhile;
    match about {
        Nobody => return StatusCode::OK,
        Absent => return StatusCode::NOT_FOUND,
        Unwell => return StatusCode::SERVICE_UNAVAILABLE,
        Away => return if is_out { StatusCode::OK } else { StatusCode::SEE_OTHER },
        _ if is_out => return StatusCode::SEE_OTHER,
        Everything | Counts | Doctors | Drafts | Raw | Mover => {}
    }
    let is_given = opens(role, who) && (situation != Situation::None || !is_over_bodies || who == "OAPXU");
    if !is_given && !is_observer_too {
        return StatusCode::FORBIDDEN;
    }
    let is_within = match (about, situation) {
        (Everything, _) => true,
        (Counts, _) if !is_over_bodies => true,
        (Mover, Situation::MovedTonight) | (_, Situation::Other | Situation::None) => false,
        (_, Situation::Mixed) => is_observer_too,
        (_, _) => true,
    };
    if is_within { StatusCode::OK } else { StatusCode::NOT_FOUND }
}

/// The roles that somebody is given in a situation.
fn given(role: Role, situation: Situation) -> Vec<Grant> {
    if !matches!(role, Observer | Admin | Approver) {
        return vec![over(role, &[])];
    }
    match situation {
        Situation::Own | Situation::MovedTonight | Situation::DisabledMeanwhile => vec![over(role, &[HELD])],
        Situation::Other => vec![over(role, &[FRESH])],
        Situation::Mixed => vec![over(role, &[FRESH]), over(Observer, &[HELD])],
        Situation::None => vec![over(role, &[])],
    }
}

/// The bodies whose doctors somebody may see.
fn seen(role: Role, situation: Situation) -> Vec<&'static str> {
    match (role, situation) {
        (Operations | Auditor, _) | (_, Situation::None | Situation::DisabledMeanwhile) => Vec::new(),
        (_, Situation::Own | Situation::MovedTonight) => vec![HELD],
        (_, Situation::Other) => vec![FRESH],
        (_, Situation::Mixed) => vec![FRESH, HELD],
    }
}

/// Words that only the doctors of a body bear; the mover's are theirs alone.
const CANARIES: [(&str, &[&str]); 3] = [
    (HELD, &["Samplaigh", "Aoife", "9000001", "Tisonly", "9000005"]),
    (FAILED, &["Canary", "9000004"]),
    (FRESH, &["Made-Up", "90001"]),
];
const OF_THE_MOVER: [&str; 2] = ["Example-Specimen", "9000002"];
const RAW: &str = "Rawcanary";
/// Nobody here was granted sanctions and investigations.
const NEVER_SHOWN: [&str; 1] = [world::SANCTION];

/// Whom an answer names that it must not.
fn betrayed(line: &Line, role: Role, situation: Situation, answer: &Answer) -> Vec<&'static str> {
    let seen = seen(role, situation);
    let home = if situation == Situation::MovedTonight { FRESH } else { HELD };
    let hidden = CANARIES.iter().filter(|(body, _)| !seen.contains(body)).flat_map(|(_, words)| words.iter());
    let mover = OF_THE_MOVER.iter().filter(|_| !seen.contains(&home));
    let is_raw_shown = line.2 == Raw && answer.status == StatusCode::OK;
    let raw = [RAW].iter().filter(|_| !is_raw_shown).copied().collect::<Vec<_>>();
    let headers: String = answer
        .headers
        .iter()
        // What was asked for comes back as the way to go on after signing in, and tells nothing.
        .filter(|(name, _)| **name != header::LOCATION)
        .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()))
        .collect();
    let all = format!("{headers}{}", answer.text);
    hidden.chain(mover).chain(&NEVER_SHOWN).copied().chain(raw).filter(|word| all.contains(word)).collect()
}

/// Prepares one person in one situation.
async fn people(site: &Pages, role: Role, situation: Situation) -> Person {
    let name = format!("{}-{situation:?}", role.word()).to_lowercase();
    let one = person(&site.store, &name, &given(role, situation), site.clock.now()).await;
    if situation == Situation::DisabledMeanwhile {
        assert_ne!(site.get_as(&one, "/account").await.status, StatusCode::SEE_OTHER, "{name} was in");
        disable(&site.store, &one, site.clock.now()).await;
    }
    one
}

#[tokio::test]
async fn every_cell_of_entrance_role_and_situation_is_as_it_must_be() {
    for engine in engines() {
        let site = site(engine).await;
        let mut cells = 0;
        for situation in SITUATIONS {
            if situation == Situation::MovedTonight {
                world::move_tonight(&site.store).await.unwrap();
            }
            for (role, _) in LETTERS {
                let one = people(&site, role, situation).await;
                for line in LINES {
                    let answer = site.get_as(&one, line.1).await;
                    let cell = format!("{engine:?} {} {role:?} {situation:?}", line.1);
                    let expected = expected(line, role, situation);
                    let is_program = line.1.starts_with("/api/") || line.0 == "/fingerprint";
                    let expected = match expected {
                        StatusCode::SEE_OTHER if is_program => StatusCode::UNAUTHORIZED,
                        other => other,
                    };
                    assert_eq!(answer.status, expected, "{cell}");
                    assert_eq!(betrayed(line, role, situation, &answer), [""; 0], "{cell}");
                    cells += 1;
                }
            }
        }
        assert_eq!(cells, SITUATIONS.len() * LETTERS.len() * LINES.len());
    }
}

/// The same for what changes something; whoever may is let through, whatever then comes of an empty form.
const CHANGES: &[Line] = &[
    ("/holds/{id}/approve", "/holds/00000000-0000-7000-8000-00000000c0de/approve", Counts, "--P--"),
    ("/holds/{id}/reject", "/holds/00000000-0000-7000-8000-00000000c0de/reject", Counts, "--P--"),
    (
        "/alerts/{id}/acknowledge",
        "/alerts/00000000-0000-7000-8000-0000000000d1/acknowledge",
        Everything,
        "---X-",
    ),
    ("/alerts/{id}/resolve", "/alerts/00000000-0000-7000-8000-0000000000d1/resolve", Everything, "---X-"),
    ("/jobs/begin", "/jobs/begin", Everything, "---X-"),
    ("/runs/{id}/abort", "/runs/00000000-0000-7000-8000-0000000000a1/abort", Everything, "---X-"),
    ("/overrides/pause", "/overrides/pause", Everything, "---X-"),
    ("/overrides/{id}/end", "/overrides/00000000-0000-7000-8000-0000000000b1/end", Everything, "---X-"),
    ("/bodies/{code}/compare", "/bodies/1-AIIDWT/compare", Doctors, "OAP--"),
    ("/doctors/{number}/recommend", "/doctors/9000001/recommend", Drafts, "-AP--"),
    ("/doctors/{number}/notes", "/doctors/9000001/notes", Drafts, "-AP--"),
    ("/notes/{id}", "/notes/00000000-0000-7000-8000-0000000000c1", Drafts, "-AP--"),
    ("/allocate", "/allocate", Everything, "-AP--"),
    ("/discrepancies/work", "/discrepancies/work", Everything, "-AP--"),
    ("/hidden/{id}/show", "/hidden/00000000-0000-7000-8000-0000000000b2/show", Drafts, "-AP--"),
    ("/connections/new", "/connections/new", Everything, "-AP--"),
    ("/connections/{id}/settle", "/connections/00000000-0000-7000-8000-0000000000e1/settle", Drafts, "-AP--"),
    (
        "/recommendations/{id}/change",
        "/recommendations/00000000-0000-7000-8000-0000000000f1/change",
        Drafts,
        "-AP--",
    ),
    (
        "/recommendations/{id}/comment",
        "/recommendations/00000000-0000-7000-8000-0000000000f1/comment",
        Drafts,
        "-AP--",
    ),
    (
        "/recommendations/{id}/withdraw",
        "/recommendations/00000000-0000-7000-8000-0000000000f1/withdraw",
        Drafts,
        "-AP--",
    ),
    (
        "/recommendations/{id}/submit",
        "/recommendations/00000000-0000-7000-8000-0000000000f1/submit",
        Drafts,
        "--P--",
    ),
    ("/users/add", "/users/add", Everything, "---X-"),
    ("/users/{id}/grant", "/users/account-everybody/grant", Everything, "---X-"),
    ("/users/{id}/disable", "/users/account-everybody/disable", Everything, "---X-"),
    ("/users/{id}/reset", "/users/account-everybody/reset", Everything, "---X-"),
    ("/users/{id}/revoke", "/users/account-everybody/revoke", Everything, "---X-"),
    ("/users/{id}/settle", "/users/account-everybody/settle", Everything, "---X-"),
    ("/audit/verify", "/audit/verify", Everything, "----U"),
    ("/account/sessions", "/account/sessions", Everything, "OAPXU"),
    ("/ping/{key}", "/ping/none", Absent, "OAPXU"),
    ("/ping/{key}/{what}", "/ping/none/fail", Absent, "OAPXU"),
    ("/account/letters", "/account/letters", Everything, "OAPXU"),
    ("/account/password", "/account/password", Everything, "OAPXU"),
    ("/account/authenticator", "/account/authenticator", Everything, "OAPXU"),
    ("/account/authenticator/confirm", "/account/authenticator/confirm", Everything, "OAPXU"),
    ("/account/recovery-codes", "/account/recovery-codes", Everything, "OAPXU"),
    ("/sign-in", "/sign-in", Nobody, "OAPXU"),
    ("/sign-in/demo", "/sign-in/demo", Nobody, "OAPXU"),
    ("/invitation", "/invitation", Nobody, "OAPXU"),
    ("/invitation/accept", "/invitation/accept", Nobody, "OAPXU"),
    ("/step-up", "/step-up", Everything, "OAPXU"),
    ("/sign-out", "/sign-out", Everything, "OAPXU"),
    ("/sign-out/everywhere", "/sign-out/everywhere", Everything, "OAPXU"),
];

#[tokio::test]
async fn every_change_is_let_through_or_refused_as_it_must_be() {
    for engine in engines() {
        let site = site(engine).await;
        for situation in SITUATIONS {
            for (role, _) in LETTERS {
                let one = people(&site, role, situation).await;
                let token = every_token(&site, &one).await;
                for line in programs::CHANGES {
                    programs::ask(&site, (&one, &token), line, (role, situation)).await;
                }
                for (number, line) in (10..).zip(CHANGES) {
                    let seat = session(&site.store, &one.account, number, site.clock.now()).await;
                    let cell = format!("{engine:?} {} {role:?} {situation:?}", line.1);
                    let answer = site.post_as(&seat, line.1, &[]).await;
                    is_as_it_must_be(&site, (line, &answer), expected(line, role, situation), &cell).await;
                    assert_eq!(betrayed(line, role, situation, &answer), [""; 0], "{cell}");
                }
            }
        }
    }
}

async fn is_as_it_must_be(site: &Pages, what: (&Line, &Answer), expected: StatusCode, cell: &str) {
    let (line, answer) = what;
    if line.2 == Nobody {
        let stranger = site.send(form(line.1, "", [].iter())).await;
        assert_eq!(answer.status, stranger.status, "{cell}: the same for everybody");
        return;
    }
    let to = answer.headers.get(header::LOCATION).map_or("", |way| way.to_str().unwrap());
    match expected {
        // Let through; an empty form names nothing, which may be told as such.
        StatusCode::OK => assert!(
            matches!(answer.status.as_u16(), 200 | 303 | 404 | 422) && !to.starts_with("/sign-in?next"),
            "{cell}: {} {to}",
            answer.status
        ),
        StatusCode::SEE_OTHER => {
            assert!(answer.status == expected && to.starts_with("/sign-in"), "{cell}: {to}")
        }
        refused => assert_eq!(answer.status, refused, "{cell}"),
    }
}

#[test]
fn every_entrance_has_a_line_in_the_matrix() {
    let lines: BTreeSet<&str> = LINES.iter().map(|(path, ..)| *path).collect();
    let changes: BTreeSet<&str> = CHANGES.iter().chain(programs::CHANGES).map(|(path, ..)| *path).collect();
    let of = |method: Method| -> BTreeSet<&str> {
        web::entrances().into_iter().filter(|one| one.method == method).map(|one| one.path).collect()
    };
    assert_eq!((lines, changes), (of(Method::GET), of(Method::POST)));
}

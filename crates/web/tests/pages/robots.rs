//! What programs change: with a token whose errands include it, done once under its key, and told as often as they ask.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use domain::access::Role::{Admin, Operations};
use domain::access::{Errand, Policy, Reach};
use domain::clock::Clock as _;
use domain::ids::BodyCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::api_token::NewApiToken;
use testkit::engines;
use testkit::world::{FAILED, FRESH, HELD, NEVER};

use super::people::{Person, over, person};
use super::{Answer, Pages, site};

const ALERT: &str = "00000000-0000-7000-8000-0000000000d1";

/// A change as a program sends it, each under a key of its own unless one is named.
pub fn asking(address: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let request = Request::post(address).header("content-type", "application/json");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let has_key = headers.iter().any(|(name, _)| *name == "idempotency-key");
    let request = if has_key {
        request
    } else {
        request.header("idempotency-key", format!("key-of {address}").replace(' ', "-"))
    };
    request.body(Body::from(body.to_owned())).unwrap()
}

/// A token of a person with every errand and every body: what it may is what they may.
pub async fn every_token(site: &Pages, owner: &Person) -> String {
    token(site, owner, "robot", &Errand::ALL).await
}

async fn token(site: &Pages, owner: &Person, name: &str, errands: &[Errand]) -> String {
    let token = format!("reval_{name}-of-{}", owner.account);
    let reach = Reach {
        bodies: [HELD, FAILED, FRESH, NEVER].into_iter().map(BodyCode::new).collect(),
        sensitive: false,
        errands: errands.iter().copied().collect::<BTreeSet<_>>(),
    };
    let ends_at = site.clock.now() + SignedDuration::from_hours(48);
    let id = format!("{name}-of-{}", owner.account);
    let new = NewApiToken { id: &id, token: &token, account: &owner.account, name, reach: &reach, ends_at };
    let mut tx = site.store.begin().await.unwrap();
    store::api_token::insert(&mut tx, &new, ("test", site.clock.now())).await.unwrap();
    tx.commit().await.unwrap();
    token
}

/// Asks under a key.
async fn ask(site: &Pages, token: &str, what: (&str, &str), body: &Value) -> Answer {
    let (address, key) = what;
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", key)];
    site.send(asking(address, &headers, &body.to_string())).await
}

fn read(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("{error}: {}", answer.text))
}

/// How many notes programs have written.
async fn written(site: &Pages, token: &str) -> usize {
    let casework = casework(site, token).await;
    let notes = casework["notes"].as_array().unwrap().iter();
    notes.filter(|note| note["author"].as_str().unwrap().starts_with("token:robot of user:")).count()
}

async fn casework(site: &Pages, token: &str) -> Value {
    let request =
        Request::get("/api/v1/doctors/9000001/casework").header("authorization", format!("Bearer {token}"));
    read(&site.send(request.body(Body::empty()).unwrap()).await)
}

#[tokio::test]
async fn what_is_asked_for_twice_is_done_once_and_told_twice() {
    for engine in engines() {
        let mut site = site(engine).await;
        let one = person(&site.store, "one", &[over(Admin, &[HELD])], site.clock.now()).await;
        let token = every_token(&site, &one).await;
        let (address, note) = ("/api/v1/doctors/9000001/notes", json!({ "text": "rung up" }));
        let first = ask(&site, &token, (address, "key-number-1"), &note).await;
        assert_eq!(first.status.as_u16(), 200, "{engine:?} {}", first.text);
        assert_eq!(read(&first)["done"][0]["action"], "write-note", "{engine:?}");
        let again = ask(&site, &token, (address, "key-number-1"), &note).await;
        assert_eq!((again.status, &again.text), (first.status, &first.text), "{engine:?}");
        assert_eq!(written(&site, &token).await, 1, "{engine:?}");
        let other = ask(&site, &token, (address, "key-number-1"), &json!({ "text": "another" })).await;
        assert_eq!(other.status.as_u16(), 422, "{engine:?}: another request under the same key");
        let elsewhere = ask(&site, &token, ("/api/v1/doctors/9000003/notes", "key-number-1"), &note).await;
        assert_eq!(elsewhere.status.as_u16(), 422, "{engine:?}: another address under the same key");
        let two = person(&site.store, "two", &[over(Admin, &[HELD])], site.clock.now()).await;
        let others = every_token(&site, &two).await;
        let theirs = ask(&site, &others, (address, "key-number-1"), &note).await;
        assert_eq!(theirs.status.as_u16(), 200, "{engine:?}: keys are each program's own");
        assert_eq!(written(&site, &token).await, 2, "{engine:?}");
        site.hours_later(25).await;
        ask(&site, &token, (address, "key-number-1"), &note).await;
        assert_eq!(written(&site, &token).await, 3, "{engine:?}: a day is over");
    }
}

#[tokio::test]
async fn many_at_once_under_one_key_change_something_once() {
    for engine in engines() {
        let site = site(engine).await;
        let one = person(&site.store, "one", &[over(Admin, &[HELD])], site.clock.now()).await;
        let token = every_token(&site, &one).await;
        let note = json!({ "text": "rung up" });
        let what = ("/api/v1/doctors/9000001/notes", "one-key-for-all");
        let all = futures_util::future::join_all((0..16).map(|_| ask(&site, &token, what, &note))).await;
        let statuses: BTreeSet<u16> = all.iter().map(|answer| answer.status.as_u16()).collect();
        assert!(
            statuses.contains(&200) && statuses.iter().all(|one| [200, 409].contains(one)),
            "{engine:?} {statuses:?}"
        );
        let said: BTreeSet<&str> =
            all.iter().filter(|one| one.status.as_u16() == 200).map(|one| one.text.as_str()).collect();
        assert_eq!(said.len(), 1, "{engine:?}: {said:?}");
        assert_eq!(written(&site, &token).await, 1, "{engine:?}");
    }
}

#[tokio::test]
async fn what_failed_leaves_its_key_free_and_what_died_is_taken_over() {
    for engine in engines() {
        let site = site(engine).await;
        let one = person(&site.store, "one", &[over(Admin, &[HELD])], site.clock.now()).await;
        let token = every_token(&site, &one).await;
        let address = "/api/v1/doctors/9000001/notes";
        let refused = ask(&site, &token, (address, "key-number-1"), &json!({ "text": " " })).await;
        assert_eq!(refused.status.as_u16(), 422, "{engine:?}");
        let note = json!({ "text": "rung up" });
        let mended = ask(&site, &token, (address, "key-number-1"), &note).await;
        assert_eq!(mended.status.as_u16(), 200, "{engine:?}: {}", mended.text);
        // A process that died in the middle: its try is there and nothing is done.
        let program = site.ops.program(&token).await.unwrap().unwrap();
        let request = format!("POST {address}\n\n{note}");
        let filed = site.ops.file(&program, "key-number-2", &request).await.unwrap();
        let ops::receipts::Filed::Begun(dead, _) = filed else { panic!("{engine:?}: it was done") };
        let busy = ask(&site, &token, (address, "key-number-2"), &note).await;
        assert_eq!(busy.status.as_u16(), 409, "{engine:?}: {}", busy.text);
        site.clock.advance(SignedDuration::from_secs(61));
        let taken_over = ask(&site, &token, (address, "key-number-2"), &note).await;
        assert_eq!(taken_over.status.as_u16(), 200, "{engine:?}: {}", taken_over.text);
        // It was only slow: what it does now, it does under a claim that another has.
        let late = dead.write_note(&program, "9000001", "rung up").await.unwrap_err();
        assert_eq!(late.kind, ops::Kind::Conflict, "{engine:?}");
        assert_eq!(written(&site, &token).await, 2, "{engine:?}");
    }
}

#[tokio::test]
async fn a_note_is_worded_anew_only_by_whoever_has_read_it() {
    for engine in engines() {
        let site = site(engine).await;
        let one = person(&site.store, "one", &[over(Admin, &[HELD])], site.clock.now()).await;
        let token = every_token(&site, &one).await;
        ask(&site, &token, ("/api/v1/doctors/9000001/notes", "key-number-1"), &json!({ "text": "first" }))
            .await;
        let note = casework(&site, &token).await["notes"][0].clone();
        let (id, etag) = (note["id"].as_str().unwrap(), note["etag"].as_str().unwrap());
        let address = format!("/api/v1/notes/{id}");
        let reword = async |key: &str, seen: &[(&str, &str)], text: &str| {
            let bearer = format!("Bearer {token}");
            let mut headers = vec![("authorization", bearer.as_str()), ("idempotency-key", key)];
            headers.extend(seen);
            let body = json!({ "text": text }).to_string();
            site.send(asking(&address, &headers, &body)).await.status.as_u16()
        };
        assert_eq!(reword("key-number-2", &[], "second").await, 428, "{engine:?}");
        assert_eq!(reword("key-number-3", &[("if-match", "*")], "second").await, 428, "{engine:?}");
        assert_eq!(reword("key-number-4", &[("if-match", etag)], "second").await, 200, "{engine:?}");
        assert_eq!(
            reword("key-number-4", &[("if-match", etag)], "second").await,
            200,
            "{engine:?}: told again"
        );
        assert_eq!(reword("key-number-5", &[("if-match", etag)], "third").await, 412, "{engine:?}");
        assert_eq!(casework(&site, &token).await["notes"][0]["text"], "second", "{engine:?}");
        let two = person(&site.store, "two", &[over(Admin, &[HELD])], site.clock.now()).await;
        let others = every_token(&site, &two).await;
        let bearer = format!("Bearer {others}");
        let headers = [("authorization", bearer.as_str()), ("if-match", "\"2\"")];
        let theirs = site.send(asking(&address, &headers, "{\"text\":\"fourth\"}")).await;
        assert_eq!(
            theirs.status.as_u16(),
            404,
            "{engine:?}: a program of the same name, and of somebody else"
        );
    }
}

#[tokio::test]
async fn each_errand_does_what_its_pages_do_and_the_audit_names_program_and_owner() {
    for engine in engines() {
        let site = site(engine).await;
        let grants = [over(Admin, &[HELD]), over(Operations, &[])];
        let one = person(&site.store, "one", &grants, site.clock.now()).await;
        let token = every_token(&site, &one).await;
        let which = json!({ "doctors": ["9000001"] });
        let until = site.clock.now() + SignedDuration::from_hours(5);
        let changes = [
            ("/api/v1/allocate", json!({ "which": which, "to": ["one"] }), "allocate"),
            (
                "/api/v1/discrepancies/stand",
                json!({ "which": { "doctors": ["9000005"] }, "stage": "looking" }),
                "stand-with-discrepancies",
            ),
            (
                "/api/v1/discrepancies/hide",
                json!({ "which": { "doctors": ["9000005"] }, "reason": "agreed" }),
                "hide",
            ),
            (
                "/api/v1/overrides",
                json!({ "what": { "kind": "pause", "job": "gmc-sync-prod" }, "reason": "r", "until": until }),
                "override",
            ),
            (
                "/api/v1/silences",
                json!({ "about": "job=gmc-sync", "hours": 2, "reason": "known" }),
                "silence",
            ),
            (&*format!("/api/v1/alerts/{ALERT}/acknowledge"), json!({ "reason": "looking" }), "acknowledged"),
            (&*format!("/api/v1/alerts/{ALERT}/resolve"), json!({ "reason": "mended" }), "resolved"),
        ];
        for (address, body, action) in changes {
            let answer = ask(&site, &token, (address, &format!("key-of-{action}")), &body).await;
            assert_eq!(answer.status.as_u16(), 200, "{engine:?} {address} {}", answer.text);
            assert_eq!(read(&answer)["done"][0]["action"], action, "{engine:?} {address}");
            let row = site.ops.audit_page(None, 1).await.unwrap().remove(0);
            let who = (row.action.as_str(), row.actor.as_str(), row.behalf.as_str());
            assert_eq!(who, (action, "token:robot", "user:one"), "{engine:?} {address}");
        }
        let done =
            ask(&site, &token, ("/api/v1/jobs/gmc-sync/run", "key-of-a-run"), &json!({ "reason": "r" }))
                .await;
        assert_eq!(done.text, "{\"done\":[]}", "{engine:?}: here nobody runs anything");
        let silences = site.get_as(&one, "/api/v1/silences").await;
        let id = read(&silences)["silences"][0]["id"].as_str().unwrap().to_owned();
        let end = format!("/api/v1/silences/{id}/end");
        let ended = ask(&site, &token, (&end, "key-of-its-end"), &json!({ "reason": "over" })).await;
        assert_eq!(read(&ended)["done"][0]["action"], "end-silence", "{engine:?}");
    }
}

#[tokio::test]
async fn a_token_does_nothing_that_its_errands_do_not_name() {
    let site = site(testkit::Engine::Sqlite).await;
    let grants = [over(Admin, &[HELD]), over(Operations, &[])];
    let one = person(&site.store, "one", &grants, site.clock.now()).await;
    let addresses = [
        ("/api/v1/allocate", Errand::Casework),
        ("/api/v1/overrides", Errand::Jobs),
        ("/api/v1/silences", Errand::Alerts),
    ];
    let reads_only = token(&site, &one, "reader", &[]).await;
    for (address, errand) in addresses {
        let refused = ask(&site, &reads_only, (address, "key-number-1"), &json!({})).await;
        assert_eq!(refused.status.as_u16(), 403, "{address}");
        let has_it = token(&site, &one, errand.word(), &[errand]).await;
        for (other, named) in addresses {
            let status = ask(&site, &has_it, (other, "key-number-1"), &json!({})).await.status.as_u16();
            assert_eq!(status, if named == errand { 422 } else { 403 }, "{errand:?} {other}");
        }
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_a_sentence() {
    let site = site(testkit::Engine::Sqlite).await;
    let grants = [over(Admin, &[HELD]), over(Operations, &[])];
    let one = person(&site.store, "one", &grants, site.clock.now()).await;
    let bearer = format!("Bearer {}", every_token(&site, &one).await);
    let by = |extra: (&'static str, &'static str)| {
        [("authorization", bearer.clone()), (extra.0, extra.1.to_owned())]
    };
    let send = async |headers: &[(&str, String)], body: &str| {
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        site.send(asking("/api/v1/silences", &headers, body)).await
    };
    let whole = json!({ "about": "all", "hours": 2, "reason": "r" }).to_string();
    let long = json!({ "about": "all", "hours": 2, "reason": "r".repeat(501) }).to_string();
    let cases = [
        (("x-other", "a"), long.as_str(), 422),
        (("idempotency-key", "short"), whole.as_str(), 422),
        (("idempotency-key", "a key with spaces"), &whole, 422),
        (("x-other", "a"), "{", 422),
        (("x-other", "a"), "[]", 422),
        (("x-other", "a"), "{\"about\":\"all\",\"hours\":2,\"reason\":\"r\",\"more\":1}", 422),
        (("x-other", "a"), "{\"about\":\"love\",\"hours\":2,\"reason\":\"r\"}", 422),
        (("x-other", "a"), "{\"about\":\"job=a\\u0000\",\"hours\":2,\"reason\":\"r\"}", 422),
    ];
    for (header, body, status) in cases {
        let answer = send(&by(header), body).await;
        assert_eq!(answer.status.as_u16(), status, "{header:?} {body}");
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{header:?} {body}");
        assert!(!read(&answer)["detail"].as_str().unwrap().is_empty(), "{header:?} {body}");
    }
    let as_form = Request::post("/api/v1/silences")
        .header("authorization", &bearer)
        .header("idempotency-key", "key-number-1")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("about=all"))
        .unwrap();
    assert_eq!(site.send(as_form).await.status.as_u16(), 415);
}

#[test]
fn nothing_that_programs_ask_for_needs_a_person_to_sign_in_once_more() {
    for entrance in web::entrances().into_iter().filter(|one| one.path.starts_with("/api/v1/")) {
        assert!(matches!(entrance.policy, Policy::Needs(_)), "{} {:?}", entrance.path, entrance.policy);
    }
}

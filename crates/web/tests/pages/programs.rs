//! What programs read: as the document says, as the pages show, and nothing beyond.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::access::Role::Observer;
use domain::clock::Clock as _;
use serde_json::Value;
use testkit::engines;
use testkit::world::{FRESH, HELD};

use super::people::{over, person};
use super::{Answer, site};

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("{error}: {}", answer.text))
}

#[tokio::test]
async fn the_document_names_every_operation_and_no_other() {
    let site = site(testkit::Engine::Sqlite).await;
    let document = json(&site.get_as_nobody("/api/openapi.json").await);
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{document}");
    let told: BTreeSet<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let entrances = web::entrances();
    let asked = entrances.iter().map(|one| one.path).filter(|path| path.starts_with("/api/v1/"));
    assert_eq!(told, asked.collect());
    for (path, item) in document["paths"].as_object().unwrap() {
        let page = site.get_as_nobody("/api").await.text;
        for (way, operation) in item.as_object().unwrap() {
            let responses = operation["responses"].as_object().unwrap();
            let own = if way == "get" { ["200", "304"] } else { ["409", "422"] };
            for status in own.into_iter().chain(["401", "403", "429", "503"]) {
                assert!(responses.contains_key(status), "{way} {path} says nothing of {status}");
            }
            let told = format!("{} {path}", way.to_uppercase());
            assert!(page.contains(&told), "{told} is not on the page");
            let is_open_to_tokens = operation["security"] == serde_json::json!([{ "token": [] }]);
            assert_eq!(is_open_to_tokens, way == "post", "{told}: a change takes a token and nothing else");
        }
    }
}

#[tokio::test]
async fn programs_get_what_pages_show_and_only_of_their_scope() {
    for engine in engines() {
        let site = site(engine).await;
        let one = person(&site.store, "one", &[over(Observer, &[HELD])], site.clock.now()).await;
        let lists = json(&site.get_as(&one, "/api/v1/lists").await);
        assert_eq!(lists["bodies"].as_array().unwrap().len(), 1, "{engine:?} {lists}");
        assert_eq!(lists["bodies"][0]["outcome"], "held", "{engine:?}");
        let doctors = json(&site.get_as(&one, "/api/v1/doctors").await);
        let numbers: Vec<&str> = doctors["doctors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["gmc_number"].as_str().unwrap())
            .collect();
        assert_eq!(numbers, ["9000002", "9000001", "9000003", "9000005"], "{engine:?}");
        assert!(doctors["next"].is_null() && doctors["lists"][0]["code"] == HELD, "{engine:?}");
        let doctor = json(&site.get_as(&one, "/api/v1/doctors/9000001").await);
        assert_eq!((&doctor["last_name"], &doctor["under_notice"]), (&"Ó Samplaigh".into(), &"yes".into()));
        let whole = doctor.to_string();
        for word in ["sanction", "investigation"] {
            assert!(!whole.contains(word), "{engine:?} {word}");
        }
        let run = json(&site.get_as(&one, "/api/v1/runs/00000000-0000-7000-8000-0000000000a1").await);
        let evidence = run["evidence"].as_array().unwrap();
        assert_eq!((evidence.len(), &evidence[0]["list"]), (1, &HELD.into()), "{engine:?}");
        assert_eq!(
            json(&site.get_as(&one, "/api/v1/alerts").await)["alerts"][0]["kind"],
            "HELD",
            "{engine:?}"
        );
    }
}

#[tokio::test]
async fn the_next_page_goes_on_where_this_one_ends() {
    for engine in engines() {
        let site = site(engine).await;
        let one = person(&site.store, "one", &[over(Observer, &[FRESH])], site.clock.now()).await;
        let first = json(&site.get_as(&one, "/api/v1/doctors").await);
        let next = json(&site.get_as(&one, first["next"].as_str().unwrap()).await);
        let count = |page: &Value| page["doctors"].as_array().unwrap().len() as u64;
        assert_eq!(count(&first) + count(&next), first["total"].as_u64().unwrap(), "{engine:?}");
        assert!(next["next"].is_null(), "{engine:?}");
    }
}

#[tokio::test]
async fn whoever_has_an_answer_already_gets_a_word() {
    let site = site(testkit::Engine::Sqlite).await;
    let first = site.get("/api/v1/doctors/9000001").await;
    let tag = first.headers["etag"].to_str().unwrap();
    let again = |tag: &str| {
        let request = Request::get("/api/v1/doctors/9000001").header("if-none-match", tag);
        request.header("cookie", &site.everybody.cookie).body(Body::empty()).unwrap()
    };
    let same = site.send(again(&format!("\"other\", {tag}"))).await;
    assert_eq!((same.status, same.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(site.send(again("W/\"other\"")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_refusal_is_a_problem_with_its_reference() {
    let site = site(testkit::Engine::Sqlite).await;
    let one = person(&site.store, "one", &[], site.clock.now()).await;
    let refused = [
        (site.get_as_nobody("/api/v1/doctors").await, 401),
        (site.get_as(&one, "/api/v1/doctors").await, 403),
        (site.get("/api/v1/doctors/9000999").await, 404),
        (site.get("/api/v1/nothing").await, 404),
        (site.get("/api/v1/doctors?kind=love").await, 422),
    ];
    for (answer, status) in refused {
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{status}");
        let problem = json(&answer);
        assert_eq!(problem["status"], status);
        assert_eq!(problem["request_id"], answer.headers["x-request-id"].to_str().unwrap());
        assert!(!problem["detail"].as_str().unwrap().is_empty(), "{status}");
        assert_eq!(answer.headers.contains_key("www-authenticate"), status == 401, "{status}");
    }
}

#[tokio::test]
async fn a_token_reads_its_bodies_for_its_time_and_opens_no_page() {
    for engine in engines() {
        let mut site = site(engine).await;
        let one = person(&site.store, "one", &[over(Observer, &[HELD, FRESH])], site.clock.now()).await;
        let token = format!("reval_{}", "0123456789abcdef".repeat(4));
        let bodies = [domain::ids::BodyCode::new(FRESH)].into();
        let reach = domain::access::Reach { bodies, ..Default::default() };
        let ends_at = site.clock.now() + jiff::SignedDuration::from_hours(24);
        let new = store::api_token::NewApiToken {
            id: "00000000-0000-7000-8000-0000000000b1",
            token: &token,
            account: &one.account,
            name: "warehouse",
            reach: &reach,
            ends_at,
        };
        let mut tx = site.store.begin().await.unwrap();
        store::api_token::insert(&mut tx, &new, ("user:one", site.clock.now())).await.unwrap();
        tx.commit().await.unwrap();
        let ask = async |site: &super::Pages, address: &str, token: &str| {
            let request = Request::get(address).header("authorization", format!("Bearer {token}"));
            site.send(request.body(Body::empty()).unwrap()).await
        };
        let lists = json(&ask(&site, "/api/v1/lists", &token).await);
        assert_eq!(
            lists["bodies"].as_array().unwrap().len(),
            1,
            "{engine:?}: a part of what its owner reads"
        );
        assert_eq!(ask(&site, "/api/v1/doctors/9000001", &token).await.status, StatusCode::NOT_FOUND);
        for address in ["/doctors", "/account", "/"] {
            let answer = ask(&site, address, &token).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{engine:?} {address}: a token opens no page");
        }
        let refused = ask(&site, "/api/v1/lists", "reval_no-such").await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{engine:?}");
        let asked = refused.headers["www-authenticate"].to_str().unwrap().to_owned();
        assert!(asked.starts_with("Bearer"), "{engine:?} {asked}");
        site.hours_later(25).await;
        assert_eq!(ask(&site, "/api/v1/lists", &token).await.status, StatusCode::UNAUTHORIZED, "{engine:?}");
    }
}

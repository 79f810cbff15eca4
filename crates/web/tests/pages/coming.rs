//! Coming in, going out, and changing something: no form without its session, no session longer than it stands.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use domain::access::Policy;
use domain::access::Role::{Approver, Auditor, Observer, Operations};
use domain::clock::Clock as _;
use jiff::SignedDuration;
use testkit::world::{FRESH, HELD};
use testkit::{Engine, engines};

use super::people::{disable, over, person, session};
use super::robots::{asking, every_token};
use super::site::form;
use super::{ADDRESSES, Answer, site};

/// Every entrance by which something changes, with an address of the small world.
/// What forms of pages change.
fn changes() -> Vec<(String, Policy)> {
    let is_form = |path: &str| !path.starts_with("/api/v1/");
    let entrances =
        web::entrances().into_iter().filter(|one| one.method == Method::POST && is_form(one.path));
    entrances.map(|one| (one.path.replace("{id}", "account-everybody"), one.policy)).collect()
}

fn way(answer: &Answer) -> &str {
    answer.headers.get(header::LOCATION).map(|way| way.to_str().unwrap()).unwrap_or_default()
}

#[tokio::test]
async fn a_stranger_is_sent_to_sign_in_and_from_there_back() {
    let site = site(Engine::Sqlite).await;
    let open: Vec<&str> =
        web::entrances().iter().filter(|one| one.policy == Policy::Open).map(|one| one.path).collect();
    for (route, address) in ADDRESSES.iter().filter(|(route, _)| !open.contains(route)) {
        let answer = site.get_as_nobody(address).await;
        if route.starts_with("/api/") || *route == "/fingerprint" {
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{route}");
            assert_eq!(answer.headers["content-type"], "application/problem+json", "{route}");
            continue;
        }
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{route}");
        assert!(way(&answer).starts_with("/sign-in") && answer.text.is_empty(), "{route}");
    }
    assert_eq!(way(&site.get_as_nobody("/doctors?q=spec").await), "/sign-in?next=%2Fdoctors%3Fq%3Dspec");
    let page = site.get_as_nobody("/sign-in?next=%2Fdoctors%3Fq%3Dspec").await.text;
    assert!(page.contains("name=\"next\" value=\"/doctors?q=spec\""), "{page}");
    for elsewhere in
        ["https://elsewhere.example", "//elsewhere.example", "/%5Celsewhere.example", "javascript:x"]
    {
        let page = site.get_as_nobody(&format!("/sign-in?next={elsewhere}")).await.text;
        assert!(!page.contains("name=\"next\""), "{elsewhere}");
    }
}

#[tokio::test]
async fn no_form_changes_anything_without_the_token_of_its_session() {
    let site = site(Engine::Sqlite).await;
    let other = person(&site.store, "other", &[over(Operations, &[])], site.clock.now()).await;
    let cookie = &site.everybody.cookie;
    for (address, policy) in changes().into_iter().filter(|(_, policy)| *policy != Policy::Open) {
        let wrong =
            [vec![], vec![("token", "")], vec![("token", "0")], vec![("token", other.form_token.as_str())]];
        for fields in wrong {
            let answer = site.send(form(&address, cookie, fields.iter())).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{address} {policy:?} {fields:?}");
        }
        let nobody = site.send(form(&address, "", [].iter())).await;
        assert_eq!(nobody.status, StatusCode::SEE_OTHER, "{address}");
        assert!(way(&nobody).starts_with("/sign-in"), "{address}");
    }
    assert_eq!(
        site.get("/account").await.status,
        StatusCode::OK,
        "the session stands: nothing was signed out"
    );
}

#[tokio::test]
async fn a_form_with_a_field_that_the_page_does_not_have_is_refused() {
    let site = site(Engine::Sqlite).await;
    // What another program reports is no form: its text is kept as it is.
    for (address, _) in changes().into_iter().filter(|(address, _)| !address.starts_with("/ping/")) {
        let answer = site.post_as(&site.everybody, &address, &[("is_admin", "yes")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}");
    }
    let json = Request::post("/account/sessions")
        .header("cookie", &site.everybody.cookie)
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/json");
    let answer = site.send(json.body(Body::from("{}")).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "what is no form is no form");
}

#[tokio::test]
async fn what_cannot_be_decided_is_refused() {
    let site = site(Engine::Sqlite).await;
    let token = every_token(&site, &site.everybody).await;
    let bearer = format!("Bearer {token}");
    site.store.close().await;
    for one in web::entrances().into_iter().filter(|one| one.policy != Policy::Open) {
        let address = one.path.replace("{id}", "account-everybody");
        let answer = match one.method {
            Method::POST if address.starts_with("/api/v1/") => {
                site.send(asking(&address, &[("authorization", &bearer)], "{}")).await
            }
            Method::GET => site.get(&address).await,
            _ => site.post_as(&site.everybody, &address, &[]).await,
        };
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{} {address}", one.method);
        for word in ["Samplaigh", "9000001", "Heldshire"] {
            assert!(!answer.text.contains(word), "{address} says {word}");
        }
    }
}

#[tokio::test]
async fn an_act_that_cannot_be_taken_back_asks_for_the_password_again_and_leads_back_to_its_page() {
    let site = site(Engine::Sqlite).await;
    site.clock.advance(SignedDuration::from_mins(16));
    for (address, policy) in changes() {
        if !matches!(policy, Policy::NeedsStepUp(_)) {
            continue;
        }
        let answer = site.post_as(&site.everybody, &address, &[]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{address}");
        let above = address.rsplit_once('/').unwrap().0.replace('/', "%2F");
        assert_eq!(way(&answer), format!("/step-up?next={above}"), "{address}");
    }
}

#[tokio::test]
async fn a_session_ends_by_word_by_idleness_and_with_its_account() {
    for engine in engines() {
        let site = site(engine).await;
        let grants = [over(Observer, &[HELD])];
        let one = person(&site.store, "one", &grants, site.clock.now()).await;
        assert_eq!(site.get_as(&one, "/doctors").await.status, StatusCode::OK, "{engine:?}");
        let out = site.post_as(&one, "/sign-out", &[]).await;
        assert_eq!(way(&out), "/sign-in?done=signed-out", "{engine:?}");
        assert_eq!(out.headers["clear-site-data"], "\"cache\", \"cookies\", \"storage\"", "{engine:?}");
        assert!(out.headers["set-cookie"].to_str().unwrap().starts_with("reval=; Max-Age=0;"), "{engine:?}");
        assert_eq!(site.get_as(&one, "/doctors").await.status, StatusCode::SEE_OTHER, "{engine:?}");
        let who = one.account.as_str();
        let here = session(&site.store, who, 2, site.clock.now()).await;
        let there = session(&site.store, who, 3, site.clock.now()).await;
        site.post_as(&here, "/sign-out/everywhere", &[]).await;
        for gone in [&here, &there] {
            assert_eq!(site.get_as(gone, "/doctors").await.status, StatusCode::SEE_OTHER, "{engine:?}");
        }
        let idle = session(&site.store, who, 4, site.clock.now()).await;
        site.clock.advance(SignedDuration::from_mins(31));
        assert_eq!(site.get_as(&idle, "/doctors").await.status, StatusCode::SEE_OTHER, "{engine:?}");
        let last = session(&site.store, who, 5, site.clock.now()).await;
        disable(&site.store, &last, site.clock.now()).await;
        assert_eq!(site.get_as(&last, "/doctors").await.status, StatusCode::SEE_OTHER, "{engine:?}");
    }
}

#[tokio::test]
async fn one_session_of_mine_ends_another_and_nobody_else_s() {
    for engine in engines() {
        let site = site(engine).await;
        let now = site.clock.now();
        let here = person(&site.store, "one", &[over(Observer, &[HELD])], now).await;
        let there = session(&site.store, &here.account, 2, now).await;
        let stranger = person(&site.store, "two", &[over(Observer, &[HELD])], now).await;
        let id = |number: u32, account: &str| format!("{account}-session-{number}");
        let own = id(2, &here.account);
        let foreign = id(1, &stranger.account);
        site.post_as(&here, "/account/sessions", &[("session", foreign.as_str())]).await;
        assert_eq!(site.get_as(&stranger, "/account").await.status, StatusCode::OK, "{engine:?}");
        let ended = site.post_as(&here, "/account/sessions", &[("session", own.as_str())]).await;
        assert_eq!(way(&ended), "/account?done=session", "{engine:?}");
        assert_eq!(site.get_as(&there, "/account").await.status, StatusCode::SEE_OTHER, "{engine:?}");
        assert_eq!(site.get_as(&here, "/account").await.status, StatusCode::OK, "{engine:?}");
    }
}

#[tokio::test]
async fn a_role_that_was_taken_back_or_given_elsewhere_acts_on_the_next_request() {
    for engine in engines() {
        let site = site(engine).await;
        let now = site.clock.now();
        let one = person(&site.store, "one", &[over(Approver, &[HELD])], now).await;
        assert_eq!(site.get_as(&one, "/doctors/9000001").await.status, StatusCode::OK, "{engine:?}");
        let mut tx = site.store.begin().await.unwrap();
        let grant = format!("{}-0", one.account);
        assert!(store::account_grant::revoke(&mut tx, (&grant, &one.account), ("test", now)).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(site.get_as(&one, "/doctors/9000001").await.status, StatusCode::FORBIDDEN, "{engine:?}");
        let mut tx = site.store.begin().await.unwrap();
        let by = store::account_grant::By { asked: "test", granted: "another" };
        let place = ("again", one.account.as_str());
        store::account_grant::insert(&mut tx, place, &over(Observer, &[FRESH]), &by, now).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(site.get_as(&one, "/doctors/9000001").await.status, StatusCode::NOT_FOUND, "{engine:?}");
        assert_eq!(site.get_as(&one, "/bodies/1-25U-830").await.status, StatusCode::OK, "{engine:?}");
    }
}

#[tokio::test]
async fn the_frame_offers_only_what_opens_and_everything_it_offers_opens() {
    let site = site(Engine::Sqlite).await;
    let now = site.clock.now();
    let grants = [
        ("observer", vec![over(Observer, &[HELD])]),
        ("approver", vec![over(Approver, &[HELD, FRESH])]),
        ("operations", vec![over(Operations, &[])]),
        ("auditor", vec![over(Auditor, &[])]),
        ("nothing", vec![]),
    ];
    for (name, grants) in grants {
        let one = person(&site.store, name, &grants, now).await;
        let page = site.get_as(&one, "/account").await.text;
        assert!(page.contains(&format!(">{name}<")) && page.contains("Sign out"), "{name}");
        let offered = page.split("nhsuk-header__navigation-link\" href=\"").skip(1);
        let offered: Vec<&str> = offered.map(|rest| rest.split('"').next().unwrap()).collect();
        for (route, address) in ADDRESSES.iter().filter(|(_, address)| address.matches('/').count() == 1) {
            let opens = site.get_as(&one, address).await.status == StatusCode::OK;
            assert!(opens || !offered.contains(route), "{name} is offered {route} in vain");
        }
        assert_eq!(offered.is_empty(), name == "nothing", "{name}: {offered:?}");
        for href in page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let is_ours = href.starts_with('/') && !href.starts_with("/assets");
            let status = if is_ours { site.get_as(&one, href).await.status } else { StatusCode::OK };
            assert_eq!(status, StatusCode::OK, "{name} {href}");
        }
    }
}

#[tokio::test]
async fn nobody_plays_somebody_else_outside_a_demo() {
    let site = site(Engine::Sqlite).await;
    let answer = site.send(form("/sign-in/demo", "", [("name", "everybody")].iter())).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(!answer.headers.contains_key("set-cookie"));
    assert!(!site.get_as_nobody("/sign-in").await.text.contains("Sign in as"));
}

//! Whoever asks too often is told when to ask again, and nobody else is.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use domain::access::Role::Observer;
use domain::clock::Clock as _;
use jiff::SignedDuration;
use testkit::Engine;
use testkit::world::HELD;

use super::people::{over, person, session};
use super::robots::every_token;
use super::site::paces;
use super::{Answer, Pages, site};

/// Asks from a machine, with a header.
async fn ask(site: &Pages, from: (&str, &str), header: (&str, &str), address: &str) -> Answer {
    let (machine, forwarded) = from;
    let peer: SocketAddr = format!("{machine}:40000").parse().unwrap();
    let request = Request::get(address).header(header.0, header.1).header("x-forwarded-for", forwarded);
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    site.send(request).await
}

/// How many of so many requests were answered before the first that came too often.
async fn until_too_often(site: &Pages, from: (&str, &str), header: (&str, &str)) -> usize {
    for count in 0..100 {
        if ask(site, from, header, "/licences").await.status.as_u16() == 429 {
            return count;
        }
    }
    100
}

#[tokio::test]
async fn a_session_that_asks_too_often_waits_and_no_other_does() {
    let mut site = site(Engine::Sqlite).await;
    let one = person(&site.store, "one", &[over(Observer, &[HELD])], site.clock.now()).await;
    let another = session(&site.store, &one.account, 2, site.clock.now()).await;
    site.pace(paces(40, 4_000, &[]));
    let here = ("127.0.0.1", "");
    assert_eq!(
        until_too_often(&site, here, ("cookie", &one.cookie)).await,
        10,
        "a quarter of a minute's at once"
    );
    let page = ask(&site, here, ("cookie", &one.cookie), "/account").await;
    assert_eq!((page.status.as_u16(), page.headers["retry-after"].to_str().unwrap()), (429, "2"));
    assert!(page.text.contains("Too often") && page.text.contains("ask again"), "{}", page.text);
    let told = ask(&site, here, ("cookie", &one.cookie), "/api/v1/lists").await;
    assert_eq!((told.status.as_u16(), told.headers["retry-after"].to_str().unwrap()), (429, "2"));
    assert_eq!(told.headers["content-type"], "application/problem+json");
    for (name, value) in [("cookie", another.cookie.as_str()), ("x-other", "nobody")] {
        assert_eq!(ask(&site, here, (name, value), "/licences").await.status.as_u16(), 200, "{name}");
    }
    site.clock.advance(SignedDuration::from_secs(2));
    assert_eq!(
        ask(&site, here, ("cookie", &one.cookie), "/licences").await.status.as_u16(),
        200,
        "after its while"
    );
    let token = every_token(&site, &one).await;
    let by_token = until_too_often(&site, here, ("authorization", &format!("Bearer {token}"))).await;
    assert_eq!(by_token, 10, "a token has its own");
}

#[tokio::test]
async fn a_machine_that_asks_too_often_waits_whatever_it_says_it_is() {
    let mut site = site(Engine::Sqlite).await;
    site.pace(paces(4_000, 40, &["127.0.0.1"]));
    let nobody = ("x-other", "a");
    let (mut answered, mut number) = (0, 0);
    while answered < 100 {
        number += 1;
        // A secret of its own each time, and each time another word about for whom it asks.
        let (cookie, said) = (format!("reval={number:064x}"), format!("203.0.113.{number}"));
        if ask(&site, ("198.51.100.7", &said), ("cookie", &cookie), "/licences").await.status.as_u16() == 429
        {
            break;
        }
        answered += 1;
    }
    assert_eq!(answered, 10);
    assert_eq!(
        ask(&site, ("198.51.100.8", ""), nobody, "/licences").await.status.as_u16(),
        200,
        "another machine"
    );
    for behind in ["203.0.113.9", "203.0.113.10"] {
        assert_eq!(
            until_too_often(&site, ("127.0.0.1", behind), nobody).await,
            10,
            "each behind our own proxy"
        );
    }
    for path in ["/livez", "/readyz", "/metrics"] {
        let status = ask(&site, ("198.51.100.7", ""), nobody, path).await.status.as_u16();
        assert_eq!(status, 200, "{path}: whoever watches is never told to wait");
    }
}

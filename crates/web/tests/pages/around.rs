//! What surrounds every answer: headers, refusals, logs without people, pages without anything inline.

use std::io::Write;
use std::sync::Mutex;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use testkit::Engine;

use super::{ADDRESSES, from_another_site, site};

const EXPECTED: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("cache-control", "no-store"),
];

#[tokio::test]
async fn every_answer_carries_the_security_headers_errors_too() {
    let site = site(Engine::Sqlite).await;
    let gets = ADDRESSES.iter().map(|(_, address)| *address);
    let wrong = ["/none", "/doctors/9000999", "/doctors?kind=love", "/assets/../Cargo.toml"];
    let mut answers = Vec::new();
    for address in gets.chain(wrong) {
        answers.push((address, site.get(address).await));
    }
    answers.push(("a cross-site POST", site.send(from_another_site(Method::POST, "/")).await));
    for (address, answer) in answers {
        for (name, value) in EXPECTED {
            assert_eq!(
                answer.headers.get(name).map(|v| v.to_str().unwrap()),
                Some(value),
                "{address} {name}"
            );
        }
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{address}");
        assert!(!policy.contains("unsafe"), "{address}");
        assert!(answer.headers.contains_key("x-request-id"), "{address}");
    }
}

#[tokio::test]
async fn another_site_cannot_act_in_a_reader_s_name() {
    let site = site(Engine::Sqlite).await;
    for (route, address) in ADDRESSES {
        let answer = site.send(from_another_site(Method::POST, address)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{route}");
        let own = Request::post(address).body(Body::empty()).unwrap();
        assert_eq!(site.send(own).await.status, StatusCode::METHOD_NOT_ALLOWED, "{route}: pages only read");
    }
}

#[tokio::test]
async fn no_page_has_anything_inline_or_from_elsewhere() {
    let site = site(Engine::Sqlite).await;
    for (route, address) in ADDRESSES {
        let text = site.get(address).await.text;
        for banned in
            ["<style", " style=\"", "onclick", "javascript:", "<script>", "src=\"http", "href=\"http"]
        {
            assert!(!text.contains(banned), "{route} contains {banned}");
        }
    }
}

#[tokio::test]
async fn what_a_page_links_from_the_binary_is_there() {
    let site = site(Engine::Sqlite).await;
    let page = site.get("/").await.text;
    let links: Vec<&str> = page.split('"').filter(|text| text.starts_with("/assets/")).collect();
    assert!(!links.is_empty());
    for link in links {
        let asset = site.get(link).await;
        assert_eq!(asset.status, StatusCode::OK, "{link}");
        assert!(asset.headers["cache-control"].to_str().unwrap().contains("immutable"), "{link}");
        assert!(!asset.text.contains("assets.nhs.uk"), "{link} loads from another site");
    }
}

#[tokio::test]
async fn a_page_is_packed_for_who_can_unpack_it() {
    let site = site(Engine::Sqlite).await;
    let request = Request::get("/doctors").header("accept-encoding", "gzip").body(Body::empty()).unwrap();
    assert_eq!(site.send(request).await.headers["content-encoding"], "gzip");
}

/// Everything that any test of this binary logs.
static KEPT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Kept;

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        KEPT.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_request_is_logged_once_by_its_route_and_never_by_its_address() {
    tracing_subscriber::fmt().json().with_writer(|| Kept).init();
    let site = site(Engine::Sqlite).await;
    let asked = [
        ("/doctors/9000001", "\"route\":\"/doctors/{number}\"", "\"status\":200"),
        ("/doctors/9000999", "\"route\":\"/doctors/{number}\"", "\"kind\":\"not_found\""),
        ("/doctors?q=Samplaigh", "\"route\":\"/doctors\"", "\"status\":200"),
        ("/rejects/1-AIIDWT", "\"route\":\"/rejects/{code}\"", "\"status\":200"),
        ("/none/9000001", "\"route\":\"none\"", "\"status\":404"),
    ];
    for (address, route, what) in asked {
        let answer = site.get(address).await;
        let id = format!("\"request_id\":\"{}\"", answer.headers["x-request-id"].to_str().unwrap());
        let log = String::from_utf8(KEPT.lock().unwrap().clone()).unwrap();
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(&id)).collect();
        assert_eq!(lines.len(), 1, "{address}: {lines:?}");
        assert!(lines[0].contains(route) && lines[0].contains(what), "{address}: {lines:?}");
    }
    let log = String::from_utf8(KEPT.lock().unwrap().clone()).unwrap();
    for secret in ["9000001", "9000999", "Samplaigh", "Rawcanary"] {
        assert!(!log.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_name_that_is_not_ours_reads_nothing() {
    let site = site(Engine::Sqlite).await;
    let by_name = |host: &str| {
        let request = Request::get("/doctors").header("host", host);
        request.body(Body::empty()).unwrap()
    };
    assert_eq!(site.send(by_name("127.0.0.1:8080")).await.status, StatusCode::OK);
    let rebound = site.send(by_name("rebound.example.com")).await;
    assert_eq!(rebound.status, StatusCode::MISDIRECTED_REQUEST);
    assert!(!rebound.text.contains("9000001"));
}

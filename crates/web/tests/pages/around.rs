//! What surrounds every answer: headers, refusals, logs without people, pages without anything inline.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Mutex;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use testkit::Engine;

use super::{ADDRESSES, Answer, Pages, from_another_site, site};

/// What every answer carries, whole. Source: reliability.md 5.4.
const EXPECTED: [(&str, &str); 9] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
         form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
    ),
    ("strict-transport-security", "max-age=63072000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
    ("x-robots-tag", "noindex"),
];

/// Headers that an answer may have beside those, and no other: nothing says which program made it.
const OTHERS: [&str; 11] = [
    "connection",
    "content-disposition",
    "content-type",
    "content-length",
    "permissions-policy",
    "x-request-id",
    "vary",
    "allow",
    "etag",
    "location",
    "www-authenticate",
];

fn faces(name: &str, answer: &Answer) {
    for (header, value) in EXPECTED {
        assert_eq!(answer.headers.get(header).map(|v| v.to_str().unwrap()), Some(value), "{name} {header}");
    }
    for header in answer.headers.keys().map(|header| header.as_str()) {
        let is_known = OTHERS.contains(&header) || EXPECTED.iter().any(|(known, _)| *known == header);
        assert!(is_known, "{name} has the header {header}");
    }
    let powers = answer.headers["permissions-policy"].to_str().unwrap();
    assert!(
        powers.split(", ").count() > 15 && powers.split(", ").all(|power| power.ends_with("=()")),
        "{name}"
    );
    assert!(answer.headers.contains_key("x-request-id"), "{name}");
    let kind = answer.headers.get("content-type").map(|kind| kind.to_str().unwrap()).unwrap_or_default();
    assert!(!kind.starts_with("text/") || kind.ends_with("charset=utf-8"), "{name} {kind}");
}

fn with(method: Method, address: &str, header: (&str, &str)) -> Request<Body> {
    let request = Request::builder().method(method).uri(address).header(header.0, header.1);
    request.body(Body::empty()).unwrap()
}

/// Every kind of answer there is: by route, by status, by what goes wrong.
async fn answers(site: &Pages) -> Vec<(String, Answer)> {
    let mut answers = Vec::new();
    let wrong = ["/none", "/doctors/9000999", "/doctors?kind=love", "/assets/../Cargo.toml"];
    for address in ADDRESSES.iter().map(|(_, address)| *address).chain(wrong) {
        answers.push((address.to_owned(), site.get(address).await));
    }
    let long = "a".repeat(20_000);
    let requests = [
        ("a cross-site POST", from_another_site(Method::POST, "/")),
        ("a POST from nowhere", Request::post("/").body(Body::empty()).unwrap()),
        ("a POST of our own to a page", with(Method::POST, "/", ("sec-fetch-site", "same-origin"))),
        ("a stranger", with(Method::GET, "/doctors", ("accept", "*/*"))),
        ("a program of a stranger", with(Method::GET, "/api/v1/doctors", ("accept", "*/*"))),
        ("an open page", with(Method::GET, "/sign-in", ("accept", "*/*"))),
        ("another site's name", with(Method::GET, "/", ("host", "elsewhere.example"))),
        ("a long address", with(Method::GET, &format!("/{}", "a".repeat(5000)), ("accept", "*/*"))),
        ("long headers", with(Method::GET, "/", ("x-long", &long))),
        ("a large body", with(Method::GET, "/", ("content-length", "9000000"))),
        ("HEAD", with(Method::HEAD, "/", ("accept", "*/*"))),
        ("OPTIONS", with(Method::OPTIONS, "/", ("accept", "*/*"))),
    ];
    for (name, request) in requests {
        answers.push((name.to_owned(), site.send(request).await));
    }
    site.panic_from_now_on();
    answers.push(("a panic".to_owned(), site.get("/metrics").await));
    site.drain();
    answers.push(("draining".to_owned(), site.get("/readyz").await));
    site.store.close().await;
    answers.push(("no store".to_owned(), site.get("/doctors").await));
    answers
}

#[tokio::test]
async fn every_answer_of_every_status_carries_the_same_headers() {
    let site = site(Engine::Sqlite).await;
    let answers = answers(&site).await;
    for (name, answer) in &answers {
        faces(name, answer);
    }
    let seen: BTreeSet<u16> = answers.iter().map(|(_, answer)| answer.status.as_u16()).collect();
    assert_eq!(Vec::from_iter(seen), [200, 303, 401, 403, 404, 405, 413, 414, 421, 422, 431, 500, 503]);
}

#[tokio::test]
async fn nobody_learns_from_a_mistake_of_ours_how_we_are_built() {
    let site = site(Engine::Sqlite).await;
    site.panic_from_now_on();
    let broken = site.get("/metrics").await;
    assert_eq!(broken.status, StatusCode::INTERNAL_SERVER_ERROR);
    site.store.close().await;
    let away = site.get("/doctors").await;
    for text in [broken.text, away.text] {
        for word in ["made to panic", ".rs", "sqlite", "pool", "SELECT"] {
            assert!(!text.to_lowercase().contains(&word.to_lowercase()), "{word} in {text}");
        }
    }
}

#[tokio::test]
async fn another_site_cannot_act_in_a_reader_s_name() {
    let site = site(Engine::Sqlite).await;
    let foreign = [
        ("origin", "https://elsewhere.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("accept", "*/*"),
    ];
    for (route, address) in ADDRESSES {
        let answer = site.send(from_another_site(Method::POST, address)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{route}");
        for header in foreign {
            let answer = site.send(with(Method::POST, address, header)).await;
            // A report of a program says of no site where it comes from, and acts in nobody's name.
            let says_nothing = header.0 == "accept";
            let expected: &[u16] = match says_nothing {
                true if route.starts_with("/ping/") => &[404],
                // So does a program's change, and without a token it is nobody's.
                true if route.starts_with("/api/v1/") => &[401, 405],
                _ => &[403],
            };
            assert!(expected.contains(&answer.status.as_u16()), "{route} {header:?} {}", answer.status);
        }
        let own = site.post_as(&site.everybody, address, &[]).await;
        let is_changed = web::entrances().iter().any(|one| one.method == Method::POST && one.path == *route);
        assert_eq!(own.status == StatusCode::METHOD_NOT_ALLOWED, !is_changed, "{route}");
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
    let request =
        Request::get("/doctors").header("accept-encoding", "gzip").header("cookie", &site.everybody.cookie);
    let request = request.body(Body::empty()).unwrap();
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
        let request = Request::get("/doctors").header("host", host).header("cookie", &site.everybody.cookie);
        request.body(Body::empty()).unwrap()
    };
    assert_eq!(site.send(by_name("127.0.0.1:8080")).await.status, StatusCode::OK);
    let rebound = site.send(by_name("rebound.example.com")).await;
    assert_eq!(rebound.status, StatusCode::MISDIRECTED_REQUEST);
    assert!(!rebound.text.contains("9000001"));
}

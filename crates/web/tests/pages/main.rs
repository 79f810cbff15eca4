//! Every page of a small world, as a reader and as a stranger meet it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod around;
mod health;
mod reading;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use domain::clock::IdSource;
use domain::freshness::Promise;
use domain::ids::BodyCode;
use ops::access::{Access, Rules, Secrets};
use ops::{BodyName, Ops, Production, Site};
use store::Store;
use testkit::world::{self, FAILED, FRESH, HELD, HOLD, NEVER, RUN};
use testkit::{Engine, Scratch, VirtualClock};
use tower::ServiceExt as _;

/// Every route with an address of the small world under it.
const ADDRESSES: [(&str, &str); 24] = [
    ("/", "/"),
    ("/bodies/{code}", "/bodies/1-25U-830"),
    ("/bodies/{code}/as-of", "/bodies/1-AIIDWT/as-of?on=2026-11-23"),
    ("/under-notice", "/under-notice"),
    ("/doctors", "/doctors?q=spec"),
    ("/doctors/{number}", "/doctors/9000001"),
    ("/discrepancies", "/discrepancies?kind=transfer"),
    ("/rejects", "/rejects"),
    ("/rejects/{code}", "/rejects/1-AIIDWT"),
    ("/holds", "/holds"),
    ("/holds/{id}", "/holds/00000000-0000-7000-8000-00000000c0de"),
    ("/snapshots", "/snapshots"),
    ("/snapshots/{code}", "/snapshots/1-AIIDWT"),
    ("/runs", "/runs"),
    ("/runs/{id}", "/runs/00000000-0000-7000-8000-0000000000a1"),
    ("/tis", "/tis"),
    ("/alerts", "/alerts"),
    ("/licences", "/licences"),
    ("/status.json", "/status.json"),
    ("/livez", "/livez"),
    ("/readyz", "/readyz"),
    ("/healthz", "/healthz"),
    ("/metrics", "/metrics"),
    ("/assets/{*name}", "/assets/none"),
];

/// Pages without data: they cannot be late.
const WITHOUT_DATA: [&str; 7] =
    ["/licences", "/status.json", "/livez", "/readyz", "/healthz", "/metrics", "/assets/{*name}"];

/// The pages over a small world.
struct Pages {
    router: Router,
    clock: VirtualClock,
    ready: Arc<AtomicBool>,
    unheard: Arc<AtomicU64>,
    store: Store,
    is_broken: Arc<AtomicBool>,
    _scratch: Scratch,
}

/// An answer.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

async fn site(engine: Engine) -> Pages {
    let (store, scratch) = testkit::store(engine).await;
    world::write(&store).await.unwrap();
    let clock = VirtualClock::at(testkit::start());
    let body = |code: &str, name: &str| BodyName {
        code: BodyCode::new(code),
        name: name.to_owned(),
        abbreviation: name.to_uppercase(),
    };
    let bodies = vec![
        body(HELD, "Heldshire"),
        body(FAILED, "Failby"),
        body(FRESH, "Freshton"),
        body(NEVER, "Nevermore"),
    ];
    let ops = Ops {
        store: store.clone(),
        clock: Arc::new(clock.clone()),
        site: Site {
            environment: "rehearsal".to_owned(),
            colour: "yellow".to_owned(),
            production: Production::Rehearsal,
            public_url: "http://127.0.0.1".to_owned(),
        },
        promise: Promise::default(),
        bodies: Arc::new(bodies),
        access: access(),
    };
    let ready = Arc::new(AtomicBool::new(true));
    let is_broken = Arc::new(AtomicBool::new(false));
    let unheard = Arc::new(AtomicU64::new(0));
    let app = web::App {
        ops,
        build: "0.1.0".to_owned(),
        metrics: counters(&is_broken),
        ready: ready.clone(),
        unheard: unheard.clone(),
    };
    Pages { router: web::router(app), clock, ready, unheard, store, is_broken, _scratch: scratch }
}

/// Ids and secrets that follow from nothing but their number.
fn access() -> Access {
    let drawn = AtomicU64::new(0);
    let secrets = Secrets::new(move || {
        let mut bytes = [7; 32];
        bytes[..8].copy_from_slice(&drawn.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        Ok(bytes)
    });
    let rules = Rules { two_people: true, is_demo: false, hashed_at_once: 2 };
    Access::new(rules, Arc::new(IdSource::new(7)), secrets)
}

/// Counters as text, or a panic where a test wants one.
fn counters(is_broken: &Arc<AtomicBool>) -> Arc<dyn Fn() -> String + Send + Sync> {
    let is_broken = Arc::clone(is_broken);
    Arc::new(move || {
        assert!(!is_broken.load(Ordering::Relaxed), "made to panic");
        "reval_build_info 1\n".to_owned()
    })
}

impl Pages {
    async fn get(&self, address: &str) -> Answer {
        self.send(Request::get(address).body(Body::empty()).unwrap()).await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 10_000_000).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    fn drain(&self) {
        self.ready.store(false, Ordering::Relaxed);
    }

    /// From now on counting panics, as a mistake of ours in any page would.
    fn panic_from_now_on(&self) {
        self.is_broken.store(true, Ordering::Relaxed);
    }
}

/// A request that another site sends in a reader's name.
fn from_another_site(method: Method, address: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(address)
        .header("host", "127.0.0.1")
        .header("origin", "https://elsewhere.example")
        .header("sec-fetch-site", "cross-site")
        .body(Body::empty())
        .unwrap()
}

#[test]
fn every_route_has_an_address_in_these_tests() {
    let known: Vec<&str> = ADDRESSES.iter().map(|(route, _)| *route).collect();
    assert_eq!(web::paths(), known, "add the new route here, so that every fact below is asked of it");
    assert!(ADDRESSES.iter().any(|(_, address)| address.ends_with(HOLD)));
    assert!(ADDRESSES.iter().any(|(_, address)| address.ends_with(RUN)));
}

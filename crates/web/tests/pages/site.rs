//! The pages over a small world, and how tests ask them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use domain::access::{Grant, Role};
use domain::alert::Severity;
use domain::clock::{Clock as _, IdSource};
use domain::comparison::Export;
use domain::exceptions::Exceptions;
use domain::fingerprint::Fingerprint;
use domain::floors::Floors;
use domain::freshness::Promise;
use domain::ids::{BodyCode, GmcNumber};
use domain::job::{Class, Job, Trigger};
use domain::listing::Listing;
use domain::node::Labels;
use domain::pace::Pace;
use domain::raw::RawDoctor;
use domain::schedule::{ClockChange, Schedule};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use ops::access::{Access, Rules, Secrets};
use ops::{BodyName, Fault, Kind, Ops, Production, Site, Submitting};
use store::Store;
use testkit::world::{self, FAILED, FRESH, HELD, NEVER};
use testkit::{Engine, Scratch, VirtualClock};
use tokio::sync::watch;
use tower::ServiceExt as _;
use web::{HoldDecided, HoldWord, Paced, Paces, Ping, PingWhat, RunWish, RunWord};

use super::people::{Person, over, person, session};

/// The pages over a small world.
pub struct Pages {
    router: Router,
    /// The present, which tests move.
    pub clock: VirtualClock,
    /// What stands below.
    pub store: Store,
    /// What a person at the machine's shell may do.
    pub ops: Ops,
    by_login: Store,
    /// Who may do everything that anybody may.
    pub everybody: Person,
    /// How many alerts have reached nobody.
    pub unheard: Arc<AtomicU64>,
    ready: Arc<AtomicBool>,
    reach: watch::Sender<bool>,
    is_broken: Arc<AtomicBool>,
    paces: Paces,
    scratch: Scratch,
}

/// An answer.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub text: String,
}

/// Makes the pages, and a person who sees all of them.
pub async fn site(engine: Engine) -> Pages {
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
        submitting: Submitting::default(),
        access: access(),
    };
    let ready = Arc::new(AtomicBool::new(true));
    let is_broken = Arc::new(AtomicBool::new(false));
    let unheard = Arc::new(AtomicU64::new(0));
    let everybody = person(&store, "everybody", &everything(), clock.now()).await;
    let router = Router::new();
    let mut pages = Pages {
        router,
        by_login: store.clone(),
        ops,
        clock,
        store,
        everybody,
        ready,
        unheard,
        reach: watch::Sender::new(true),
        is_broken,
        paces: paces(1_000_000, 1_000_000, &[]),
        scratch,
    };
    if engine == Engine::Postgres {
        // Pages work by a login of their own; tests prepare the world as its owner.
        pages.scratch.make_logins().await;
        pages.by_login = Store::open(&pages.scratch.url_of("reval_web")).await.unwrap();
    }
    pages.router = pages.router_over(&pages.by_login);
    pages
}

/// The night's job, as it is declared.
fn declared() -> Job {
    Job {
        name: "gmc-sync".to_owned(),
        alias: "gmc-sync-prod".to_owned(),
        sentence: "Asks the GMC for every list.".to_owned(),
        owner: "the team".to_owned(),
        trigger: Trigger::Schedule(Schedule::parse("5 0 * * *").unwrap()),
        kind: Default::default(),
        fresh_within: None,
        labels: Labels::new(),
        exceptions: Exceptions::default(),
        zone: TimeZone::get("Europe/London").unwrap(),
        change: ClockChange::default(),
        start_deadline: "00:10".parse().unwrap(),
        finish_deadline: "02:00".parse().unwrap(),
        floors: Floors { duration: SignedDuration::ZERO, records: 1 },
        attempts: 3,
        retry_wait: SignedDuration::from_mins(2),
        catch_up: SignedDuration::from_hours(18),
        class: Class::Repeatable,
        on_failed: Severity::Warn,
    }
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

/// What the wiring says to a person's word on a held list: here there are two people, and a count that is right.
fn decided(word: &HoldWord) -> Result<HoldDecided, Fault> {
    match word.count {
        None => Ok(HoldDecided::Rejected),
        Some(2) => Ok(HoldDecided::Proposed),
        Some(_) => Err(Fault::invalid("the held list has another number of doctors")),
    }
}

/// How often callers and addresses may ask in a minute, and which proxies are believed.
pub fn paces(of_a_caller: u32, of_an_address: u32, proxies: &[&str]) -> Paces {
    Paces {
        of_a_caller: Pace { per_minute: of_a_caller },
        of_an_address: Pace { per_minute: of_an_address },
        proxies: proxies.iter().map(|text| text.parse().unwrap()).collect(),
    }
}

/// What the wiring reads out of a file: here GMC numbers, one on a line.
fn exported(bytes: &[u8]) -> Result<Export, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::invalid("the export is no text"))?;
    let listing = |number: &str| {
        let number = GmcNumber::parse(number).unwrap();
        (
            number.clone(),
            Listing::of(
                number,
                RawDoctor { last_name: Some("Elsewhere".to_owned()), ..RawDoctor::default() },
            ),
        )
    };
    let doctors = text.split_whitespace().map(listing).collect();
    Ok(Export { doctors, fields: vec![domain::comparison::Field::LastName], ..Export::default() })
}

/// What the wiring says to a report: here no run is open that anything could be said of.
fn taken(ping: &Ping) -> Result<(), Fault> {
    match ping.what {
        PingWhat::Goes => Err(Fault::new(Kind::Conflict, "no run has begun")),
        _ if ping.job == REPORTED => Ok(()),
        _ => Err(Fault::not_found("no such job")),
    }
}

/// What the wiring says to a program that wants something of runs: here there is one job, and no run that has not ended.
fn said_to_runs(word: &RunWord) -> Result<(), Fault> {
    match &word.wish {
        RunWish::Begin(job) if job == "gmc-sync" => Ok(()),
        RunWish::Begin(_) | RunWish::Abort(_) => Err(Fault::not_found("There is no such run.")),
    }
}

/// The job that somebody else runs.
pub const REPORTED: &str = "ndw-etl-prod";

/// Counters as text, or a panic where a test wants one.
fn counters(is_broken: &Arc<AtomicBool>) -> Arc<dyn Fn() -> String + Send + Sync> {
    let is_broken = Arc::clone(is_broken);
    Arc::new(move || {
        assert!(!is_broken.load(Ordering::Relaxed), "made to panic");
        "reval_build_info 1\n".to_owned()
    })
}

impl Pages {
    /// The pages over a store, which may be this one with a wall around it.
    fn router_over(&self, store: &Store) -> Router {
        let ops = Ops { store: store.clone(), ..self.ops.clone() };
        web::router(web::App {
            jobs: Arc::new(|| vec![declared()]),
            ops,
            build: "0.1.0".to_owned(),
            ids: Arc::new(IdSource::new(11)),
            decide_hold: Arc::new(|word| Box::pin(async move { decided(&word) })),
            take_ping: Arc::new(|ping| Box::pin(async move { taken(&ping) })),
            take_fingerprint: Arc::new(|| Box::pin(async { Ok(made_of()) })),
            say_to_runs: Arc::new(|word| Box::pin(async move { said_to_runs(&word) })),
            read_export: Arc::new(|bytes| Box::pin(async move { exported(&bytes) })),
            paced: Paced::new(self.paces.clone()),
            metrics: counters(&self.is_broken),
            provider: None,
            demo_users: Vec::new(),
            ready: self.ready.clone(),
            reach: self.reach.subscribe(),
            unheard: self.unheard.clone(),
        })
    }

    /// From now on people and programs may ask so often, and nobody has asked yet.
    pub fn pace(&mut self, paces: Paces) {
        self.paces = paces;
        self.router = self.router_over(&self.by_login);
    }

    /// Whoever looks finds that the store does not answer, or does again.
    pub fn find_store(&self, is_there: bool) {
        self.reach.send_replace(is_there);
    }

    /// From now on the store answers nobody.
    pub async fn close_store(&self) {
        self.find_store(false);
        self.store.close().await;
        self.by_login.close().await;
    }

    /// From now on reads for somebody's eyes are held to these bodies by the store's own wall, whatever the pages ask.
    pub fn wall(&mut self, bodies: &[&str]) {
        self.router = self.router_over(&self.by_login.walled(bodies.iter().map(|code| BodyCode::new(*code))));
    }

    /// Asks as the person who may do everything.
    pub async fn get(&self, address: &str) -> Answer {
        self.get_as(&self.everybody, address).await
    }

    /// Asks as somebody.
    pub async fn get_as(&self, person: &Person, address: &str) -> Answer {
        let request = Request::get(address).header("cookie", &person.cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Asks as nobody.
    pub async fn get_as_nobody(&self, address: &str) -> Answer {
        self.send(Request::get(address).body(Body::empty()).unwrap()).await
    }

    /// Sends a form as somebody, with the token of their session.
    pub async fn post_as(&self, person: &Person, address: &str, fields: &[(&str, &str)]) -> Answer {
        let token = [("token", person.form_token.as_str())];
        self.send(form(address, &person.cookie, fields.iter().chain(&token))).await
    }

    /// Sends a form with a file as somebody, with the token of their session.
    pub async fn upload_as(&self, person: &Person, address: &str, name: &str, bytes: &[u8]) -> Answer {
        let token = &person.form_token;
        let head = format!(
            "--part\r\ncontent-disposition: form-data; name=\"token\"\r\n\r\n{token}\r\n--part\r\n\
             content-disposition: form-data; name=\"{name}\"; filename=\"a\"\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, b"\r\n--part--\r\n"].concat();
        let request = Request::post(address)
            .header("cookie", &person.cookie)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "multipart/form-data; boundary=part");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 10_000_000).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// Lets hours pass, and the person who may do everything sign in again: no session lasts as long.
    pub async fn hours_later(&mut self, hours: i64) {
        if hours == 0 {
            return;
        }
        self.clock.advance(SignedDuration::from_hours(hours));
        let who = self.everybody.account.as_str();
        let number = u32::try_from(self.clock.now().as_second() % 1_000_000).unwrap();
        self.everybody = session(&self.store, who, number, self.clock.now()).await;
    }

    /// Takes no more requests.
    pub fn drain(&self) {
        self.ready.store(false, Ordering::Relaxed);
    }

    /// From now on counting panics, as a mistake of ours in any page would.
    pub fn panic_from_now_on(&self) {
        self.is_broken.store(true, Ordering::Relaxed);
    }
}

/// A form as a browser sends it from a page of ours.
pub fn form<'a>(
    address: &str,
    cookie: &str,
    fields: impl Iterator<Item = &'a (&'a str, &'a str)>,
) -> Request<Body> {
    let encoded = |text: &str| text.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
    let pairs = fields.map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    let body = pairs.collect::<Vec<_>>().join("&");
    Request::post(address)
        .header("content-length", body.len())
        .header("cookie", cookie)
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap()
}

/// Who may do everything that anybody may.
fn everything() -> Vec<Grant> {
    let bodies = [HELD, FAILED, FRESH, NEVER];
    let sensitive = Grant { sensitive: true, ..over(Role::Approver, &bodies) };
    vec![sensitive, over(Role::Operations, &[]), over(Role::Auditor, &[])]
}

/// A request that another site sends in a reader's name.
pub fn from_another_site(method: Method, address: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(address)
        .header("host", "127.0.0.1")
        .header("origin", "https://elsewhere.example")
        .header("sec-fetch-site", "cross-site")
        .body(Body::empty())
        .unwrap()
}

/// What the instance of these tests is made of.
fn made_of() -> Fingerprint {
    Fingerprint {
        environment: "test".to_owned(),
        node: "a".to_owned(),
        made_at: testkit::start(),
        built_on: None,
        config_hash: "abc".to_owned(),
        certificates: Vec::new(),
        played: Vec::new(),
        facts: [("build".to_owned(), "0.1.0".to_owned())].into(),
    }
}

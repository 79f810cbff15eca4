//! The service over HTTP: SOAP at its path and its WSDL; who may ask what, and who is asking now.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::serve::ListenerExt as _;
use sources::gmc::operations::{Operation, PATH, Soap};
use sources::gmc::request::{self, Request};
use sources::gmc::wsdl::wsdl;
use tokio::net::TcpListener;

use crate::answer::{Ids, fault};
use crate::desk::{self, Desk, Said, Strictness};
use crate::faults::{Fault, Rule};
use crate::journal::{Call, Journal};
use crate::population::World;
use crate::register::Register;
use crate::reply::{Answer, broken, cut, plain_reply, said, xml};

/// An account of the service.
#[derive(Clone)]
pub struct Account {
    /// Name.
    pub user: String,
    /// Password.
    pub password: String,
    /// Bodies it may act for; all if absent.
    pub bodies: Option<Vec<String>>,
}

/// What to serve.
#[derive(Clone)]
pub struct SimConfig {
    /// The world.
    pub world: World,
    /// Accounts; by default `reval`/`reval` for all bodies.
    pub accounts: Vec<Account>,
    /// How strict it is about responsible officers.
    pub strictness: Strictness,
    /// Nights after which a recommendation is approved by itself; only by command if absent.
    pub decides_after: Option<u32>,
}

impl SimConfig {
    /// A world with the default account.
    pub fn new(world: World) -> Self {
        let everyone = Account { user: "reval".into(), password: "reval".into(), bodies: None };
        Self { world, accounts: vec![everyone], strictness: Strictness::default(), decides_after: Some(1) }
    }
}

struct Inner {
    world: Arc<World>,
    accounts: Vec<Account>,
    strictness: Strictness,
    decides_after: Option<u32>,
    register: Register,
    night: u32,
    rules: Vec<Rule>,
    calls: HashMap<(Operation, String), u64>,
    in_flight: HashMap<String, u64>,
    journal: Journal,
}

/// A running simulator; stops with its process.
#[derive(Clone)]
pub struct Simulator {
    address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
}

impl Simulator {
    /// Serves on a listener until the process ends; gives the handle at once.
    pub fn start(config: SimConfig, listener: TcpListener) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let inner = Inner {
            world: Arc::new(config.world),
            accounts: config.accounts,
            strictness: config.strictness,
            decides_after: config.decides_after,
            register: Register::default(),
            night: 0,
            rules: Vec::new(),
            calls: HashMap::new(),
            in_flight: HashMap::new(),
            journal: Journal::default(),
        };
        let simulator = Self { address, inner: Arc::new(Mutex::new(inner)) };
        let router = router(simulator.clone());
        tokio::spawn(async move {
            // Small answers would wait 40 ms for the other side's acknowledgement; one that refuses this is only slower.
            let prompt = listener.tap_io(|tcp| drop(tcp.set_nodelay(true)));
            // The listener only fails when the process is ending.
            let _ = axum::serve(prompt, router).await;
        });
        Ok(simulator)
    }

    /// The address to configure.
    pub fn url(&self) -> String {
        format!("http://{}{PATH}", self.address)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the world to a night; what has waited long enough is decided with it.
    pub fn set_night(&self, night: u32) {
        let mut inner = self.inner();
        inner.night = night;
        if let Some(after) = inner.decides_after {
            let world = Arc::clone(&inner.world);
            inner.register.decide_what_is_due(&world, night, after);
        }
    }

    /// Changes what stands in the register, as the GMC or a doctor would without us.
    pub fn edit<T>(&self, change: impl FnOnce(&mut Register) -> T) -> T {
        change(&mut self.inner().register)
    }

    /// What calls have changed so far.
    pub fn register(&self) -> Register {
        self.inner().register.clone()
    }

    /// Replaces the fault rules and counts calls anew.
    pub fn set_faults(&self, rules: Vec<Rule>) {
        let mut inner = self.inner();
        inner.rules = rules;
        inner.calls.clear();
    }

    /// Replaces the world, for a story that edits it.
    pub fn set_world(&self, world: World) {
        self.inner().world = Arc::new(world);
    }

    /// The world as it stands.
    pub fn world(&self) -> Arc<World> {
        Arc::clone(&self.inner().world)
    }

    /// What was asked and answered.
    pub fn journal(&self) -> Vec<Call> {
        self.inner().journal.calls()
    }
}

fn router(simulator: Simulator) -> Router {
    Router::new()
        .route(PATH, post(soap).get(contract))
        .merge(crate::control::router())
        .layer(axum::extract::DefaultBodyLimit::max(64 * 1024))
        .with_state(simulator)
}

async fn contract(State(simulator): State<Simulator>, RawQuery(query): RawQuery) -> Response {
    if query.is_some_and(|query| query.eq_ignore_ascii_case("wsdl")) {
        return ([("content-type", "text/xml; charset=utf-8")], wsdl(&simulator.url())).into_response();
    }
    (StatusCode::OK, "This is a simulator of the GMC's web services. Add ?wsdl for the contract.\n")
        .into_response()
}

async fn soap(State(simulator): State<Simulator>, headers: HeaderMap, body: Bytes) -> Response {
    let text = String::from_utf8_lossy(&body);
    let request = match request::read(&text) {
        Ok(request) => request,
        Err(sentence) => {
            return xml(StatusCode::INTERNAL_SERVER_ERROR, Soap::V11, fault(Soap::V11, &sentence));
        }
    };
    if let Err(sentence) = action(&headers, &request) {
        return xml(StatusCode::INTERNAL_SERVER_ERROR, request.soap, fault(request.soap, &sentence));
    }
    let agent = headers.get("user-agent").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    if request.operation == Operation::GetDoctorsForDB {
        list(simulator, request, agent).await
    } else {
        wish(simulator, request, agent).await
    }
}

/// The action must be the namespace and the operation, as the real service insists.
fn action(headers: &HeaderMap, request: &Request) -> Result<(), String> {
    let wanted = request.operation.action();
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let given = match request.soap {
        Soap::V11 => header("soapaction").trim_matches('"').to_owned(),
        Soap::V12 => {
            let kind = header("content-type");
            // In SOAP 1.2 the action is optional.
            if !kind.contains("action=") || kind.contains(&wanted) { wanted.clone() } else { kind }
        }
    };
    if given == wanted {
        Ok(())
    } else {
        Err("Server did not recognize the value of HTTP Header SOAPAction".into())
    }
}

impl Simulator {
    fn note(&self, request: &Request, body: &str, agent: &str, result: &str) -> u64 {
        let mut inner = self.inner();
        let in_flight = inner.in_flight.get(body).copied().unwrap_or(0);
        inner.journal.write(Call {
            number: 0,
            operation: request.operation.name().to_owned(),
            user: request.user.clone(),
            body: body.to_owned(),
            doctor: desk::doctor_of(request),
            user_agent: agent.to_owned(),
            client_request_id: desk::client_id_of(request),
            in_flight,
            result: result.to_owned(),
        })
    }

    /// Counts a call of a body in and finds its fault.
    fn enter(&self, operation: Operation, body: &str, agent: &str) -> Option<Fault> {
        let mut inner = self.inner();
        *inner.in_flight.entry(body.to_owned()).or_default() += 1;
        let call = inner.calls.entry((operation, body.to_owned())).or_default();
        *call += 1;
        let call = *call;
        let shows = |rule: &&Rule| rule.shows(operation.name(), body, call, agent);
        inner.rules.iter().find(shows).map(|rule| rule.fault.clone())
    }

    /// Carries a call out: the code for its caller first, then the desk's checks.
    fn carry_out(&self, request: &Request) -> Said {
        let code = self.code(request, &desk::body_of(request));
        if code != "0" {
            return Said { code, more: None };
        }
        let mut inner = self.inner();
        let Inner { world, night, register, strictness, .. } = &mut *inner;
        Desk { world, night: *night, register, strictness }.answer(request)
    }

    fn leave(&self, body: &str) {
        if let Some(count) = self.inner().in_flight.get_mut(body) {
            *count = count.saturating_sub(1);
        }
    }

    /// The code that account and body deserve.
    fn code(&self, request: &Request, body: &str) -> &'static str {
        let inner = self.inner();
        let account =
            inner.accounts.iter().find(|a| a.user == request.user && a.password == request.password);
        let Some(account) = account else { return "99" };
        if !inner.world.bodies.iter().any(|known| known == body) {
            return "80";
        }
        match &account.bodies {
            Some(bodies) if !bodies.iter().any(|own| own == body) => "81",
            _ => "0",
        }
    }
}

async fn list(simulator: Simulator, request: Request, agent: String) -> Response {
    let body = request.fields.get("DesignatedBodyCode").cloned().unwrap_or_default();
    let fault = simulator.enter(request.operation, &body, &agent);
    let code = simulator.code(&request, &body);
    let result = fault.as_ref().map_or_else(|| format!("code {code}"), |fault| format!("{fault:?}"));
    let number = simulator.note(&request, &body, &agent, &result);
    let guard = InFlight { simulator: simulator.clone(), body: body.clone() };
    match fault {
        Some(Fault::Delay(ms)) => tokio::time::sleep(Duration::from_millis(ms)).await,
        Some(Fault::Hang) => std::future::pending::<()>().await,
        Some(plain) if plain_reply(&plain, request.soap).is_some() => {
            return plain_reply(&plain, request.soap).unwrap_or_default();
        }
        _ => {}
    }
    let ids = Ids {
        client: request.fields.get("ClientRequestID").cloned().unwrap_or_default(),
        gmc: format!("SIM-{number:08}"),
    };
    let (world, night, register) = {
        let inner = simulator.inner();
        (Arc::clone(&inner.world), inner.night, inner.register.clone())
    };
    Answer { soap: request.soap, world, night, register, body, code: code.to_owned(), ids }
        .reply(fault, guard)
}

/// A call that changes something, or asks what became of one.
async fn wish(simulator: Simulator, request: Request, agent: String) -> Response {
    let body = desk::body_of(&request);
    let fault = simulator.enter(request.operation, &body, &agent);
    let _guard = InFlight { simulator: simulator.clone(), body: body.clone() };
    let undone = match &fault {
        Some(Fault::Delay(ms)) => {
            tokio::time::sleep(Duration::from_millis(*ms)).await;
            None
        }
        Some(Fault::Hang) => {
            simulator.note(&request, &body, &agent, "not carried out: hangs");
            std::future::pending().await
        }
        Some(Fault::Late(ms)) => {
            carry_out_later(simulator.clone(), request.clone(), agent.clone(), *ms);
            Some(broken())
        }
        Some(Fault::Reset(_)) => Some(broken()),
        Some(Fault::Code(code)) => Some(said(&request, "", code, None)),
        Some(plain) => plain_reply(plain, request.soap),
        None => None,
    };
    if let Some(reply) = undone {
        simulator.note(&request, &body, &agent, &format!("not carried out: {fault:?}"));
        return reply;
    }
    let outcome = simulator.carry_out(&request);
    let number = simulator.note(&request, &body, &agent, &format!("code {}", outcome.code));
    bend(&request, &format!("SIM-{number:08}"), &outcome, fault)
}

/// The reply to what was carried out, as its fault leaves it.
fn bend(request: &Request, gmc: &str, outcome: &Said, fault: Option<Fault>) -> Response {
    match fault {
        Some(Fault::LostReply) => broken(),
        Some(Fault::DoneButPage) => plain_reply(&Fault::Page, request.soap).unwrap_or_default(),
        Some(Fault::DoneButCode(code)) => said(request, gmc, &code, None),
        Some(Fault::OtherRequest) => {
            let mut other = request.clone();
            other.fields.retain(|name, _| !name.starts_with("ClientRequest"));
            other.fields.insert("ClientRequestID".to_owned(), "another-request".to_owned());
            said(&other, gmc, outcome.code, outcome.more.clone())
        }
        Some(Fault::Cut(at)) => cut(said(request, gmc, outcome.code, outcome.more.clone()), at),
        _ => said(request, gmc, outcome.code, outcome.more.clone()),
    }
}

fn carry_out_later(simulator: Simulator, request: Request, agent: String, ms: u64) {
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        let outcome = simulator.carry_out(&request);
        let body = desk::body_of(&request);
        simulator.note(&request, &body, &agent, &format!("late, code {}", outcome.code));
    });
}

/// Counts a call out when its answer has been read or given up.
pub(crate) struct InFlight {
    simulator: Simulator,
    body: String,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.simulator.leave(&self.body);
    }
}

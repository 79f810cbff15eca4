//! The service over HTTP: SOAP at its path, its WSDL, and a control panel for whoever rehearses.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use domain::raw::RawDoctor;
use sources::gmc::operations::{Operation, PATH, Soap};
use sources::gmc::request::{self, Request};
use sources::gmc::wsdl::wsdl;
use tokio::net::TcpListener;

use crate::answer::{Ids, Shape, fault, pieces};
use crate::faults::{Fault, Rule};
use crate::journal::{Call, Journal};
use crate::population::World;

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
}

impl SimConfig {
    /// A world with the default account.
    pub fn new(world: World) -> Self {
        let everyone = Account { user: "reval".into(), password: "reval".into(), bodies: None };
        Self { world, accounts: vec![everyone] }
    }
}

struct Inner {
    world: Arc<World>,
    accounts: Vec<Account>,
    night: u32,
    rules: Vec<Rule>,
    calls: HashMap<String, u64>,
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
            night: 0,
            rules: Vec::new(),
            calls: HashMap::new(),
            in_flight: HashMap::new(),
            journal: Journal::default(),
        };
        let simulator = Self { address, inner: Arc::new(Mutex::new(inner)) };
        let router = router(simulator.clone());
        tokio::spawn(async move {
            // The listener only fails when the process is ending.
            let _ = axum::serve(listener, router).await;
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

    /// Moves the world to a night.
    pub fn set_night(&self, night: u32) {
        self.inner().night = night;
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
        .route("/control/night", put(control_night))
        .route("/control/faults", put(control_faults))
        .route("/control/journal", get(control_journal))
        .layer(axum::extract::DefaultBodyLimit::max(64 * 1024))
        .with_state(simulator)
}

async fn control_night(State(simulator): State<Simulator>, body: String) -> Response {
    match body.trim().parse() {
        Ok(night) => {
            simulator.set_night(night);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(_) => (StatusCode::BAD_REQUEST, "the night must be a whole number\n").into_response(),
    }
}

async fn control_faults(State(simulator): State<Simulator>, rules: axum::Json<Vec<Rule>>) -> StatusCode {
    simulator.set_faults(rules.0);
    StatusCode::NO_CONTENT
}

async fn control_journal(State(simulator): State<Simulator>) -> Response {
    axum::Json(simulator.journal()).into_response()
}

async fn contract(State(simulator): State<Simulator>, RawQuery(query): RawQuery) -> Response {
    if query.is_some_and(|query| query.eq_ignore_ascii_case("wsdl")) {
        return ([("content-type", "text/xml; charset=utf-8")], wsdl(&simulator.url())).into_response();
    }
    (StatusCode::OK, "This is a simulator of the GMC's web services. Add ?wsdl for the contract.\n")
        .into_response()
}

fn xml(status: StatusCode, soap: Soap, text: String) -> Response {
    (status, [("content-type", soap.content_type())], text).into_response()
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
    if request.operation != Operation::GetDoctorsForDB {
        simulator.note(&request, "", &agent, "not simulated");
        let sentence = format!("{} is not simulated yet", request.operation.name());
        return xml(StatusCode::INTERNAL_SERVER_ERROR, request.soap, fault(request.soap, &sentence));
    }
    list(simulator, request, agent).await
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
            user_agent: agent.to_owned(),
            client_request_id: request.fields.get("ClientRequestID").cloned().unwrap_or_default(),
            in_flight,
            result: result.to_owned(),
        })
    }

    /// Counts a call of a body in and finds its fault.
    fn enter(&self, body: &str, agent: &str) -> Option<Fault> {
        let mut inner = self.inner();
        *inner.in_flight.entry(body.to_owned()).or_default() += 1;
        let call = inner.calls.entry(body.to_owned()).or_default();
        *call += 1;
        let call = *call;
        inner.rules.iter().find(|rule| rule.shows(body, call, agent)).map(|rule| rule.fault.clone())
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
    let fault = simulator.enter(&body, &agent);
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
    let answer = Answer { simulator, soap: request.soap, body, code: code.to_owned(), ids };
    answer.reply(fault, guard)
}

/// Counts a call out when its answer has been read or given up.
struct InFlight {
    simulator: Simulator,
    body: String,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.simulator.leave(&self.body);
    }
}

/// Replies that are no answer at all.
fn plain_reply(fault_: &Fault, soap: Soap) -> Option<Response> {
    let html = |status: StatusCode, words: &'static str| {
        (status, [("content-type", "text/html")], words).into_response()
    };
    Some(match fault_ {
        Fault::EdgeRefuses => {
            let mut page = html(
                StatusCode::FORBIDDEN,
                "<html><title>Access denied</title><body>Error 1020</body></html>",
            );
            page.headers_mut().insert("cf-ray", axum::http::HeaderValue::from_static("simulated-ray"));
            page
        }
        Fault::Page => html(StatusCode::OK, "<html><body>Please sign in</body></html>"),
        Fault::SoapFault => xml(StatusCode::INTERNAL_SERVER_ERROR, soap, fault(soap, "simulated fault")),
        Fault::Status(status) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [("content-type", "text/plain"), ("retry-after", "1")], "simulated\n").into_response()
        }
        _ => return None,
    })
}

struct Answer {
    simulator: Simulator,
    soap: Soap,
    body: String,
    code: String,
    ids: Ids,
}

impl Answer {
    fn reply(mut self, fault: Option<Fault>, guard: InFlight) -> Response {
        let (world, night) = {
            let inner = self.simulator.inner();
            (Arc::clone(&inner.world), inner.night)
        };
        let mut shape = Shape { code: self.code.clone(), ..Shape::default() };
        let mut of = self.body.clone();
        match &fault {
            Some(Fault::Code(code)) => shape.code.clone_from(code),
            Some(Fault::NoList) => shape.no_list = true,
            Some(Fault::NilList) => shape.nil_list = true,
            Some(Fault::Twice) => shape.twice = true,
            Some(Fault::ListOf(other)) => of.clone_from(other),
            Some(Fault::OtherRequest) => self.ids.client = "another-request".to_owned(),
            _ => {}
        }
        shape.no_list |= shape.code != "0";
        let plan = Plan { soap: self.soap, shape, ids: self.ids, world, of, night, fault };
        ([("content-type", self.soap.content_type())], Body::from_stream(plan.stream(guard))).into_response()
    }
}

/// Everything a writing thread needs to know.
struct Plan {
    soap: Soap,
    shape: Shape,
    ids: Ids,
    world: Arc<World>,
    of: String,
    night: u32,
    fault: Option<Fault>,
}

impl Plan {
    /// Writes the answer on a thread of its own, a few pieces ahead of the reader and no more.
    fn stream(self, guard: InFlight) -> impl futures_util::Stream<Item = std::io::Result<Bytes>> + Send {
        let (send, receive) = tokio::sync::mpsc::channel(4);
        tokio::task::spawn_blocking(move || {
            let _counted_out_when_written = guard;
            self.write(&send);
        });
        futures_util::stream::unfold(receive, |mut receive| async move {
            let item: std::io::Result<Bytes> = receive.recv().await?;
            if item.is_err() {
                // Lets what was sent reach the wire before the connection is broken.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Some((item, receive))
        })
    }

    fn write(self, send: &tokio::sync::mpsc::Sender<std::io::Result<Bytes>>) {
        let fault = self.fault;
        let doctors: Box<dyn Iterator<Item = RawDoctor> + Send> = match self.world.list(&self.of, self.night)
        {
            Some(list) if !matches!(fault, Some(Fault::EmptyList)) => Box::new(list),
            _ => Box::new(std::iter::empty()),
        };
        let doctors = doctors.enumerate().filter_map(|(n, doctor)| bend(n, doctor, fault.as_ref()));
        let mut left = match fault {
            Some(Fault::Cut(at) | Fault::Reset(at)) => at,
            _ => usize::MAX,
        };
        for mut piece in pieces(self.soap, self.shape, self.ids, doctors) {
            let mut length = piece.len().min(left);
            while !piece.is_char_boundary(length) {
                length -= 1;
            }
            left = if length < piece.len() { 0 } else { left - length };
            piece.truncate(length);
            if send.blocking_send(Ok(Bytes::from(piece))).is_err() {
                return;
            }
            if left == 0 {
                break;
            }
        }
        if matches!(fault, Some(Fault::Reset(_))) {
            // Nobody is there to tell if the reader has gone.
            let _ = send.blocking_send(Err(std::io::Error::other("simulated reset")));
        }
    }
}

fn bend(n: usize, mut doctor: RawDoctor, fault: Option<&Fault>) -> Option<RawDoctor> {
    match fault {
        Some(Fault::Short(percent)) if (n as u64 * 37) % 100 < *percent => return None,
        Some(Fault::LongName(bytes)) if n == 0 => doctor.first_name = Some("n".repeat(*bytes)),
        Some(Fault::Nonsense(many)) if n < *many => {
            doctor.submission_date = Some("31/02/2026".into());
            doctor.under_notice = Some("Perhaps".into());
            doctor.date_added = Some("yesterday".into());
        }
        _ => {}
    }
    Some(doctor)
}

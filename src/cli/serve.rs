//! `reval serve`: the pages and the schedule, until somebody asks it to end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::serve::ListenerExt as _;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::gmc_sim::listen;
use super::leaving::Leaving;
use super::say::{Voice, either, failure};
use super::signals::Signals;
use super::standing::Standing;
use super::steering::Steering;
use super::{Common, audit_heads, fingerprint, nodes, reaching, scheduling, users};
use crate::exit::{Exit, Failure};
use crate::wiring::{House, Live, Quiet, Role, build, metrics, settings_or_accepted, start_logs};

/// Shown below the help.
pub const EXAMPLE: &str = "Example:
  reval serve --config /etc/reval/reval.toml

Serves the loopback only, because it speaks plain HTTP, and begins runs when they are due (`reval next` shows them). On
SIGTERM it says at /readyz that it leaves, goes on serving for two probes of the balancer ([node] probe_every), takes no more, and
lets requests finish for at most 25 seconds; a run stops once its list is done, and another node goes on with it. Ctrl-C is the
same without the two probes, and `reval drain` asks for it from afar. SIGHUP lets it read its settings anew, and so does `reval config apply`; a file that is not sound changes nothing, and a
start with one runs on the last settings that were. One `serve` at a time on one embedded store; `reval run` may work beside it, one run at a time.";

/// Longest wait for requests under way: what stops services usually kills after 30 seconds.
pub const DRAIN_MAX: Duration = Duration::from_secs(25);
/// Arbitrary; it bounds the memory of counters that nobody reads.
const SUM_UP_EVERY: Duration = Duration::from_secs(60);

/// How old the count of undelivered alerts on the pages may be. Arbitrary.
const COUNT_EVERY: Duration = Duration::from_secs(1);

/// Serve the pages and begin runs when they are due.
#[derive(clap::Args)]
pub struct Args {}

/// Does it.
pub async fn run(common: &Common, _: &Args) -> Result<Exit, Failure> {
    let (settings, unsound) = settings_or_accepted(common.config.as_deref()).await?;
    start_logs(&settings.0.log, Quiet::Never);
    let house = Arc::new(House::open(settings).await?);
    if let Some(unsound) = &unsound {
        loudly(&house, unsound);
    }
    let _serve = house.take(Role::Serve)?;
    nodes::must_be_placed(&house).await?;
    let listener = listen(house.config.web.listen).await?;
    let address = listener
        .local_addr()
        .map_err(|error| Failure::new(Exit::Unavailable, format!("the address is not known: {error}")))?;
    let standing = Standing::default();
    let metrics = metrics()?;
    tokio::spawn(keep_small(Arc::clone(&metrics)));
    let unheard = Arc::new(AtomicU64::new(0));
    tokio::spawn(keep_counted(house.ops(), Arc::clone(&unheard)));
    let file = common.config.clone();
    let (steering, settings) = Steering::begin(Arc::clone(&house), file, (unsound, &standing)).await?;
    let leaving = Leaving { settings: settings.clone(), standing: standing.clone() };
    leaving.begin().await?;
    let declares = settings.clone();
    let live = Live::of(move || Arc::clone(&declares.borrow()));
    let app = house.pages((Arc::clone(&standing.ready), reaching::begin(&house)?), metrics, unheard, live)?;
    let (router, monitors) = match house.config.web.monitors {
        Some(at) => {
            let (router, monitors) = web::routers_apart(app);
            (router, Some(served_beside(listen(at).await?, monitors)?))
        }
        None => (web::router(app), None),
    };
    let signals = Signals::watched()?;
    let environment = &house.config.site.environment;
    let text = format!("http://{address} serves environment \"{environment}\"; stop with Ctrl-C");
    let monitors = monitors.map(|at| format!("http://{at}"));
    let said =
        json!({ "url": format!("http://{address}"), "environment": environment, "monitors": monitors });
    either(common.voice(), text, &said);
    tracing::info!(%address, environment, build = build(), "serve_started");
    users::welcome_the_first(&house, common.voice()).await?;
    let heads = tokio::spawn(audit_heads::keep(Arc::clone(&house), standing.clone()));
    let steering = tokio::spawn(steering.keep());
    let fingerprints = tokio::spawn(fingerprint::keep(settings.clone(), standing.clone()));
    let scheduling = tokio::spawn(scheduling::keep(settings, standing.clone()));
    let mut serving = Serving::begin(listener, router);
    leaving.keep(&mut serving, signals).await?;
    standing.end();
    serving.end().await;
    steering.await.map_err(|error| anyhow::anyhow!("what steers broke off: {error}"))?;
    fingerprints.await.map_err(|error| anyhow::anyhow!("keeping fingerprints broke off: {error}"))?;
    heads.await.map_err(|error| anyhow::anyhow!("writing the audit's head broke off: {error}"))?;
    scheduling.await.map_err(|error| anyhow::anyhow!("the scheduler broke off: {error}"))?;
    house.store.close().await;
    tracing::info!("serve_ended");
    Ok(Exit::Done)
}

/// Says that the file is not sound and what runs instead: on standard error too, where whoever started it looks.
fn loudly(house: &House, unsound: &str) {
    let running = house.config.hash();
    tracing::error!(problem = unsound, running, "started_on_the_last_accepted_settings");
    let sentence =
        format!("{unsound}\nTHE SETTINGS ARE NOT SOUND; this runs on the last that were, {running}");
    failure(Voice::People, &Failure::new(Exit::Invalid, sentence));
}

/// Lets what was counted be summed up now and then, also where nobody asks for it.
async fn keep_small(metrics: Arc<dyn Fn() -> String + Send + Sync>) {
    loop {
        tokio::time::sleep(SUM_UP_EVERY).await;
        drop(metrics());
    }
}

/// Counts again and again what nobody was told of; while the store is away, the last count stands.
async fn keep_counted(ops: ops::Ops, unheard: Arc<AtomicU64>) {
    loop {
        if let Ok(count) = ops.unheard().await {
            unheard.store(count, Ordering::Relaxed);
        }
        tokio::time::sleep(COUNT_EVERY).await;
    }
}

/// Serves monitors beside the pages, for as long as the process lives; gives the address.
fn served_beside(listener: TcpListener, router: axum::Router) -> Result<SocketAddr, Failure> {
    let unknown = |error| Failure::new(Exit::Unavailable, format!("the address is not known: {error}"));
    let address = listener.local_addr().map_err(unknown)?;
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(axum::serve(listener.tap_io(prompt), service).into_future());
    Ok(address)
}

/// Small answers would wait for the other side's acknowledgement; a connection that refuses this is only slower.
fn prompt(tcp: &mut TcpStream) {
    drop(tcp.set_nodelay(true));
}

/// Pages being served.
pub struct Serving {
    drain: Option<oneshot::Sender<()>>,
    served: JoinHandle<std::io::Result<()>>,
}

impl Serving {
    /// Begins to serve.
    pub fn begin(listener: TcpListener, router: axum::Router) -> Self {
        let (drain, draining) = oneshot::channel::<()>();
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let served = axum::serve(listener.tap_io(prompt), service).with_graceful_shutdown(async {
            // An error means that the other half is gone, which is an end as well.
            let _ = draining.await;
        });
        Self { drain: Some(drain), served: tokio::spawn(served.into_future()) }
    }

    /// Comes back only if serving ends by itself.
    pub async fn ended(&mut self) -> Failure {
        ended_by_itself((&mut self.served).await)
    }

    /// Takes no more connections, and lets requests under way finish within their time.
    pub async fn end(&mut self) {
        if let Some(drain) = self.drain.take() {
            let _ = drain.send(());
        }
        if tokio::time::timeout(DRAIN_MAX, &mut self.served).await.is_err() {
            tracing::warn!(drain_seconds = DRAIN_MAX.as_secs(), "requests_cut_off");
        }
    }
}

fn ended_by_itself(ended: Result<std::io::Result<()>, tokio::task::JoinError>) -> Failure {
    let why = match ended {
        Ok(Ok(())) => "without a reason".to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    Failure::new(Exit::Unavailable, format!("serving ended by itself: {why}"))
}

//! Where log lines and counters go.

use std::io::IsTerminal;
use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusBuilder;
use tracing_subscriber::EnvFilter;

use crate::config::{Format, Log};
use crate::exit::Failure;

/// Our rooms, whose lines are weighed by `log.level`; those of libraries are shown from warn on, because they may name
/// addresses or values.
const ROOMS: [&str; 9] = ["reval", "jobs", "ops", "simulator", "sources", "store", "sync", "watch", "web"];

/// Whether a person at a terminal is spared the lines that programs want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quiet {
    /// A command that tells its own story: only warnings beside it.
    AtTerminal,
    /// A service: everything.
    Never,
}

/// Starts logging to standard error.
pub fn start_logs(log: &Log, quiet: Quiet) {
    let is_quiet = quiet == Quiet::AtTerminal && std::io::stderr().is_terminal() && log.level == "info";
    let level = if is_quiet { "warn" } else { &log.level };
    let rooms: Vec<String> = ROOMS.iter().map(|room| format!("{room}={level}")).collect();
    let libraries = if level == "error" { "error" } else { "warn" };
    let filter = EnvFilter::new(format!("{libraries},{}", rooms.join(",")));
    let lines = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter);
    // A second start in one process keeps the first.
    let _ = match log.format {
        Format::Json => lines.json().flatten_event(true).try_init(),
        Format::Text => lines.try_init(),
    };
}

/// Starts counting; gives what renders the counters as text.
pub fn metrics() -> Result<Arc<dyn Fn() -> String + Send + Sync>, Failure> {
    let recorder = PrometheusBuilder::new().install_recorder();
    let handle = recorder.map_err(|error| anyhow::anyhow!("metrics cannot be counted: {error}"))?;
    web::describe_metrics();
    Ok(Arc::new(move || {
        handle.run_upkeep();
        handle.render()
    }))
}

//! The two signals that ask a program to end.

use tokio::signal::unix::{SignalKind, signal};

use crate::exit::Failure;

/// Comes back when the process is asked to end, by a person or by the system.
pub async fn asked_to_end() -> Result<(), Failure> {
    let watch = |kind| signal(kind).map_err(|error| anyhow::anyhow!("signals cannot be watched: {error}"));
    let (mut interrupt, mut terminate) = (watch(SignalKind::interrupt())?, watch(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

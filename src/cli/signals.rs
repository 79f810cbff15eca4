//! The two signals that ask a program to end.

use tokio::signal::unix::{SignalKind, signal};

use crate::exit::Failure;

/// Watches for being asked to end from this moment on; the future comes back when it was. Whoever says that it runs has
/// watched before: a signal that came in between would end the process as if it had crashed.
pub fn watched() -> Result<impl Future<Output = ()> + Send, Failure> {
    let watch = |kind| signal(kind).map_err(|error| anyhow::anyhow!("signals cannot be watched: {error}"));
    let (mut interrupt, mut terminate) = (watch(SignalKind::interrupt())?, watch(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Comes back when the process is asked to end, by a person or by the system.
pub async fn asked_to_end() -> Result<(), Failure> {
    watched()?.await;
    Ok(())
}

//! The two signals that ask a program to end.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::exit::Failure;

/// Who asked a program to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A person at its terminal.
    ByPerson,
    /// What stops services.
    BySystem,
}

/// Hears of being asked to end, as often as that happens.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Watches from this moment on. Whoever says that it runs has watched before: a signal that came in between would end the
    /// process as if it had crashed.
    pub fn watched() -> Result<Self, Failure> {
        let watch =
            |kind| signal(kind).map_err(|error| anyhow::anyhow!("signals cannot be watched: {error}"));
        Ok(Self { interrupt: watch(SignalKind::interrupt())?, terminate: watch(SignalKind::terminate())? })
    }

    /// Comes back when the process is asked to end.
    pub async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.interrupt.recv() => Asked::ByPerson,
            _ = self.terminate.recv() => Asked::BySystem,
        }
    }
}

/// The same for whoever ends at the first word; the future comes back when it was asked.
pub fn watched() -> Result<impl Future<Output = ()> + Send, Failure> {
    let mut signals = Signals::watched()?;
    Ok(async move {
        signals.next().await;
    })
}

/// Comes back when the process is asked to end, by a person or by the system.
pub async fn asked_to_end() -> Result<(), Failure> {
    watched()?.await;
    Ok(())
}

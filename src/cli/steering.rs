//! What `serve` runs on: it takes up other settings while it runs, keeps those that were sound, and says where its file says
//! something else.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::settings::SettingsState;
use jiff::Timestamp;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use super::serve::DRAIN_MAX;
use super::standing::Standing;
use super::{nodes, sending, watch};
use crate::config::Config;
use crate::exit::Failure;
use crate::wiring::{House, settings};

/// How often is looked whether somebody asked.
const TICK: Duration = Duration::from_secs(1);
/// Looks between two readings of the file. Arbitrary; a difference is told this many seconds after it was written.
const READ_EVERY: u32 = 5;

/// What serves by the settings and is begun anew with others.
struct Kept {
    going: Arc<AtomicBool>,
    watching: JoinHandle<()>,
    sending: Option<JoinHandle<()>>,
}

impl Kept {
    fn begin(house: &Arc<House>, standing: &Standing) -> Result<Self, Failure> {
        let going = Arc::new(AtomicBool::new(true));
        let sending = sending::start(house, (&going, standing))?;
        let watching = tokio::spawn(watch::keep(Arc::clone(house), "serve", Arc::clone(&going)));
        Ok(Self { going, watching, sending })
    }

    async fn end(self) {
        self.going.store(false, Ordering::Relaxed);
        if let Err(error) = self.watching.await {
            tracing::error!(%error, "watch_broke_off");
        }
        if let Some(sending) = self.sending {
            // A reply that takes longer is not waited for: the next start finds the claim, and calls it unknown.
            let _ = tokio::time::timeout(DRAIN_MAX, sending).await;
        }
    }
}

/// Takes up settings while the program runs.
pub struct Steering {
    file: Option<PathBuf>,
    house: Sender<Arc<House>>,
    kept: Kept,
    standing: Standing,
    hangup: Signal,
    asked: Option<Timestamp>,
    problem: String,
    said: Option<SettingsState>,
}

impl Steering {
    /// Begins to watch and to send by the settings of a house; `unsound` says what is wrong with the file it does not run on.
    pub async fn begin(
        house: Arc<House>,
        file: Option<PathBuf>,
        (unsound, standing): (Option<String>, &Standing),
    ) -> Result<(Self, Receiver<Arc<House>>), Failure> {
        let hangup = signal(SignalKind::hangup())
            .map_err(|error| anyhow::anyhow!("signals cannot be watched: {error}"))?;
        if unsound.is_none() {
            house.accept(&house.sound(&house.config)).await?;
        }
        let asked = store::settings::asked(&mut house.store.read().await?).await?;
        let kept = Kept::begin(&house, standing)?;
        let (house, reads) = channel(house);
        let problem = unsound.unwrap_or_default();
        let standing = standing.clone();
        Ok((Self { file, house, kept, standing, hangup, asked, problem, said: None }, reads))
    }

    /// Looks again and again until the process is to end, then ends what it began.
    pub async fn keep(mut self) {
        let mut looks = 0;
        while self.standing.is_going() {
            let is_told = tokio::select! {
                _ = self.hangup.recv() => true,
                () = tokio::time::sleep(TICK) => self.is_asked().await,
            };
            if is_told {
                self.take_up().await;
            }
            if is_told || looks % READ_EVERY == 0 {
                self.compare().await;
            }
            looks += 1;
        }
        self.kept.end().await;
    }

    fn current(&self) -> Arc<House> {
        Arc::clone(&self.house.borrow())
    }

    /// Whether a person has asked every node to read its settings since it last did; the store away, nobody has.
    async fn is_asked(&mut self) -> bool {
        let house = self.current();
        let asked = async { store::settings::asked(&mut house.store.read().await?).await };
        let Ok(asked) = asked.await else { return false };
        std::mem::replace(&mut self.asked, asked) != asked
    }

    /// Reads the file and goes on by it, or keeps to what runs and says why.
    async fn take_up(&mut self) {
        let house = self.current();
        match self.renewed(&house).await {
            Ok(renewed) => {
                let renewed = Arc::new(renewed);
                match Kept::begin(&renewed, &self.standing) {
                    Ok(kept) => std::mem::replace(&mut self.kept, kept).end().await,
                    Err(failure) => return self.refuse(failure),
                }
                tracing::info!(
                    config_hash = renewed.config.hash(),
                    waiting = self.problem,
                    "settings_taken_up"
                );
                self.house.send_replace(renewed);
            }
            Err(failure) => self.refuse(failure),
        }
    }

    fn refuse(&mut self, failure: Failure) {
        tracing::error!(%failure, "settings_not_taken_up");
        self.problem = failure.message;
    }

    async fn renewed(&mut self, house: &House) -> Result<House, Failure> {
        let (mut config, reference) = settings(self.file.as_deref())?;
        let sound = house.sound(&config);
        let waiting = config.adopt_cold(&house.config);
        let renewed = house.renewed(config, reference);
        nodes::must_be_placed(&renewed).await?;
        // What was written comes last, so that it is the newest that was found sound.
        renewed.accept(&renewed.sound(&renewed.config)).await?;
        renewed.accept(&sound).await?;
        self.problem = match waiting.is_empty() {
            true => String::new(),
            false => format!("From the next start on counts what it says of {}", waiting.join(", ")),
        };
        Ok(renewed)
    }

    /// Lays what runs beside what the file says now, and writes it down where something has changed.
    async fn compare(&mut self) {
        let house = self.current();
        let (written, problem) = match settings(self.file.as_deref()) {
            Ok((config, _)) => (config.hash(), self.waits(&config)),
            Err(failure) => (String::new(), failure.message),
        };
        let state = SettingsState {
            node: house.node_name(),
            running: house.config.hash(),
            written,
            problem,
            since: house.clock.now(),
        };
        if self.said.as_ref().is_some_and(|said| said.says_like(&state)) {
            return;
        }
        if state.written.is_empty() {
            tracing::error!(problem = state.problem, running = state.running, "settings_unsound");
        } else if !state.is_true() {
            tracing::warn!(running = state.running, written = state.written, "settings_differ");
        }
        let saved = async {
            let mut tx = house.store.begin().await?;
            store::settings::save_state(&mut tx, &state).await?;
            tx.commit().await
        };
        match saved.await {
            Ok(()) => self.said = Some(state),
            Err(error) => tracing::debug!(%error, "settings_state_not_saved"),
        }
    }

    /// What is known to be wrong with a file that is sound by itself: that it was refused, or what of it waits.
    fn waits(&self, config: &Config) -> String {
        if self.current().config.hash() == config.hash() { String::new() } else { self.problem.clone() }
    }
}

//! A node says that it lives, and tries every quarter of an hour whether it can still start something new.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::node::{Launch, Node, PROBE_EVERY, Stance};
use jiff::{SignedDuration, Timestamp};
use store::StoreError;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::ledger::Ledger;
use crate::program::{Ending, Program, Said};

/// How often a node says that it lives.
const BEAT_EVERY: SignedDuration = SignedDuration::from_secs(10);
/// How often a new program tries to prove itself.
const PROVE_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// How long it may take to.
const PROOF_MAX: Duration = Duration::from_secs(5 * 60);
/// Longest wait for the program that does nothing.
const LAUNCH_MAX: Duration = Duration::from_secs(30);
/// Lines of that program that wait to be heard. Arbitrary; it says one.
const LINES_WAITING: usize = 16;
/// A node that was not heard of for so long is none any more. As long as an override may last.
const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Where a scheduler begins runs.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Its labels.
    pub labels: Arc<domain::node::Labels>,
    /// Off while nothing new can be started here.
    is_stuck: Arc<AtomicBool>,
}

impl Place {
    /// A place with these labels and the one of its name.
    pub fn of(name: &str, labels: &domain::node::Labels) -> Self {
        let mut labels = labels.clone();
        labels.insert(domain::node::own_label(name));
        Self { labels: Arc::new(labels), is_stuck: Arc::default() }
    }

    /// The same place with other labels.
    pub fn relabelled(&self, name: &str, labels: &domain::node::Labels) -> Self {
        Self { is_stuck: Arc::clone(&self.is_stuck), ..Self::of(name, labels) }
    }

    /// Whether something new can be started here, as last tried.
    pub fn can_start(&self) -> bool {
        !self.is_stuck.load(Ordering::Relaxed)
    }
}

/// Whether something can be started, when that was tried, and why not.
type Tried = (Launch, Option<Timestamp>, String);

/// What a new program must show before it may begin anything; why it does not, where it does not.
pub type Proof = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync>;

/// Registers one node.
pub struct Registrar {
    program: Arc<Program>,
    /// Until it has been shown.
    proof: Option<Proof>,
    started_at: Option<Timestamp>,
    beat_at: Option<Timestamp>,
    stance: Stance,
    launch: Tried,
    trying: Option<JoinHandle<Tried>>,
}

impl Registrar {
    /// One that has said nothing yet and tries by starting `program`, our own, with `version`.
    pub fn new(program: PathBuf) -> Self {
        let program = Arc::new(Program {
            file: program,
            arguments: vec!["version".to_owned()],
            environment: Vec::new(),
            directory: None,
            time_limit: LAUNCH_MAX,
        });
        let launch = (Launch::Untried, None, String::new());
        Self {
            program,
            proof: None,
            started_at: None,
            beat_at: None,
            stance: Stance::Serving,
            launch,
            trying: None,
        }
    }

    /// One whose program is new here: nothing is begun at this place before it has shown that it can work.
    pub fn proving(program: PathBuf, proof: Proof, place: &Place) -> Self {
        place.is_stuck.store(true, Ordering::Relaxed);
        Self { proof: Some(proof), ..Self::new(program) }
    }

    /// Says that the node lives and tries to start something, each when it is time; gives whether it can, once it has
    /// tried. Never waits for what it started.
    pub async fn look(&mut self, ledger: &Ledger) -> Result<Option<Launch>, StoreError> {
        let now = ledger.lease_now(&mut ledger.store.read().await?).await?;
        let is_time =
            |last: Option<Timestamp>, every| last.is_none_or(|last| now.duration_since(last).abs() >= every);
        let has_tried = self.trying.as_ref().is_some_and(JoinHandle::is_finished);
        if let Some(trying) = self.trying.take_if(|_| has_tried) {
            let broke_off = |error| (Launch::Fails, Some(now), format!("the try broke off: {error}"));
            self.launch = trying.await.unwrap_or_else(broke_off);
            if self.launch.0 == Launch::Works {
                self.proof = None;
            }
            ledger.place.is_stuck.store(self.launch.0 == Launch::Fails, Ordering::Relaxed);
        } else if self.trying.is_none() && is_time(self.launch.1, self.every()) {
            self.trying = Some(tokio::spawn(try_it(Arc::clone(&self.program), self.proof.clone(), now)));
        }
        if has_tried || is_time(self.beat_at, BEAT_EVERY) {
            self.beat(ledger, now).await?;
        }
        Ok(has_tried.then_some(self.launch.0))
    }

    /// What has not proved itself tries again soon: until then it begins nothing.
    fn every(&self) -> SignedDuration {
        if self.proof.is_some() { PROVE_EVERY } else { PROBE_EVERY }
    }

    /// Says what the node does with what comes, at once where that has changed. Gives whether it has.
    pub async fn stand(&mut self, ledger: &Ledger, stance: Stance) -> Result<bool, StoreError> {
        if std::mem::replace(&mut self.stance, stance) == stance {
            return Ok(false);
        }
        let now = ledger.lease_now(&mut ledger.store.read().await?).await?;
        self.beat(ledger, now).await.map(|()| true)
    }

    async fn beat(&mut self, ledger: &Ledger, now: Timestamp) -> Result<(), StoreError> {
        let (launch, launched_at, launch_error) = self.launch.clone();
        let node = Node {
            name: ledger.node.clone(),
            labels: ledger.place.labels.as_ref().clone(),
            started_at: *self.started_at.get_or_insert(now),
            beat_at: now,
            build: ledger.build.clone(),
            config_hash: ledger.config_hash.clone(),
            launch,
            launched_at,
            launch_error,
            stance: self.stance,
        };
        let mut tx = ledger.store.begin().await?;
        store::node::beat(&mut tx, &node).await?;
        store::node::forget(&mut tx, now.saturating_sub(KNOWN_FOR).unwrap_or(Timestamp::MIN)).await?;
        tx.commit().await?;
        self.beat_at = Some(now);
        Ok(())
    }
}

/// Starts the program that does nothing, by the path by which every program is started; then lets a new one prove itself.
async fn try_it(program: Arc<Program>, proof: Option<Proof>, now: Timestamp) -> Tried {
    let tried = start(program, now).await;
    let Some(proof) = proof.filter(|_| tried.0 == Launch::Works) else { return tried };
    let shown = tokio::time::timeout(PROOF_MAX, proof()).await;
    let why = match shown {
        Ok(Ok(())) => return tried,
        Ok(Err(why)) => why,
        Err(_) => format!("it did not come to an end within {} minutes", PROOF_MAX.as_secs() / 60),
    };
    (Launch::Fails, Some(now), format!("its program is new here and has not proved itself: {why}"))
}

async fn start(program: Arc<Program>, now: Timestamp) -> Tried {
    let (hear, mut said) = mpsc::channel(LINES_WAITING);
    let complaint = async {
        let mut complaint = String::new();
        while let Some(line) = said.recv().await {
            if let Said::Err(line) = line {
                complaint = line;
            }
        }
        complaint
    };
    let (ending, complaint) = tokio::join!(program.carry(hear), complaint);
    let why = match ending {
        Ending::Exited(0) => return (Launch::Works, Some(now), String::new()),
        Ending::Exited(code) => format!("it ended with code {code}: {complaint}"),
        Ending::Killed => "it was killed by a signal".to_owned(),
        Ending::TimedOut => format!("it did not end within {} seconds", LAUNCH_MAX.as_secs()),
        Ending::NotStarted(why) => why,
    };
    (Launch::Fails, Some(now), why)
}

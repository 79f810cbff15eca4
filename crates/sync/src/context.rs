//! What every step of the journey needs, handed in by the wiring.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::brake::Limits;
use domain::clock::{Clock, IdSource};
use domain::ids::BodyCode;
use domain::run_log::{Level, Line};
use jiff::{SignedDuration, Timestamp};
use jobs::Ledger;
use sources::gmc::GmcClient;
use store::Store;
use store::evidence::Work;

use crate::error::SyncError;

/// A dated, planned change of the brake for one body or all.
#[derive(Clone, Debug)]
pub struct Override {
    /// The list, or all if absent.
    pub list: Option<String>,
    /// In force from.
    pub from: Timestamp,
    /// In force until.
    pub until: Timestamp,
    /// The limits in force.
    pub limits: Limits,
    /// Who planned it.
    pub owner: String,
    /// Why.
    pub reason: String,
}

/// The brake's settings.
#[derive(Clone, Debug, Default)]
pub struct Brake {
    /// Usual limits.
    pub limits: Limits,
    /// Planned exceptions.
    pub overrides: Vec<Override>,
}

impl Brake {
    /// The limits in force for a list at an instant, and the override they come from.
    pub fn in_force(&self, list: &str, now: Timestamp) -> (Limits, Option<&Override>) {
        let planned = self
            .overrides
            .iter()
            .find(|o| o.list.as_deref().is_none_or(|only| only == list) && o.from <= now && now < o.until);
        (planned.map_or(self.limits, |o| o.limits), planned)
    }
}

/// A named step: progress shows it, and in the sandbox a kill at it can be rehearsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A list's turn begins.
    Begin,
    /// So many records have been taken in.
    Staged(u64),
    /// The complete answer is here.
    Fetched,
    /// The differences are known.
    Compared,
    /// The publish transaction has begun.
    Publishing,
    /// Everything is written, nothing is committed.
    BeforeCommit,
    /// Committed.
    Published,
    /// Kept back for a person.
    Held,
    /// No complete answer.
    Failed,
    /// All lists have answered or failed; those who left are about to be settled.
    Settling,
    /// The GMC is asked once more, for the number of a list's doctors alone.
    Recounting,
    /// The run has its end state.
    Settled,
}

impl Step {
    /// Names at which a kill can be rehearsed.
    pub const NAMED: [(&'static str, Self); 10] = [
        ("begin", Self::Begin),
        ("fetched", Self::Fetched),
        ("compared", Self::Compared),
        ("publishing", Self::Publishing),
        ("before_commit", Self::BeforeCommit),
        ("published", Self::Published),
        ("held", Self::Held),
        ("settling", Self::Settling),
        ("recounting", Self::Recounting),
        ("settled", Self::Settled),
    ];

    /// The step's name, if a kill can be rehearsed at it.
    pub fn name(self) -> Option<&'static str> {
        Self::NAMED.iter().find(|(_, step)| *step == self).map(|(name, _)| *name)
    }
}

/// Is told each step of each list.
pub type Observer = Arc<dyn Fn(&str, Step) + Send + Sync>;

/// What every step needs.
#[derive(Clone)]
pub struct Context {
    /// The store.
    pub store: Store,
    /// The GMC.
    pub gmc: GmcClient,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Arc<IdSource>,
    /// Runs and attempts.
    pub ledger: Ledger,
    /// Whether each list is counted again at the GMC when a run has published it.
    pub is_recounting: bool,
    /// The bodies asked each night, in order.
    pub bodies: Vec<BodyCode>,
    /// Codes that were renamed: the old and the new; a rename moves nobody.
    pub renamed: Vec<(BodyCode, BodyCode)>,
    /// The brake.
    pub brake: Brake,
    /// How long rejects and held answers are kept.
    pub keep: SignedDuration,
    /// Whether one person proposes and another confirms.
    pub two_people: bool,
    /// Where an answer waits until it is known to be whole.
    pub spool: PathBuf,
    /// Is told each step.
    pub observer: Observer,
    /// On once a run shall stop where another node can go on: between two lists.
    pub handover: Arc<AtomicBool>,
}

impl Context {
    /// Tells the observer.
    pub fn step(&self, list: &str, step: Step) {
        (self.observer)(list, step);
    }

    /// Writes what a step of a run has to say into the run's log, between two transactions; a line that cannot be
    /// written stops no work. Never personal data.
    pub async fn tell(&self, work: &Work, level: Level, text: &str) {
        if let Err(error) = self.ledger.tell(work, &[Line::new(level, text)]).await {
            tracing::warn!(run_id = %work.run_id, attempt = work.attempt, %error, "run_log_not_written");
        }
    }

    /// Whether the next list may begin here. Errors: `HandedOver` where another node shall go on.
    pub fn may_go_on(&self) -> Result<(), SyncError> {
        if self.handover.load(Ordering::Relaxed) { Err(SyncError::HandedOver) } else { Ok(()) }
    }

    /// Mints an id.
    pub fn mint(&self) -> String {
        self.ids.mint(self.clock.now())
    }

    /// When what is set aside now may be forgotten.
    pub fn keep_until(&self) -> Timestamp {
        self.clock.now().checked_add(self.keep).unwrap_or(Timestamp::MAX)
    }

    /// Turns an error of the spool into one that names its place.
    pub fn spool_error(&self, source: std::io::Error) -> SyncError {
        SyncError::spool(&self.spool, source)
    }
}

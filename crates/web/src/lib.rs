#![doc = include_str!("../README.md")]

mod address;
mod api;
mod around;
mod assets;
pub mod cookie;
mod fault;
mod fingerprint;
mod frame;
mod freshness;
mod gate;
mod guard;
mod health;
mod host;
mod moment;
mod pace;
mod pages;
mod params;
mod parts;
mod ping;
mod posted;
mod reader;
mod routes;
mod status;
mod way;
mod words;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

use axum::body::Bytes;
use domain::clock::IdSource;
use domain::comparison::Export;
use domain::identity::{Asking, Identity};
use domain::job::Job;
use domain::scope::Actor;
use jiff::Timestamp;

use tokio::sync::watch;

pub use around::describe_metrics;
pub use fingerprint::TakeFingerprint;
pub use pace::{Paced, Paces};
pub use reader::form_token;
pub use routes::{Entrance, entrances, router, routers_apart};

/// A person of a demo, whom anybody may play.
pub struct DemoUser {
    /// The account.
    pub name: String,
    /// Who they are, for the button: "approver of two bodies".
    pub what: String,
}

/// A person's word on a list that the brake holds back.
pub struct HoldWord {
    /// The hold.
    pub hold: String,
    /// How many doctors the list will have, as typed; nothing where it is to be thrown away.
    pub count: Option<u64>,
    /// Who, and why.
    pub actor: Actor,
}

/// What such a word led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldDecided {
    /// The list is published.
    Published,
    /// Another person must confirm.
    Proposed,
    /// It is thrown away.
    Rejected,
}

impl HoldDecided {
    /// Its word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Proposed => "proposed",
            Self::Rejected => "rejected",
        }
    }
}

/// Carries such a word out. Publishing is no work of the pages': the wiring hands in who does it.
pub type DecideHold = Arc<
    dyn Fn(HoldWord) -> Pin<Box<dyn Future<Output = Result<HoldDecided, ops::Fault>> + Send>> + Send + Sync,
>;

/// Reads another list of a body's doctors out of the bytes of a file. What kinds of files there are is no knowledge of the
/// pages': the wiring hands in who reads them.
pub type ReadExport =
    Arc<dyn Fn(Bytes) -> Pin<Box<dyn Future<Output = Result<Export, ops::Fault>> + Send>> + Send + Sync>;
/// What somebody else's program reports of its run.
pub struct Ping {
    /// The job that its key is for.
    pub job: String,
    /// What it calls the run.
    pub rid: Option<String>,
    /// What happened.
    pub what: PingWhat,
    /// Records it took in.
    pub records: u64,
    /// How fresh its data are.
    pub as_of: Option<Timestamp>,
    /// What it says.
    pub said: String,
}

/// What happened to such a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PingWhat {
    /// It has begun.
    Begun,
    /// It goes on.
    Goes,
    /// It has ended.
    Ended {
        /// Whether well.
        is_good: bool,
    },
}

/// Takes such a report down. The pages know no runs: the wiring hands in who does it.
pub type TakePing =
    Arc<dyn Fn(Ping) -> Pin<Box<dyn Future<Output = Result<(), ops::Fault>> + Send>> + Send + Sync>;

/// What somebody wants of runs.
pub enum RunWish {
    /// One of this job.
    Begin(String),
    /// The end of this one.
    Abort(String),
}

/// The same with who says so.
pub struct RunWord {
    /// What is wanted.
    pub wish: RunWish,
    /// Who, and why.
    pub actor: Actor,
    /// Under which what is done is told to a program; a person's press has none.
    pub claim: Option<ops::receipts::Claim>,
}

/// Carries such a word out. The pages know no runs: the wiring hands in who does it.
pub type SayToRuns =
    Arc<dyn Fn(RunWord) -> Pin<Box<dyn Future<Output = Result<(), ops::Fault>> + Send>> + Send + Sync>;

/// Where somebody is sent to show who they are.
pub type Begin =
    Arc<dyn Fn(Asking) -> Pin<Box<dyn Future<Output = Result<String, ops::Fault>> + Send>> + Send + Sync>;

/// Whom the provider vouches for, by the code that somebody brings back.
pub type Finish = Arc<
    dyn Fn(String, Asking) -> Pin<Box<dyn Future<Output = Result<Identity, ops::Fault>> + Send>>
        + Send
        + Sync,
>;

/// The house's own identity provider. Asking it is no work of the pages': the wiring hands in who does it.
pub struct IdentityProvider {
    /// What people call it, for the button.
    pub name: String,
    /// The way there.
    pub begin: Begin,
    /// The way back.
    pub finish: Finish,
}

/// Gives the jobs as they are declared just now: settings may be taken up while the pages are served.
pub type Jobs = Arc<dyn Fn() -> Vec<Job> + Send + Sync>;

/// What the pages stand on, filled in by the wiring.
pub struct App {
    /// Everything a person may do.
    pub ops: ops::Ops,
    /// Version and commit of this program.
    pub build: String,
    /// Identifiers.
    pub ids: Arc<IdSource>,
    /// Carries out what a person decides about a held list.
    pub decide_hold: DecideHold,
    /// Reads what people bring to compare.
    pub read_export: ReadExport,
    /// Takes down what other programs report.
    pub take_ping: TakePing,
    /// Says what this instance is made of.
    pub take_fingerprint: TakeFingerprint,
    /// Carries out what programs want of runs.
    pub say_to_runs: SayToRuns,
    /// Gives the declared jobs, with what is different about them for a while.
    pub jobs: Jobs,
    /// How often somebody may ask, and what is left for them.
    pub paced: Paced,
    /// Gives the metrics as text.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// Who vouches for people beside their own passwords; nobody by default.
    pub provider: Option<IdentityProvider>,
    /// People who may be played with one click; nobody but in a demo.
    pub demo_users: Vec<DemoUser>,
    /// Whether requests may come; false while draining.
    pub ready: Arc<AtomicBool>,
    /// Whether the store answers, as somebody looks each second.
    pub reach: watch::Receiver<bool>,
    /// How many alerts have reached nobody; every page says so.
    pub unheard: Arc<AtomicU64>,
}

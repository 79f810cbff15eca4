//! Settings: one file of defaults, a file on top, the environment above; each section is handed to its room as a plain
//! struct, so that no room reads a file of settings or the environment.

mod accepted;
mod brake;
mod channels;
mod fields;
mod freshness;
mod gmc;
mod gmc_connect;
mod holds;
mod jobs;
mod layers;
mod log;
pub mod nearest;
mod node;
mod oidc;
mod parity;
mod play;
mod reader;
mod recommendations;
mod sandbox;
mod site;
mod store;
mod tis;
mod users;
mod web;
mod working_hours;

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use domain::freshness::Promise;
use domain::job::Job;
use domain::recommendation::Window;
use domain::reference::Reference;
use domain::settings::Accepted;
use ops::{Seconded, Site};
use sha2::{Digest, Sha256};
use sources::export::Columns;
use sources::gmc::GmcSettings;
use sync::context::Brake;

pub use brake::changed_limits;
pub use channels::Alerting;
pub use gmc::url_problem as gmc_url_problem;
pub use holds::Holds;
pub use log::{Format, Log};
pub use node::NodeSettings;
pub use oidc::Oidc;
pub use parity::{Beside, HERE};
pub use play::{PlayNode, PlaySettings};
pub use sandbox::Sandbox;
pub use store::StoreSettings;
pub use tis::TisSettings;
pub use users::Users;
pub use web::Web;

use layers::{Layers, Value};
use reader::Reader;

/// One mistake in the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// File and line, or the variable.
    pub place: String,
    /// What is wrong, in words.
    pub sentence: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.sentence)
    }
}

/// Every mistake in the settings; nothing was begun.
#[derive(Debug)]
pub struct ConfigError(pub Vec<Problem>);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for ConfigError {}

/// One value in force, as it may be shown.
pub struct Shown {
    /// `section.key`.
    pub key: String,
    /// As written, without secrets.
    pub value: String,
    /// From where.
    pub origin: String,
}

/// All settings in force.
pub struct Config {
    /// The environment.
    pub site: Site,
    /// Where the store and its spool are.
    pub store: StoreSettings,
    /// How to ask the GMC.
    pub gmc: GmcSettings,
    /// Whether each list is counted again at the GMC once a run has published it.
    pub is_recounting: bool,
    /// The bounds of a deferral.
    pub window: Window,
    /// Bodies whose recommendations are submitted by a second person.
    pub second_person: Seconded,
    /// How long the words of what was sent are kept once it is settled.
    pub keep_words: jiff::SignedDuration,
    /// What the columns of GMC Connect's own exports are called.
    pub gmc_connect: Columns,
    /// Where TIS is.
    pub tis: TisSettings,
    /// The brake and its planned exceptions.
    pub brake: Brake,
    /// How people decide on holds.
    pub holds: Holds,
    /// How people come to what they may do.
    pub users: Users,
    /// Who vouches for people beside their own passwords.
    pub oidc: Option<Oidc>,
    /// Where the audit's head is written down.
    pub audit_heads: Option<PathBuf>,
    /// Ages at which a list is late and stale.
    pub freshness: Promise,
    /// Where pages are served.
    pub web: Web,
    /// What is logged.
    pub log: Log,
    /// This node.
    pub node: NodeSettings,
    /// What this instance is made of, and what it is laid beside.
    pub beside: Beside,
    /// How procedures are carried out.
    pub play: PlaySettings,
    /// The declared jobs; one that comes after another stands after it.
    pub jobs: Vec<Job>,
    /// Where alerts go.
    pub alerting: Alerting,
    /// Whether `serve` begins runs when they are due.
    pub is_scheduling: bool,
    /// Whether `serve` sends what is queued for the GMC.
    pub is_sending: bool,
    /// What only a sandbox may set.
    pub sandbox: Sandbox,
    /// Every value in force.
    pub shown: Vec<Shown>,
    /// The same as it is kept once it was found sound.
    pub content: String,
}

impl Config {
    /// Loads the settings, or says every mistake in them.
    pub fn load(file: Option<&Path>, reference: &Reference) -> Result<Self, ConfigError> {
        Self::of(Layers::read(file, std::env::vars()), reference)
    }

    /// Loads settings that were found sound before; where the store is stands in the file, which may not be sound.
    pub fn load_accepted(
        file: Option<&Path>,
        accepted: &Accepted,
        reference: &Reference,
    ) -> Result<Self, ConfigError> {
        let here = Layers::read(file, std::env::vars());
        Self::of(accepted::layers(&accepted.content, &accepted.hash, &here), reference)
    }

    /// Where the store is and what this node is called, by a file of which the rest may not be sound.
    pub fn whereabouts(file: Option<&Path>) -> Result<(StoreSettings, NodeSettings), ConfigError> {
        let mut layers = Layers::read(file, std::env::vars());
        layers.problems.clear();
        let reader = Reader::new(layers);
        let found = (store::read(&reader), node::read(&reader));
        let problems = reader.problems();
        if problems.is_empty() { Ok(found) } else { Err(ConfigError(problems)) }
    }

    fn of(layers: Layers, reference: &Reference) -> Result<Self, ConfigError> {
        let content = accepted::content(&layers);
        let reader = Reader::new(layers);
        let config = Self { content, ..Self::read(&reader, reference) };
        let problems = reader.problems();
        if problems.is_empty() { Ok(config) } else { Err(ConfigError(problems)) }
    }

    /// Names of what counts only from the next start on and is not as in `running`; what is shown of it stays as it runs, so
    /// that the digest tells of it.
    pub fn adopt_cold(&mut self, running: &Self) -> Vec<String> {
        let is_cold = |key: &str| COLD.iter().any(|section| key.starts_with(section));
        let mut waiting = Vec::new();
        for shown in self.shown.iter_mut().filter(|shown| is_cold(&shown.key)) {
            let runs = running.shown.iter().find(|other| other.key == shown.key);
            if let Some(runs) = runs.filter(|runs| runs.value != shown.value) {
                waiting.push(shown.key.clone());
                shown.value.clone_from(&runs.value);
            }
        }
        waiting
    }

    /// Every value in which these settings and others differ: its name, the others' value, and this one's.
    pub fn differences(&self, other: &Self) -> Vec<Difference> {
        let value = |all: &[Shown], key: &str| {
            all.iter().find(|shown| shown.key == key).map_or_else(String::new, |shown| shown.value.clone())
        };
        let keys: BTreeSet<&str> =
            self.shown.iter().chain(&other.shown).map(|shown| shown.key.as_str()).collect();
        let all = keys.into_iter().map(|key| Difference {
            key: key.to_owned(),
            runs: value(&other.shown, key),
            written: value(&self.shown, key),
            waits: COLD.iter().any(|section| key.starts_with(section)),
        });
        all.filter(|difference| difference.runs != difference.written).collect()
    }

    fn read(reader: &Reader, reference: &Reference) -> Self {
        let site = site::read(reader);
        let (is_scheduling, jobs) = jobs::read(reader);
        let beside = parity::read(reader, &jobs);
        Self {
            alerting: channels::read(reader, &jobs),
            play: play::read(reader, &beside, site.environment == sandbox::ENVIRONMENT),
            beside,
            jobs,
            is_scheduling,
            store: store::read(reader),
            gmc: gmc::read(reader, &site),
            is_sending: gmc::is_sending(reader),
            is_recounting: gmc::is_recounting(reader),
            window: recommendations::window(reader),
            second_person: recommendations::second_person(reader, reference),
            keep_words: recommendations::keep_words(reader),
            gmc_connect: gmc_connect::read(reader),
            tis: tis::read(reader),
            brake: brake::read(reader, reference),
            holds: holds::read(reader),
            node: node::read(reader),
            users: users::read(reader),
            oidc: oidc::read(reader, &site, reference),
            audit_heads: reader.path("audit.head_file"),
            freshness: freshness::read(reader),
            web: web::read(reader),
            log: log::read(reader),
            sandbox: sandbox::read(reader, &site),
            shown: shown(reader),
            content: String::new(),
            site,
        }
    }

    /// The first twelve digits of a digest of every value in force, secrets left out: two runs with the same one had
    /// the same settings.
    pub fn hash(&self) -> String {
        self.hash_with(&[])
    }

    /// The same of these values and what is different for a while.
    pub fn hash_with(&self, different: &[String]) -> String {
        let mut digest = Sha256::new();
        for shown in &self.shown {
            digest.update(format!("{} = {}\n", shown.key, shown.value));
        }
        for one in different {
            digest.update(format!("{one}\n"));
        }
        digest.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A value that differs between what runs and what is written.
pub struct Difference {
    /// `section.key`.
    pub key: String,
    /// What runs; empty if there is none.
    pub runs: String,
    /// What is written; empty if there is none.
    pub written: String,
    /// Whether it counts only from the next start on.
    pub waits: bool,
}

/// What counts only from the next start on: what the pages, the store and the log stand on.
const COLD: [&str; 9] =
    ["site.", "store.", "web.", "log.", "users.", "audit.", "sandbox.", "freshness.", "node.name"];

/// What is declared by entries that have names.
const ENTRIES: [&str; 7] = [
    jobs::JOB,
    channels::CHANNEL,
    channels::POLICY,
    oidc::ROLE,
    parity::INSTANCE,
    parity::DIFFERENCE,
    play::NODE,
];

fn shown(reader: &Reader) -> Vec<Shown> {
    let mut all = Vec::new();
    for key in reader.keys() {
        let found = reader.found(key);
        if let (Value::Entries(entries), true) = (&found.value, ENTRIES.contains(&key.as_str())) {
            all.extend(entries.iter().flat_map(|entry| fields::shown(key, entry, channels::masked)));
            continue;
        }
        let value = match &found.value {
            Value::Text(text) if key == store::URL || key == tis::URL => {
                format!("\"{}\"", store::masked(text))
            }
            Value::Entries(entries) => brake::shown(entries),
            other => other.to_string(),
        };
        all.push(Shown { key: key.clone(), value, origin: found.origin.to_string() });
    }
    all
}

#[cfg(test)]
mod tests;

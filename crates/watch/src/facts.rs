//! What the detectors look at: plain facts read at one instant from the ledger and the published lists.

use std::collections::BTreeMap;

use domain::fingerprint::Fingerprint;
use domain::node::Node;
use domain::overrides::Override;
use domain::recount::Recount;
use domain::run::{BodyOutcome, RunState};
use domain::sending::Standing;
use domain::settings::SettingsState;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Everything known at one instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The instant.
    pub at: Timestamp,
    /// Runs of the last weeks and those ahead, by job, in the order in which they were due or asked for.
    pub runs: BTreeMap<String, Vec<RunFact>>,
    /// Since when each job is known to be declared.
    pub known_since: BTreeMap<String, Timestamp>,
    /// Runs that a scheduler settled as missed since the last good run by itself, by job.
    pub missed: BTreeMap<String, u64>,
    /// The lists.
    pub lists: Vec<ListFact>,
    /// Holds that wait for a person.
    pub holds: Vec<HoldFact>,
    /// Records set aside, by list and reason.
    pub rejects: Vec<RejectFact>,
    /// Of each list the newest counts of the GMC's and ours that could be compared.
    pub recounts: Vec<Recount>,
    /// Marks on trainees that have risen.
    pub marks: Vec<MarkFact>,
    /// What is different for a while, or was in the weeks looked at.
    pub overrides: Vec<Override>,
    /// How fresh the data are of jobs that somebody else runs, by their own word.
    #[serde(default)]
    pub reported_as_of: BTreeMap<String, Timestamp>,
    /// Decisions for the GMC that are not settled, by where they stand.
    pub intents: Vec<IntentFact>,
    /// Recommendations of which the GMC's last word is none that we know: how many, and the oldest since when.
    #[serde(default)]
    pub unread_outcomes: Option<(u64, Timestamp)>,
    /// Where runs can be begun.
    pub nodes: Vec<Node>,
    /// What each node runs on.
    #[serde(default)]
    pub settings: Vec<SettingsState>,
    /// What nodes were made of in the weeks looked at; each node's newest stands last.
    #[serde(default)]
    pub fingerprints: Vec<Fingerprint>,
    /// How other instances differ from this one.
    #[serde(default)]
    pub parities: Vec<ParityFact>,
    /// Who watches.
    pub watchers: Vec<WatcherFact>,
    /// The channels that were ever used.
    pub channels: Vec<ChannelFact>,
}

/// A run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunFact {
    /// Its id.
    pub id: String,
    /// scheduled, manual or catch_up.
    pub kind: String,
    /// The slot it is for, or makes good; `None` for a person's.
    pub slot: Option<String>,
    /// Its state.
    pub state: RunState,
    /// What it came to.
    pub reason: String,
    /// When it was due.
    pub due_at: Option<Timestamp>,
    /// After this it is missed.
    pub start_by: Option<Timestamp>,
    /// After this it is late.
    pub finish_by: Option<Timestamp>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Whether it was over everything.
    pub is_whole: bool,
    /// Program.
    pub build: String,
    /// Settings.
    pub config_hash: String,
    /// What was too little about it; known of the newest suspect run alone.
    pub doubt: Option<String>,
    /// What became of its lists; known of the newest runs that did not succeed.
    pub bodies: Vec<BodyFact>,
}

/// What became of one list in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyFact {
    /// The list.
    pub code: String,
    /// What became of it.
    pub outcome: BodyOutcome,
    /// Closed word.
    pub cause: String,
    /// Plain words.
    pub reason: String,
}

/// A list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListFact {
    /// Its code.
    pub code: String,
    /// When the request for its data was sent.
    pub data_as_of: Option<Timestamp>,
    /// Doctors on it.
    pub doctors: u64,
    /// What the last attempt came to.
    pub outcome: Option<BodyOutcome>,
    /// When.
    pub outcome_at: Option<Timestamp>,
    /// Closed word.
    pub cause: String,
    /// Plain words.
    pub reason: String,
    /// The run of that attempt.
    pub run_id: Option<String>,
}

/// Decisions for the GMC that stand at one point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntentFact {
    /// Where.
    pub standing: Standing,
    /// How many.
    pub many: u64,
    /// The oldest since when.
    pub since: Timestamp,
}

/// Another instance beside this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParityFact {
    /// Its name in the settings.
    pub instance: String,
    /// Since when it differs as it does.
    pub since: Timestamp,
    /// What differs and was not declared, by name.
    pub undeclared: Vec<String>,
}

/// A hold that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldFact {
    /// Its id.
    pub id: String,
    /// The list.
    pub list: String,
    /// Why, in plain words.
    pub why: String,
    /// Doctors of the last good list, or of the held one where there is none.
    pub doctors: u64,
    /// The run.
    pub run_id: String,
    /// Since when.
    pub since: Timestamp,
}

/// Records set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectFact {
    /// The list.
    pub list: String,
    /// The reason's word.
    pub reason: String,
    /// How many.
    pub count: u64,
}

/// A mark that more trainees carry than when it was quiet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkFact {
    /// The mark.
    pub mark: String,
    /// How many carry it.
    pub now: u64,
    /// How many did.
    pub before: u64,
    /// The run that read them.
    pub run_id: Option<String>,
}

/// A channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelFact {
    /// Its name in the settings.
    pub name: String,
    /// Whether its receiver took nothing last.
    pub is_failing: bool,
    /// Since when it is so.
    pub since: Timestamp,
    /// Failures in a row.
    pub failures: u64,
    /// What the receiver said last.
    pub answer: String,
    /// When it last took a message.
    pub last_received_at: Option<Timestamp>,
    /// Messages that wait for it.
    pub waiting: u64,
    /// Tries of the message that was tried most often.
    pub tries: u64,
    /// When the oldest test was written that has no receipt.
    pub test_owed: Option<Timestamp>,
}

/// A watcher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatcherFact {
    /// Where it watches.
    pub node: String,
    /// Its last turn.
    pub beat_at: Timestamp,
    /// Whether this is the one that looks.
    pub is_self: bool,
}

impl RunFact {
    /// Whether the clock brought it, not a person.
    pub fn is_by_itself(&self) -> bool {
        self.kind != "manual"
    }

    /// Whether it came to an end that says something about the data.
    pub fn has_come_to_something(&self) -> bool {
        matches!(self.state, RunState::Succeeded | RunState::Suspect | RunState::Failed)
    }

    /// Whether everything was published.
    pub fn is_good(&self) -> bool {
        self.state == RunState::Succeeded && self.is_whole
    }
}

impl Facts {
    /// Runs of a job.
    pub fn of(&self, job: &str) -> &[RunFact] {
        self.runs.get(job).map_or(&[], Vec::as_slice)
    }

    /// The runs of a job that came to something, oldest end first.
    pub fn ended(&self, job: &str) -> Vec<&RunFact> {
        let mut ended: Vec<&RunFact> =
            self.of(job).iter().filter(|run| run.has_come_to_something()).collect();
        ended.sort_by_key(|run| run.ended_at);
        ended
    }

    /// The newest whole success of a job that satisfies a condition.
    pub fn last_good(&self, job: &str, which: impl Fn(&RunFact) -> bool) -> Option<&RunFact> {
        self.ended(job).into_iter().rev().find(|run| run.is_good() && which(run))
    }

    /// The list of a code.
    pub fn list(&self, code: &str) -> Option<&ListFact> {
        self.lists.iter().find(|list| list.code == code)
    }

    /// When the last good run of a job ended.
    pub fn well_at(&self, job: &str) -> Option<Timestamp> {
        self.last_good(job, |_| true).and_then(|run| run.ended_at)
    }

    /// Whether a run of a job is at work.
    pub fn is_running(&self, run_id: &str) -> bool {
        let mut all = self.runs.values().flatten();
        all.any(|run| run.id == run_id && run.state == RunState::Running)
    }
}

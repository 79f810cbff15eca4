//! What a notification says about an alert: the same facts whatever the channel, without personal data.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Why a notification is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// The alert opened.
    Opened,
    /// It became louder, began to flap, or its cause is known better.
    Changed,
    /// It is still open.
    Reminder,
    /// Nobody took it in time: the next person is asked.
    Escalated,
    /// It was made good by hand and waits for the next run by schedule.
    Recovered,
    /// It is over, on evidence.
    Resolved,
    /// A test of the channel.
    Test,
}

impl NoticeKind {
    const ALL: [Self; 7] = [
        Self::Opened,
        Self::Changed,
        Self::Reminder,
        Self::Escalated,
        Self::Recovered,
        Self::Resolved,
        Self::Test,
    ];

    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Changed => "changed",
            Self::Reminder => "reminder",
            Self::Escalated => "escalated",
            Self::Recovered => "recovered",
            Self::Resolved => "resolved",
            Self::Test => "test",
        }
    }

    /// Reads a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Where a person goes to make it good.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextAction {
    /// What the button says, or what to type.
    pub label: String,
    /// GET for a page, POST for a decision.
    pub method: String,
    /// Where it leads; empty where there is no page.
    pub url: String,
}

/// The facts of an alert as every channel sends them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// One per cause; receivers join messages by it.
    pub incident_key: String,
    /// Why this is sent.
    pub notice: NoticeKind,
    /// MISSED, HELD …
    pub kind: String,
    /// notice, warn or page.
    pub severity: String,
    /// open, acknowledged, recovered_unproven or resolved.
    pub state: String,
    /// Environment.
    pub env: String,
    /// The job, where it is about one.
    pub job: Option<String>,
    /// Codes of the lists it is about.
    pub bodies: Vec<String>,
    /// How many doctors it touches.
    pub doctors_affected: u64,
    /// When the condition began.
    pub since: Timestamp,
    /// When it was last known to be well.
    pub last_good: Option<Timestamp>,
    /// Closed word; `reval explain` has its text.
    pub cause_class: String,
    /// Impact in plain words.
    pub sentence: String,
    /// What makes it good, in plain words.
    pub remedy: String,
    /// The same to press.
    pub next_action: NextAction,
    /// What to type.
    pub command: String,
    /// The run it was read from.
    pub run_id: Option<String>,
    /// Program of that run.
    pub build: String,
    /// Settings of that run.
    pub config_hash: String,
    /// How often it came back.
    pub times: u64,
    /// Who has it.
    pub owner: Option<String>,
    /// Whom this message asks for, where it was escalated.
    pub asks_for: Option<String>,
    /// The page of the alert.
    pub url: String,
    /// When this was decided.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_notice_is_read_back_from_its_word() {
        for kind in NoticeKind::ALL {
            assert_eq!(NoticeKind::from_word(kind.word()), Some(kind));
            assert_eq!(serde_json::to_value(kind).ok(), Some(kind.word().into()));
        }
        assert_eq!(NoticeKind::from_word("shouted"), None);
    }
}

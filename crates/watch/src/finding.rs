//! What a detector says: a condition that holds, or one that a person made good and that is not proven yet.

use domain::alert::{AlertKind, Severity};
use domain::notification::NextAction;
use jiff::Timestamp;

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    /// It holds.
    #[default]
    Holds,
    /// A person made it good; the next run by schedule has still to pass.
    RecoveredByHand,
    /// It is over, and the finding says how.
    Over,
}

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// One per cause.
    pub key: String,
    /// Its kind.
    pub kind: AlertKind,
    /// How loud.
    pub severity: Severity,
    /// Closed word.
    pub cause: String,
    /// Whether it holds.
    pub proof: Proof,
    /// The job.
    pub job: Option<String>,
    /// Lists it is about.
    pub bodies: Vec<String>,
    /// The run it was read from.
    pub run_id: Option<String>,
    /// The hold.
    pub hold_id: Option<String>,
    /// How many doctors it touches.
    pub doctors: u64,
    /// Impact in plain words.
    pub sentence: String,
    /// What makes it good.
    pub remedy: String,
    /// What to type.
    pub command: String,
    /// What to press; its url is a path of our pages.
    pub action: NextAction,
    /// When it was last known to be well.
    pub last_good: Option<Timestamp>,
    /// When the condition began, where that is known.
    pub since: Option<Timestamp>,
    /// Program and settings of the run, where it is about one.
    pub made_by: Option<(String, String)>,
    /// What makes this one flip of the condition and not another.
    pub evidence: String,
    /// How many in a row, this one included.
    pub in_a_row: u64,
    /// Ends of the runs before, newest first: whether each was bad.
    pub history: Vec<bool>,
    /// Whether it comes and goes.
    pub is_flapping: bool,
    /// Keys that tell of this one as well, if one of them is open.
    pub explained_by: Vec<String>,
}

impl Finding {
    /// A condition of which nothing else is known yet.
    pub fn new(kind: AlertKind, severity: Severity, about: &str, cause: &str) -> Self {
        Self {
            key: format!("{}/{about}", kind.word().to_lowercase()),
            kind,
            severity,
            cause: cause.to_owned(),
            proof: Proof::Holds,
            job: None,
            bodies: Vec::new(),
            run_id: None,
            hold_id: None,
            doctors: 0,
            sentence: String::new(),
            remedy: String::new(),
            command: String::new(),
            action: NextAction { method: "GET".to_owned(), ..NextAction::default() },
            last_good: None,
            since: None,
            made_by: None,
            evidence: String::new(),
            in_a_row: 1,
            history: Vec::new(),
            is_flapping: false,
            explained_by: Vec::new(),
        }
    }

    /// Names the page on which it can be looked at.
    pub fn look_at(mut self, label: &str, path: impl Into<String>) -> Self {
        self.action = NextAction { label: label.to_owned(), method: "GET".to_owned(), url: path.into() };
        self
    }

    /// The list, where it is about exactly one.
    pub fn list(&self) -> Option<&str> {
        match self.bodies.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }
}

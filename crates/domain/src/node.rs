//! Nodes: where runs can be begun. A job needs labels; a node that has them, lives and can start something new is eligible.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A node says that it lives every ten seconds; after this long it does not. Twice the lease of a run: a restart is quicker.
pub const SILENT: SignedDuration = SignedDuration::from_secs(60);
/// How often a node starts something to see whether it still can.
pub const PROBE_EVERY: SignedDuration = SignedDuration::from_mins(15);

/// Labels of a node, or those that a job needs.
pub type Labels = BTreeSet<String>;

/// Whether a node can start something new, as it last tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Launch {
    /// It has not tried yet.
    #[default]
    Untried,
    /// It can.
    Works,
    /// It cannot, although what was started before lives on.
    Fails,
}

impl Launch {
    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Untried => "untried",
            Self::Works => "works",
            Self::Fails => "fails",
        }
    }

    /// Reads a stored word back.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Untried, Self::Works, Self::Fails].into_iter().find(|launch| launch.word() == word)
    }
}

/// What a node does with what comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// It serves and begins runs.
    #[default]
    Serving,
    /// A person asked it to step out: it begins nothing, and hands over what it does.
    Draining,
    /// It has stepped out and has nothing to do; it lives, and answers whoever still asks.
    Drained,
    /// It is about to end.
    Leaving,
    /// It ended as it was asked to.
    Ended,
}

impl Stance {
    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Serving => "serving",
            Self::Draining => "draining",
            Self::Drained => "drained",
            Self::Leaving => "leaving",
            Self::Ended => "ended",
        }
    }

    /// Reads a stored word back.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Serving, Self::Draining, Self::Drained, Self::Leaving, Self::Ended];
        all.into_iter().find(|stance| stance.word() == word)
    }
}

/// A person's word that a node shall step out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drain {
    /// The node.
    pub node: String,
    /// Whether it stays up once it has stepped out, until the word is taken back; otherwise it ends, and the word with its next
    /// start.
    pub stays: bool,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// Who asked.
    pub asked_by: String,
    /// Why.
    pub reason: String,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Its labels; `node=NAME` always is one.
    pub labels: Labels,
    /// Since when its program runs.
    pub started_at: Timestamp,
    /// When it was last heard of, by the clock of leases.
    pub beat_at: Timestamp,
    /// Version and commit of its program.
    pub build: String,
    /// Digest of its settings.
    pub config_hash: String,
    /// Whether it can start something new.
    pub launch: Launch,
    /// When it last tried.
    pub launched_at: Option<Timestamp>,
    /// Why it could not; empty where it could.
    pub launch_error: String,
    /// What it does with what comes.
    #[serde(default)]
    pub stance: Stance,
}

impl Node {
    /// Says why a run that needs these labels cannot be begun here, or nothing.
    pub fn refusal(&self, needs: &Labels, at: Timestamp) -> Option<String> {
        let silent = at.duration_since(self.beat_at);
        let missing: Vec<&str> = needs.difference(&self.labels).map(String::as_str).collect();
        if silent > SILENT {
            return Some(format!(
                "{} was last heard of at {}",
                self.name,
                self.beat_at.strftime("%Y-%m-%d %H:%M:%S UTC")
            ));
        }
        if !missing.is_empty() {
            return Some(format!("{} lacks {}", self.name, missing.join(" and ")));
        }
        // Whoever only ends is started again sooner than it counts as silent, and is not told of.
        if matches!(self.stance, Stance::Draining | Stance::Drained) {
            return Some(format!("{} was asked to step out", self.name));
        }
        (self.launch == Launch::Fails).then(|| format!("{} cannot start anything new", self.name))
    }
}

/// The label that a node has by its name.
pub fn own_label(name: &str) -> String {
    format!("node={name}")
}

/// Says why no node can begin a run that needs these labels; nothing where one can, or where none was ever known.
pub fn unplaced(nodes: &[Node], needs: &Labels, at: Timestamp) -> Option<String> {
    let why: Vec<String> = nodes.iter().map_while(|node| node.refusal(needs, at)).collect();
    (!nodes.is_empty() && why.len() == nodes.len()).then(|| why.join("; "))
}

/// Reads labels as they are written: words parted by spaces, each of letters, digits, `-`, `_`, `.`, `/` and `=`.
pub fn labels(text: &str) -> Result<Labels, String> {
    let is_label = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./=".contains(c));
    let odd = text.split_whitespace().find(|word| !is_label(word) || word.len() > 64);
    match odd {
        Some(word) => Err(format!(
            "\"{word}\" is no label; labels are words such as \"gmc\" or \"site=leeds\", parted by spaces"
        )),
        None => Ok(text.split_whitespace().map(str::to_owned).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn node(name: &str, text: &str) -> Node {
        Node {
            name: name.to_owned(),
            labels: labels(text).expect("labels"),
            started_at: at("2026-11-25T00:00:00Z"),
            beat_at: at("2026-11-25T12:00:00Z"),
            build: "1".to_owned(),
            config_hash: "abc".to_owned(),
            launch: Launch::Works,
            launched_at: None,
            launch_error: String::new(),
            stance: Stance::Serving,
        }
    }

    #[test]
    fn a_node_is_eligible_while_it_lives_has_the_labels_and_can_start_something() {
        let needs = |text: &str| labels(text).expect("labels");
        let fails = Node { launch: Launch::Fails, ..node("a", "gmc") };
        let untried = Node { launch: Launch::Untried, ..node("a", "gmc") };
        let stepped = |stance: Stance| Node { stance, ..node("a", "gmc") };
        let out = Some("a was asked to step out");
        let cases = [
            (stepped(Stance::Draining), "gmc", "2026-11-25T12:00:00Z", out),
            (stepped(Stance::Drained), "gmc", "2026-11-25T12:00:00Z", out),
            (stepped(Stance::Leaving), "gmc", "2026-11-25T12:00:00Z", None),
            (stepped(Stance::Ended), "gmc", "2026-11-25T12:00:00Z", None),
            (node("a", "gmc tis"), "gmc", "2026-11-25T12:01:00Z", None),
            (node("a", "gmc"), "", "2026-11-25T12:00:00Z", None),
            (untried, "gmc", "2026-11-25T12:00:00Z", None),
            (
                node("a", "gmc"),
                "gmc",
                "2026-11-25T12:01:01Z",
                Some("a was last heard of at 2026-11-25 12:00:00 UTC"),
            ),
            (node("a", "gmc"), "gmc tis big", "2026-11-25T12:00:00Z", Some("a lacks big and tis")),
            (fails, "gmc", "2026-11-25T12:00:00Z", Some("a cannot start anything new")),
        ];
        for (node, wanted, now, refusal) in cases {
            assert_eq!(node.refusal(&needs(wanted), at(now)).as_deref(), refusal, "{wanted} at {now}");
        }
    }

    #[test]
    fn a_job_is_unplaced_where_every_known_node_refuses() {
        let now = at("2026-11-25T12:00:00Z");
        let needs = labels("gmc").expect("labels");
        let (with, without) = (node("a", "gmc"), node("b", "tis"));
        assert_eq!(unplaced(&[], &needs, now), None, "nobody schedules here");
        assert_eq!(unplaced(&[without.clone(), with], &needs, now), None);
        assert_eq!(unplaced(&[without], &needs, now).as_deref(), Some("b lacks gmc"));
    }

    #[test]
    fn labels_are_words() {
        assert_eq!(labels(" gmc  site=leeds ").map(|labels| labels.len()), Ok(2));
        assert_eq!(labels("").map(|labels| labels.len()), Ok(0));
        for text in ["g,mc", "a;b", "„gmc“"] {
            assert!(labels(text).is_err(), "{text}");
        }
    }
}

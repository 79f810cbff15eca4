//! What this node is called and what it has.

use std::time::Duration;

use domain::node::{Labels, labels};

use super::reader::Reader;

/// Rarer than any balancer asks; a node that leaves serves on for two of these.
const PROBE_EVERY_MAX: Duration = Duration::from_secs(30);

/// This node.
pub struct NodeSettings {
    /// Its name; the machine's where it is empty.
    pub name: String,
    /// Its labels.
    pub labels: Labels,
    /// How often whoever stands before it asks whether it is ready.
    pub probe_every: Duration,
    /// Runs that one process does at once at most; of Reval's own jobs one.
    pub at_once: usize,
}

/// Reads `[node]`.
pub fn read(reader: &Reader) -> NodeSettings {
    let name = reader.text("node.name");
    if name.chars().any(char::is_whitespace) {
        reader.wrong("node.name", "must be one word");
    }
    let labels = labels(&reader.text("node.labels")).unwrap_or_else(|error| {
        reader.wrong("node.labels", format!("has {error}"));
        Labels::new()
    });
    let at_once = usize::try_from(reader.count("node.at_once", 1, 1_000)).unwrap_or(1);
    let probe_every = reader.duration_or_none("node.probe_every");
    if probe_every > PROBE_EVERY_MAX {
        reader.wrong(
            "node.probe_every",
            "must be at most 30s: nothing that asks less often notices a node that leaves",
        );
    }
    NodeSettings { name, labels, probe_every, at_once }
}

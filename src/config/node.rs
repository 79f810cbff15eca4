//! What this node is called and what it has.

use domain::node::{Labels, labels};

use super::reader::Reader;

/// This node.
pub struct NodeSettings {
    /// Its name; the machine's where it is empty.
    pub name: String,
    /// Its labels.
    pub labels: Labels,
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
    NodeSettings { name, labels, at_once }
}

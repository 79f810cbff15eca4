//! A summary list: what one thing is, line by line.

use askama::Template;

use crate::parts::Cell;

/// A summary list.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/summary.html")]
pub struct Summary {
    /// Its lines.
    pub lines: Vec<(String, Cell)>,
}

impl Summary {
    /// A summary of these lines.
    pub fn of<K: Into<String>>(lines: impl IntoIterator<Item = (K, Cell)>) -> Self {
        Self { lines: lines.into_iter().map(|(key, value)| (key.into(), value)).collect() }
    }
}

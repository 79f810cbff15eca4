//! What stands in a cell of a table or in a line of a summary; the one place where values become markup.

use askama::Template;
use jiff::Timestamp;

use crate::moment::{self, Moment};
use crate::parts::{Bars, Tag};

/// A value on a page.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Text.
    Text(String),
    /// Text of the second rank.
    Hint(String),
    /// A link.
    Link {
        /// Where to.
        href: String,
        /// What it says.
        text: String,
    },
    /// A tag.
    Tag(Tag),
    /// An instant.
    Moment(Moment),
    /// Something to type, as it is typed.
    Code(String),
    /// A value before and after.
    Change {
        /// What changed.
        field: String,
        /// Before.
        before: String,
        /// After.
        after: String,
    },
    /// Runs as small bars.
    Bars(Bars),
    /// Several, one below the other.
    Stack(Vec<Cell>),
}

#[derive(Template)]
#[template(path = "parts/cell.html")]
struct View<'a> {
    cell: &'a Cell,
}

impl Cell {
    /// Text, or a word for its absence.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Text that may be absent.
    pub fn maybe(text: Option<&str>) -> Self {
        text.map_or_else(|| Self::Hint("not stated".to_owned()), Self::text)
    }

    /// A count.
    pub fn count(number: u64) -> Self {
        Self::Text(moment::count(number))
    }

    /// A link.
    pub fn link(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Link { href: href.into(), text: text.into() }
    }

    /// An instant.
    pub fn at(instant: Timestamp, now: Timestamp) -> Self {
        Self::Moment(Moment::of(instant, now))
    }

    /// The value as markup.
    pub fn view(&self) -> impl std::fmt::Display + '_ {
        View { cell: self }
    }
}

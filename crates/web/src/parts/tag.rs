//! A tag: a state in a word, with a colour that only repeats it.

use askama::Template;

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "parts/tag.html")]
pub struct Tag {
    /// The word.
    pub text: String,
    /// A colour of the design system; empty for its default.
    pub colour: &'static str,
}

impl Tag {
    /// A tag of a word in a colour.
    pub fn new(text: impl Into<String>, colour: &'static str) -> Self {
        Self { text: text.into(), colour }
    }
}

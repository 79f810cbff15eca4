//! What a reader must not miss: a warning, and complaints about what they entered.

use askama::Template;

use crate::params::Complaint;
use crate::parts::Cell;

/// How loud a callout is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// A warning.
    Loud,
    /// An inset.
    Inset,
    /// Its heading alone, the rest to be unfolded: what the page is for comes first.
    Folded,
}

/// A warning callout, or a quieter one.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/callout.html")]
pub struct Callout {
    /// How loud it is.
    pub weight: Weight,
    /// Its heading.
    pub heading: String,
    /// Its paragraphs.
    pub paragraphs: Vec<Cell>,
}

/// The error summary at the top of a page; nothing if nothing is wrong.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "parts/errors.html")]
pub struct Errors {
    /// What is wrong, each with the field it is about.
    pub complaints: Vec<Complaint>,
}

impl Errors {
    /// One thing is wrong with one field.
    pub fn one(field: &'static str, message: String) -> Self {
        Self { complaints: vec![Complaint { field, message }] }
    }

    /// What is wrong with one field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.complaints.iter().find(|one| one.field == field).map(|one| one.message.as_str())
    }

    /// Whether something is wrong.
    pub fn is_any(&self) -> bool {
        !self.complaints.is_empty()
    }
}

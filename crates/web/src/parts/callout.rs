//! What a reader must not miss: a warning, and complaints about what they entered.

use askama::Template;

use crate::params::Complaint;
use crate::parts::Cell;

/// A warning callout, or an inset where a quieter voice will do.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/callout.html")]
pub struct Callout {
    /// Whether it warns, or only informs.
    pub is_loud: bool,
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
    /// What is wrong with one field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.complaints.iter().find(|one| one.field == field).map(|one| one.message.as_str())
    }

    /// Whether something is wrong.
    pub fn is_any(&self) -> bool {
        !self.complaints.is_empty()
    }
}

//! The one template behind pages of counts and states; it cannot be rendered without its freshness.

use askama::Template;

use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::parts::{Cell, Summary, Table};

/// Something to type.
pub struct Command {
    /// What it does.
    pub label: &'static str,
    /// What to type.
    pub text: String,
}

/// A page of counts and states.
#[derive(Template)]
#[template(path = "sheet.html")]
pub struct Sheet {
    /// What surrounds it.
    pub frame: Frame,
    /// How old the lists are that it speaks of.
    pub freshness: FreshnessLine,
    /// Its heading.
    pub heading: String,
    /// Paragraphs below the heading.
    pub intro: Vec<Cell>,
    /// What the one thing is that the page is about.
    pub summary: Option<Summary>,
    /// What can be typed about it.
    pub commands: Vec<Command>,
    /// Its tables.
    pub tables: Vec<Table>,
}

impl Sheet {
    /// A sheet with nothing below its heading yet.
    pub fn new(frame: Frame, freshness: FreshnessLine, heading: impl Into<String>) -> Self {
        Self {
            frame,
            freshness,
            heading: heading.into(),
            intro: Vec::new(),
            summary: None,
            commands: Vec::new(),
            tables: Vec::new(),
        }
    }
}

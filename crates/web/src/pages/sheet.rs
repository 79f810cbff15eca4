//! The one template behind pages of counts and states; it cannot be rendered without its freshness.

use askama::Template;

use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::params::Params;
use crate::parts::{Callout, Cell, Errors, PostForm, Summary, Table, Timeline};

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
    /// The one thing to know first.
    pub panel: Option<Callout>,
    /// What the one thing is that the page is about.
    pub summary: Option<Summary>,
    /// What can be typed about it.
    pub commands: Vec<Command>,
    /// What is wrong with what was sent.
    pub errors: Errors,
    /// What has just been done.
    pub done: Option<&'static str>,
    /// What can be done about it here.
    pub forms: Vec<PostForm>,
    /// A picture of it; its tables say the same in words.
    pub timeline: Option<Timeline>,
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
            panel: None,
            summary: None,
            commands: Vec::new(),
            errors: Errors::default(),
            done: None,
            forms: Vec::new(),
            timeline: None,
            tables: Vec::new(),
        }
    }

    /// The same with what is wrong with what was sent.
    pub fn complaining(mut self, errors: Errors) -> Self {
        self.frame = self.frame.complaining(errors.is_any());
        Self { errors, ..self }
    }

    /// The same with what was just done, by the word in the address.
    pub fn done(self, params: &Params, known: &[(&str, &'static str)]) -> Self {
        Self { done: params.done(known), ..self }
    }

    /// The same with one more form.
    pub fn asking(mut self, form: PostForm) -> Self {
        self.forms.push(form.complaining(&self.errors));
        self
    }
}

//! The one template behind pages about people and their rights. They show no list of the GMC or TIS, so they have no age.

use askama::Template;

use crate::frame::Frame;
use crate::parts::{Cell, Errors, Pagination, PostForm, Summary, Table};

/// One piece below the heading.
pub enum Part {
    /// A table.
    Table(Table),
    /// A form.
    Form(Box<PostForm>),
    /// The way to the next page.
    Pagination(Pagination),
}

#[derive(Template)]
#[template(
    source = "{% match part %}{% when Part::Table(table) %}{{ table|safe }}{% when Part::Form(form) %}{{ form|safe }}{% when Part::Pagination(pagination) %}{{ pagination|safe }}{% endmatch %}",
    ext = "html"
)]
struct PartView<'a> {
    part: &'a Part,
}

impl Part {
    /// The piece as markup.
    pub fn view(&self) -> impl std::fmt::Display + '_ {
        PartView { part: self }
    }
}

/// A page about people and their rights.
#[derive(Template)]
#[template(path = "panel.html")]
pub struct Panel {
    /// What surrounds it.
    pub frame: Frame,
    /// What is wrong with what was sent.
    pub errors: Errors,
    /// What has just been done.
    pub done: Option<&'static str>,
    /// Its heading.
    pub heading: String,
    /// Paragraphs below the heading.
    pub intro: Vec<Cell>,
    /// What the one thing is that the page is about.
    pub summary: Option<Summary>,
    /// Its pieces, in order.
    pub parts: Vec<Part>,
}

impl Panel {
    /// A panel with nothing below its heading yet.
    pub fn new(frame: Frame, errors: Errors, heading: impl Into<String>) -> Self {
        Self {
            frame: frame.complaining(errors.is_any()),
            errors,
            done: None,
            heading: heading.into(),
            intro: Vec::new(),
            summary: None,
            parts: Vec::new(),
        }
    }

    /// The same with one more form.
    pub fn asking(mut self, form: PostForm) -> Self {
        self.parts.push(Part::Form(Box::new(form.complaining(&self.errors))));
        self
    }

    /// The same with one more table.
    pub fn showing(mut self, table: Table) -> Self {
        self.parts.push(Part::Table(table));
        self
    }
}

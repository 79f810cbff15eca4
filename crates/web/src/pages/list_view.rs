//! The one template behind every list of doctors; it cannot be rendered without its freshness.

use askama::Template;

use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::parts::{DayForm, Errors, FilterForm, Pagination, Table};

/// Another list beside this one.
pub struct Tab {
    /// Where it is.
    pub href: String,
    /// What it says, with its count.
    pub text: String,
    /// Whether it is this one.
    pub is_current: bool,
}

/// What can be done with the doctors of a list that are chosen.
pub struct Picking {
    /// The token of the session.
    pub token: String,
    /// The word of the list.
    pub list: &'static str,
    /// What its address asks.
    pub query: String,
    /// How many match, on all pages.
    pub matching: u64,
    /// The same as people read it.
    pub told: String,
    /// Whether they are disagreements, into which somebody looks.
    pub is_worklist: bool,
}

/// A list of doctors.
#[derive(Template)]
#[template(path = "list.html")]
pub struct ListView {
    /// What surrounds it.
    pub frame: Frame,
    /// How old its data are.
    pub freshness: FreshnessLine,
    /// What is wrong with what was entered.
    pub errors: Errors,
    /// What has just been done.
    pub done: Option<&'static str>,
    /// Its heading.
    pub heading: String,
    /// Lists beside it.
    pub tabs: Vec<Tab>,
    /// The form that narrows it.
    pub form: Option<FilterForm>,
    /// The filters in use, each with the way to do without it.
    pub chips: Vec<Tab>,
    /// The form that asks for a day.
    pub day_form: Option<DayForm>,
    /// How many.
    pub total: String,
    /// The doctors; absent when what was entered makes no sense.
    pub table: Option<Table>,
    /// Pages around this one.
    pub pagination: Pagination,
    /// What can be done with those that are chosen, by whoever may.
    pub picking: Option<Picking>,
    /// Other lengths of a page.
    pub sizes: Vec<Tab>,
    /// The same list as a file.
    pub files: Vec<Tab>,
}

impl ListView {
    /// A list with nothing below its heading yet.
    pub fn new(frame: Frame, freshness: FreshnessLine, heading: impl Into<String>) -> Self {
        Self {
            frame,
            freshness,
            errors: Errors::default(),
            done: None,
            heading: heading.into(),
            tabs: Vec::new(),
            form: None,
            chips: Vec::new(),
            day_form: None,
            total: String::new(),
            table: None,
            pagination: Pagination::default(),
            picking: None,
            sizes: Vec::new(),
            files: Vec::new(),
        }
    }
}

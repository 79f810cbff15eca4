//! The form that narrows a list of doctors: a plain GET form, so that every view has an address.

use askama::Template;

/// One choice of a select.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The value sent; empty for no filter.
    pub value: String,
    /// What it says.
    pub text: String,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

/// One select.
#[derive(Clone, Debug)]
pub struct Select {
    /// Its id and name.
    pub id: &'static str,
    /// Its label.
    pub label: &'static str,
    /// Its choices.
    pub choices: Vec<Choice>,
    /// What is wrong with what was sent.
    pub error: Option<String>,
}

/// The form.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/filter_form.html")]
pub struct FilterForm {
    /// Where it goes.
    pub action: &'static str,
    /// The words entered.
    pub words: String,
    /// The selects.
    pub selects: Vec<Select>,
    /// The way back to everything, if something is narrowed.
    pub is_narrowed: bool,
}

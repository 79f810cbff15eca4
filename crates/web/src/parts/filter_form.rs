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

/// One field of text or of a day.
#[derive(Clone, Debug)]
pub struct TextFilter {
    /// Its id and name.
    pub id: &'static str,
    /// Its label.
    pub label: &'static str,
    /// What was entered.
    pub entered: String,
    /// What is wrong with it.
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
    /// What is needed less often, folded away.
    pub texts: Vec<TextFilter>,
    /// The columns to choose from.
    pub columns: Vec<Choice>,
    /// What is sent along unseen.
    pub hidden: Vec<(String, String)>,
    /// Whether what is folded away is open: something of it is in use.
    pub is_open: bool,
    /// The way back to everything, if something is narrowed.
    pub is_narrowed: bool,
}

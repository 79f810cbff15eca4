//! A form that asks for a day, to see what readers saw then.

use askama::Template;

/// The form.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/day_form.html")]
pub struct DayForm {
    /// Where it goes.
    pub action: String,
    /// What was entered.
    pub entered: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

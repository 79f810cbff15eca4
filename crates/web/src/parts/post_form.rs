//! A form that changes something: labelled fields, what is wrong beside each, and the token of the session.

use askama::Template;

use crate::parts::{Choice, Errors};

/// How a field is filled in.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A line of text.
    Text,
    /// Several lines of text.
    Lines,
    /// A password; shown on request where scripts run.
    Password,
    /// A code of digits.
    Code,
    /// One of several.
    Select(Vec<Choice>),
    /// Any of several.
    Checks(Vec<Choice>),
    /// A file; what kinds browsers offer.
    File(&'static str),
}

/// One field.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its id, of its own on the page.
    pub id: String,
    /// The name under which it is sent, and which a complaint names.
    pub name: &'static str,
    /// Its label.
    pub label: String,
    /// What helps to fill it in; empty for nothing.
    pub hint: String,
    /// How it is filled in.
    pub kind: Kind,
    /// What was entered; never a password.
    pub entered: String,
    /// What browsers may fill in by themselves.
    pub autocomplete: &'static str,
    /// What is wrong with it.
    pub error: Option<String>,
}

impl Field {
    /// An empty field.
    pub fn new(name: &'static str, label: impl Into<String>, kind: Kind) -> Self {
        let autocomplete = match kind {
            Kind::Code => "one-time-code",
            _ => "off",
        };
        Self {
            id: name.to_owned(),
            name,
            label: label.into(),
            hint: String::new(),
            kind,
            entered: String::new(),
            autocomplete,
            error: None,
        }
    }

    /// The same with an id of its own, where several forms of a page send the same.
    pub fn called(self, id: impl Into<String>) -> Self {
        Self { id: id.into(), ..self }
    }

    /// The same with words that help.
    pub fn hinted(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    /// The same with what browsers may fill in by themselves.
    pub fn filled_by(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    /// The same with what was entered.
    pub fn entered(self, text: Option<&str>) -> Self {
        Self { entered: text.unwrap_or_default().to_owned(), ..self }
    }

    /// The ids of what describes it, for those who hear the page.
    pub fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.id));
        let error = self.error.is_some().then(|| format!("{}-error", self.id));
        hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }
}

/// The form.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/post_form.html")]
pub struct PostForm {
    /// Its heading; empty where the page's own says it.
    pub heading: String,
    /// What it does, where that needs words.
    pub told: String,
    /// Where it goes.
    pub action: String,
    /// The token of the session; empty where nobody is signed in.
    pub token: String,
    /// What is sent along unseen.
    pub hidden: Vec<(&'static str, String)>,
    /// What is filled in.
    pub fields: Vec<Field>,
    /// What its button says.
    pub button: String,
    /// Whether the button is of the second rank.
    pub is_secondary: bool,
}

impl PostForm {
    /// A form without fields yet.
    pub fn new(action: impl Into<String>, token: &str, button: impl Into<String>) -> Self {
        Self {
            heading: String::new(),
            told: String::new(),
            action: action.into(),
            token: token.to_owned(),
            hidden: Vec::new(),
            fields: Vec::new(),
            button: button.into(),
            is_secondary: false,
        }
    }

    /// Whether it brings a file, and must be sent in parts.
    pub fn is_in_parts(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.kind, Kind::File(_)))
    }

    /// The same under a heading, with what it does.
    pub fn headed(self, heading: impl Into<String>, told: impl Into<String>) -> Self {
        Self { heading: heading.into(), told: told.into(), ..self }
    }

    /// The same with fields.
    pub fn asking(self, fields: impl IntoIterator<Item = Field>) -> Self {
        Self { fields: fields.into_iter().collect(), ..self }
    }

    /// The same with something sent along.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.hidden.push((name, value.into()));
        self
    }

    /// The same with a button of the second rank.
    pub fn secondary(self) -> Self {
        Self { is_secondary: true, ..self }
    }

    /// The same with what is wrong beside each field.
    pub fn complaining(mut self, errors: &Errors) -> Self {
        for field in &mut self.fields {
            field.error = errors.of(&field.id).map(str::to_owned);
        }
        self
    }
}

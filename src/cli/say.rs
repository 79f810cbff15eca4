//! How the command line speaks: to people in lines and tables, to programs in JSON. The only place that prints.

use std::io::{self, Write};

use comfy_table::{Table, presets};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::exit::Failure;

/// For whom the command line speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// People at a terminal, or a file they will read.
    People,
    /// Programs.
    Json,
}

/// Says a line; a reader who has gone away is no error.
pub fn line(text: impl AsRef<str>) {
    let _ = writeln!(io::stdout(), "{}", text.as_ref());
}

/// Says one JSON value on one line.
pub fn json(value: &Value) {
    line(value.to_string());
}

/// Says the same thing to whoever listens.
pub fn either(voice: Voice, text: impl AsRef<str>, value: &Value) {
    match voice {
        Voice::People => line(text),
        Voice::Json => json(value),
    }
}

/// Says a table with a head; of no rows, nothing.
pub fn table(head: &[&str], rows: Vec<Vec<String>>) {
    if rows.is_empty() {
        return;
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(head).add_rows(rows);
    line(table.trim_fmt());
}

/// Says on standard error why it was not done; for programs as JSON.
pub fn failure(voice: Voice, failure: &Failure) {
    let text = match voice {
        Voice::People => format!("reval: {failure}"),
        Voice::Json => {
            json!({ "error": { "exit": failure.exit.code(), "message": failure.message } }).to_string()
        }
    };
    let _ = writeln!(io::stderr(), "{text}");
}

/// Hands on what another program says, as it is.
pub fn pass_on(said: &Said) {
    let _ = match said {
        Said::Out(bytes) => io::stdout().write_all(bytes).and_then(|()| io::stdout().flush()),
        Said::Err(bytes) => io::stderr().write_all(bytes),
    };
}

/// What another program says.
pub enum Said {
    /// On its output.
    Out(Vec<u8>),
    /// On its output for errors.
    Err(Vec<u8>),
}

/// An instant for people: UTC, to the second.
pub fn instant(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// A text, or a dash where there is none.
pub fn or_dash(text: Option<&str>) -> String {
    text.filter(|text| !text.is_empty()).unwrap_or("–").to_owned()
}

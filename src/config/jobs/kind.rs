//! Who does a declared job's work: this program, another program of the node, or somebody else who reports.

use domain::job::{Command, Kind};
use jiff::SignedDuration;

use super::{Declared, KNOWN};
use crate::config::layers::Value;

/// What only a command has.
const OF_A_COMMAND: [&str; 4] = ["arguments", "environment", "directory", "time_limit"];

impl Declared<'_> {
    /// Reads who does the work; refuses a name that nobody can do.
    pub(super) fn kind(&self, name: &str) -> Option<Kind> {
        let external = self.word("external", &["off", "on"])? == "on";
        let command = self.entry.values.contains_key("command");
        if !command
            && let Some(field) = OF_A_COMMAND.iter().find(|field| self.entry.values.contains_key(**field))
        {
            self.wrong(field, format!("has {field}, which only a `command` has"));
            return None;
        }
        match (external, command, KNOWN.contains(&name)) {
            (true, false, false) => Some(Kind::External),
            (false, true, false) => self.command().map(Kind::Command),
            (false, false, true) => Some(Kind::Own),
            (false, false, false) => {
                let sentence = format!(
                    "is none that this program can do; it can do: {}. Another program needs `command`, and what somebody \
                     else runs `external = \"on\"`",
                    KNOWN.join(", ")
                );
                self.wrong("name", sentence);
                None
            }
            _ => {
                self.wrong("command", "has its work done by two: leave out `command` or `external`, and name it otherwise than Reval's own");
                None
            }
        }
    }

    fn command(&self) -> Option<Command> {
        let file = self.needed("command")?;
        if !file.starts_with('/') {
            self.wrong(
                "command",
                format!(
                    "has the command \"{file}\"; it must be a path from the root, such as \"/usr/bin/rsync\""
                ),
            );
        }
        let environment = self.texts("environment")?.into_iter().map(|text| {
            let pair = text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
            pair.or_else(|| {
                self.wrong("environment", format!("has \"{text}\" in its environment; write NAME=value"));
                None
            })
        });
        let environment: Option<Vec<(String, String)>> = environment.collect();
        let time_limit = self.length("time_limit", SignedDuration::ZERO)?;
        if time_limit.is_zero() {
            self.wrong("time_limit", "needs `time_limit`: after how long is it ended, with all it started?");
        }
        Some(Command {
            file,
            arguments: self.texts("arguments")?,
            environment: environment?,
            directory: self.optional("directory"),
            time_limit,
        })
    }

    /// A list of texts; none where it is absent.
    fn texts(&self, field: &str) -> Option<Vec<String>> {
        match self.entry.values.get(field).map(|found| &found.value) {
            None => Some(Vec::new()),
            Some(Value::Texts(texts)) => Some(texts.clone()),
            Some(Value::Entries(entries)) if entries.is_empty() => Some(Vec::new()),
            Some(_) => {
                self.wrong(
                    field,
                    format!("has {field}, which must be a list of texts such as [\"--all\", \"/data\"]"),
                );
                None
            }
        }
    }
}

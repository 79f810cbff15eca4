//! `reval explain`: what a cause means, where to look first, what is safe, and whom to wake.

use serde_json::json;
use watch::runbook::Cause;

use super::Common;
use super::say::{Voice, json as say_json, line, table};
use crate::exit::{Exit, Failure};

/// Shown below the help.
pub const EXAMPLE: &str = "Examples:
  reval explain
  reval explain edge_refused

An alert names its cause. Without a cause, all of them are listed. Needs neither settings nor a store.";

/// Explain the cause of an alert, and what to do about it.
#[derive(clap::Args)]
pub struct Args {
    /// The cause's word, as an alert shows it.
    cause: Option<String>,
}

/// Does it.
pub fn run(common: &Common, args: &Args) -> Result<Exit, Failure> {
    let voice = common.voice();
    match &args.cause {
        None => list(voice),
        Some(word) => one(voice, find(word)?),
    }
    Ok(Exit::Done)
}

fn find(word: &str) -> Result<Cause, Failure> {
    let sentence = || format!("there is no cause {word}; `reval explain` lists them");
    Cause::from_word(word).ok_or_else(|| Failure::new(Exit::NotFound, sentence()))
}

fn one(voice: Voice, cause: Cause) {
    match voice {
        Voice::People => line(cause.page().trim_end()),
        Voice::Json => {
            say_json(&json!({ "cause": cause.word(), "title": cause.title(), "text": cause.page() }));
        }
    }
}

fn list(voice: Voice) {
    match voice {
        Voice::People => {
            let row = |cause: &Cause| vec![cause.word().to_owned(), cause.title().to_owned()];
            table(&["cause", "what it is"], Cause::ALL.iter().map(row).collect());
        }
        Voice::Json => {
            let one = |cause: &Cause| json!({ "cause": cause.word(), "title": cause.title() });
            say_json(&Cause::ALL.iter().map(one).collect());
        }
    }
}

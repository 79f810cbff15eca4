//! What a person sees while a run works: bars on a terminal, lines elsewhere, nothing for programs.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use sync::Step;
use sync::context::Observer;

use super::say::{Voice, line};
use crate::wiring::House;

/// Shows each step of a run over so many lists.
pub fn observer(house: &House, voice: Voice, lists: usize) -> Observer {
    let names: BTreeMap<String, String> =
        house.asked().iter().map(|body| (body.code.to_string(), body.name.clone())).collect();
    match voice {
        Voice::Json => Arc::new(|_, _| {}),
        Voice::People if std::io::stderr().is_terminal() => bars(names, lists),
        Voice::People => Arc::new(move |list, step| {
            if let Some(word) = word(step) {
                line(format!("{}: {word}", label(&names, list)));
            }
        }),
    }
}

fn label(names: &BTreeMap<String, String>, list: &str) -> String {
    names.get(list).map_or_else(|| list.to_owned(), |name| format!("{name} ({list})"))
}

/// What a list has come to, in words; steps on the way have none.
fn word(step: Step) -> Option<&'static str> {
    match step {
        Step::Published => Some("published"),
        Step::Held => Some("held for a person"),
        Step::Failed => Some("failed, the last good list stays"),
        _ => None,
    }
}

fn bars(names: BTreeMap<String, String>, lists: usize) -> Observer {
    let style = |template: &str| {
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
    };
    let all = MultiProgress::new();
    let whole = all.add(ProgressBar::new(lists as u64));
    whole.set_style(style("{bar:30} {pos} of {len} lists, {elapsed}"));
    let one = all.add(ProgressBar::new_spinner());
    one.set_style(style("{spinner} {msg}"));
    one.enable_steady_tick(Duration::from_millis(120));
    Arc::new(move |list, step| {
        let name = label(&names, list);
        match (word(step), step) {
            (Some(word), _) => {
                let _ = all.println(format!("{name}: {word}"));
                whole.inc(1);
            }
            (None, Step::Begin) => one.set_message(format!("{name}: asking")),
            (None, Step::Staged(records)) => one.set_message(format!("{name}: {records} records")),
            (None, Step::Fetched) => one.set_message(format!("{name}: complete, comparing")),
            (None, Step::Publishing) => one.set_message(format!("{name}: publishing")),
            (None, Step::Settling) => one.set_message("settling who left".to_owned()),
            (None, Step::Recounting) => one.set_message(format!("{name}: counting again")),
            (None, Step::Settled) => {
                one.finish_and_clear();
                whole.finish_and_clear();
            }
            (None, _) => {}
        }
    })
}

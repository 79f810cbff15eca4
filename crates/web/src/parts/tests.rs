//! Our components against the design system's own examples: the same options must give the same markup.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{Cell, Errors, Summary, Table, Tag};
use crate::assets::DESIGN_VERSION;
use crate::params::Complaint;

/// The examples of one component; none in a bare build, which has no design system to agree with.
fn examples(component: &str) -> Vec<Value> {
    let dist =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web-assets/node_modules/nhsuk-frontend/dist/nhsuk");
    if DESIGN_VERSION.is_empty() {
        note(component);
        return Vec::new();
    }
    let text = fs::read_to_string(dist.join("components").join(component).join("fixtures.json"));
    let all: Value = serde_json::from_str(&text.expect("the design system's examples")).expect("json");
    all["fixtures"].as_array().expect("a list of examples").clone()
}

#[expect(clippy::print_stderr, reason = "a test run must show what it left out")]
fn note(component: &str) {
    eprintln!(
        "{component} was compared with nothing: this is a bare build (`npm ci` in web-assets, then again)"
    );
}

/// Markup without the differences that no browser sees.
fn normal(markup: &str) -> String {
    let decoded =
        markup.replace("&#38;", "&").replace("&amp;", "&").replace("&#39;", "'").replace("&#34;", "\"");
    let mut words = decoded.split_whitespace().collect::<Vec<_>>().join(" ");
    for (spaced, tight) in [("> ", ">"), (" <", "<")] {
        words = words.replace(spaced, tight);
    }
    words
}

/// Compares every example that `made` can make; at least so many must be.
fn agrees(component: &str, at_least: usize, made: impl Fn(&Value) -> Option<String>) {
    let all = examples(component);
    let mut compared = 0;
    // What a call block holds is not among the options.
    let is_data = |example: &&Value| !example["name"].as_str().unwrap_or_default().contains("call block");
    for example in all.iter().filter(is_data) {
        let Some(ours) = made(&example["context"]) else { continue };
        let theirs = example["html"].as_str().expect("markup");
        assert_eq!(normal(&ours), normal(theirs), "{component}: {}", example["name"]);
        compared += 1;
    }
    assert!(
        all.is_empty() || compared >= at_least,
        "{component}: only {compared} of {} were compared",
        all.len()
    );
}

/// The one text of an option that may be a string or an object with a text.
fn text(option: &Value) -> Option<String> {
    option.as_str().or_else(|| option["text"].as_str()).map(str::to_owned)
}

fn only(option: &Value, keys: &[&str]) -> Option<()> {
    option.as_object()?.keys().all(|key| keys.contains(&key.as_str())).then_some(())
}

#[test]
fn a_tag_is_the_design_system_s_tag() {
    const COLOURS: [&str; 10] =
        ["white", "grey", "green", "aqua-green", "blue", "purple", "pink", "red", "orange", "yellow"];
    agrees("tag", 11, |options| {
        only(options, &["text", "colour"])?;
        let colour = if options["colour"].is_null() { "" } else { options["colour"].as_str()? };
        let known = COLOURS.into_iter().find(|known| *known == colour);
        let colour = if colour.is_empty() { "" } else { known? };
        Some(Tag::new(options["text"].as_str()?, colour).to_string())
    });
}

#[test]
fn a_summary_is_the_design_system_s_summary() {
    agrees("summary-list", 1, |options| {
        only(options, &["rows"])?;
        let line = |row: &Value| {
            only(row, &["key", "value"])?;
            only(&row["key"], &["text"])?;
            only(&row["value"], &["text"])?;
            Some((text(&row["key"])?, Cell::Text(text(&row["value"])?)))
        };
        let lines: Option<Vec<_>> = options["rows"].as_array()?.iter().map(line).collect();
        Some(Summary::of(lines?).to_string())
    });
}

#[test]
fn complaints_are_the_design_system_s_error_summary() {
    agrees("error-summary", 1, |options| {
        only(options, &["heading", "errorList"])?;
        let complaint = |error: &Value| {
            only(error, &["text", "href"])?;
            // Our fields have names known when compiled; this one is the example's.
            let field = (error["href"].as_str()? == "#example-day").then_some("example-day")?;
            Some(Complaint { field, message: text(error)? })
        };
        let complaints: Option<Vec<_>> = options["errorList"].as_array()?.iter().map(complaint).collect();
        (text(&options["heading"])? == "There is a problem").then_some(())?;
        Some(Errors { complaints: complaints? }.to_string())
    });
}

#[test]
fn a_table_is_the_design_system_s_table_that_scrolls() {
    agrees("tables", 1, |options| {
        only(options, &["caption", "firstCellIsHeader", "scroll", "head", "rows"])?;
        let is_ours = options["scroll"] == true && options["caption"]["id"] == "scrolling-caption";
        is_ours.then_some(())?;
        let heads: Option<Vec<&'static str>> = options["head"].as_array()?.iter().map(head).collect();
        let row = |row: &Value| row.as_array()?.iter().map(|cell| Some(Cell::Text(text(cell)?))).collect();
        let rows: Option<Vec<Vec<Cell>>> = options["rows"].as_array()?.iter().map(row).collect();
        let table = Table::new("scrolling", text(&options["caption"])?, &heads?).filled(rows?, "");
        // Ours are always compact, a variant that the example does not use.
        Some(table.to_string().replace(" nhsuk-table--compact", ""))
    });
}

/// A heading as our tables take it; leaked, as a test may.
fn head(head: &Value) -> Option<&'static str> {
    let mark = if head["format"] == "numeric" { "#" } else { "" };
    Some(Box::leak(format!("{mark}{}", text(head)?).into_boxed_str()))
}

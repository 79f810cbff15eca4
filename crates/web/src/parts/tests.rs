//! Our components against the design system's own examples: the same options must give the same markup.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{Cell, Errors, Field, Kind, PostForm, Summary, Table, Tag};
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
    // What a call block holds is not among the options, nor that a heading is left out.
    let is_data = |example: &&Value| {
        let name = example["name"].as_str().unwrap_or_default();
        !name.contains("call block") && !name.contains(", without heading")
    };
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

/// What stands in a form of one field, without the form around it; labels are headings in the examples.
fn field(field: Field) -> String {
    let form = PostForm::new("/", "", "Go on").asking([field]).to_string();
    let (_, rest) = form.split_once("novalidate>").expect("a form");
    let ours = rest.split("<button class=\"nhsuk-button nhsuk-button--small\"").next().expect("its field");
    let heading = "<h1 class=\"nhsuk-label-wrapper\"><label class=\"nhsuk-label nhsuk-label--l\"";
    ours.replace("<label class=\"nhsuk-label\"", heading).replace("</label>", "</label></h1>")
}

fn leaked(option: &Value) -> Option<&'static str> {
    Some(Box::leak(option.as_str()?.to_owned().into_boxed_str()))
}

/// A field of ours with what an example of an input says.
fn example(options: &Value, kind: Kind) -> Option<Field> {
    let id = options["id"].as_str().or_else(|| options["name"].as_str())?;
    let name = leaked(&options["name"]).or_else(|| leaked(&options["id"]))?;
    only(&options["label"], &["heading", "size"])?;
    (options["label"]["size"] == "l").then_some(())?;
    let mut one = Field::new(name, options["label"]["heading"].as_str()?, kind).called(id);
    one.hint = text(&options["hint"]).unwrap_or_default();
    one.error = text(&options["errorMessage"]);
    (options["errorMessage"].is_null() || one.error.is_some()).then_some(())?;
    Some(one)
}

#[test]
fn a_password_is_the_design_system_s_password() {
    agrees("password-input", 2, |options| {
        only(options, &["id", "name", "label", "hint", "errorMessage", "autocomplete"])?;
        let autocomplete = leaked(&options["autocomplete"]).unwrap_or("current-password");
        let ours = field(example(options, Kind::Password)?.filled_by(autocomplete));
        // Ours has a width of its own, a variant that the example does not use.
        Some(ours.replace(" nhsuk-input--width-20", ""))
    });
}

#[test]
fn a_choice_of_several_is_the_design_system_s_select() {
    agrees("select", 1, |options| {
        only(options, &["id", "name", "label", "hint", "errorMessage", "items"])?;
        let choice = |item: &Value| {
            only(item, &["value", "text", "selected"])?;
            let is_chosen = item["selected"] == true;
            Some(super::Choice { value: item["value"].as_str()?.to_owned(), text: text(item)?, is_chosen })
        };
        let choices: Option<Vec<_>> = options["items"].as_array()?.iter().map(choice).collect();
        Some(field(example(options, Kind::Select(choices?))?))
    });
}

/// A heading as our tables take it; leaked, as a test may.
fn head(head: &Value) -> Option<&'static str> {
    let mark = if head["format"] == "numeric" { "#" } else { "" };
    Some(Box::leak(format!("{mark}{}", text(head)?).into_boxed_str()))
}

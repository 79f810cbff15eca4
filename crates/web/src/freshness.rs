//! How old the data behind a page are, in three weights: a line, an inset, a warning. No list is without it.

use askama::Template;
use domain::freshness::Age;
use domain::overrides::Override;
use domain::run::BodyOutcome;
use jiff::Timestamp;
use ops::{Freshness, ListFreshness};

use crate::moment::{Moment, counted};
use crate::parts::{Callout, Cell, Tag, Weight};
use crate::words;

/// The freshness of a page.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/freshness.html")]
pub struct FreshnessLine {
    /// The verdict over all lists behind the page.
    pub tag: Tag,
    /// The oldest of the bodies' data.
    pub gmc: Option<Moment>,
    /// Of how many bodies that is the oldest.
    pub of: String,
    /// TIS.
    pub tis: Option<Moment>,
    /// What is different for a while.
    pub different: Option<Callout>,
    /// What a reader must know before trusting the page.
    pub warning: Option<Callout>,
}

impl FreshnessLine {
    /// Shows how fresh the lists behind a page are.
    pub fn of(freshness: &Freshness) -> Self {
        let now = freshness.at;
        let at = |as_of: Timestamp| Moment::of(as_of, now);
        let attention: Vec<Cell> =
            freshness.attention().into_iter().map(|list| sentence(list, now)).collect();
        let verdict = verdict(freshness);
        let warning = Callout {
            weight: weight(freshness, verdict),
            heading: heading(freshness),
            paragraphs: attention,
        };
        Self {
            tag: words::age(verdict),
            gmc: freshness.oldest().map(at),
            of: match freshness.bodies.len() {
                0 => "no designated body".to_owned(),
                1 => freshness.bodies.iter().map(|list| list.name.clone()).collect(),
                many => format!("the oldest of {many} bodies"),
            },
            tis: freshness.tis.data_as_of.map(at),
            different: different(&freshness.overrides),
            warning: (!warning.paragraphs.is_empty()).then_some(warning),
        }
    }
}

/// What somebody changed for a while, until when, and why: on every page, so that it is not forgotten.
fn different(overrides: &[Override]) -> Option<Callout> {
    let said: Vec<Cell> = overrides.iter().map(|one| Cell::Text(format!("{}.", one.sentence()))).collect();
    let heading =
        counted(said.len() as u64, "override") + " in force: for a while this differs from the settings";
    (!said.is_empty()).then_some(Callout { weight: Weight::Inset, heading, paragraphs: said })
}

/// One word over all lists: a list without data among others makes the page amber, red outranks it, and only where
/// nothing at all was published is there no data.
fn verdict(freshness: &Freshness) -> Age {
    let ages = || freshness.bodies.iter().map(|list| list.age).chain([freshness.tis.age]);
    if ages().all(|age| age == Age::Never) {
        return Age::Never;
    }
    let known = |age: Age| if age == Age::Never { Age::Amber } else { age };
    ages().map(known).max().unwrap_or(Age::Never)
}

/// Past the second threshold it warns; over many bodies a line that names them is enough, the rest unfolds.
fn weight(freshness: &Freshness, verdict: Age) -> Weight {
    match (verdict, freshness.bodies.len()) {
        (Age::Red | Age::Never, _) => Weight::Loud,
        (_, 0 | 1) => Weight::Inset,
        _ => Weight::Folded,
    }
}

fn heading(freshness: &Freshness) -> String {
    let lists = freshness.attention();
    let needs = if lists.len() == 1 { "needs" } else { "need" };
    let names = lists.iter().map(|list| match list.outcome {
        Some(BodyOutcome::Held) => format!("{} (held)", list.name),
        Some(BodyOutcome::Failed) => format!("{} (failed)", list.name),
        Some(BodyOutcome::Published) => format!("{} (late)", list.name),
        None => format!("{} (never refreshed)", list.name),
    });
    let names: Vec<String> = names.collect();
    format!("{} {needs} attention: {}", counted(lists.len() as u64, "list"), names.join(", "))
}

/// Says of one list what is wrong with it and what its readers see meanwhile.
fn sentence(list: &ListFreshness, now: Timestamp) -> Cell {
    let seen = match list.data_as_of {
        Some(as_of) => {
            let moment = Moment::of(as_of, now);
            format!("its data are as of {} ({})", moment.text, moment.ago)
        }
        None => "it has no data yet".to_owned(),
    };
    let reason = list.reason.trim_end_matches('.');
    let colour = match list.age {
        Age::Fresh => "",
        Age::Amber => "Amber: ",
        Age::Red => "Red: ",
        Age::Never => "No data: ",
    };
    let text = match list.outcome {
        Some(BodyOutcome::Held) => {
            format!("{colour}{} was held for a person's word: {reason}. Until then {seen}.", list.name)
        }
        Some(BodyOutcome::Failed) => format!("{colour}{} failed: {reason}; {seen}.", list.name),
        Some(BodyOutcome::Published) => format!("{colour}{} is late: {seen}.", list.name),
        None => format!("{colour}{} was never refreshed: {seen}.", list.name),
    };
    Cell::Text(text)
}

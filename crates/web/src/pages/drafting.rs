//! Drafting a recommendation on the page of its doctor, and the form that says its words.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::access::Right;
use domain::recommendation::{Kind as Recommended, REASONS, SUB_REASONS, Words};
use jiff::civil::Date;
use ops::alert::Word;
use ops::recommendations::RecommendationPage;

use super::sheet::Sheet;
use super::{Page, answered, told};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::params::encoded;
use crate::parts::{Cell, Choice, Errors, Field, Kind, PostForm};
use crate::posted::Posted;
use crate::reader::Reader;
use crate::way;

const HEADING: &str = "Draft a recommendation";

/// Shows the form for one doctor.
pub async fn get(State(app): State<Arc<App>>, reader: Reader, Path(number): Path<String>) -> Page {
    page(&app, &reader, &number, &Entered::default(), Errors::default()).await
}

/// Keeps the draft.
pub async fn post(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(number): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["kind", "date", "reason"])?;
    let entered = Entered::of(&posted);
    let words = match entered.words() {
        Ok(words) => words,
        Err(errors) => return page(&app, &reader, &number, &entered, errors).await,
    };
    let actor = reader.visitor.actor("");
    let word = Word { actor: &actor, ids: &app.ids };
    match app.ops.draft(&reader.scope(Right::Draft), &number, &words, word).await {
        Ok(page) => Ok(way::see(&format!("/recommendations/{}?done=drafted", encoded(&page.row.id)))),
        Err(fault) => page(&app, &reader, &number, &entered, Errors::one("kind", told(fault)?)).await,
    }
}

async fn page(app: &App, reader: &Reader, number: &str, entered: &Entered, errors: Errors) -> Page {
    let freshness = app.ops.drafted_from(&reader.scope(Right::Draft), number).await?;
    let frame = Frame::of(app, reader, "/recommendations", HEADING)
        .below("/doctors", "Doctors")
        .below(format!("/doctors/{}", encoded(number)), number);
    let status = if errors.is_any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut sheet = Sheet::new(frame, FreshnessLine::of(&freshness), HEADING).complaining(errors);
    sheet.intro.push(Cell::text(
        "It stays a draft until an approver submits it. Only then does the GMC hear of it.",
    ));
    let form = PostForm::new(
        format!("/doctors/{}/recommend", encoded(number)),
        &reader.form_token,
        "Keep the draft",
    )
    .asking(fields(entered));
    answered(&sheet.asking(form), status)
}

/// The form that changes the words of a draft.
pub fn changing(page: &RecommendationPage, token: &str) -> PostForm {
    let words = &page.row.words;
    let entered = Entered {
        kind: words.kind.word().to_owned(),
        date: words.deferral_date.map(|date| date.to_string()).unwrap_or_default(),
        reason: reason_value(words.reason.as_deref(), words.sub_reason.as_deref()),
    };
    PostForm::new(format!("/recommendations/{}/change", encoded(&page.row.id)), token, "Change the draft")
        .headed("Change it", "")
        .with("seen", page.row.version.to_string())
        .asking(fields(&entered))
        .secondary()
}

/// What was entered.
#[derive(Default)]
pub struct Entered {
    kind: String,
    date: String,
    reason: String,
}

impl Entered {
    /// Takes the fields of a form.
    pub fn of(posted: &Posted) -> Self {
        let field = |name: &str| posted.get(name).unwrap_or_default().to_owned();
        Self { kind: field("kind"), date: field("date"), reason: field("reason") }
    }

    /// Reads it, or says what is wrong.
    pub fn words(&self) -> Result<Words, Errors> {
        let kind = Recommended::from_word(&self.kind)
            .ok_or_else(|| Errors::one("kind", "Choose what is recommended".to_owned()))?;
        let deferral_date = match self.date.as_str() {
            "" => None,
            text => Some(text.parse::<Date>().map_err(|_| {
                Errors::one("date", "Write the date as year, month and day: 2027-06-01".to_owned())
            })?),
        };
        let (reason, sub) = self.reason.split_once('.').unwrap_or((self.reason.as_str(), ""));
        let part = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Ok(Words { kind, deferral_date, reason: part(reason), sub_reason: part(sub) })
    }
}

fn reason_value(reason: Option<&str>, sub: Option<&str>) -> String {
    match (reason, sub) {
        (Some(reason), Some(sub)) => format!("{reason}.{sub}"),
        (Some(reason), None) => reason.to_owned(),
        (None, _) => String::new(),
    }
}

fn fields(entered: &Entered) -> [Field; 3] {
    let choice = |value: String, text: String, chosen: &str| {
        let is_chosen = value == chosen;
        Choice { value, text, is_chosen }
    };
    let kinds = Recommended::ALL
        .map(|kind| choice(kind.word().to_owned(), kind_spoken(kind).to_owned(), &entered.kind));
    let reasons = REASONS.iter().flat_map(|(code, sentence)| {
        let subs: Vec<(String, String)> = match *code {
            "1" => SUB_REASONS
                .iter()
                .map(|(sub, told)| (format!("1.{sub}"), format!("{sentence}: {told}")))
                .collect(),
            code => vec![(code.to_owned(), (*sentence).to_owned())],
        };
        subs
    });
    let reasons = reasons.map(|(value, text)| choice(value, text, &entered.reason));
    let blank = |text: &str| choice(String::new(), text.to_owned(), "-");
    [
        Field::new(
            "kind",
            "What is recommended",
            Kind::Select([blank("Choose")].into_iter().chain(kinds).collect()),
        ),
        Field::new("date", "New date, for a deferral", Kind::Text)
            .hinted("Year, month and day, for example 2027-06-01")
            .entered(Some(&entered.date)),
        Field::new(
            "reason",
            "Reason, for a deferral",
            Kind::Select([blank("None")].into_iter().chain(reasons).collect()),
        ),
    ]
}

fn kind_spoken(kind: Recommended) -> &'static str {
    match kind {
        Recommended::Revalidate => "Revalidate",
        Recommended::Defer => "Defer",
        Recommended::NonEngagement => "Non-engagement",
    }
}

/// A date for people.
pub fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// Words in one line.
pub fn spoken(words: &Words) -> String {
    let of = |table: &[(&str, &str)], code: Option<&str>| {
        table.iter().find(|(one, _)| Some(*one) == code).map(|(_, sentence)| format!(", {sentence}"))
    };
    let date = words.deferral_date.map(|date| format!(" to {}", day(date))).unwrap_or_default();
    let reason = of(&REASONS, words.reason.as_deref()).unwrap_or_default();
    let sub = of(&SUB_REASONS, words.sub_reason.as_deref()).unwrap_or_default();
    format!("{}{date}{reason}{sub}", kind_spoken(words.kind))
}

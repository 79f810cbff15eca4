//! One alert: its life, what was told of it, and what a person who keeps the program running says about it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::access::Right;
use jiff::Timestamp;
use ops::alert::{AlertStory, Word};
use ops::alerts::AlertPage;
use ops::rows::AlertRow;

use super::sheet::Sheet;
use super::{Page, answered, made, told};
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::params::{Params, encoded};
use crate::parts::{Cell, Errors, Field, Kind, PostForm, Summary, Table};
use crate::posted::Posted;
use crate::reader::Reader;
use crate::{App, way, words};

/// What was just said, by the word in the address.
const DONE: [(&str, &str); 2] = [
    ("taken", "It is yours: nobody is reminded of it any more."),
    ("resolved", "It is closed. Where its condition still holds, the watch opens it anew."),
];

/// Shows one alert.
pub async fn get(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    params: Params,
) -> Page {
    let page = app.ops.alert(&reader.counted(&app), &id).await?;
    made(&sheet(&app, &reader, &page, Errors::default()).done(&params, &DONE))
}

/// Takes an alert.
pub async fn acknowledge(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["reason"])?;
    let actor = reader.visitor.actor(posted.get("reason").unwrap_or_default());
    match app.ops.acknowledge(&id, Word { actor: &actor, ids: &app.ids }).await {
        Ok(_) => Ok(way::see(&format!("/alerts/{}?done=taken", encoded(&id)))),
        Err(fault) => again(&app, &reader, &id, Errors::one("take-reason", told(fault)?)).await,
    }
}

/// Closes an alert.
pub async fn resolve(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["reason"])?;
    let actor = reader.visitor.actor(posted.get("reason").unwrap_or_default());
    match app.ops.resolve(&id, Word { actor: &actor, ids: &app.ids }).await {
        Ok(_) => Ok(way::see(&format!("/alerts/{}?done=resolved", encoded(&id)))),
        Err(fault) => again(&app, &reader, &id, Errors::one("close-reason", told(fault)?)).await,
    }
}

async fn again(app: &App, reader: &Reader, id: &str, errors: Errors) -> Page {
    let page = app.ops.alert(&reader.counted(app), id).await?;
    answered(&sheet(app, reader, &page, errors), StatusCode::UNPROCESSABLE_ENTITY)
}

fn sheet(app: &App, reader: &Reader, page: &AlertPage, errors: Errors) -> Sheet {
    let (alert, now) = (&page.story.alert, page.freshness.at);
    let frame = Frame::of(app, reader, "/alerts", "Alert").below("/alerts", "Alerts");
    let mut sheet = Sheet::new(frame, FreshnessLine::of(&page.freshness), "Alert").complaining(errors);
    sheet.intro.push(Cell::text(alert.sentence.as_str()));
    sheet.summary = Some(summary(alert, now));
    sheet.tables.push(life(&page.story, now));
    sheet.tables.push(told_of(&page.story, now));
    if alert.resolved_at.is_some() || !reader.may(Right::OperateAlerts) {
        return sheet;
    }
    forms(alert, &reader.form_token).into_iter().fold(sheet, Sheet::asking)
}

fn summary(alert: &AlertRow, now: Timestamp) -> Summary {
    let maybe = |text: &Option<String>, or: &str| {
        text.as_deref().filter(|text| !text.is_empty()).map_or_else(|| Cell::Hint(or.to_owned()), Cell::text)
    };
    let hold =
        alert.hold_id.as_deref().map(|id| Cell::link(format!("/holds/{}", encoded(id)), "See the hold"));
    let run = alert.run_id.as_deref().filter(|id| !id.is_empty());
    let run = run.map(|id| Cell::link(format!("/runs/{}", encoded(id)), "See the run"));
    Summary::of([
        ("For", Cell::Tag(words::severity(&alert.severity))),
        ("State", Cell::Tag(words::alert(&alert.state))),
        ("What to do", Cell::Code(alert.next_action.clone())),
        ("Doctors touched", Cell::count(alert.doctors_affected)),
        ("Whose it is", maybe(&alert.owner, "nobody's yet")),
        ("Opened", Cell::at(alert.opened_at, now)),
        ("More", Cell::Stack(hold.into_iter().chain(run).collect())),
        ("Key", Cell::Code(alert.key.clone())),
    ])
}

fn life(story: &AlertStory, now: Timestamp) -> Table {
    let rows = story.life.iter().map(|flip| {
        vec![
            Cell::at(flip.at, now),
            Cell::text(flip.what.as_str()),
            Cell::text(flip.sentence.as_str()),
            Cell::text(flip.actor.as_str()),
        ]
    });
    Table::new("life", "What became of it", &["When", "What", "Why", "By"]).filled(rows, "Nothing yet.")
}

fn told_of(story: &AlertStory, now: Timestamp) -> Table {
    let rows = story.told.iter().map(|one| {
        vec![
            Cell::text(one.channel.as_str()),
            Cell::text(one.state.replace('_', " ")),
            Cell::at(one.created_at, now),
        ]
    });
    Table::new("told", "Who was told", &["Channel", "State", "When"]).filled(rows, "Nobody was told yet.")
}

fn forms(alert: &AlertRow, token: &str) -> [PostForm; 2] {
    let to = |what: &str| format!("/alerts/{}/{what}", encoded(&alert.id));
    let why = |label: &str, id: &str| Field::new("reason", label, Kind::Text).called(id);
    [
        PostForm::new(to("acknowledge"), token, "Take it")
            .headed("Take it", "It is yours from then on, and nobody is reminded of it.")
            .asking([why("What is being done", "take-reason")]),
        PostForm::new(to("resolve"), token, "Close it")
            .headed("Close it", "Where its condition still holds, the watch opens it anew.")
            .asking([why("Why it is over", "close-reason")])
            .secondary(),
    ]
}

//! Changes on their way to the GMC: where each stands, how it came there, and what a person says of what nobody can prove.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::access::Right;
use domain::sending::{Standing, Wish};
use jiff::Timestamp;
use ops::alert::Word;
use ops::connections::{IntentStory, Say};
use ops::rows::{IntentRow, StepRow};

use super::sheet::Sheet;
use super::{Page, answered, told};
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::params::{Params, encoded};
use crate::parts::{Cell, Errors, Field, Kind, PostForm, Summary, Table};
use crate::posted::Posted;
use crate::reader::Reader;
use crate::{App, way, words};

const MEANING: &str = "Each is sent once. What the GMC's reply does not prove stays unknown: the list, asked anew, may prove \
                       it, or a person who looks into GMC Connect. Nothing is sent again by itself.";
const DONE: &str = "It is written down.";

/// Shows what is on its way, and what was settled last; of one press of a button, how far it is.
pub async fn all(State(app): State<Arc<App>>, reader: Reader, params: Params) -> Page {
    let freshness = app.ops.freshness(&reader.doctors()).await?;
    let rows = match params.get("press") {
        Some(press) => app.ops.press(&reader.doctors(), press).await?,
        None => app.ops.intents(&reader.doctors()).await?,
    };
    let (now, before) = (freshness.at, app.ops.before().await?);
    let frame = Frame::of(&app, &reader, "/connections", "Sent to the GMC");
    let mut sheet = Sheet::new(frame, FreshnessLine::of(&freshness), "Sent to the GMC");
    sheet.intro.push(Cell::text(MEANING));
    if params.get("press").is_some() {
        sheet.intro.push(Cell::text(progress(&rows)));
        sheet.intro.push(Cell::link("/connections", "See everything that is sent"));
    }
    if reader.may(Right::Connect) {
        sheet.intro.push(Cell::link("/connections/new", "Connect or disconnect doctors"));
    }
    let titles = ["Change", "GMC number", "Body", "Stands", "Wished", "By", "What is known"];
    let cells = rows.iter().map(|row| {
        vec![
            Cell::link(format!("/connections/{}", encoded(&row.id)), words::wish(row.wish)),
            Cell::link(format!("/doctors/{}", row.number), row.number.to_string()),
            Cell::text(app.ops.name_of(row.body.as_str())),
            Cell::Tag(words::standing(row.standing)),
            Cell::at(row.asked_at, now),
            Cell::text(row.asked_by.as_str()),
            known(row, &before),
        ]
    });
    sheet.tables.push(
        Table::new("changes", caption(&params), &titles)
            .filled(cells, "Nothing was ever sent to the GMC for these bodies."),
    );
    answered(&sheet, StatusCode::OK)
}

fn caption(params: &Params) -> &'static str {
    match params.get("press") {
        Some(_) => "In the order in which they are sent",
        None => "What is not settled first, the oldest at the top",
    }
}

/// How far a press of a button is, in one sentence.
fn progress(rows: &[IntentRow]) -> String {
    let settled = rows.iter().filter(|row| row.standing.is_end()).count();
    let each = Standing::ALL.map(|standing| {
        let many = rows.iter().filter(|row| row.standing == standing).count();
        (many > 0).then(|| format!("{many} {}", words::standing_spoken(standing)))
    });
    let told: Vec<String> = each.into_iter().flatten().collect();
    format!(
        "{settled} of {} are settled: {}. Open this page again to see how far it is.",
        rows.len(),
        told.join(", ")
    )
}

/// Shows one.
pub async fn one(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    params: Params,
) -> Page {
    let story = app.ops.intent(&reader.doctors(), &id).await?;
    let mut sheet = sheet(&app, &reader, &story, Errors::default()).await?;
    sheet.done = (params.get("done") == Some("said")).then_some(DONE);
    answered(&sheet, StatusCode::OK)
}

/// Takes a person's word on one.
pub async fn settle(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["say", "gmc-id", "reason"])?;
    // Whose change it is not, and who may not settle this kind, learns that there is none.
    let story = app.ops.intent(&reader.scope(Right::Connect), &id).await?;
    let scope = reader.scope(right(story.row.wish));
    app.ops.intent(&scope, &id).await?;
    let say = match posted.get("say") {
        Some("found") => Say::Found(posted.get("gmc-id")),
        Some("send-again") => Say::NotThereSendAgain,
        Some("give-up") => Say::GiveUp,
        _ => {
            let errors = Errors::one("say", "Choose what you found".to_owned());
            return again(&app, &reader, &story, errors).await;
        }
    };
    let actor = reader.visitor.actor(posted.get("reason").unwrap_or_default());
    match app.ops.say_of_intent(&scope, &id, say, Word { actor: &actor, ids: &app.ids }).await {
        Ok(_) => Ok(way::see(&format!("/connections/{}?done=said", encoded(&id)))),
        Err(fault) => again(&app, &reader, &story, Errors::one("reason", told(fault)?)).await,
    }
}

async fn again(app: &App, reader: &Reader, story: &IntentStory, errors: Errors) -> Page {
    answered(&sheet(app, reader, story, errors).await?, StatusCode::UNPROCESSABLE_ENTITY)
}

async fn sheet(app: &App, reader: &Reader, story: &IntentStory, errors: Errors) -> Result<Sheet, ops::Fault> {
    let row = &story.row;
    let freshness = app.ops.freshness(&domain::scope::Scope::of([row.body.clone()])).await?;
    let (now, heading) = (freshness.at, words::wish(row.wish));
    let frame = Frame::of(app, reader, "/connections", heading).below("/connections", "Sent to the GMC");
    let mut sheet = Sheet::new(frame, FreshnessLine::of(&freshness), heading).complaining(errors);
    sheet.summary = Some(summary(app, (row, &app.ops.before().await?), now));
    sheet.tables.push(life(&story.life, now));
    let may = reader.scope(right(row.wish)).covers(&row.body);
    Ok(match form(row, &reader.form_token).filter(|_| may) {
        Some(form) => sheet.asking(form),
        None => sheet,
    })
}

/// The right to settle what became of a wish.
fn right(wish: Wish) -> Right {
    match wish {
        Wish::Recommend => Right::Submit,
        Wish::Connect | Wish::Disconnect => Right::Connect,
    }
}

fn known(row: &IntentRow, before: &HashMap<String, u64>) -> Cell {
    if let (Standing::Queued, Some(before)) = (row.standing, before.get(&row.id)) {
        return Cell::text(words::place(*before));
    }
    match (row.standing, row.is_already, row.sentence.is_empty()) {
        (Standing::Accepted, true, false) => Cell::text(row.sentence.as_str()),
        (Standing::Accepted, true, true) => Cell::text("It was so already."),
        (Standing::Accepted, ..) => Cell::text("Carried out; the next list confirms it."),
        (_, _, true) => Cell::Hint("nothing yet".to_owned()),
        _ => Cell::text(row.sentence.as_str()),
    }
}

fn summary(app: &App, story: (&IntentRow, &HashMap<String, u64>), now: Timestamp) -> Summary {
    let (row, before) = story;
    let from = row.from_body.as_ref().map(|body| app.ops.name_of(body.as_str()));
    let mut lines = vec![
        ("Doctor", Cell::link(format!("/doctors/{}", row.number), row.number.to_string())),
        ("Body", Cell::text(app.ops.name_of(row.body.as_str()))),
        ("Was at", Cell::maybe(from.as_deref())),
        ("Stands", Cell::Tag(words::standing(row.standing))),
        ("What is known", known(row, before)),
        ("Wished by", Cell::text(row.asked_by.as_str())),
        ("Because", Cell::maybe(Some(row.reason.as_str()).filter(|reason| !reason.is_empty()))),
        ("Wished", Cell::at(row.asked_at, now)),
    ];
    if let Some(next) = row.next_look {
        lines.push(("Looked at again", Cell::at(next, now)));
    }
    if let Some(code) = &row.code {
        lines.push(("GMC return code", Cell::Code(code.clone())));
    }
    Summary::of(lines)
}

fn life(steps: &[StepRow], now: Timestamp) -> Table {
    let rows = steps.iter().map(|step| {
        vec![
            Cell::at(step.at, now),
            Cell::text(step.standing.as_str()),
            Cell::text(step.sentence.as_str()),
            Cell::text(step.actor.as_str()),
        ]
    });
    Table::new("life", "How it came there", &["When", "Stood", "What happened", "By"])
        .filled(rows, "Nothing yet.")
}

fn form(row: &IntentRow, token: &str) -> Option<PostForm> {
    let choice = |value: &str, text: &str| crate::parts::Choice {
        value: value.to_owned(),
        text: text.to_owned(),
        is_chosen: false,
    };
    let choices = match row.standing {
        Standing::Unknown => vec![
            choice("", "Choose"),
            choice("found", "GMC Connect shows it"),
            choice("send-again", "It is not there: send it once more"),
            choice("give-up", "It is not there: give it up"),
        ],
        Standing::Queued => vec![choice("", "Choose"), choice("give-up", "Do not send it")],
        Standing::Sending | Standing::Accepted | Standing::Rejected | Standing::Abandoned => return None,
    };
    let to = format!("/connections/{}/settle", encoded(&row.id));
    let id = Field::new("gmc-id", "The GMC's id of the recommendation", Kind::Text)
        .hinted("If GMC Connect shows it: without it nobody can ask what becomes of it");
    let id = (row.wish == Wish::Recommend && row.standing == Standing::Unknown).then_some(id);
    let say = Field::new("say", "What you found", Kind::Select(choices));
    let why = Field::new("reason", "What you saw, and where", Kind::Text);
    Some(
        PostForm::new(to, token, "Write it down")
            .headed(
                "Say what became of it",
                "Look into GMC Connect first. That it is not there can be said a quarter of an \
                     hour after it was sent: a request may be that long on its way.",
            )
            .asking([Some(say), id, Some(why)].into_iter().flatten()),
    )
}

//! Connecting and disconnecting doctors: one form for one doctor or hundreds, and what became of each.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use domain::access::Right;
use domain::connection::REASONS;
use domain::ids::BodyCode;
use domain::sending::Wish;
use ops::alert::Word;
use ops::connections::{Press, Wished};

use super::sheet::Sheet;
use super::{Page, answered, told};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::params::{Params, encoded};
use crate::parts::{Cell, Choice, Errors, Field, Kind, PostForm, Table};
use crate::posted::Posted;
use crate::reader::Reader;

const HEADING: &str = "Connect or disconnect doctors";
const MEANING: &str = "Adding a doctor to a body moves them: the GMC tells the body that has them now. The body that a doctor \
                       leaves is the one whose list shows them. Each doctor is one change with an outcome of its own.";

/// Shows the form.
pub async fn get(State(app): State<Arc<App>>, reader: Reader, params: Params) -> Page {
    let entered = Entered {
        doctors: params.get("doctor").unwrap_or_default().to_owned(),
        press: app.ids.mint(app.ops.today().now),
        ..Entered::default()
    };
    page(&app, &reader, &entered, Errors::default(), None).await
}

/// Wishes the change for each doctor; pressed twice it is the same wish.
pub async fn post(State(app): State<Arc<App>>, reader: Reader, posted: Posted) -> Page {
    posted.only(&["change", "body", "doctors", "reason", "press"])?;
    let field = |name: &str| posted.get(name).unwrap_or_default().to_owned();
    let entered = Entered {
        change: field("change"),
        body: field("body"),
        doctors: field("doctors"),
        reason: field("reason"),
        press: field("press"),
    };
    let wrong = |field: &'static str, message: &str| Errors::one(field, message.to_owned());
    let chosen = REASONS.iter().find(|one| value_of(one.wish, one.code) == entered.change);
    let Some(chosen) = chosen else {
        return page(&app, &reader, &entered, wrong("change", "Choose what is to change, and why"), None)
            .await;
    };
    if entered.press.len() != 36 {
        return page(
            &app,
            &reader,
            &entered,
            wrong("doctors", "Open this page anew and send it again"),
            None,
        )
        .await;
    }
    let body = (chosen.wish == Wish::Connect).then(|| BodyCode::new(entered.body.as_str()));
    let numbers: Vec<String> = entered.doctors.split_whitespace().map(str::to_owned).collect();
    let press = Press {
        wish: chosen.wish,
        body: body.as_ref(),
        doctors: &numbers,
        reason_code: chosen.code,
        token: &entered.press,
    };
    let actor = reader.visitor.actor(&entered.reason);
    let scope = reader.scope(Right::Connect);
    let word = Word { actor: &actor, ids: &app.ids };
    match app.ops.wish_connections(&scope, &press, word).await {
        Ok(outcomes) => page(&app, &reader, &entered, Errors::default(), Some(&outcomes)).await,
        Err(fault) => {
            let field = if entered.reason.is_empty() { "reason" } else { "doctors" };
            page(&app, &reader, &entered, Errors::one(field, told(fault)?), None).await
        }
    }
}

/// What was entered.
#[derive(Default)]
struct Entered {
    change: String,
    body: String,
    doctors: String,
    reason: String,
    press: String,
}

fn value_of(wish: Wish, code: &str) -> String {
    format!("{}-{code}", wish.word())
}

async fn page(
    app: &App,
    reader: &Reader,
    entered: &Entered,
    errors: Errors,
    outcomes: Option<&[(String, Wished)]>,
) -> Page {
    let freshness = app.ops.freshness(&reader.doctors()).await?;
    let frame = Frame::of(app, reader, "/connections", HEADING).below("/connections", "Sent to the GMC");
    let status = if errors.is_any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut sheet = Sheet::new(frame, FreshnessLine::of(&freshness), HEADING).complaining(errors);
    if let Some(outcomes) = outcomes {
        sheet.tables.push(became(app, outcomes));
        let to = format!("/connections?press={}", encoded(&entered.press));
        sheet.intro.push(Cell::link(to, "See how far they are on their way to the GMC"));
        sheet.intro.push(Cell::link("/connections/new", "Change more"));
        return answered(&sheet, status);
    }
    sheet.intro.push(Cell::text(MEANING));
    answered(&sheet.asking(form(app, reader, entered)), status)
}

fn became(app: &App, outcomes: &[(String, Wished)]) -> Table {
    let rows = outcomes.iter().map(|(typed, wished)| {
        let became = match wished {
            Wished::Queued { id, leaves } => {
                let leaves = leaves.as_ref().map(|body| app.ops.name_of(body.as_str()));
                let told =
                    leaves.map_or_else(|| "Queued".to_owned(), |body| format!("Queued; leaves {body}"));
                Cell::link(format!("/connections/{}", encoded(id)), told)
            }
            Wished::Again { id } => Cell::link(format!("/connections/{}", encoded(id)), "Wished already"),
            Wished::Not(why) => Cell::text(why.as_str()),
        };
        vec![Cell::text(typed.as_str()), became]
    });
    Table::new("became", "What became of each", &["GMC number", "What became of it"])
        .filled(rows, "No doctor was chosen.")
}

fn form(app: &App, reader: &Reader, entered: &Entered) -> PostForm {
    let choice = |value: String, text: String, chosen: &str| {
        let is_chosen = value == chosen;
        Choice { value, text, is_chosen }
    };
    let blank = || choice(String::new(), "Choose".to_owned(), "-");
    let changes = REASONS.iter().map(|one| {
        let what = if one.wish == Wish::Connect { "Connect" } else { "Disconnect" };
        choice(value_of(one.wish, one.code), format!("{what}: {}", one.sentence), &entered.change)
    });
    let scope = reader.scope(Right::Connect);
    let bodies = app.ops.bodies.iter().filter(|body| scope.covers(&body.code));
    let bodies = bodies.map(|body| choice(body.code.to_string(), body.name.clone(), &entered.body));
    PostForm::new("/connections/new", &reader.form_token, "Send to the GMC")
        .with("press", entered.press.as_str())
        .asking([
            Field::new("doctors", "GMC numbers", Kind::Lines)
                .hinted("One on each line")
                .entered(Some(&entered.doctors)),
            Field::new(
                "change",
                "What is to change, and why",
                Kind::Select([blank()].into_iter().chain(changes).collect()),
            ),
            Field::new("body", "To which body", Kind::Select([blank()].into_iter().chain(bodies).collect()))
                .hinted("Only for connecting"),
            Field::new("reason", "Why, in your own words", Kind::Text).entered(Some(&entered.reason)),
        ])
}

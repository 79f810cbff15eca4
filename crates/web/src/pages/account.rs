//! One's own account: what one may do, and where one is signed in.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use domain::access::Grant;
use jiff::Timestamp;
use ops::rows::SessionRow;

use super::panel::Panel;
use super::{Page, answered, own_way, told};
use crate::App;
use crate::fault::Problem;
use crate::frame::Frame;
use crate::moment::{counted, day, long};
use crate::params::Params;
use crate::parts::{Cell, Errors, Field, Kind, PostForm, Summary, Table};
use crate::posted::Posted;
use crate::reader::Reader;
use crate::{way, words};

const HEADING: &str = "Your account";
/// What was just done, by the word in the address.
const DONE: [(&str, &str); 4] = [
    ("letters", "It is kept."),
    ("session", "The session has ended."),
    ("password", "Your password is changed, and every other session of yours has ended."),
    ("authenticator", "Your new authenticator is in use, and every other session of yours has ended."),
];

/// Shows the account of whoever asks.
pub async fn get(State(app): State<Arc<App>>, reader: Reader, params: Params) -> Page {
    let mut page = page(&app, &reader, Errors::default()).await?;
    page.done = params.done(&DONE);
    if let Some(failed) = params.get("failed").and_then(|text| text.parse().ok()) {
        page.intro.push(Cell::text(format!(
            "Before you signed in there were {} in vain. If they were not yours, tell whoever manages users.",
            counted(failed, "attempt")
        )));
        page.intro
            .extend(way::safe(params.get("next")).map(|next| Cell::link(next, "Go on to where you were")));
    }
    answered(&page, StatusCode::OK)
}

/// The page, with what is wrong with a form of it.
pub async fn page(app: &App, reader: &Reader, errors: Errors) -> Result<Panel, Problem> {
    let sessions = app.ops.sessions(&reader.visitor).await?;
    let way = app.ops.own_way(&reader.visitor).await?;
    let now = app.ops.today().now;
    let seat = reader.visitor.seat();
    let mut page = Panel::new(Frame::of(app, reader, "", HEADING), errors, HEADING);
    page.summary = Some(Summary::of([
        ("Name", Cell::text(seat.name.as_str())),
        ("Signed in", Cell::at(seat.signed_in_at, now)),
    ]));
    let token = &reader.form_token;
    let page =
        page.showing(grants(app, reader.visitor.grants())).showing(table(&sessions, &seat.session, now));
    let others = sessions.iter().filter(|session| session.id != seat.session);
    let page = others.fold(page, |page, session| page.asking(ending(session, token)));
    let page = page.asking(letters(token, app.ops.letters_to(&reader.visitor).await?.as_deref()));
    let page = page.asking(PostForm::new("/sign-out/everywhere", token, "Sign out everywhere").secondary());
    Ok(own_way::forms(token, way).into_iter().fold(page, Panel::asking))
}

/// Keeps where whoever asks wants letters.
pub async fn want_letters(State(app): State<Arc<App>>, reader: Reader, posted: Posted) -> Page {
    posted.only(&["email"])?;
    let id = app.ids.mint(app.ops.today().now);
    let email = posted.get("email").unwrap_or_default();
    match app.ops.want_letters(&reader.visitor, &id, email).await {
        Ok(()) => Ok(way::see("/account?done=letters")),
        Err(fault) => {
            let page = page(&app, &reader, Errors::one("email", told(fault)?)).await?;
            answered(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

fn letters(token: &str, email: Option<&str>) -> PostForm {
    let field = Field::new("email", "Your e-mail address", Kind::Text)
        .hinted("Empty: you get none.")
        .filled_by("email")
        .entered(email);
    PostForm::new("/account/letters", token, "Keep the address")
        .headed(
            "Letters about outcomes",
            "You are mailed when the GMC has decided about a recommendation that you drafted or submitted. The letter names \
             nobody and has a link.",
        )
        .secondary()
        .asking([field])
}

/// Ends another session of whoever asks.
pub async fn end_session(State(app): State<Arc<App>>, reader: Reader, posted: Posted) -> Page {
    posted.only(&["session"])?;
    app.ops.end_session(&reader.visitor, posted.get("session").unwrap_or_default()).await?;
    Ok(way::see("/account?done=session"))
}

/// What somebody may do, grant by grant.
pub fn grants(app: &App, grants: &[Grant]) -> Table {
    let rows = grants.iter().map(|grant| {
        let bodies = grant.bodies.iter().map(|body| Cell::text(app.ops.name_of(body.as_str())));
        vec![
            Cell::text(words::role(grant.role)),
            if grant.role.is_about_bodies() {
                Cell::Stack(bodies.collect())
            } else {
                Cell::Hint("no doctors".to_owned())
            },
            Cell::text(if grant.sensitive { "shown" } else { "not shown" }),
            grant.ends.map_or_else(|| Cell::Hint("until taken back".to_owned()), |on| Cell::text(day(on))),
        ]
    });
    let titles = ["Role", "Bodies", "Sanctions and investigations", "Last day"];
    Table::new("grants", "Roles", &titles).filled(rows, "No role was given yet, so there is nothing to open.")
}

fn table(sessions: &[SessionRow], this: &str, now: Timestamp) -> Table {
    let rows = sessions.iter().map(|session| {
        vec![
            Cell::text(if session.id == this { "This one" } else { "Another" }),
            Cell::at(session.signed_in_at, now),
            Cell::at(session.last_seen_at, now),
        ]
    });
    let titles = ["Session", "Signed in", "Last seen"];
    Table::new("sessions", "Where you are signed in", &titles).filled(rows, "Nowhere.")
}

fn ending(session: &SessionRow, token: &str) -> PostForm {
    let button = format!("End the session begun on {}", long(session.signed_in_at));
    PostForm::new("/account/sessions", token, button).with("session", session.id.as_str()).secondary()
}

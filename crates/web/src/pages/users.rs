//! Users: who may do what, and changes that one person proposes and another confirms.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::access::{Grant, Role};
use domain::ids::BodyCode;
use domain::scope::Actor;
use jiff::civil::Date;
use ops::Fault;
use ops::access::{Confirmed, Person, Proposed, Token};

use super::panel::Panel;
use super::{Page, answered, told, user};
use crate::App;
use crate::fault::Problem;
use crate::frame::Frame;
use crate::moment::long;
use crate::params::{Params, encoded};
use crate::parts::{Cell, Errors, Summary};
use crate::posted::Posted;
use crate::reader::Reader;
use crate::way;

/// What was just done, by the word in the address.
const DONE: [(&str, &str); 5] = [
    ("proposed", "It is proposed. Another person must confirm it."),
    ("confirmed", "It is confirmed, and holds from their next request."),
    ("refused", "The proposal is thrown away."),
    ("revoked", "The role is taken back, from their next request."),
    ("disabled", "The account is disabled, and every session of theirs has ended."),
];

/// Shows everybody, and what waits for a second person.
pub async fn all(State(app): State<Arc<App>>, reader: Reader, params: Params) -> Page {
    let mut page = everybody(&app, &reader, Errors::default()).await?;
    page.done = params.done(&DONE);
    answered(&page, StatusCode::OK)
}

/// Shows one person.
pub async fn one(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    params: Params,
) -> Page {
    let known = known(&app, &id).await?;
    let mut page = person(&app, &reader, &known, Errors::default()).await?;
    page.done = params.done(&DONE);
    answered(&page, StatusCode::OK)
}

/// Adds a person, who may do nothing yet. Their token is shown once and stands in no address: this one change is answered
/// by a page.
pub async fn add(State(app): State<Arc<App>>, reader: Reader, posted: Posted) -> Page {
    posted.only(&["name", "reason"])?;
    let name = posted.get("name").unwrap_or_default();
    match app.ops.add_person(name, &actor(&reader, &posted)).await {
        Ok(token) => {
            let heading = format!("{name} is added");
            answered(&invited(&app, &reader, (heading, &token)), StatusCode::OK)
        }
        Err(fault) => {
            let errors = Errors::one("name", told(fault)?);
            answered(&everybody(&app, &reader, errors).await?, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// Proposes a role.
pub async fn grant(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["role", "bodies", "sensitive", "ends", "reason"])?;
    let known = known(&app, &id).await?;
    let proposed = match wanted(&app, &posted) {
        Ok(grant) => {
            let proposed = app.ops.propose_grant(&known.account.name, grant, &actor(&reader, &posted)).await;
            proposed.map_err(|fault| ("role", fault))
        }
        Err(complaint) => Err(complaint),
    };
    match proposed {
        Ok(proposed) => done_by(&app, &reader, &known, proposed),
        Err((field, fault)) => again(&app, &reader, &known, Errors::one(field, told(fault)?)).await,
    }
}

/// Proposes that somebody sets their account up anew.
pub async fn reset(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["reason"])?;
    let known = known(&app, &id).await?;
    match app.ops.propose_reset(&known.account.name, &actor(&reader, &posted)).await {
        Ok(proposed) => done_by(&app, &reader, &known, proposed),
        Err(fault) => again(&app, &reader, &known, Errors::one("reset-reason", told(fault)?)).await,
    }
}

/// Confirms or throws away what another person proposed.
pub async fn settle(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["proposal", "word", "reason"])?;
    let (proposal, actor) = (posted.get("proposal").unwrap_or_default(), actor(&reader, &posted));
    match posted.get("word") {
        Some("confirm") => {
            let known = known(&app, &id).await?;
            let confirmed = app.ops.confirm(proposal, &actor).await?;
            done_by(&app, &reader, &known, Proposed::Done(confirmed))
        }
        Some("refuse") => {
            app.ops.refuse(proposal, &actor).await?;
            Ok(back(&id, "refused"))
        }
        _ => Err(Fault::invalid("A proposal is confirmed or thrown away.").into()),
    }
}

/// Takes a role back.
pub async fn revoke(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["grant", "reason"])?;
    let known = known(&app, &id).await?;
    let grant = posted.get("grant").unwrap_or_default();
    app.ops.revoke(&known.account.name, grant, &actor(&reader, &posted)).await?;
    Ok(back(&id, "revoked"))
}

/// Disables an account; a reset lets it be used again.
pub async fn disable(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["reason"])?;
    let known = known(&app, &id).await?;
    match app.ops.disable(&known.account.name, &actor(&reader, &posted)).await {
        Ok(()) => Ok(back(&id, "disabled")),
        Err(fault) => again(&app, &reader, &known, Errors::one("disable-reason", told(fault)?)).await,
    }
}

fn actor(reader: &Reader, posted: &Posted) -> Actor {
    reader.visitor.actor(posted.get("reason").unwrap_or_default())
}

/// What a proposal led to: it waits, it holds, or there is a token to be told.
fn done_by(app: &App, reader: &Reader, known: &Person, proposed: Proposed) -> Page {
    let (id, name) = (known.account.id.as_str(), known.account.name.as_str());
    match proposed {
        Proposed::Waits(_) => Ok(back(id, "proposed")),
        Proposed::Done(Confirmed::Granted) => Ok(back(id, "confirmed")),
        Proposed::Done(Confirmed::Reopened) => Ok(back(id, "confirmed")),
        Proposed::Done(Confirmed::Reset(token)) => {
            let heading = format!("{name} sets their account up anew");
            answered(&invited(app, reader, (heading, &token)), StatusCode::OK)
        }
    }
}

fn back(id: &str, done: &str) -> axum::response::Response {
    way::see(&format!("/users/{}?done={done}", encoded(id)))
}

async fn known(app: &App, id: &str) -> Result<Person, Problem> {
    let known = app.ops.people().await?.into_iter().find(|user| user.account.id == id);
    known.ok_or_else(|| Fault::not_found("There is no user with this id.").into())
}

/// Reads the grant that a form asks for.
fn wanted(app: &App, posted: &Posted) -> Result<Grant, (&'static str, Fault)> {
    let role = posted.get("role").and_then(Role::from_word);
    let role = role.ok_or_else(|| ("role", Fault::invalid("Choose a role from the list")))?;
    let bodies: BTreeSet<BodyCode> = posted.all("bodies").map(BodyCode::new).collect();
    if !bodies.iter().all(|code| app.ops.bodies.iter().any(|body| body.code == *code)) {
        return Err(("bodies", Fault::invalid("Choose designated bodies from the list")));
    }
    let day = |text: &str| {
        let read = text.parse::<Date>();
        read.map_err(|_| ("ends", Fault::invalid("Enter a day, like 2027-03-31, or leave it empty")))
    };
    let ends = posted.get("ends").map(day).transpose()?;
    Ok(Grant { role, bodies, sensitive: posted.get("sensitive").is_some(), ends })
}

async fn everybody(app: &App, reader: &Reader, errors: Errors) -> Result<Panel, Problem> {
    let (users, proposals) = (app.ops.people().await?, app.ops.proposals().await?);
    let now = app.ops.today().now;
    let mut page = Panel::new(Frame::of(app, reader, "/users", "Users"), errors, "Users");
    page.intro.push(Cell::text(
        "A role is proposed by one person and confirmed by another; nobody changes what they may do themselves. Every step \
         is in the audit.",
    ));
    let page = page.showing(user::waiting(app, &proposals, now)).showing(user::everybody(&users, now));
    Ok(page.asking(user::add(&reader.form_token)))
}

async fn person(app: &App, reader: &Reader, known: &Person, errors: Errors) -> Result<Panel, Problem> {
    let mut proposals = app.ops.proposals().await?;
    proposals.retain(|proposal| proposal.name == known.account.name);
    let now = app.ops.today().now;
    let name = known.account.name.as_str();
    let frame = Frame::of(app, reader, "/users", name).below("/users", "Users");
    let mut page = Panel::new(frame, errors, name);
    page.summary = Some(user::summary(known, now));
    let grants: Vec<Grant> = known.grants.iter().map(|row| row.grant.clone()).collect();
    page = page.showing(super::account::grants(app, &grants)).showing(user::waiting(app, &proposals, now));
    let forms = user::Forms { app, token: &reader.form_token, known };
    Ok(forms.all(&proposals).into_iter().fold(page, Panel::asking))
}

async fn again(app: &App, reader: &Reader, known: &Person, errors: Errors) -> Page {
    answered(&person(app, reader, known, errors).await?, StatusCode::UNPROCESSABLE_ENTITY)
}

/// The token by which somebody sets their account up: shown once.
fn invited(app: &App, reader: &Reader, what: (String, &Token)) -> Panel {
    let (heading, token) = what;
    let frame = Frame::of(app, reader, "/users", heading.as_str()).below("/users", "Users");
    let mut page = Panel::new(frame, Errors::default(), heading);
    page.intro.push(Cell::text(
        "Tell them this token by a way of your own, such as the telephone: it is not shown again. With it they set their \
         account up at /invitation. Without a role that was confirmed they may do nothing.",
    ));
    page.summary = Some(Summary::of([
        ("Token", Cell::Code(token.token.clone())),
        ("Holds until", Cell::text(long(token.ends_at))),
    ]));
    page
}

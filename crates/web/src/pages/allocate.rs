//! Giving doctors to people: those chosen on a list, or all of it, to oneself, to another, or evenly to several.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use domain::access::Right;
use ops::Fault;

use super::chosen::{FIELDS, Sent, sent};
use super::panel::Panel;
use super::{Page, answered, told};
use crate::frame::Frame;
use crate::moment::counted;
use crate::parts::{Cell, Choice, Errors, Field, Kind, PostForm};
use crate::posted::Posted;
use crate::reader::Reader;
use crate::{App, way};

const HEADING: &str = "Allocate doctors";

/// Asks to whom, and then does it.
pub async fn post(State(app): State<Arc<App>>, reader: Reader, posted: Posted) -> Page {
    posted.only(&[&FIELDS[..], &["to", "step"]].concat())?;
    let sent = sent(&app, &reader, &posted, "allocated")?;
    if sent.many == 0 {
        let told = Errors::one("maincontent", "No doctor was chosen: go back and choose some".to_owned());
        return ask(&app, &reader, &sent, told).await;
    }
    let to: Vec<String> = posted.all("to").map(str::to_owned).collect();
    match posted.get("step") {
        None => return ask(&app, &reader, &sent, Errors::default()).await,
        Some("give") if to.is_empty() => {
            return ask(&app, &reader, &sent, Errors::one("to", "Choose at least one person".to_owned()))
                .await;
        }
        Some("give" | "take") => {}
        Some(_) => return Err(Fault::invalid("There is no such step.").into()),
    }
    let to = if posted.get("step") == Some("take") { Vec::new() } else { to };
    match app.ops.allocate(&reader.visitor, &sent.chosen, &to).await {
        Ok(_) => Ok(way::see(&sent.back)),
        Err(fault) => {
            let why = if fault.kind == ops::Kind::Conflict { fault.message } else { told(fault)? };
            ask(&app, &reader, &sent, Errors::one("to", why)).await
        }
    }
}

async fn ask(app: &App, reader: &Reader, sent: &Sent, errors: Errors) -> Page {
    let admins = app.ops.admins(&reader.scope(Right::EditNotes)).await?;
    let me = &reader.visitor.seat().name;
    let mut choices: Vec<Choice> = admins
        .iter()
        .map(|name| Choice {
            value: name.clone(),
            text: if name == me { format!("{name} (you)") } else { name.clone() },
            is_chosen: name == me,
        })
        .collect();
    choices.sort_by_key(|choice| !choice.is_chosen);
    let status = if errors.is_any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = Frame::of(app, reader, "", HEADING).below("/doctors", "Doctors");
    let mut panel = Panel::new(frame, errors, HEADING);
    panel.intro.push(Cell::text(counted(sent.many, "doctor") + " chosen."));
    panel.intro.push(Cell::link(sent.undone(), "Back, without a change"));
    if sent.many == 0 {
        return answered(&panel, status);
    }
    let people = Field::new("to", "To whom", Kind::Checks(choices))
        .hinted("Several share the doctors evenly, one after the other in turn");
    let with = |form: PostForm| sent.along.iter().fold(form, |form, (name, value)| form.with(name, &**value));
    let give = with(PostForm::new("/allocate", &reader.form_token, "Allocate")).with("step", "give");
    let take = with(PostForm::new("/allocate", &reader.form_token, "Take them from whoever has them"));
    let panel = panel.asking(give.asking([people])).asking(take.with("step", "take").secondary());
    answered(&panel, status)
}

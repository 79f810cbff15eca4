//! Working through disagreements: taking one up, waiting for somebody, accepting it for a while, showing it again.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use ops::Fault;
use ops::worklist::Stage;

use super::chosen::{FIELDS, Sent, sent};
use super::panel::Panel;
use super::{Page, answered, told};
use crate::frame::Frame;
use crate::moment::counted;
use crate::params::{date, encoded};
use crate::parts::{Cell, Choice, Errors, Field, Kind, PostForm};
use crate::posted::Posted;
use crate::reader::Reader;
use crate::{App, way};

const HEADING: &str = "Work on discrepancies";

/// Asks what is to be said of them, and then does it.
pub async fn post(State(app): State<Arc<App>>, reader: Reader, posted: Posted) -> Page {
    posted.only(&[&FIELDS[..], &["step", "stage", "said", "reason", "until"]].concat())?;
    let sent = sent(&app, &reader, &posted, "worked")?;
    if sent.many == 0 {
        let told = Errors::one("maincontent", "No doctor was chosen: go back and choose some".to_owned());
        return ask(&app, &reader, &sent, told);
    }
    let (field, done) = match posted.get("step") {
        None => return ask(&app, &reader, &sent, Errors::default()),
        Some("stand") => {
            let Some(stage) = posted.get("stage").and_then(Stage::from_word) else {
                return ask(
                    &app,
                    &reader,
                    &sent,
                    Errors::one("stage", "Choose a stage from the list".to_owned()),
                );
            };
            let said = posted.get("said").unwrap_or_default();
            ("said", app.ops.stand(&reader.visitor, &sent.chosen, stage, said).await.map(drop))
        }
        Some("hide") => {
            let until = posted.get("until").map(date);
            if until == Some(None) {
                let told = "Enter a day, like 2026-11-24 or 24/11/2026".to_owned();
                return ask(&app, &reader, &sent, Errors::one("until", told));
            }
            let reason = posted.get("reason").unwrap_or_default();
            let hid = app.ops.hide(&reader.visitor, &sent.chosen, reason, until.flatten()).await;
            ("reason", hid.map(drop))
        }
        Some(_) => return Err(Fault::invalid("There is no such step.").into()),
    };
    match done {
        Ok(()) => Ok(way::see(&sent.back)),
        Err(fault) => {
            let why = if fault.kind == ops::Kind::Conflict { fault.message } else { told(fault)? };
            ask(&app, &reader, &sent, Errors::one(field, why))
        }
    }
}

/// Shows one again.
pub async fn show_again(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&[])?;
    let number = app.ops.show_again(&reader.visitor, &id).await?;
    Ok(way::see(&format!("/doctors/{}?done=shown", encoded(&number))))
}

fn ask(app: &App, reader: &Reader, sent: &Sent, errors: Errors) -> Page {
    let status = if errors.is_any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = Frame::of(app, reader, "", HEADING).below("/discrepancies", "Discrepancies");
    let mut panel = Panel::new(frame, errors, HEADING);
    panel.intro.push(Cell::text(counted(sent.many, "doctor") + " chosen."));
    panel.intro.push(Cell::link(sent.undone(), "Back, without a change"));
    if sent.many == 0 {
        return answered(&panel, status);
    }
    let stages = Stage::ALL.map(|stage| Choice {
        value: stage.word().to_owned(),
        text: stage.title().to_owned(),
        is_chosen: stage == Stage::Looking,
    });
    let with = |form: PostForm| sent.along.iter().fold(form, |form, (name, value)| form.with(name, &**value));
    let stand = PostForm::new("/discrepancies/work", &reader.form_token, "Say so").headed(
        "Where you stand with it",
        "It is yours from then on. Where data resolve it and it differs again, it is new.",
    );
    let stand = with(stand).with("step", "stand").asking([
        Field::new("stage", "Stage", Kind::Select(stages.into())),
        Field::new("said", "What for, in a line (optional)", Kind::Text),
    ]);
    let hide = PostForm::new("/discrepancies/work", &reader.form_token, "Hide it").headed(
        "Accept it for a while",
        "It is hidden for the bodies of it that are yours, until that day, or until the doctor's body at the GMC or in TIS \
         is another.",
    );
    let hide = with(hide).with("step", "hide").secondary().asking([
        Field::new("reason", "Why", Kind::Text),
        Field::new("until", "The last day (optional)", Kind::Text).hinted("For example, 2026-12-31"),
    ]);
    answered(&panel.asking(stand).asking(hide), status)
}

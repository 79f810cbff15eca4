//! What people do about runs: begin one, end one, let a job rest for a while, and let it go on again.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::access::Right;
use domain::job::{Job, Kind as JobKind};
use domain::overrides::{Override, What, until};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ops::alert::Word;
use ops::overrides::NewOverride;
use ops::rows::RunRow;
use ops::{Fault, Kind as FaultKind};

use super::sheet::Sheet;
use super::{Page, answered, jobs, runs, told};
use crate::params::encoded;
use crate::parts::{Choice, Errors, Field, Kind, PostForm};
use crate::posted::Posted;
use crate::reader::Reader;
use crate::{App, RunWish, RunWord, way};

/// The job that is offered first: the lists of the GMC, after which TIS is joined by itself.
const FIRST: &str = "gmc-sync";
/// Where times are read that name no zone: admins and operators work by the British clock.
const ZONE: &str = "Europe/London";

/// What was just said, by the word in the address.
pub const DONE: [(&str, &str); 4] = [
    (
        "asked",
        "It was asked for, and begins within a second or two on a node that may. Read this page again to see it.",
    ),
    ("ended", "It is ended: nothing more is written in its name."),
    ("resting", "It rests. What is due until then is skipped and says so; old lists are told all the same."),
    ("again", "It goes by the settings again."),
];

/// Begins a run of the job that was chosen.
pub async fn begin(State(app): State<Arc<App>>, reader: Reader, posted: Posted) -> Page {
    posted.only(&["job", "reason"])?;
    let wish = RunWish::Begin(posted.get("job").unwrap_or_default().to_owned());
    match say(&app, &reader, wish, posted.get("reason")).await {
        Ok(()) => Ok(way::see("/jobs?done=asked")),
        Err(fault) => {
            let errors = Errors::one("begin-reason", complaint(fault)?);
            answered(&jobs::sheet(&app, &reader, errors).await?, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// Ends a run.
pub async fn abort(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["reason"])?;
    match say(&app, &reader, RunWish::Abort(id.clone()), posted.get("reason")).await {
        Ok(()) => Ok(way::see(&format!("/runs/{}?done=ended", encoded(&id)))),
        Err(fault) => {
            let errors = Errors::one("reason", complaint(fault)?);
            answered(&runs::sheet(&app, &reader, &id, errors).await?, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// Lets a job rest for a while.
pub async fn pause(State(app): State<Arc<App>>, reader: Reader, posted: Posted) -> Page {
    posted.only(&["job", "until", "reason"])?;
    let rested = rest(&app, &reader, &posted).await;
    let Err((field, fault)) = rested else { return Ok(way::see("/overrides?done=resting")) };
    let errors = Errors::one(field, complaint(fault)?);
    answered(&jobs::overrides_sheet(&app, &reader, errors).await?, StatusCode::UNPROCESSABLE_ENTITY)
}

async fn rest(app: &App, reader: &Reader, posted: &Posted) -> Result<(), (&'static str, Fault)> {
    let of = |name: &str| posted.get(name).unwrap_or_default();
    let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
    let ends_at = until(of("until").trim(), &zone, app.ops.clock.now())
        .map_err(|sentence| ("until", Fault::invalid(sentence)))?;
    let what = What::Pause { job: of("job").to_owned() };
    let what = app.ops.sensible(what, &(app.jobs)()).await.map_err(|fault| ("job", fault))?;
    let new = NewOverride { what, owner: None, answers: None, starts_at: None, ends_at };
    let actor = reader.visitor.actor(of("reason").trim());
    app.ops
        .add_override(new, Word { actor: &actor, ids: &app.ids })
        .await
        .map(drop)
        .map_err(|fault| ("pause-reason", fault))
}

/// Ends an override before its time.
pub async fn end(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["reason"])?;
    let reason = posted.get("reason").unwrap_or_default().trim();
    let actor = reader.visitor.actor(reason);
    let ended = match reason {
        "" => Err(no_reason()),
        _ => app.ops.end_override(&id, Word { actor: &actor, ids: &app.ids }).await,
    };
    match ended {
        Ok(_) => Ok(way::see("/overrides?done=again")),
        Err(fault) => {
            let errors = Errors::one("maincontent", complaint(fault)?);
            answered(&jobs::overrides_sheet(&app, &reader, errors).await?, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

async fn say(app: &App, reader: &Reader, wish: RunWish, reason: Option<&str>) -> Result<(), Fault> {
    let reason = reason.unwrap_or_default().trim();
    if reason.is_empty() {
        return Err(no_reason());
    }
    (app.say_to_runs)(RunWord { wish, actor: reader.visitor.actor(reason), claim: None }).await
}

fn no_reason() -> Fault {
    Fault::invalid("This needs a reason.")
}

/// What the form says; that somebody else was quicker belongs beside it as well.
fn complaint(fault: Fault) -> Result<String, crate::fault::Problem> {
    if fault.kind == FaultKind::Conflict { Ok(fault.message) } else { told(fault) }
}

/// Asks for a run, where the reader may.
pub fn begin_form(sheet: Sheet, reader: &Reader, declared: &[Job]) -> Sheet {
    if !reader.may(Right::OperateJobs) {
        return sheet;
    }
    let ours = declared.iter().filter(|job| job.kind != JobKind::External);
    let form = PostForm::new("/jobs/begin", &reader.form_token, "Begin it now")
        .headed(
            "Begin a run now",
            "gmc-sync refreshes everything: TIS is joined by itself once it has published.",
        )
        .asking([
            Field::new("job", "Job", Kind::Select(choices(ours))).called("begin-job"),
            Field::new("reason", "Why", Kind::Text).called("begin-reason"),
        ]);
    sheet.asking(form)
}

/// Asks to end a run that has not ended, where the reader may.
pub fn abort_form(sheet: Sheet, reader: &Reader, run: &RunRow) -> Sheet {
    if run.state.is_end() || !reader.may(Right::OperateJobs) {
        return sheet;
    }
    let form = PostForm::new(format!("/runs/{}/abort", encoded(&run.id)), &reader.form_token, "End it")
        .headed("End this run", "Lists that it has published stay; the others stay as they were.")
        .asking([Field::new("reason", "Why", Kind::Text)])
        .secondary();
    sheet.asking(form)
}

/// Asks to let a job rest, and to end what is different, where the reader may.
pub fn override_forms(
    mut sheet: Sheet,
    reader: &Reader,
    declared: &[Job],
    all: &[Override],
    now: Timestamp,
) -> Sheet {
    if !reader.may(Right::OperateJobs) {
        return sheet;
    }
    let ours = declared.iter().filter(|job| job.kind != JobKind::External);
    let hint = "A length, such as 8h or 2d, or a time by the British clock, such as 2026-11-30T08:00; at most 14 days.";
    sheet = sheet.asking(
        PostForm::new("/overrides/pause", &reader.form_token, "Let it rest")
            .headed("Let a job rest", "Its runs are skipped and say so; they are not called missed.")
            .asking([
                Field::new("job", "Job", Kind::Select(choices(ours))),
                Field::new("until", "Until", Kind::Text).hinted(hint),
                Field::new("reason", "Why", Kind::Text).called("pause-reason"),
            ]),
    );
    for one in all.iter().filter(|one| now < one.until()) {
        let form =
            PostForm::new(format!("/overrides/{}/end", encoded(&one.id)), &reader.form_token, "End it now")
                .headed(format!("End: {}", one.sentence()), "The settings count again at once.")
                .asking([Field::new("reason", "Why", Kind::Text).called(format!("end-{}", one.id))])
                .secondary();
        sheet = sheet.asking(form);
    }
    sheet
}

fn choices<'a>(jobs: impl Iterator<Item = &'a Job>) -> Vec<Choice> {
    jobs.map(|job| Choice { value: job.name.clone(), text: job.name.clone(), is_chosen: job.name == FIRST })
        .collect()
}

//! Signing in once more before an act that cannot be taken back.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ops::access::{Answer, Proof, WRONG};

use super::panel::{Panel, Part};
use super::{Page, answered, sign_in};
use crate::App;
use crate::address::Address;
use crate::frame::{Frame, home};
use crate::params::Params;
use crate::parts::{Cell, Errors, Field, Kind, PostForm};
use crate::posted::Posted;
use crate::reader::Reader;
use crate::way;

const MEANING: &str =
    "Some acts cannot be taken back. Your password stands for 15 minutes; then go on where you were.";

const HEADING: &str = "Sign in once more";
const MEANING_OF_PROVIDER: &str = "Some acts cannot be taken back. Show once more who you are, where you signed in; that stands \
                                   for 15 minutes. Then go on where you were.";

/// Shows the form.
pub async fn get(State(app): State<Arc<App>>, reader: Reader, params: Params) -> Page {
    let next = way::safe(params.get("next"));
    if app.provider.is_some() && app.ops.is_vouched_for(&reader.visitor).await? {
        let mut page = Panel::new(Frame::of(&app, &reader, "", HEADING), Errors::default(), HEADING);
        page.intro.push(Cell::text(MEANING_OF_PROVIDER));
        page.intro.extend(sign_in::provider_link(&app, next));
        return answered(&page, StatusCode::OK);
    }
    answered(&page(&app, &reader, (next, Errors::default())), StatusCode::OK)
}

/// Renews the session, with its power.
pub async fn post(
    State(app): State<Arc<App>>,
    reader: Reader,
    Address(address): Address,
    posted: Posted,
) -> Page {
    posted.only(&["password", "code", "next"])?;
    let next = way::safe(posted.get("next"));
    let proof = Proof {
        password: posted.field("password").unwrap_or_default(),
        code: posted.get("code").unwrap_or_default(),
        address: &address,
    };
    let told = match app.ops.step_up(&reader.visitor, &proof).await? {
        Answer::Welcome(welcome) => {
            return Ok(sign_in::seated(way::see(next.unwrap_or(home(&reader))), &welcome.token, &app));
        }
        Answer::Wrong => WRONG.to_owned(),
        Answer::Wait(until) => sign_in::wait(until),
    };
    let errors = Errors::one("password", told);
    answered(&page(&app, &reader, (next, errors)), StatusCode::UNPROCESSABLE_ENTITY)
}

fn page(app: &App, reader: &Reader, what: (Option<&str>, Errors)) -> Panel {
    let (next, errors) = what;
    let on = |form: PostForm| next.into_iter().fold(form, |form, next| form.with("next", next));
    let form = PostForm::new("/step-up", &reader.form_token, "Go on").asking([
        Field::new("password", "Password", Kind::Password).filled_by("current-password"),
        Field::new("code", "Code", Kind::Code).hinted("The six digits that your authenticator shows now"),
    ]);
    let mut page = Panel::new(Frame::of(app, reader, "", HEADING), errors, HEADING).asking(on(form));
    page.intro.push(Cell::text(MEANING));
    let own = &reader.visitor.seat().name;
    for user in app.demo_users.iter().filter(|user| user.name == *own) {
        let form = PostForm::new("/sign-in/demo", "", format!("Go on as {}", user.what)).secondary();
        page.parts.push(Part::Form(Box::new(on(form.with("name", user.name.as_str())))));
    }
    page
}

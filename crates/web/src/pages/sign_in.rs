//! Signing in and out. Whoever cannot sign in is told the same, whatever was wrong.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use ops::access::{Answer, Credentials, WRONG, Welcome};

use super::panel::{Panel, Part};
use super::{Page, answered};
use crate::App;
use crate::address::Address;
use crate::frame::{Frame, home};
use crate::moment::long;
use crate::params::{Params, encoded};
use crate::parts::{Cell, Errors, Field, Kind, PostForm};
use crate::posted::Posted;
use crate::reader::{Anyone, Reader};
use crate::{cookie, way};

/// What was just done, by the word in the address.
const DONE: [(&str, &str); 2] =
    [("signed-out", "You are signed out."), ("set-up", "Your account is set up: sign in with it.")];

const DEMO: &str =
    "This is a demo: every doctor is made up, and so are these people. One click plays one of them.";

/// What the form was sent with, where it is shown again.
#[derive(Default)]
struct Entered<'a> {
    next: Option<&'a str>,
    name: Option<&'a str>,
    errors: Errors,
}

/// Shows the form.
pub async fn get(State(app): State<Arc<App>>, Anyone(reader): Anyone, params: Params) -> Page {
    let next = way::safe(params.get("next"));
    if let Some(reader) = &reader {
        return Ok(way::see(next.unwrap_or(home(reader))));
    }
    let mut page = page(&app, Entered { next, ..Entered::default() });
    page.done = params.done(&DONE);
    answered(&page, StatusCode::OK)
}

/// Signs somebody in.
pub async fn post(State(app): State<Arc<App>>, Address(address): Address, posted: Posted) -> Page {
    posted.only(&["name", "password", "code", "next"])?;
    let (name, next) = (posted.get("name"), way::safe(posted.get("next")));
    let credentials = Credentials {
        name: name.unwrap_or_default(),
        password: posted.field("password").unwrap_or_default(),
        code: posted.get("code").unwrap_or_default(),
        address: &address,
    };
    let told = match app.ops.sign_in(&credentials).await? {
        Answer::Welcome(welcome) => return welcomed(&app, &welcome, next).await,
        Answer::Wrong => WRONG.to_owned(),
        Answer::Wait(until) => wait(until),
    };
    let entered = Entered { next, name, errors: Errors::one("name", told) };
    answered(&page(&app, entered), StatusCode::UNPROCESSABLE_ENTITY)
}

/// Signs one of a demo's people in. Elsewhere there are none, and what signs them in refuses.
pub async fn demo(State(app): State<Arc<App>>, posted: Posted) -> Page {
    posted.only(&["name", "next"])?;
    let welcome = app.ops.demo_sign_in(posted.get("name").unwrap_or_default()).await?;
    welcomed(&app, &welcome, way::safe(posted.get("next"))).await
}

/// Ends this session.
pub async fn out(State(app): State<Arc<App>>, reader: Reader, posted: Posted) -> Page {
    posted.only(&[])?;
    app.ops.sign_out(&reader.visitor).await?;
    Ok(unseated(&app))
}

/// Ends every session of whoever asks.
pub async fn out_everywhere(State(app): State<Arc<App>>, reader: Reader, posted: Posted) -> Page {
    posted.only(&[])?;
    app.ops.sign_out_everywhere(&reader.visitor).await?;
    Ok(unseated(&app))
}

/// Sends somebody on with their new session; whoever was tried in vain before learns it first.
async fn welcomed(app: &App, welcome: &Welcome, next: Option<&str>) -> Page {
    let reader = Reader::with(app, &welcome.token).await?;
    let on = next.unwrap_or_else(|| reader.as_ref().map_or("/", home));
    let answer = match welcome.failed_before {
        0 => way::see(on),
        failed => way::see(&format!("/account?failed={failed}&next={}", encoded(on))),
    };
    Ok(seated(answer, &welcome.token, app))
}

/// The page as it stands for somebody whom the provider did not let in.
pub fn turned_away(app: &App, told: &str) -> Panel {
    page(app, Entered { errors: Errors::one("name", told.to_owned()), ..Entered::default() })
}

/// The way to the house's identity provider, if there is one.
pub fn provider_link(app: &App, next: Option<&str>) -> Option<Cell> {
    let provider = app.provider.as_ref()?;
    let next = next.map(|next| format!("?next={}", encoded(next))).unwrap_or_default();
    Some(Cell::link(format!("/sign-in/provider{next}"), format!("Sign in with {}", provider.name)))
}

/// Until when nobody can try again, in words.
pub fn wait(until: jiff::Timestamp) -> String {
    format!("Too many attempts: try again after {}", long(until))
}

/// Gives a browser the secret of its session.
pub fn seated(mut answer: Response, secret: &str, app: &App) -> Response {
    let header = cookie::keep(secret, &app.ops.site.public_url);
    header.map(|header| answer.headers_mut().insert(header::SET_COOKIE, header));
    answer
}

/// Takes it back, with all that the browser kept of us.
fn unseated(app: &App) -> Response {
    let mut answer = way::see("/sign-in?done=signed-out");
    let header = cookie::forget(&app.ops.site.public_url);
    header.map(|header| answer.headers_mut().insert(header::SET_COOKIE, header));
    let all = HeaderValue::from_static("\"cache\", \"cookies\", \"storage\"");
    answer.headers_mut().insert("clear-site-data", all);
    answer
}

fn page(app: &App, entered: Entered<'_>) -> Panel {
    let Entered { next, name, errors } = entered;
    let on = |form: PostForm| next.into_iter().fold(form, |form, next| form.with("next", next));
    let form = PostForm::new("/sign-in", "", "Sign in").asking([
        Field::new("name", "Name", Kind::Text).filled_by("username").entered(name),
        Field::new("password", "Password", Kind::Password).filled_by("current-password"),
        Field::new("code", "Code", Kind::Code).hinted("The six digits that your authenticator shows now"),
    ]);
    let mut page = Panel::new(Frame::of(app, None, "", "Sign in"), errors, "Sign in");
    page.intro.extend(provider_link(app, next));
    if app.demo_users.is_empty() {
        page.intro.push(Cell::link("/invitation", "You were given a token: set your account up"));
    } else {
        page.intro.push(Cell::text(DEMO));
    }
    for user in &app.demo_users {
        let form = PostForm::new("/sign-in/demo", "", format!("Sign in as {}", user.what)).secondary();
        page.parts.push(Part::Form(Box::new(on(form.with("name", user.name.as_str())))));
    }
    page.asking(on(form))
}

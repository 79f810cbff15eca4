//! What people change of their own way in: password, authenticator, codes on paper. Each asks for the old proof.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use ops::access::{Answer, OwnWay, Proof, WRONG};

use super::panel::Panel;
use super::{Page, account, answered, sign_in, told};
use crate::App;
use crate::address::Address;
use crate::fault::Problem;
use crate::frame::Frame;
use crate::moment::long;
use crate::parts::{Cell, Errors, Field, Kind, PostForm, Summary};
use crate::posted::Posted;
use crate::reader::Reader;
use crate::way;

/// Changes the password.
pub async fn password(
    State(app): State<Arc<App>>,
    reader: Reader,
    Address(address): Address,
    posted: Posted,
) -> Page {
    posted.only(&["password", "code", "new", "again"])?;
    let new = posted.field("new").unwrap_or_default();
    if posted.field("again") != Some(new) {
        return again(&app, &reader, ("again", "The two passwords differ: type the same twice")).await;
    }
    let done = app.ops.change_password(&reader.visitor, &proof(&posted, &address), new).await;
    match done {
        Ok(Answer::Welcome(welcome)) => {
            Ok(sign_in::seated(way::see("/account?done=password"), &welcome.token, &app))
        }
        Ok(refused) => again(&app, &reader, ("own-password", &refusal(&refused))).await,
        Err(fault) => again(&app, &reader, ("new", &told(fault)?)).await,
    }
}

/// Shows the secret of another authenticator.
pub async fn begin_authenticator(State(app): State<Arc<App>>, reader: Reader, posted: Posted) -> Page {
    posted.only(&[])?;
    let token = app.ops.begin_authenticator(&reader.visitor).await?.token;
    answered(&authenticator_page(&app, &reader, &token, Errors::default()).await?, StatusCode::OK)
}

/// Puts it into use.
pub async fn authenticator(
    State(app): State<Arc<App>>,
    reader: Reader,
    Address(address): Address,
    posted: Posted,
) -> Page {
    posted.only(&["password", "code", "shown", "invitation"])?;
    let token = posted.get("invitation").unwrap_or_default();
    let new = (token, posted.get("shown").unwrap_or_default());
    let done = app.ops.change_authenticator(&reader.visitor, &proof(&posted, &address), new).await;
    let errors = match done {
        Ok(Answer::Welcome(welcome)) => {
            return Ok(sign_in::seated(way::see("/account?done=authenticator"), &welcome.token, &app));
        }
        Ok(refused) => Errors::one("own-password", refusal(&refused)),
        Err(fault) => Errors::one("shown", told(fault)?),
    };
    let page = authenticator_page(&app, &reader, token, errors).await?;
    answered(&page, StatusCode::UNPROCESSABLE_ENTITY)
}

/// Shows new codes on paper, once.
pub async fn paper(
    State(app): State<Arc<App>>,
    reader: Reader,
    Address(address): Address,
    posted: Posted,
) -> Page {
    posted.only(&["password", "code"])?;
    let (answer, codes) = app.ops.renew_paper(&reader.visitor, &proof(&posted, &address)).await?;
    let Answer::Welcome(welcome) = answer else {
        return again(&app, &reader, ("paper-password", &refusal(&answer))).await;
    };
    let reader = Reader::with(&app, &welcome.token).await?.unwrap_or(reader);
    let heading = "Your recovery codes";
    let frame = Frame::of(&app, &reader, "", heading).below("/account", "Your account");
    let mut page = Panel::new(frame, Errors::default(), heading);
    page.intro.push(Cell::text(
        "Print them, or write them down, and keep them where you keep keys. Each stands once in the place of a code of your \
         authenticator. They are not shown again, and those of before open nothing any more.",
    ));
    page.intro.push(Cell::Stack(codes.into_iter().map(Cell::Code).collect()));
    Ok(sign_in::seated(answered(&page, StatusCode::OK)?, &welcome.token, &app))
}

/// The forms on the page of one's account.
pub fn forms(token: &str, way: OwnWay) -> Vec<PostForm> {
    if !way.has_password {
        return Vec::new();
    }
    let least = format!("At least {} characters; spaces and pasting are welcome", way.least);
    let [password, code] = old("own");
    let new = Field::new("new", "New password", Kind::Password).filled_by("new-password").hinted(least);
    let again = Field::new("again", "The same new password again", Kind::Password).filled_by("new-password");
    let left = match way.paper_left {
        0 => "You have none. Without them, only two colleagues can let you in again if your authenticator is lost.".to_owned(),
        left => format!("You have {left} that you have not used. New ones take the place of all of them."),
    };
    vec![
        PostForm::new("/account/password", token, "Change the password")
            .headed("Change your password", "Every other session of yours ends.")
            .asking([password, code, new, again]),
        PostForm::new("/account/authenticator", token, "Show a new secret")
            .headed("Change your authenticator", "The one in use stays until the new one has shown a code.")
            .secondary(),
        PostForm::new("/account/recovery-codes", token, "Make recovery codes")
            .headed("Recovery codes", left)
            .secondary()
            .asking(old("paper")),
    ]
}

/// The old proof, under ids of its own.
fn old(whose: &str) -> [Field; 2] {
    let password = Field::new("password", "Your password now", Kind::Password).filled_by("current-password");
    let code = Field::new("code", "Code", Kind::Code);
    [
        password.called(format!("{whose}-password")),
        code.called(format!("{whose}-code"))
            .hinted("The six digits that your authenticator shows now, or a recovery code"),
    ]
}

fn proof<'a>(posted: &'a Posted, address: &'a str) -> Proof<'a> {
    Proof {
        password: posted.field("password").unwrap_or_default(),
        code: posted.get("code").unwrap_or_default(),
        address,
    }
}

fn refusal(answer: &Answer) -> String {
    match answer {
        Answer::Wait(until) => sign_in::wait(*until),
        Answer::Wrong | Answer::Welcome(_) => WRONG.to_owned(),
    }
}

async fn again(app: &App, reader: &Reader, complaint: (&'static str, &str)) -> Result<Response, Problem> {
    let errors = Errors::one(complaint.0, complaint.1.to_owned());
    answered(&account::page(app, reader, errors).await?, StatusCode::UNPROCESSABLE_ENTITY)
}

async fn authenticator_page(
    app: &App,
    reader: &Reader,
    token: &str,
    errors: Errors,
) -> Result<Panel, Problem> {
    let new = app.ops.invitation(token).await?;
    let heading = "Your new authenticator";
    let frame = Frame::of(app, reader, "", heading).below("/account", "Your account");
    let [password, code] = old("own");
    let shown = Field::new("shown", "Code of the new authenticator", Kind::Code);
    let form = PostForm::new("/account/authenticator/confirm", &reader.form_token, "Use it from now on")
        .with("invitation", token)
        .asking([shown, password, code]);
    let mut page = Panel::new(frame, errors, heading).asking(form);
    page.intro
        .push(Cell::text("Type the secret into an authenticator, or follow its link on the same device."));
    page.summary = Some(Summary::of([
        ("Secret", Cell::Code(new.secret)),
        ("Link", Cell::Code(new.otpauth)),
        ("Holds until", Cell::text(long(new.ends_at))),
    ]));
    Ok(page)
}

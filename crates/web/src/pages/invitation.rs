//! Setting one's own account up, with the token that was given: password and authenticator, at once and once.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ops::Kind as FaultKind;
use ops::access::{Acceptance, Invitation};

use super::panel::Panel;
use super::{Page, answered, told};
use crate::App;
use crate::frame::Frame;
use crate::moment::long;
use crate::parts::{Cell, Errors, Field, Kind, PostForm, Summary};
use crate::posted::Posted;
use crate::way;

const HEADING: &str = "Set your account up";
const MEANING: &str = "The first start of Reval prints a token; later ones are given by whoever manages users. A token works \
                       once, and not for long.";

/// Asks for the token: it stands in no address.
pub async fn get(State(app): State<Arc<App>>) -> Page {
    answered(&asking(&app, Errors::default()), StatusCode::OK)
}

/// Shows what the token is for.
pub async fn open(State(app): State<Arc<App>>, posted: Posted) -> Page {
    posted.only(&["invitation"])?;
    let token = posted.get("invitation").unwrap_or_default();
    match app.ops.invitation(token).await {
        Ok(invitation) => {
            answered(&page(&app, (token, &invitation), (None, Errors::default())), StatusCode::OK)
        }
        // An unknown token is something wrong in the form, not a page that is absent.
        Err(fault) if fault.kind == FaultKind::NotFound => {
            let errors = Errors::one("invitation", fault.message);
            answered(&asking(&app, errors), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(fault) => Err(fault.into()),
    }
}

/// Sets the account up.
pub async fn accept(State(app): State<Arc<App>>, posted: Posted) -> Page {
    posted.only(&["invitation", "name", "password", "again", "code"])?;
    let token = posted.get("invitation").unwrap_or_default();
    let name = posted.get("name");
    let password = posted.field("password").unwrap_or_default();
    let errors = if posted.field("again") == Some(password) {
        let code = posted.get("code").unwrap_or_default();
        let acceptance = Acceptance { name: name.unwrap_or_default(), password, code };
        match app.ops.accept(token, &acceptance).await {
            Ok(()) => return Ok(way::see("/sign-in?done=set-up")),
            Err(fault) => Errors::one("password", told(fault)?),
        }
    } else {
        Errors::one("again", "The two passwords differ: type the same twice".to_owned())
    };
    let invitation = app.ops.invitation(token).await?;
    answered(&page(&app, (token, &invitation), (name, errors)), StatusCode::UNPROCESSABLE_ENTITY)
}

fn asking(app: &App, errors: Errors) -> Panel {
    let field = Field::new("invitation", "Token", Kind::Text);
    let form = PostForm::new("/invitation", "", "Go on").asking([field]);
    let mut page = Panel::new(Frame::of(app, None, "", HEADING), errors, HEADING).asking(form);
    page.intro.push(Cell::text(MEANING));
    page
}

fn page(app: &App, what: (&str, &Invitation), entered: (Option<&str>, Errors)) -> Panel {
    let ((token, invitation), (name, errors)) = (what, entered);
    let named = match &invitation.name {
        Some(_) => None,
        None => Some(Field::new("name", "Your name", Kind::Text).filled_by("username").entered(name)),
    };
    let fields = [
        Field::new("password", "Password", Kind::Password)
            .filled_by("new-password")
            .hinted(format!("At least {} characters; spaces and pasting are welcome", invitation.least)),
        Field::new("again", "The same password again", Kind::Password).filled_by("new-password"),
        Field::new("code", "Code", Kind::Code).hinted("The six digits that your authenticator shows now"),
    ];
    let form = PostForm::new("/invitation/accept", "", "Set the account up").with("invitation", token);
    let form = form.asking(named.into_iter().chain(fields));
    let mut page = Panel::new(Frame::of(app, None, "", HEADING), errors, HEADING).asking(form);
    page.intro
        .push(Cell::text("Type the secret into an authenticator, or follow its link on the same device."));
    let name = invitation.name.as_deref().map_or_else(|| Cell::Hint("you choose it".to_owned()), Cell::text);
    page.summary = Some(Summary::of([
        ("Name", name),
        ("Secret", Cell::Code(invitation.secret.clone())),
        ("Link", Cell::Code(invitation.otpauth.clone())),
        ("Holds until", Cell::text(long(invitation.ends_at))),
    ]));
    page
}

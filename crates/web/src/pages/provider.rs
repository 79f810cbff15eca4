//! Signing in at the house's own identity provider: the way there and the way back.
//!
//! What goes along follows from the secret of the browser that set out, so nothing is kept in between, and only the same
//! browser can come back. Whoever is signed in already shows once more who they are.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::identity::Asking;
use jiff::{SignedDuration, Timestamp};
use ops::{Fault, Kind};
use sha2::{Digest, Sha256};

use super::{Page, sign_in, told};
use crate::frame::home;
use crate::params::Params;
use crate::reader::{Anyone, Reader};
use crate::{App, IdentityProvider, cookie, way};

/// How long somebody may take at the provider. Arbitrary: a code by post would take longer, a telephone does not.
const AWAY: SignedDuration = SignedDuration::from_mins(10);

/// Sends somebody to the provider.
pub async fn go(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Anyone(reader): Anyone,
    params: Params,
) -> Page {
    let provider = provider(&app)?;
    let secret = match secret(&app, &headers, reader.as_ref()) {
        Some(secret) => secret.to_owned(),
        None => app.ops.access.chance()?,
    };
    let next = way::safe(params.get("next")).map_or("", way::untelling);
    let asking = asking(&secret, reader.is_some(), (app.ops.today().now, next));
    let address = (provider.begin)(asking).await?;
    Ok(sign_in::seated(way::see(&address), &secret, &app))
}

/// Takes somebody back, by what the provider says of them.
pub async fn back(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Anyone(reader): Anyone,
    params: Params,
) -> Page {
    let provider = provider(&app)?;
    let brought = params.get("state").unwrap_or_default();
    let secret = cookie::secret(&headers, &app.ops.site.public_url).unwrap_or_default();
    let set_out = set_out(brought).filter(|(at, next)| {
        let asked = asking(secret, reader.is_some(), (*at, next));
        let age = app.ops.today().now.duration_since(*at);
        // Digests are compared, so that the time taken tells nothing.
        !secret.is_empty()
            && Sha256::digest(asked.state) == Sha256::digest(brought)
            && SignedDuration::ZERO <= age
            && age < AWAY
    });
    let Some((at, next)) = set_out else {
        return complaining(&app, "This sign-in was not begun here, or too long ago. Begin it again.");
    };
    let asking = asking(secret, reader.is_some(), (at, &next));
    let Some(code) = params.get("code") else {
        return complaining(
            &app,
            "The identity provider let nobody in. Begin again, or ask whoever runs it.",
        );
    };
    match let_in(&app, (provider, code, asking), reader.as_ref()).await {
        Ok(welcome) => {
            let reader = Reader::with(&app, &welcome.token).await?;
            let on = way::safe(Some(&next)).unwrap_or_else(|| reader.as_ref().map_or("/", home));
            Ok(sign_in::seated(way::see(on), &welcome.token, &app))
        }
        Err(fault) => complaining(&app, &told(fault)?),
    }
}

async fn let_in(
    app: &App,
    asked: (&IdentityProvider, &str, Asking),
    reader: Option<&Reader>,
) -> Result<ops::access::Welcome, Fault> {
    let (provider, code, asking) = asked;
    let identity = (provider.finish)(code.to_owned(), asking).await?;
    match reader {
        Some(reader) => app.ops.vouched_step_up(&reader.visitor, &identity).await,
        None => app.ops.vouched_sign_in(&identity).await,
    }
}

fn provider(app: &App) -> Result<&IdentityProvider, Fault> {
    let none = || Fault::new(Kind::NotFound, "No identity provider vouches for people here.");
    app.provider.as_ref().ok_or_else(none)
}

/// The secret that a browser brings, where it opens a session: that is kept, and any other made anew.
fn secret<'a>(app: &App, headers: &'a HeaderMap, reader: Option<&Reader>) -> Option<&'a str> {
    cookie::secret(headers, &app.ops.site.public_url).filter(|_| reader.is_some())
}

fn complaining(app: &App, sentence: &str) -> Page {
    super::answered(&sign_in::turned_away(app, sentence), StatusCode::UNPROCESSABLE_ENTITY)
}

/// What goes along with the browser of a secret that sets out at an instant, and where it wants to go on to.
fn asking(secret: &str, again: bool, what: (Timestamp, &str)) -> Asking {
    let (at, next) = what;
    let at = at.as_millisecond();
    let word =
        |what: &str| hexadecimal(&Sha256::digest(format!("reval {what} {secret} {at} {again} {next}")));
    let state = format!("{}.{at}.{next}", word("state"));
    Asking { state, nonce: word("nonce"), verifier: word("verifier"), again }
}

/// Reads when somebody set out and where they wanted to go on to.
fn set_out(state: &str) -> Option<(Timestamp, String)> {
    let mut parts = state.splitn(3, '.').skip(1);
    let at = parts.next()?.parse().ok().and_then(|at| Timestamp::from_millisecond(at).ok())?;
    Some((at, parts.next()?.to_owned()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_along_is_of_one_browser_one_instant_and_one_way() {
        let at = |ms| Timestamp::from_millisecond(ms).expect("an instant");
        let words = |secret, again, ms, next| {
            let asking = asking(secret, again, (at(ms), next));
            (asking.state, asking.nonce, asking.verifier)
        };
        let one = words("s3", false, 7, "/holds/h1");
        assert_eq!(set_out(&one.0), Some((at(7), "/holds/h1".to_owned())));
        assert_eq!(one, words("s3", false, 7, "/holds/h1"));
        let others = [
            words("s4", false, 7, "/holds/h1"),
            words("s3", true, 7, "/holds/h1"),
            words("s3", false, 8, "/holds/h1"),
            words("s3", false, 7, "/doctors"),
        ];
        for other in others {
            assert!(other.0 != one.0 && other.1 != one.1 && other.2 != one.2);
        }
        assert!(one.0 != one.1 && one.1 != one.2, "each is a word of its own");
        assert!((43..=128).contains(&one.2.len()), "RFC 7636, 4.1");
        for none in ["", "a", "a.b.c", "a.7", "a.99999999999999999999.x"] {
            assert_eq!(set_out(none), None, "{none}");
        }
    }
}

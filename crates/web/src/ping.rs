//! What programs report that somebody else runs, in the manner that check-in clients already speak: an address that is a
//! secret, asked with GET, HEAD or POST.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use ops::Fault;
use serde::Deserialize;

use crate::fault::Problem;
use crate::params::Params;
use crate::{App, Ping, PingWhat};

/// Under this all of it lies.
pub const PLACE: &str = "/ping/";
/// What is kept of what a program says: its end, because that says how it ended. Arbitrary; a log is not sent here.
const SAID_BYTES_MAX: usize = 100 * 1024;
/// Longest name of a run that is taken: a UUID, or what Jenkins calls a build.
const RID_BYTES_MAX: usize = 200;

/// What a program may say of its run.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Evidence {
    #[serde(default)]
    records: u64,
    as_of: Option<Timestamp>,
    #[serde(default)]
    log: String,
}

/// Takes a good end: what most clients say, and nothing else.
pub async fn good(
    State(app): State<Arc<App>>,
    Path(key): Path<String>,
    params: Params,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, &'static str), Problem> {
    take(&app, (&key, PingWhat::Ended { is_good: true }), &params, (&headers, &body)).await
}

/// Takes `start`, `fail`, `log`, or the code with which a program ended.
pub async fn what(
    State(app): State<Arc<App>>,
    Path((key, what)): Path<(String, String)>,
    params: Params,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, &'static str), Problem> {
    let what = match what.as_str() {
        "start" => PingWhat::Begun,
        "log" => PingWhat::Goes,
        "fail" => PingWhat::Ended { is_good: false },
        code => match code.parse::<u8>() {
            Ok(code) => PingWhat::Ended { is_good: code == 0 },
            Err(_) => return Err(absent()),
        },
    };
    take(&app, (&key, what), &params, (&headers, &body)).await
}

async fn take(
    app: &App,
    reported: (&str, PingWhat),
    params: &Params,
    sent: (&HeaderMap, &[u8]),
) -> Result<(StatusCode, &'static str), Problem> {
    let (key, what) = reported;
    let rid = params.get("rid").map(str::to_owned);
    if rid.as_ref().is_some_and(|rid| rid.len() > RID_BYTES_MAX) {
        return Err(Fault::invalid("The name of the run (rid) is too long.").into());
    }
    let job = app.ops.reports_of(key).await?.ok_or_else(absent)?;
    let evidence = evidence(sent);
    let ping = Ping { job, rid, what, records: evidence.records, as_of: evidence.as_of, said: evidence.log };
    (app.take_ping)(ping).await?;
    Ok((StatusCode::OK, "OK\n"))
}

/// The same words for a key that is none and for a word that nobody knows.
fn absent() -> Problem {
    Fault::not_found("There is nothing at this address.").into()
}

/// What came with a report: evidence where it is JSON of the known form, otherwise words for the run's log.
fn evidence(sent: (&HeaderMap, &[u8])) -> Evidence {
    let (headers, body) = sent;
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let parsed = is_json.then(|| serde_json::from_slice::<Evidence>(body).ok()).flatten();
    let mut evidence = parsed.unwrap_or_else(|| Evidence {
        log: String::from_utf8_lossy(body).into_owned(),
        ..Evidence::default()
    });
    let from = evidence.log.ceil_char_boundary(evidence.log.len().saturating_sub(SAID_BYTES_MAX));
    evidence.log.drain(..from);
    evidence
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &str, body: &str) -> (u64, Option<String>, String) {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, kind.parse().expect("a type"));
        let evidence = evidence((&headers, body.as_bytes()));
        (evidence.records, evidence.as_of.map(|at| at.to_string()), evidence.log)
    }

    #[test]
    fn evidence_is_json_of_the_known_form_and_everything_else_is_words() {
        let whole = r#"{"records": 54005, "as_of": "2026-11-25T00:05:00Z", "log": "loaded"}"#;
        assert_eq!(
            of("application/json; charset=utf-8", whole),
            (54_005, Some("2026-11-25T00:05:00Z".to_owned()), "loaded".to_owned())
        );
        assert_eq!(of("application/json", r#"{"records": 3}"#), (3, None, String::new()));
        for words in [whole, "loaded", ""] {
            assert_eq!(of("text/plain", words), (0, None, words.to_owned()));
        }
        for other in [r#"{"records": -3}"#, r#"{"other": 3}"#, "[1]", "{"] {
            assert_eq!(of("application/json", other), (0, None, other.to_owned()));
        }
    }

    #[test]
    fn the_end_of_what_is_said_is_kept() {
        let (_, _, said) = of("text/plain", &format!("{}é the end", "é".repeat(SAID_BYTES_MAX)));
        assert!(said.len() <= SAID_BYTES_MAX && said.ends_with("the end"));
    }
}

//! One request to a receiver: to the addresses that were looked at, without redirects, proxies or repetition.

use std::time::Duration;

use domain::secret::Secret;
use jiff::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::answer::{Refusal, retry_after, said};
use super::guard;

/// Longest wait for a connection. Arbitrary; a third of what the whole message may take.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// Most that is read of an answer; receivers say `ok` or a short sentence.
const BODY_BYTES_MAX: usize = 16 * 1024;

/// What a receiver answered.
#[derive(Debug)]
pub(super) struct Answer {
    /// The status.
    pub status: u16,
    /// The beginning of the body.
    pub body: String,
    headers: HeaderMap,
    secret_path: String,
}

/// Says what is wrong with an address, before anything is sent there.
pub fn check_address(url: &Secret, may_be_private: bool) -> Result<(), String> {
    let url = reqwest::Url::parse(url.reveal())
        .map_err(|error| format!("has an address that is none: {error}; write https://HOST/PATH"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "has an address with a name or password in it; receivers know us by the signature".to_owned()
        );
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if may_be_private => Ok(()),
        "http" => Err(
            "has an address of http, which anybody on the way can read; only next door: allow_private = true"
                .to_owned(),
        ),
        _ => Err("has an address that must begin with https://".to_owned()),
    }
}

/// Posts JSON.
pub(super) async fn json(
    to: (&Secret, bool),
    headers: &[(&'static str, String)],
    body: Vec<u8>,
) -> Result<Answer, Refusal> {
    let (url, may_be_private) = to;
    let url = reqwest::Url::parse(url.reveal()).map_err(|_| Refusal::lasting("the address is no URL"))?;
    let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(443));
    let addresses = guard::resolve(host, port, may_be_private).await?;
    let client = reqwest::Client::builder()
        .user_agent("Reval")
        .connect_timeout(CONNECT_MAX)
        .timeout(super::SEND_MAX)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .resolve_to_addrs(host, &addresses)
        .build()
        .map_err(|error| Refusal::lasting(format!("the connection cannot be prepared: {error}")))?;
    let secret_path = url.path().to_owned();
    let mut request = client.post(url).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let mut response = request.body(body).send().await.map_err(broken)?;
    let (status, headers) = (response.status().as_u16(), std::mem::take(response.headers_mut()));
    let mut body = Vec::new();
    while body.len() < BODY_BYTES_MAX
        && let Some(chunk) = response.chunk().await.map_err(broken)?
    {
        body.extend_from_slice(&chunk[..chunk.len().min(BODY_BYTES_MAX - body.len())]);
    }
    Ok(Answer { status, body: String::from_utf8_lossy(&body).into_owned(), headers, secret_path })
}

/// Why there is no answer; never with the address, which may be secret.
fn broken(error: reqwest::Error) -> Refusal {
    let is_timeout = error.is_timeout();
    let mut inner: &dyn std::error::Error = &error.without_url();
    let mut why = inner.to_string();
    while let Some(source) = inner.source() {
        inner = source;
        why = inner.to_string();
    }
    let kind = if is_timeout { "no answer in time" } else { "the connection failed" };
    Refusal::passing(format!("{kind}: {why}"))
}

impl Answer {
    /// What was said, as it may be shown.
    pub fn said(&self) -> String {
        let body = if self.secret_path.len() > 1 {
            self.body.replace(&self.secret_path, "…")
        } else {
            self.body.clone()
        };
        said(&format!("{} {body}", self.status))
    }

    /// The same as a refusal: some waits make nothing better.
    pub fn refused(&self, at: Timestamp) -> Refusal {
        let wait = self.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let is_passing = matches!(self.status, 408 | 409 | 425 | 429 | 500..=599);
        Refusal {
            answer: self.said(),
            retry_after: wait.and_then(|value| retry_after(value, at)),
            is_final: !is_passing,
        }
    }
}

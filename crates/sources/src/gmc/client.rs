//! The client for reads: one call in flight per body, bounded retries, and no call after refused credentials.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::clock::{Clock, IdSource};
use domain::ids::BodyCode;
use domain::secret::Secret;
use futures_util::TryStreamExt;
use tokio_util::io::StreamReader;

use super::answer::{Caps, Item, read_doctors};
use super::classify::{Head, check};
use super::complete_answer::{CompleteAnswer, Expected};
use super::incomplete::{Class, Incomplete};
use super::operations::{Operation, Soap};
use super::recount::{Counted, Counter};
use super::request::{Credentials, write};

/// How often and how patiently a read is tried.
#[derive(Clone, Copy, Debug)]
pub struct Retries {
    /// Calls at most, the first included.
    pub attempts: u64,
    /// Wait before the second call; doubles from there, with jitter.
    pub first_wait: Duration,
    /// Longest wait.
    pub longest_wait: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self { attempts: 3, first_wait: Duration::from_secs(2), longest_wait: Duration::from_secs(60) }
    }
}

/// Where and as whom to ask.
#[derive(Clone, Debug)]
pub struct GmcSettings {
    /// Address of the service.
    pub url: String,
    /// `Username`
    pub user: String,
    /// `Password`
    pub password: Secret,
    /// `InternalUser`
    pub internal_user: String,
    /// Sent with every call: an edge may refuse what it does not know.
    pub user_agent: String,
    /// To connect.
    pub connect_timeout: Duration,
    /// For a whole answer.
    pub answer_timeout: Duration,
    /// Retries.
    pub retries: Retries,
    /// Bounds on an answer.
    pub caps: Caps,
}

/// What the reader of a list is told.
pub enum Event {
    /// A call begins: whatever came before is void.
    Start,
    /// One record.
    Item(Item),
}

/// A complete answer, and how many calls it took.
#[derive(Debug)]
pub struct Fetched {
    /// The proof.
    pub answer: CompleteAnswer,
    /// Calls made.
    pub calls: u64,
}

/// No complete answer, after how many calls, the last of them when.
#[derive(Debug)]
pub struct NotFetched<E> {
    /// Why.
    pub error: E,
    /// Calls made.
    pub calls: u64,
    /// Our id of the last call.
    pub client_request_id: String,
    /// When the last request was sent.
    pub requested_at: jiff::Timestamp,
}

/// Asks the GMC. Clones share the breaker and the per-body turn.
#[derive(Clone)]
pub struct GmcClient {
    settings: Arc<GmcSettings>,
    http: reqwest::Client,
    refused: Arc<AtomicBool>,
    turns: Arc<Mutex<HashMap<BodyCode, Arc<tokio::sync::Mutex<()>>>>>,
}

/// Time and chance of one call.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// The clock.
    pub clock: &'a dyn Clock,
    /// Mints ClientRequestIDs.
    pub ids: &'a IdSource,
}

impl GmcClient {
    /// Makes a client; the address must be http or https.
    pub fn new(settings: GmcSettings) -> Result<Self, Incomplete> {
        let http = reqwest::Client::builder()
            .user_agent(settings.user_agent.clone())
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.answer_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .build()
            .map_err(|error| {
                Incomplete::new(Class::Network, format!("the GMC client cannot be made: {error}"))
            })?;
        Ok(Self { settings: Arc::new(settings), http, refused: Arc::default(), turns: Arc::default() })
    }

    /// What we call ourselves towards the GMC: an edge may refuse a caller by it.
    pub fn called(&self) -> &str {
        &self.settings.user_agent
    }

    /// Whether a refusal of our credentials has stopped all calls.
    pub fn is_refused(&self) -> bool {
        self.refused.load(Ordering::SeqCst)
    }

    /// Stops all calls, because the GMC refused our credentials elsewhere.
    pub fn refuse(&self) {
        self.refused.store(true, Ordering::SeqCst);
    }

    /// Reads one body's list with retries; nothing the sink received counts unless this succeeds.
    pub async fn fetch<E>(
        &self,
        body: &BodyCode,
        means: Means<'_>,
        mut sink: impl FnMut(Event) -> Result<(), E>,
    ) -> Result<Fetched, NotFetched<E>>
    where
        E: From<Incomplete> + AsIncomplete,
    {
        let turn = self.turn(body);
        let _turn = turn.lock().await;
        let mut calls = 0;
        loop {
            calls += 1;
            let expected = Expected {
                body: body.clone(),
                client_request_id: means.ids.mint(means.clock.now()),
                requested_at: means.clock.now(),
            };
            let error = match self.once(expected.clone(), &mut sink).await {
                Ok(answer) => return Ok(Fetched { answer, calls }),
                Err(error) => error,
            };
            let wait = error.incomplete().and_then(|incomplete| self.wait(incomplete, calls));
            let Some(wait) = wait else {
                let Expected { client_request_id, requested_at, .. } = expected;
                return Err(NotFetched { error, calls, client_request_id, requested_at });
            };
            tokio::time::sleep(wait).await;
        }
    }

    fn turn(&self, body: &BodyCode) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(body.clone()).or_default())
    }

    /// How long to wait before the next call; `None` if there is to be none.
    fn wait(&self, incomplete: &Incomplete, calls: u64) -> Option<Duration> {
        if incomplete.class == Class::Credentials {
            self.refused.store(true, Ordering::SeqCst);
        }
        let retries = &self.settings.retries;
        if !incomplete.is_retryable() || calls >= retries.attempts || self.is_refused() {
            return None;
        }
        let doubled = retries.first_wait.saturating_mul(1 << (calls - 1).min(16)).min(retries.longest_wait);
        let asked =
            incomplete.retry_after_s.map_or(Duration::ZERO, Duration::from_secs).min(retries.longest_wait);
        // Half to whole, so that nodes that failed together do not come back together.
        let jitter = 0.5
            + 0.5 * f64::from(u32::try_from(calls.wrapping_mul(2_654_435_761) & 0xffff).unwrap_or(0))
                / 65_536.0;
        Some(doubled.mul_f64(jitter).max(asked))
    }

    async fn once<E: From<Incomplete>>(
        &self,
        expected: Expected,
        sink: &mut impl FnMut(Event) -> Result<(), E>,
    ) -> Result<CompleteAnswer, E> {
        let response = self.send(&expected).await?;
        let head = head(&response);
        check(&head)?;
        sink(Event::Start)?;
        let stream = response.bytes_stream().map_err(|error| {
            let kind =
                if error.is_timeout() { io::ErrorKind::TimedOut } else { io::ErrorKind::ConnectionReset };
            io::Error::from(kind)
        });
        read_doctors(StreamReader::new(stream), expected, self.settings.caps, |item| sink(Event::Item(item)))
            .await
    }

    /// Counts the doctors of one body's list by a call of its own, made once; the reader of answers takes no part.
    pub async fn recount(&self, body: &BodyCode, means: Means<'_>) -> Result<Counted, Incomplete> {
        let turn = self.turn(body);
        let _turn = turn.lock().await;
        let expected = Expected {
            body: body.clone(),
            client_request_id: means.ids.mint(means.clock.now()),
            requested_at: means.clock.now(),
        };
        let counted = self.count(&expected).await;
        if counted.as_ref().is_err_and(|incomplete| incomplete.class == Class::Credentials) {
            self.refused.store(true, Ordering::SeqCst);
        }
        counted
    }

    async fn count(&self, expected: &Expected) -> Result<Counted, Incomplete> {
        let response = self.send(expected).await?;
        check(&head(&response))?;
        let mut counter = Counter::new(&expected.client_request_id, self.settings.caps.bytes);
        let mut pieces = response.bytes_stream();
        while let Some(piece) = pieces.try_next().await.map_err(|error| broken(&error))? {
            counter.feed(&piece)?;
        }
        counter.finish()
    }

    async fn send(&self, expected: &Expected) -> Result<reqwest::Response, Incomplete> {
        if self.is_refused() {
            let sentence = "the GMC refused our credentials earlier; no call is made until somebody acts";
            return Err(Incomplete::new(Class::Credentials, sentence));
        }
        let operation = Operation::GetDoctorsForDB;
        let credentials =
            Credentials { user: &self.settings.user, password: self.settings.password.reveal() };
        let fields = [
            ("DesignatedBodyCode", expected.body.as_str()),
            ("ClientRequestID", expected.client_request_id.as_str()),
            ("InternalUser", self.settings.internal_user.as_str()),
        ];
        self.http
            .post(&self.settings.url)
            .header("content-type", Soap::V11.content_type())
            .header("accept-encoding", "identity")
            .header("soapaction", format!("\"{}\"", operation.action()))
            .body(write(Soap::V11, operation, &fields, credentials))
            .send()
            .await
            .map_err(|error| no_answer(&error))
    }
}

/// Lets the client see whether an error of the sink's kind is the wire's.
pub trait AsIncomplete {
    /// The wire's part of the error, if it is one.
    fn incomplete(&self) -> Option<&Incomplete>;
}

impl AsIncomplete for Incomplete {
    fn incomplete(&self) -> Option<&Incomplete> {
        Some(self)
    }
}

fn no_answer(error: &reqwest::Error) -> Incomplete {
    if error.is_timeout() {
        Incomplete::new(Class::Timeout, "the GMC did not answer in time")
    } else if error.is_connect() {
        Incomplete::new(Class::Network, "no connection to the GMC could be made")
    } else {
        Incomplete::new(Class::Network, "the connection broke before the GMC answered")
    }
}

fn broken(error: &reqwest::Error) -> Incomplete {
    if error.is_timeout() {
        Incomplete::new(Class::Timeout, "the GMC's answer did not end in time; nothing was counted")
    } else {
        Incomplete::new(Class::Truncated, "the GMC's answer broke off; nothing was counted")
    }
}

fn head(response: &reqwest::Response) -> Head {
    let header = |name: &str| {
        let value = response.headers().get(name)?;
        Some(value.to_str().unwrap_or_default().to_ascii_lowercase())
    };
    Head {
        status: response.status().as_u16(),
        content_type: header("content-type").unwrap_or_default(),
        content_encoding: header("content-encoding").unwrap_or_default(),
        retry_after_s: header("retry-after").and_then(|seconds| seconds.parse().ok()),
        edge_ray: header("cf-ray"),
    }
}

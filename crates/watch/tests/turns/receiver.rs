//! A receiver of webhooks on a socket of its own, which does what it is told and remembers what it got.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::secret::Secret;
use serde_json::Value;
use watch::channel::{Channel, Way};

/// How it answers.
#[derive(Clone, Debug)]
pub enum Manner {
    /// With a status, a body and perhaps a wait.
    Says(u16, &'static str, Option<&'static str>),
    /// Not at all, although it has the message.
    Hangs,
}

pub const OK: Manner = Manner::Says(200, "ok", None);

/// What it got: key and body.
pub type Got = Vec<(String, Value)>;

#[derive(Clone)]
pub struct Receiver {
    manner: Arc<Mutex<Manner>>,
    got: Arc<Mutex<Got>>,
    address: std::net::SocketAddr,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let receiver = Self { manner: Arc::new(Mutex::new(OK)), got: Arc::default(), address };
        let app = Router::new().fallback(take).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        receiver
    }

    pub fn is(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    pub fn got(&self) -> Got {
        self.got.lock().unwrap().clone()
    }

    /// Comes back once it got more than so many.
    pub async fn has_more_than(&self, count: usize) {
        while self.got.lock().unwrap().len() <= count {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }

    fn url(&self, path: &str) -> Secret {
        Secret::new(format!("http://{}{path}", self.address))
    }

    pub fn webhook(&self, name: &str) -> Channel {
        let way = Way::Webhook { url: self.url("/hook/secret-token"), key: Secret::new("whsec_c2VjcmV0") };
        Channel { name: name.to_owned(), way, may_be_private: true }
    }

    /// A channel of some way to this receiver.
    pub fn of(&self, way: impl FnOnce(Secret) -> Way) -> Channel {
        Channel { name: "chat".to_owned(), way: way(self.url("/in/secret-token")), may_be_private: true }
    }

    pub fn slack(&self, name: &str) -> Channel {
        let way = Way::Slack { url: self.url("/services/T/B/secret-token") };
        Channel { name: name.to_owned(), way, may_be_private: true }
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> Response {
    let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let body: Value = serde_json::from_slice(&body).unwrap();
    receiver.got.lock().unwrap().push((key.to_owned(), body));
    let manner = receiver.manner.lock().unwrap().clone();
    match manner {
        Manner::Hangs => std::future::pending().await,
        Manner::Says(status, body, wait) => {
            let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
            if let Some(wait) = wait {
                let name = if status / 100 == 3 { "location" } else { "retry-after" };
                response.headers_mut().insert(name, wait.parse().unwrap());
            }
            response
        }
    }
}

//! A receiver of messages in a sandbox: it listens on the loopback, does what it is told, and remembers what it got.

use std::sync::{Arc, Mutex, PoisonError};

use domain::secret::Secret;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use watch::channel::{Channel, Way};

use crate::error::DrillError;

/// How a receiver answers; `None`: it hangs up without a word, as one that is gone.
type Manner = Option<&'static str>;

/// What it says when it takes a message.
pub(crate) const TAKES: Manner = Some("200 OK");

/// A receiver.
#[derive(Clone)]
pub(crate) struct Receiver {
    name: &'static str,
    address: String,
    manner: Arc<Mutex<Manner>>,
    got: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    /// Starts one that takes everything.
    pub async fn start(name: &'static str) -> Result<Self, DrillError> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let receiver = Self { name, address, manner: Arc::new(Mutex::new(TAKES)), got: Arc::default() };
        let taking = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let taking = taking.clone();
                tokio::spawn(async move { taking.take(stream).await });
            }
        });
        Ok(receiver)
    }

    async fn take(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        let (mut line, mut path, mut length) = (String::new(), String::new(), 0);
        while stream.read_line(&mut line).await? > 2 {
            let lower = line.to_lowercase();
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or_default();
            } else if path.is_empty() {
                path = line.split(' ').nth(1).unwrap_or_default().to_owned();
            }
            line.clear();
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        let Some(says) = *self.manner.lock().unwrap_or_else(PoisonError::into_inner) else { return Ok(()) };
        if says.starts_with('2') {
            let text = format!("{path} {}", String::from_utf8_lossy(&body));
            self.got.lock().unwrap_or_else(PoisonError::into_inner).push(text);
        }
        let answer = format!("HTTP/1.1 {says}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes()).await
    }

    /// Tells it how to answer from now on.
    pub fn is(&self, manner: Manner) {
        *self.manner.lock().unwrap_or_else(PoisonError::into_inner) = manner;
    }

    /// The messages it took that hold a text.
    pub fn got(&self, text: &str) -> usize {
        let got = self.got.lock().unwrap_or_else(PoisonError::into_inner);
        got.iter().filter(|one| one.contains(text)).count()
    }

    /// Its address.
    pub fn url(&self, path: &str) -> Secret {
        Secret::new(format!("http://{}{path}", self.address))
    }

    /// A channel to it.
    pub fn channel(&self) -> Channel {
        let way = Way::Webhook { url: self.url("/hook"), key: Secret::new("drill") };
        Channel { name: self.name.to_owned(), way, may_be_private: true }
    }
}

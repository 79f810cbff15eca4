//! The line for words that change something at the GMC: one fresh connection for one call, no pool, no retry, no redirect, no
//! proxy of the environment. It is open before anything is claimed, and it knows whether a byte of the request has left.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use domain::sending::{FIRST_BYTE, Point, Witness};
use http_body_util::{BodyExt, Full, Limited};
use hyper::Response;
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::ConfigVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;

use super::classify::{Head, check};
use super::client::GmcSettings;
use super::incomplete::{Class, Incomplete};
use super::operations::{Operation, Soap};
use super::request::{Credentials, write};
use super::small_answer::{self, BYTES_MAX, Fields};

/// To connect, TLS included. Source: times of the sending protocol.
const CONNECT: Duration = Duration::from_secs(5);
/// For the whole reply.
const REPLY: Duration = Duration::from_secs(60);

/// What came back.
#[derive(Debug)]
pub enum Heard {
    /// Not one byte of the request was handed to the connection.
    NothingWritten(Incomplete),
    /// A complete envelope of the operation asked.
    Whole(Fields),
    /// Everything else.
    Broken(Incomplete),
}

/// Opens lines.
#[derive(Clone)]
pub struct Lines {
    settings: Arc<GmcSettings>,
    tls: TlsConnector,
    witness: Witness,
}

/// An open connection on which nothing has been said.
pub struct Line {
    settings: Arc<GmcSettings>,
    target: Target,
    sender: SendRequest<Full<Bytes>>,
    written: Arc<AtomicU64>,
    connection: JoinHandle<()>,
    witness: Witness,
}

#[derive(Clone)]
struct Target {
    is_tls: bool,
    host: String,
    port: u16,
    /// `Host` of the request.
    authority: String,
    path: String,
}

impl Lines {
    /// Makes them for a service; the address must be http or https.
    pub fn new(settings: GmcSettings) -> Result<Self, Incomplete> {
        target(&settings.url)?;
        let tls = ClientConfig::with_platform_verifier()
            .map_err(|error| Incomplete::new(Class::Network, format!("TLS cannot be set up: {error}")))?;
        let tls = TlsConnector::from(Arc::new(tls));
        Ok(Self { settings: Arc::new(settings), tls, witness: Witness::default() })
    }

    /// The same before a witness; a rehearsed line hands its first byte over alone.
    #[must_use]
    pub fn before(self, witness: Witness) -> Self {
        Self { witness, ..self }
    }

    /// `InternalUser` of calls that no person stands behind.
    pub fn internal_user(&self) -> &str {
        &self.settings.internal_user
    }

    /// Opens a line.
    pub async fn open(&self) -> Result<Line, Incomplete> {
        timeout(CONNECT, self.connect())
            .await
            .unwrap_or_else(|_| Err(Incomplete::new(Class::Timeout, "no connection to the GMC in time")))
    }

    async fn connect(&self) -> Result<Line, Incomplete> {
        let target = target(&self.settings.url)?;
        let none = |_| Incomplete::new(Class::Network, "no connection to the GMC could be made");
        let tcp = TcpStream::connect((target.host.as_str(), target.port)).await.map_err(none)?;
        tcp.set_nodelay(true).map_err(none)?;
        let written = Arc::new(AtomicU64::new(0));
        let io: Box<dyn Duplex> = if target.is_tls {
            let name = ServerName::try_from(target.host.clone())
                .map_err(|_| Incomplete::new(Class::Network, "the GMC's address names no host"))?;
            let tls = self.tls.connect(name, tcp).await.map_err(|_| {
                Incomplete::new(Class::Network, "the GMC could not prove who it is, or spoke no TLS")
            })?;
            Box::new(tls)
        } else {
            Box::new(tcp)
        };
        let io = TokioIo::new(Counted { io, written: Arc::clone(&written), witness: self.witness.clone() });
        let (sender, connection) = http1::handshake(io)
            .await
            .map_err(|_| Incomplete::new(Class::Network, "the connection to the GMC could not be used"))?;
        let connection = tokio::spawn(async move {
            // What breaks here breaks the reply, and is told there.
            let _ = connection.await;
        });
        let (settings, witness) = (Arc::clone(&self.settings), self.witness.clone());
        Ok(Line { settings, target, sender, written, connection, witness })
    }
}

impl Line {
    /// Says it, once. `claimed` is when the right to say it was won.
    pub async fn say(mut self, operation: Operation, fields: &[(&str, &str)], claimed: Instant) -> Heard {
        let request = match self.request(operation, fields) {
            Ok(request) => request,
            Err(error) => return self.unsaid(error),
        };
        if claimed.elapsed() > FIRST_BYTE.unsigned_abs() {
            return self
                .unsaid(Incomplete::new(Class::Timeout, "this worker slept between claim and first byte"));
        }
        let reply = timeout(REPLY, async {
            let response = self.sender.send_request(request).await.map_err(|_| broke())?;
            self.witness.sees(Point::Head);
            read(operation, response, self.witness.clone()).await
        });
        let error = match reply.await {
            Ok(Ok(fields)) => return Heard::Whole(fields),
            Ok(Err(error)) => error,
            Err(_) => Incomplete::new(Class::Timeout, "the GMC did not answer in time"),
        };
        // Only when nothing can write any more does the count prove anything.
        self.connection.abort();
        let _ended = (&mut self.connection).await;
        if self.written.load(Ordering::SeqCst) == 0 {
            Heard::NothingWritten(error)
        } else {
            Heard::Broken(error)
        }
    }

    fn unsaid(&self, error: Incomplete) -> Heard {
        Heard::NothingWritten(error)
    }

    fn request(
        &self,
        operation: Operation,
        fields: &[(&str, &str)],
    ) -> Result<hyper::Request<Full<Bytes>>, Incomplete> {
        let credentials =
            Credentials { user: &self.settings.user, password: self.settings.password.reveal() };
        hyper::Request::post(&self.target.path)
            .header("host", &self.target.authority)
            .header("user-agent", &self.settings.user_agent)
            .header("content-type", Soap::V11.content_type())
            .header("accept-encoding", "identity")
            .header("connection", "close")
            .header("soapaction", format!("\"{}\"", operation.action()))
            .body(Full::new(Bytes::from(write(Soap::V11, operation, fields, credentials))))
            .map_err(|_| Incomplete::new(Class::Malformed, "the request cannot be written as HTTP"))
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

async fn read(
    operation: Operation,
    response: Response<Incoming>,
    witness: Witness,
) -> Result<Fields, Incomplete> {
    let header = |name: &str| {
        let value = response.headers().get(name)?;
        Some(value.to_str().unwrap_or_default().to_ascii_lowercase())
    };
    check(&Head {
        status: response.status().as_u16(),
        content_type: header("content-type").unwrap_or_default(),
        content_encoding: header("content-encoding").unwrap_or_default(),
        retry_after_s: None,
        edge_ray: header("cf-ray"),
    })?;
    let pieces = response.into_body().map_frame(|piece| {
        witness.sees(Point::Piece);
        piece
    });
    let body = Limited::new(pieces, BYTES_MAX).collect().await.map_err(|_| broke())?;
    small_answer::read(operation, &body.to_bytes())
}

fn broke() -> Incomplete {
    Incomplete::new(Class::Network, "the connection broke before the whole answer came")
}

fn target(url: &str) -> Result<Target, Incomplete> {
    let bad = || Incomplete::new(Class::Network, "the GMC's address is no http or https address");
    let url = reqwest::Url::parse(url).map_err(|_| bad())?;
    let is_tls = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return Err(bad()),
    };
    let host = url.host_str().ok_or_else(bad)?.trim_matches(['[', ']']).to_owned();
    let port = url.port_or_known_default().ok_or_else(bad)?;
    let shown = url.host_str().unwrap_or_default();
    let authority = url.port().map_or_else(|| shown.to_owned(), |port| format!("{shown}:{port}"));
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let path = format!("{}{query}", url.path());
    Ok(Target { is_tls, host, port, authority, path })
}

trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// Counts what the request has handed over, above TLS, so that a handshake counts for nothing.
struct Counted {
    io: Box<dyn Duplex>,
    written: Arc<AtomicU64>,
    witness: Witness,
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let is_first = self.witness.is_there() && self.written.load(Ordering::SeqCst) == 0;
        let part = if is_first { &buf[..buf.len().min(1)] } else { buf };
        if is_first {
            self.witness.sees(Point::BeforeFirstByte);
        }
        // Counted before it is tried: what the layer below took without saying so has left all the same.
        self.written.fetch_add(part.len() as u64, Ordering::SeqCst);
        let taken = Pin::new(&mut self.io).poll_write(cx, part);
        if is_first {
            self.witness.sees(Point::FirstByte);
        }
        taken
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(cx);
        if flushed.is_ready() && self.written.load(Ordering::SeqCst) > 0 {
            self.witness.sees(Point::LastByte);
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

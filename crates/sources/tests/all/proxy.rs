//! A wire between us and a server that breaks, or holds its breath, after so many bytes of the answer.

use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What happens on the wire.
#[derive(Clone)]
pub enum Wire {
    /// It breaks after so many bytes.
    Breaks(usize),
    /// After so many bytes nothing comes until somebody says go on; `reached` tells when it stands still.
    Pauses {
        /// Bytes let through.
        after: usize,
        /// Told once it stands still.
        reached: Arc<Notify>,
        /// Waited for.
        go_on: Arc<Notify>,
    },
}

/// Lays the wire for one connection; gives the address of its near end.
pub async fn lay(server: &str, wire: Wire) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let near = listener.local_addr().unwrap().to_string();
    let server = server.to_owned();
    tokio::spawn(async move {
        let (ours, _) = listener.accept().await.unwrap();
        let theirs = TcpStream::connect(server).await.unwrap();
        let (mut from_us, to_us) = ours.into_split();
        let (from_them, mut to_them) = theirs.into_split();
        tokio::spawn(async move { tokio::io::copy(&mut from_us, &mut to_them).await });
        answers(from_them, to_us, wire).await;
    });
    near
}

async fn answers(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    wire: Wire,
) {
    let (Wire::Breaks(after) | Wire::Pauses { after, .. }) = wire;
    let mut left = after;
    let mut buffer = [0; 4096];
    while left > 0 {
        let most = left.min(buffer.len());
        let Ok(read) = from.read(&mut buffer[..most]).await else { return };
        if read == 0 || to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
        left -= read;
    }
    if let Wire::Pauses { reached, go_on, .. } = wire {
        reached.notify_one();
        go_on.notified().await;
        let _ = tokio::io::copy(&mut from, &mut to).await;
    }
}

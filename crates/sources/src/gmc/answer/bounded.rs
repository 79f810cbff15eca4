//! An input that ends with an error where the answer, or one token of it, grows over its cap.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

use super::Caps;

pub(super) struct Bounded<R> {
    input: R,
    caps: Caps,
    bytes: u64,
    token_began: u64,
    over: Option<&'static str>,
}

impl<R> Bounded<R> {
    pub(super) fn new(input: R, caps: Caps) -> Self {
        Self { input, caps, bytes: 0, token_began: 0, over: None }
    }

    /// Says that a new token begins here, give or take what is buffered.
    pub(super) fn next_token(&mut self) {
        self.token_began = self.bytes;
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn over(&self) -> Option<&'static str> {
        self.over
    }

    fn check(&mut self, more: u64) -> io::Result<()> {
        self.bytes += more;
        if self.bytes > self.caps.bytes {
            self.over = Some("the answer is larger than the cap");
        } else if self.bytes - self.token_began > self.caps.token {
            self.over = Some("one piece of the answer is larger than the cap");
        }
        self.over.map_or(Ok(()), |over| Err(io::Error::other(over)))
    }
}

impl<R: AsyncBufRead + Unpin> AsyncRead for Bounded<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        target: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let chunk = match Pin::new(&mut this.input).poll_fill_buf(context) {
            Poll::Ready(chunk) => chunk?,
            Poll::Pending => return Poll::Pending,
        };
        let length = chunk.len().min(target.remaining());
        target.put_slice(&chunk[..length]);
        Pin::new(&mut this.input).consume(length);
        Poll::Ready(this.check(length as u64))
    }
}

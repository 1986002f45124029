//! A body that comes in pieces, with pauses between; or not to its end.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::Sleep;

/// Sends `pieces` with a pause before each. It promises `length` bytes, which may be more than there are.
pub struct SlowBody {
    pieces: VecDeque<Bytes>,
    length: u64,
    pause: Duration,
    waiting: Pin<Box<Sleep>>,
}

impl SlowBody {
    pub fn new(body: &str, pieces: usize, pause: Duration) -> Self {
        let bytes = Bytes::copy_from_slice(body.as_bytes());
        let size = bytes.len().div_ceil(pieces.max(1)).max(1);
        let pieces = (0..bytes.len())
            .step_by(size)
            .map(|from| bytes.slice(from..bytes.len().min(from + size)));
        Self {
            pieces: pieces.collect(),
            length: bytes.len() as u64,
            pause,
            waiting: Box::pin(tokio::time::sleep(pause)),
        }
    }
}

impl Body for SlowBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.pieces.is_empty() {
            return Poll::Ready(None);
        }
        ready!(self.waiting.as_mut().poll(context));
        let pause = self.pause;
        self.waiting.as_mut().reset(tokio::time::Instant::now() + pause);
        Poll::Ready(self.pieces.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }
}

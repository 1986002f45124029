//! Bodies that nobody read to their end, because the answer was there first. The rest is read away where it is short and
//! at hand; else the connection ends with the answer, and the answer says so: a client that sent its next request into a
//! connection that is being closed could not tell what became of it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::sync::oneshot;

/// More is not read away.
const BYTES_MAX: usize = 256 * 1024;
/// Nor what takes longer to come.
const PATIENCE: Duration = Duration::from_millis(250);

/// A body on loan to whoever answers.
pub struct LentBody {
    body: Option<Incoming>,
    back: Option<oneshot::Sender<Incoming>>,
}

/// What comes back of it.
pub struct Rest(oneshot::Receiver<Incoming>);

/// Lends a body.
pub fn lend(body: Incoming) -> (LentBody, Rest) {
    let (back, rest) = oneshot::channel();
    let lent = LentBody {
        body: Some(body),
        back: Some(back),
    };
    (lent, Rest(rest))
}

impl Rest {
    /// Whether the body is read to its end now; reads a short rest away if it `may_read`.
    pub async fn read_away(mut self, may_read: bool) -> bool {
        // Nothing came back: it was read, or is still being read.
        let Ok(mut body) = self.0.try_recv() else { return true };
        if body.is_end_stream() {
            return true;
        }
        let rest_max = BYTES_MAX as u64;
        if !may_read || body.size_hint().lower() > rest_max {
            return false;
        }
        let reading = async {
            let mut bytes = 0;
            while let Some(frame) = body.frame().await {
                bytes += frame.ok()?.data_ref().map_or(0, Bytes::len);
                if bytes > BYTES_MAX {
                    return None;
                }
            }
            Some(())
        };
        matches!(tokio::time::timeout(PATIENCE, reading).await, Ok(Some(())))
    }
}

impl Body for LentBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(body) = self.body.as_mut() else {
            return Poll::Ready(None);
        };
        let polled = Pin::new(body).poll_frame(context);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.body = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for LentBody {
    fn drop(&mut self) {
        if let (Some(body), Some(back)) = (self.body.take(), self.back.take()) {
            // An error says that the connection is gone.
            let _ = back.send(body);
        }
    }
}

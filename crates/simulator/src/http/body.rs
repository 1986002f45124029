//! Bodies that leave: whole, half, or the control API's.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// The body of an answer.
pub enum Outgoing {
    /// All of it.
    Whole(Option<Bytes>),
    /// These bytes, and then the connection breaks.
    Half(Half),
    /// What the control API's router made.
    Control(axum::body::Body),
}

/// How far a broken body has come.
pub enum Half {
    Bytes(Bytes),
    /// One turn of waiting, in which the bytes leave; an error at once would take them along.
    Flush,
    Break,
}

/// The connection is to break here, on purpose.
#[derive(Debug, thiserror::Error)]
#[error("the connection is dropped by a fault")]
pub struct Dropped;

impl Outgoing {
    pub fn whole(bytes: impl Into<Bytes>) -> Self {
        Self::Whole(Some(bytes.into()))
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Dropped;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Half(half) => match std::mem::replace(half, Half::Break) {
                Half::Bytes(bytes) => {
                    *half = Half::Flush;
                    Poll::Ready(Some(Ok(Frame::data(bytes))))
                }
                Half::Flush => {
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                Half::Break => Poll::Ready(Some(Err(Dropped))),
            },
            Self::Control(body) => {
                let frame = ready!(Pin::new(body).poll_frame(context));
                Poll::Ready(frame.map(|frame| frame.map_err(|_| Dropped)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_none(),
            Self::Half(_) => false,
            Self::Control(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            // The header says the whole length.
            Self::Half(_) => SizeHint::default(),
            Self::Control(body) => body.size_hint(),
        }
    }
}

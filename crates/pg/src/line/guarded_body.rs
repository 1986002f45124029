//! The body of a call that changes something: given to the socket whole and in time, or not at all. A PG acts on no head alone,
//! so a call whose body was withheld was not sent, whatever went wrong.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use seams::Clock;

use crate::connector::SendBy;
use crate::outcome::Unsent;

const WAITING: u8 = 0;
const GIVEN: u8 = 1;
const LATE: u8 = 2;
const WITHHELD: u8 = 3;

/// What became of a body. It is decided once: a connection that still has the body when its caller has given up does not send it.
#[derive(Debug, Default)]
pub struct BodyFate(AtomicU8);

impl BodyFate {
    fn decide(&self, fate: u8) -> u8 {
        match self
            .0
            .compare_exchange(WAITING, fate, Ordering::AcqRel, Ordering::Acquire)
        {
            Ok(_) => fate,
            Err(decided) => decided,
        }
    }

    /// Why nothing of it was sent, nor will be; `None` when it was given to a socket.
    pub fn withhold(&self) -> Option<Unsent> {
        match self.decide(WITHHELD) {
            GIVEN => None,
            LATE => Some(Unsent::Late),
            _ => Some(Unsent::Unreachable),
        }
    }
}

/// The body is withheld.
#[derive(Debug, thiserror::Error)]
#[error("the call's time to leave is over")]
pub struct Withheld;

pub struct GuardedBody {
    bytes: Option<Bytes>,
    fate: Arc<BodyFate>,
    send_by: Option<SendBy>,
    clock: Arc<dyn Clock>,
}

impl GuardedBody {
    pub fn new(bytes: Vec<u8>, send_by: Option<SendBy>, clock: Arc<dyn Clock>) -> (Self, Arc<BodyFate>) {
        let fate = Arc::new(BodyFate::default());
        let body = Self {
            bytes: Some(bytes.into()),
            fate: fate.clone(),
            send_by,
            clock,
        };
        (body, fate)
    }
}

impl Body for GuardedBody {
    type Data = Bytes;
    type Error = Withheld;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Withheld>>> {
        let Some(bytes) = self.bytes.take() else {
            return Poll::Ready(None);
        };
        let is_late = self.send_by.is_some_and(|limit| limit.is_past(&*self.clock));
        let fate = self.fate.decide(if is_late { LATE } else { GIVEN });
        Poll::Ready(Some(if fate == GIVEN {
            Ok(Frame::data(bytes))
        } else {
            Err(Withheld)
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}

#[cfg(test)]
mod tests {
    use seams::SystemClock;

    use super::*;

    /// A caller that has gone by says "not sent": then the connection must not take the body later.
    #[test]
    fn a_body_that_was_withheld_is_given_to_nobody() {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let mut context = Context::from_waker(std::task::Waker::noop());
        let (mut body, fate) = GuardedBody::new(b"{}".to_vec(), None, clock.clone());
        assert_eq!(fate.withhold(), Some(Unsent::Unreachable));
        let frame = Pin::new(&mut body).poll_frame(&mut context);
        assert!(matches!(frame, Poll::Ready(Some(Err(_)))));
        let (mut given, fate) = GuardedBody::new(b"{}".to_vec(), None, clock);
        let frame = Pin::new(&mut given).poll_frame(&mut context);
        assert!(matches!(frame, Poll::Ready(Some(Ok(_)))));
        assert_eq!(fate.withhold(), None, "it may have arrived");
    }
}

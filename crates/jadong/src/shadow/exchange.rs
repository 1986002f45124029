//! One request of the merchant's and the upstream's answer, on their way to the comparison.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::Sender;

use super::report::{Report, Verdict, Why};

/// More than any request or answer of this API has. What is longer is passed on, and not compared.
pub const ASKED_BYTES_MAX: usize = 64 * 1024;
pub const ANSWERED_BYTES_MAX: usize = 256 * 1024;

/// One exchange. Not printable: it has an account number in it.
pub struct Exchange {
    pub method: String,
    pub path: String,
    pub query: String,
    pub sdk: String,
    pub asked: Bytes,
    pub status: u16,
    pub answered: Vec<u8>,
}

/// An answer's body that is copied while it passes; the exchange goes on to the comparison when it is over.
pub struct CopiedBody {
    body: reqwest::Body,
    exchange: Option<Exchange>,
    has_ended: bool,
    to: Sender<Exchange>,
    report: Report,
    /// Given back when the merchant has read it all.
    _place: OwnedSemaphorePermit,
}

impl CopiedBody {
    pub fn new(
        body: reqwest::Body,
        exchange: Exchange,
        to: Sender<Exchange>,
        report: Report,
        place: OwnedSemaphorePermit,
    ) -> Self {
        Self {
            body,
            exchange: Some(exchange),
            has_ended: false,
            to,
            report,
            _place: place,
        }
    }

    fn copy(&mut self, data: &Bytes) {
        if let Some(exchange) = &mut self.exchange {
            if exchange.answered.len() + data.len() > ANSWERED_BYTES_MAX {
                self.leave_out(Why::TooLarge);
            } else {
                exchange.answered.extend_from_slice(data);
            }
        }
    }

    fn leave_out(&mut self, why: Why) {
        if let Some(exchange) = self.exchange.take() {
            self.report.record(&exchange, Verdict::NotCompared(why));
        }
    }
}

impl HttpBody for CopiedBody {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        let polled = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &polled {
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref() {
                    self.copy(data);
                }
            }
            Some(Err(_)) => self.leave_out(Why::UpstreamFailed),
            None => self.has_ended = true,
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for CopiedBody {
    fn drop(&mut self) {
        if !self.has_ended && !self.body.is_end_stream() {
            return self.leave_out(Why::MerchantLeft);
        }
        let Some(exchange) = self.exchange.take() else { return };
        // The merchant has its answer, and is not kept waiting for a comparison.
        if let Err(error) = self.to.try_send(exchange) {
            self.report.record(&error.into_inner(), Verdict::NotCompared(Why::Busy));
        }
    }
}

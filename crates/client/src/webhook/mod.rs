//! Webhooks: is it from the service, what does it say, and is it news?
//!
//! ```
//! use jadong_client::webhook::{Headers, Verifier};
//! # fn receive(id: &str, timestamp: &str, signature: &str, body: &[u8]) -> Option<()> {
//! // Two secrets while one replaces the other.
//! let verifier = Verifier::new("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").ok()?
//!     .and_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").ok()?;
//! let headers = Headers { id, timestamp, signature, content_type: "application/json" };
//! let event = verifier.verify(&headers, body).ok()?;
//! println!("{:?} of {:?}", event.kind, event.order_id());
//! # Some(())
//! # }
//! ```
//!
//! With the features `axum` and `actix`, `VerifiedWebhook` is an extractor that does this.

mod event;
#[cfg(feature = "actix")]
mod extract_actix;
#[cfg(feature = "axum")]
mod extract_axum;
mod form;
mod order;
#[cfg(any(feature = "axum", feature = "actix"))]
mod reply;
mod resend;
mod verify;

pub use event::{Event, FailedReserve, Kind, Subject, Unreadable};
pub use order::{Order, Sequences};
#[cfg(any(feature = "axum", feature = "actix"))]
pub use reply::{Refused, Reply, VerifiedWebhook};
pub use verify::{BadSecret, Headers, NotVerified, Verifier};

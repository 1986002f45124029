//! One call: written, sent, perhaps repeated, read.

mod access;
mod answer;
mod body;
mod call;
mod observe;
mod retry;
mod send;

pub use access::AccessToken;
pub(crate) use access::{Access, Authorization};
pub(crate) use answer::Headers;
pub(crate) use body::Body;
pub(crate) use call::{Call, Identity};
pub use observe::{Exchange, Observer};
pub use retry::Retries;
pub(crate) use retry::backoff;
pub(crate) use send::Transport;

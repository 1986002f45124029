//! HTTP by URL. Wire names end here.

mod admin;
mod after_restore;
mod amounts;
mod body;
mod connection;
mod docs;
mod echo;
mod favicon;
mod health;
mod id;
mod idempotency_key;
mod json;
pub mod language;
pub mod lenient;
mod manners;
mod noted;
pub mod openapi;
mod path;
mod render;
pub mod reply;
mod request_kept;
mod request_log;
mod router;
mod sandbox;
pub(crate) mod server;
mod settle;
mod tls;
mod turns;
mod unread;
mod v2;
mod whole;
pub(crate) mod wire;

pub use admin::{MetricsText, admin};
pub use echo::serve_echo;
pub use favicon::favicon;
pub use health::Readiness;
pub use router::router;
pub use tls::acceptor as tls_acceptor;
pub use turns::of_searches;

use std::sync::Arc;

use axum::Router;

use crate::house::House;

/// The terms of every connection to `router`; `hsts`: over TLS of our own.
pub fn connection_terms(house: &Arc<House>, router: Router, hsts: bool) -> connection::Terms {
    connection::Terms {
        router,
        patience: house.settings.timing.client_patience,
        hsts,
        stopping: house.stopping.clone(),
    }
}

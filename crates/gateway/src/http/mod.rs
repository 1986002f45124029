//! HTTP by URL. Wire names end here.

mod admin;
mod adopt_reserve;
mod after_restore;
mod amounts;
mod bench_echo;
mod body;
mod capture_request;
mod connection;
mod docs;
mod drain_body;
mod favicon;
mod finish_response;
mod health;
mod idempotency_key;
mod json_shape;
pub mod lenient;
mod normalize_path;
pub mod openapi;
mod path_id;
mod pg_webhook;
mod raw_json;
mod reconcile;
mod request_log;
mod resolve;
pub mod response;
mod router;
mod sandbox;
mod search_turns;
mod security_headers;
pub(crate) mod server;
mod signed_body;
mod test_outcome;
mod tls;
mod unknown_fields;
mod v2;

pub use admin::admin;
pub use bench_echo::serve_echo;
pub use favicon::favicon;
pub use router::router;
pub use search_turns::of_searches;
pub use tls::acceptor as tls_acceptor;

use std::sync::Arc;

use axum::Router;

use crate::app::App;

/// The terms of every connection to `router`; `hsts`: over TLS of our own.
pub fn connection_terms(app: &Arc<App>, router: Router, hsts: bool) -> connection::ConnectionLimits {
    connection::ConnectionLimits {
        router,
        patience: app.services.settings.timing.client_patience,
        keep_alive: app.services.settings.timing.keep_alive,
        hsts,
        stopping: app.services.stopping.clone(),
    }
}

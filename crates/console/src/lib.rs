//! The console: server-rendered pages over the gateway's operator, embedded in the binary.
//!
//! Every page is one template, one file under `src/pages`, and one list of words in both languages under `src/words`. Pages ask
//! the [`OperatorService`](gateway::OperatorService) and nothing else.
//!
//! A new page: a list of words (`src/words`), a template that extends `layout.html`, a file in `src/pages` with its handler (it
//! takes a `Visit`, which says who, in which language and for which project), a line in `pages::routes`, and where it belongs into
//! the navigation a `layout::Section`. A region that must stay current is marked `data-live` and asks for itself again on what
//! `live::triggers` names. No inline script or style: the policy in `src/security_headers.rs` refuses them.

mod access;
mod appearance;
mod assets;
mod badge;
mod chart;
mod cookies;
mod format;
mod keypad;
mod layout;
mod live;
mod page_context;
mod pages;
mod preferences;
mod response;
mod rows;
mod security_headers;
mod timeline;
mod words;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use gateway::OperatorService;
use tokio::sync::Semaphore;

use crate::keypad::KeypadPresses;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;

/// Bytes of a form. Nothing that a page sends comes near.
const FORM_BYTES_MAX: usize = 16 * 1024;
/// How long a page may take, a PG's answer included.
const PATIENCE: Duration = Duration::from_secs(45);

/// What every page shares.
#[derive(Clone)]
pub(crate) struct Console {
    pub operator: OperatorService,
    /// Room for live streams.
    pub streams: Arc<Semaphore>,
    pub presses: KeypadPresses,
}

/// The console's URLs, all under `/console`.
pub fn router(operator: OperatorService) -> Router {
    let console = Console {
        operator,
        streams: Arc::new(Semaphore::new(live::STREAMS_MAX)),
        presses: KeypadPresses::default(),
    };
    let guarded = pages::routes()
        .route("/console/live", get(live::stream))
        .route("/console/preferences", post(preferences::change))
        .route("/console/{*rest}", get(pages::not_found::answer))
        .route_layer(middleware::from_fn_with_state(console.clone(), access::guard));
    Router::new()
        .merge(guarded)
        .route(
            "/console/sign-in",
            get(pages::sign_in::show).post(pages::sign_in::enter),
        )
        .route("/console/sign-out", post(pages::sign_in::leave))
        .route("/console/assets/{name}", get(assets::serve))
        .with_state(console)
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(CsrfLayer::new())
        .layer(middleware::from_fn(in_time))
        .layer(CatchPanicLayer::new())
        .layer(middleware::map_response(security_headers::apply))
}

/// A page that takes too long says so; what it asked for goes on.
async fn in_time(request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let answered = tokio::time::timeout(PATIENCE, next.run(request)).await;
    answered.unwrap_or_else(|_| pages::access_denied::late(&headers))
}

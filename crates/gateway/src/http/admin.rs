//! The admin listener: `/metrics`, `/healthz`, `/readyz`, and what an operator does. Never the public address.

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::response::IntoResponse;
use axum::routing::{get, post};

use super::router::{finish, note_endpoint};
use super::{adopt_reserve, after_restore, health, reconcile, resolve};
use crate::app::App;
use crate::ops::MetricsText;

pub fn admin(app: Arc<App>, metrics: MetricsText) -> Router {
    let text = move || {
        let metrics = metrics.clone();
        async move { ([(http::header::CONTENT_TYPE, "text/plain; version=0.0.4")], metrics()).into_response() }
    };
    let acts = Router::new()
        .route("/payments/{receipt_id}/settle", post(resolve::handle))
        .route("/payments/{receipt_id}/mend", post(reconcile::mend))
        .route("/reconcile", post(reconcile::part))
        .route("/reserves/adopt", post(adopt_reserve::handle))
        .route("/after-restore", post(after_restore::handle))
        .route_layer(middleware::from_fn(note_endpoint))
        .route_layer(middleware::from_fn_with_state(app.clone(), finish));
    Router::new()
        .merge(acts)
        .route("/metrics", get(text))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .with_state(app)
}

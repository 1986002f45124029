//! The admin listener: `/metrics`, `/healthz`, `/readyz`. Never the public address.

use std::sync::Arc;

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;

use super::health;
use crate::house::House;

/// Renders the metrics; given by whoever installed the recorder.
pub type MetricsText = Arc<dyn Fn() -> String + Send + Sync>;

pub fn admin(house: Arc<House>, metrics: MetricsText) -> Router {
    let text = move || {
        let metrics = metrics.clone();
        async move { ([(http::header::CONTENT_TYPE, "text/plain; version=0.0.4")], metrics()).into_response() }
    };
    Router::new()
        .route("/metrics", get(text))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .with_state(house)
}

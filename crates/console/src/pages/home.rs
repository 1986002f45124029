//! `GET /console`.

use axum::response::Redirect;

/// Where a visit begins.
pub async fn show() -> Redirect {
    Redirect::to("/console/receipts")
}

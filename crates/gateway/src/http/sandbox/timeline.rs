//! `GET /sandbox/story/{id}`: the life of a receipt or a reserve of the caller's project, for `jadong explain` in another folder
//! than the gateway's.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::{ErrorCode, ReceiptId, Refusal};
use serde::Deserialize;

use crate::app::App;
use crate::http::response::{ApiError, ok};
use crate::http::v2::Caller;
use crate::operator::timeline::timeline;
use crate::sandbox::allowed;
use crate::support::language::Language;

#[derive(Deserialize)]
pub struct TimelineQuery {
    /// `ko`; anything else is English.
    lang: Option<String>,
}

pub async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(asked): Query<TimelineQuery>,
    Caller(caller): Caller,
) -> Result<Response, ApiError> {
    allowed(&app.sandbox)?;
    let none = || Refusal::new(ErrorCode::ReceiptNotFound, "id");
    let id: ReceiptId = id.parse().map_err(|_| none())?;
    let language = match asked.lang.as_deref() {
        Some("ko") => Language::Korean,
        _ => Language::English,
    };
    let told = timeline(app.services.store(), Some(caller.project.id), id, language).await;
    let told = told.map_err(Refusal::from)?;
    Ok(ok(&told.ok_or_else(none)?))
}

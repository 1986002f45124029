//! `GET /v2/subscribe/billing_key/{receipt_id}`: the publish answer again, or how far the issuance is.

pub mod destroy;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use crate::app::App;
use crate::http::path_id;
use crate::http::response::{ApiError, ok};
use crate::http::v2::Caller;
use crate::services::cash_receipt;
use crate::services::issuance::{self, first_payment};
use crate::wire;

pub async fn handle(
    State(app): State<Arc<App>>,
    Caller(known): Caller,
    Path(receipt_id): Path<String>,
) -> Result<Response, ApiError> {
    let receipt_id = path_id::id(&receipt_id, "receipt_id")?;
    let found = issuance::by_receipt(&app.services, known.project.id, receipt_id).await?;
    let first = first_payment::find(&app.services, &found.issuance).await?;
    let first = cash_receipt::with_payment(&app.services, first).await?;
    Ok(ok(&wire::IssuedKeyBody::new(
        app.services.site(),
        &known.project,
        &found.issuance,
        found.key.as_ref(),
        app.services.now_of(known.project.id),
        first.as_ref(),
    )?))
}

//! `POST /payments/{receipt_id}/settle` on the admin listener: a person's verdict, signed with the installation's key.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::payment::{ManualResolutionForm, Precedence};
use domain::{ErrorCode, ReceiptId, Refusal};
use http::{HeaderMap, Uri};
use serde::Deserialize;
use serde_json::json;

use super::response::{ApiError, ok};
use super::signed_body;
use crate::app::App;
use crate::services::payment;

#[derive(Deserialize, Default)]
#[serde(default)]
struct ResolveBody {
    verdict: Option<String>,
    who: Option<String>,
    note: Option<String>,
    tid: Option<String>,
    /// The person is to be believed against the PG.
    force: bool,
}

pub async fn handle(
    State(app): State<Arc<App>>,
    Path(receipt_id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    sent: Body,
) -> Result<Response, ApiError> {
    let bytes_max = app.services.settings.limits.body_bytes;
    let ResolveBody {
        verdict,
        who,
        note,
        tid,
        force,
    } = signed_body::read(&app, (&headers, &uri), sent, bytes_max).await?;
    let receipt: ReceiptId = receipt_id
        .parse()
        .map_err(|_| Refusal::new(ErrorCode::ReceiptNotFound, "receipt_id"))?;
    let believe = if force { Precedence::Person } else { Precedence::Pg };
    let fields = ManualResolutionForm {
        verdict,
        who,
        note,
        tid,
    };
    let resolved = match fields.read_of_cancel(believe)? {
        Some(said) => payment::resolve_cancel_manually(&app.services, receipt, said).await?,
        None => payment::resolve_manually(&app.services, receipt, fields.read(believe)?).await?,
    };
    Ok(ok(&json!({
        "receipt_id": resolved.receipt_id.to_string(),
        "order_id": resolved.order.order_id,
        "price": resolved.order.price.get(),
        "state": resolved.state.name(),
        "tid": resolved.debit.map(|debit| debit.tid),
    })))
}

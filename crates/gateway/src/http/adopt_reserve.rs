//! `POST /reserves/adopt` on the admin listener, signed with the installation's key: one reserve of a list that is taken over.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use domain::{ErrorCode, Refusal};
use http::{HeaderMap, Uri};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::response::{ApiError, ok};
use super::signed_body;
use super::v2::charge_body;
use crate::app::App;
use crate::services::reserve::{self, AdoptedReserve, Adopting, ReserveRequest};

#[derive(Deserialize, Default)]
#[serde(default)]
struct AdoptBody {
    project: String,
    /// Nothing is written.
    dry_run: bool,
    /// As `POST /v2/subscribe/payment/reserve` takes it.
    reserve: Option<Box<RawValue>>,
}

/// What is wrong with the reserve is an answer; an error is what would be another one next time.
pub async fn handle(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    uri: Uri,
    sent: Body,
) -> Result<Response, ApiError> {
    let bytes_max = app.services.settings.limits.body_bytes;
    let sent: AdoptBody = signed_body::read(&app, (&headers, &uri), sent, bytes_max).await?;
    match adopt(&app, &sent).await {
        Ok(adopted) => Ok(ok(&json!({
            "became": <&str>::from(adopted.became),
            "reserve_id": adopted.reserve.id.to_string(),
            "state": adopted.reserve.state.name(),
            "waiting": adopted.waiting,
        }))),
        Err(refusal) if refusal.code.http_status() < 500 => Ok(ok(&json!({
            "became": "refused",
            "code": refusal.code.name(),
            "field": refusal.field,
            "hint": refusal.hint,
        }))),
        Err(refusal) => Err(refusal.into()),
    }
}

async fn adopt(app: &App, sent: &AdoptBody) -> Result<AdoptedReserve, Refusal> {
    let projects = app.services.store().projects().await?;
    let project = projects.iter().find(|project| project.name == sent.project);
    let project =
        project.ok_or_else(|| Refusal::new(ErrorCode::FieldInvalid, "project").hint("jadong project list"))?;
    let object = sent.reserve.as_deref();
    let read = charge_body::of_object(object.ok_or_else(|| Refusal::new(ErrorCode::FieldInvalid, "reserve"))?)?;
    let asked = ReserveRequest {
        project: project.id,
        billing_key: read.billing_key,
        fields: read.fields,
        execute_at: read.reserve_execute_at,
    };
    let adopting = if sent.dry_run { Adopting::Dry } else { Adopting::Real };
    reserve::adopt(&app.services, &asked, adopting).await
}

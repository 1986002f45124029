//! `POST /pg/webhook/{token}`: where a project's PG sends its webhooks. They are hints of what to look at.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::{ErrorCode, Refusal};
use serde_json::json;

use super::body;
use super::response::{ApiError, ok};
use crate::app::App;
use crate::services::hints;

/// A receipt with everything in it is a few kilobytes.
const BODY_MAX: usize = 64 * 1024;

/// Answers before anything is looked at, also what is of no interest: what is answered otherwise is sent again.
pub async fn handle(State(app): State<Arc<App>>, Path(token): Path<String>, sent: Body) -> Result<Response, ApiError> {
    let services = &app.services;
    let known = hints::project_of_token(&services.ledger.projects, &services.pepper, &token);
    let known = known.ok_or_else(|| Refusal::of(ErrorCode::EndpointNotFound))?;
    let project = &known.project;
    app.auth.hint_rates.check(project.id)?;
    let body = body::read(sent, BODY_MAX, services.settings.timing.client_patience).await?;
    hints::take(services, project.id, pg::hint(&project.pg, &body))?;
    Ok(ok(&json!({ "success": true })))
}

//! What an operator sends at the admin listener.

use axum::body::Body;
use domain::{ErrorCode, Refusal};
use http::{HeaderMap, Uri};
use serde::de::DeserializeOwned;

use super::body;
use super::response::ApiError;
use crate::app::App;
use crate::auth::operator;

/// The body, of `bytes_max` at most, once it is seen to be signed with the installation's key for this path.
pub async fn read<T: DeserializeOwned>(
    app: &App,
    (headers, uri): (&HeaderMap, &Uri),
    sent: Body,
    bytes_max: usize,
) -> Result<T, ApiError> {
    let sent = body::read(sent, bytes_max, app.services.settings.timing.client_patience).await?;
    let text = std::str::from_utf8(&sent).map_err(|_| Refusal::of(ErrorCode::BodyNotJson))?;
    operator::check(&app.services.pepper, headers, uri.path(), text)?;
    body::json(headers, &sent)
}

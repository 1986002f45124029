//! The Bootpay v2 API, an endpoint a file, in folders as the URLs have them.

pub mod billing_key;
pub mod cancel;
mod cash_receipt_cancel;
pub mod charge_body;
pub mod lists;
pub mod lookup_order;
pub mod receipt;
pub mod request;
pub mod subscribe;
mod zone_notice;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use bytes::Bytes;
use http::HeaderMap;
use http::request::Parts;
use pg::TestOutcomes;

use super::response::ApiError;
use super::unknown_fields::UnknownFields;
use super::{body, idempotency_key, test_outcome};
use crate::app::App;
use crate::auth::authentication::{self, Access};
use crate::ledger::projects::CachedProject;
use crate::ops::request_history::Capture;

/// The project that a request speaks for, once it has passed the gate.
pub struct Caller(pub Arc<CachedProject>);

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let caller = authentication::authenticate(&app.auth, &parts.headers, peer(parts)).await?;
        if let Some(note) = Capture::of(parts) {
            note.project(caller.project.id);
        }
        test_outcome::header(app, &caller.project, parts)?;
        Ok(Self(caller))
    }
}

/// A [`Caller`] who stays: with what its access can be looked at again by.
pub struct StreamCaller(pub Arc<CachedProject>, pub Access);

impl FromRequestParts<Arc<App>> for StreamCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let (caller, access) = authentication::authenticate_stream(&app.auth, &parts.headers, peer(parts)).await?;
        if let Some(note) = Capture::of(parts) {
            note.project(caller.project.id);
        }
        Ok(Self(caller, access))
    }
}

/// A request whose caller passed the gate, with its body read: nobody unknown makes the gateway read a body.
pub struct AuthenticatedBody {
    pub caller: Arc<CachedProject>,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// What is behind the `?`; the endpoints read none of it.
    pub query: Option<String>,
    pub idempotency_key: Option<String>,
    /// What the header asks to become of its calls to a simulated PG.
    pub tested: TestOutcomes,
}

impl FromRequest<Arc<App>> for AuthenticatedBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let caller = authentication::authenticate(&app.auth, &parts.headers, peer(&parts)).await?;
        let note = Capture::of(&parts);
        if let Some(note) = note {
            note.project(caller.project.id);
        }
        // Also where it changes nothing: whoever sends one believes to be guarded by it.
        let idempotency_key = idempotency_key::read(&parts.headers)?;
        let tested = test_outcome::header(app, &caller.project, &parts)?;
        let body = read_body(app, body).await?;
        if let Some(note) = note.filter(|note| note.captures_bodies()) {
            note.body(&body);
        }
        note_names(&parts, &body);
        Ok(Self {
            caller,
            query: parts.uri.query().map(str::to_owned),
            headers: parts.headers,
            body,
            idempotency_key,
            tested,
        })
    }
}

/// Where the connection comes from; the server puts it into every request.
fn peer(parts: &Parts) -> SocketAddr {
    let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    info.map_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0)), |info| info.0)
}

/// What a refusal may tell of this body, for the last layer.
fn note_names(parts: &Parts, body: &Bytes) {
    if let Some(noted) = parts.extensions.get::<UnknownFields>() {
        noted.body(body);
    }
}

async fn read_body(app: &App, sent: axum::body::Body) -> Result<Bytes, ApiError> {
    body::read(
        sent,
        app.services.settings.limits.body_bytes,
        app.services.settings.timing.client_patience,
    )
    .await
}

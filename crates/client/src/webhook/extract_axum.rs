//! For axum.

use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

use super::reply::NO_SUCCESS;
use super::{Headers, Refused, Reply, VerifiedWebhook, Verifier};

impl<S> FromRequest<S> for VerifiedWebhook
where
    Verifier: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let headers = request.headers().clone();
        // Under the application's own limit for bodies.
        let body = Bytes::from_request(request, state).await.map_err(|_| Refused::NoBody)?;
        let event = Verifier::from_ref(state).verify(&Headers::of(&headers), &body)?;
        Ok(Self(event))
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let (status, body) = self.parts();
        respond(status, body)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        respond(self.status(), NO_SUCCESS)
    }
}

fn respond(status: u16, body: &'static str) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

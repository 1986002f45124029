//! For actix-web.

use std::future::Future;
use std::pin::Pin;

use actix_web::body::BoxBody;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, ResponseError, web};

use super::reply::NO_SUCCESS;
use super::{Headers, Refused, Reply, VerifiedWebhook, Verifier};

impl FromRequest for VerifiedWebhook {
    type Error = Refused;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refused>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let verifier = request.app_data::<web::Data<Verifier>>().cloned();
        let body = web::Bytes::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let verifier = verifier.ok_or(Refused::NoVerifier)?;
            let body = body.await.map_err(|_| Refused::NoBody)?;
            let text = |name: &str| {
                let value = request.headers().get(name);
                value.and_then(|value| value.to_str().ok()).unwrap_or_default()
            };
            let headers = Headers {
                id: text("webhook-id"),
                timestamp: text("webhook-timestamp"),
                signature: text("webhook-signature"),
                content_type: text("content-type"),
            };
            Ok(Self(verifier.verify(&headers, &body)?))
        })
    }
}

impl Responder for Reply {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        let (status, body) = self.parts();
        respond(status, body)
    }
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        respond(self.status(), NO_SUCCESS)
    }
}

fn respond(status: u16, body: &'static str) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    HttpResponse::build(status).content_type("application/json").body(body)
}

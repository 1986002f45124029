//! `POST /v2/request/token`: an access token for the legacy credentials.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use domain::project::SecretKind;
use domain::{ErrorCode, Refusal, Sensitive};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::app::App;
use crate::auth::authentication::{self, CredentialPair};
use crate::auth::token;
use crate::http::body;
use crate::http::lenient::Field;
use crate::http::openapi::endpoint::{Authentication, DocumentedAnswer, Endpoint, PLAIN};
use crate::http::response::{ApiError, ok};
use crate::http::v2::{note_names, peer, read_body};
use crate::ops::request_history::Capture;

pub const ENDPOINT: Endpoint = Endpoint {
    method: "post",
    path: "/v2/request/token",
    name: "requestToken",
    tag: "credentials",
    korean: "토큰 받기 (application_id와 private_key)",
    english: "An access token for application_id and private_key",
    authentication: Authentication::InBody,
    body: Some(("TokenRequest", &[])),
    answer: DocumentedAnswer::One("Token"),
    own_errors: &[&[
        ErrorCode::AppKeyNotFound,
        ErrorCode::ClientKeyNotFound,
        ErrorCode::SecretNotMatched,
        ErrorCode::FirewallBlocked,
        ErrorCode::RateLimited,
    ]],
    ..PLAIN
};

/// One Go release sends `client_key` and `server_key` here.
#[derive(Deserialize, ToSchema)]
#[schema(as = TokenRequest)]
pub struct TokenBody {
    #[serde(default)]
    #[schema(value_type = String)]
    application_id: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    private_key: Field<Sensitive>,
    #[serde(default)]
    #[schema(value_type = String)]
    client_key: Field<String>,
    #[serde(default)]
    #[schema(value_type = String)]
    server_key: Field<Sensitive>,
    #[serde(default)]
    #[schema(value_type = String)]
    secret_key: Field<Sensitive>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Token)]
pub struct TokenAnswer {
    access_token: String,
    expire_in: u64,
}

/// The body's credentials count; an `Authorization` header is only asked when the body has none.
pub async fn handle(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    let (parts, sent) = request.into_parts();
    let bytes = read_body(&app, sent).await?;
    if let Some(note) = Capture::of(&parts) {
        note.body(&bytes);
    }
    note_names(&parts, &bytes);
    let asked: TokenBody = body::json(&parts.headers, &bytes)?;
    let both = [SecretKind::SecretKey, SecretKind::PrivateKey];
    let (pair, kinds) = if let Some(key) = asked.application_id.optional("application_id")? {
        let secret = asked.private_key.optional("private_key")?;
        (pair(key, secret), [SecretKind::PrivateKey, SecretKind::SecretKey])
    } else if let Some(key) = asked.client_key.optional("client_key")? {
        let secret = asked
            .server_key
            .optional("server_key")?
            .or(asked.secret_key.optional("secret_key")?);
        (pair(key, secret), both)
    } else {
        let pair = authentication::basic_pair(&parts.headers)
            .ok_or_else(|| Refusal::new(ErrorCode::AppKeyNotFound, "application_id"))?;
        (pair, both)
    };
    let (known, secret) = authentication::by_pair(&app.auth, &pair, kinds).await?;
    if let Some(note) = Capture::of(&parts) {
        note.project(known.project.id);
    }
    authentication::authorize(&app.auth, &known, &parts.headers, peer(&parts))?;
    let issued = token::issue(&app.auth, known.project.id, secret.ends_at).await?;
    Ok(ok(&TokenAnswer {
        access_token: issued.access_token,
        expire_in: issued.expires_in_seconds,
    }))
}

fn pair(key: String, secret: Option<Sensitive>) -> CredentialPair {
    let secret = secret.map_or_else(String::new, |secret| secret.reveal().to_owned());
    CredentialPair {
        key,
        secret: Zeroizing::new(secret),
    }
}

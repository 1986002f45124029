//! The `Authorization` of a call, and the access token behind it.

use std::time::{Duration, Instant};

use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::{Body, Call, Identity, Transport};
use crate::credentials::{Credentials, Kind};
use crate::error::{Effect, Error};

/// A token that has less than this left is renewed first, so that it does not expire on the way.
const LEFT_MIN: Duration = Duration::from_secs(60);

/// A legacy access token. `Debug` does not show it.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// For `Authorization: Bearer …`.
    pub token: SecretString,
    expires: Instant,
}

impl AccessToken {
    /// How long the service takes it yet, counted from when it was answered.
    #[must_use]
    pub fn expires_in(&self) -> Duration {
        self.expires.saturating_duration_since(Instant::now())
    }
}

pub(crate) struct Access {
    credentials: Credentials,
    /// Held while a token is asked for: calls that need one meanwhile wait for it instead of asking too.
    token: Mutex<Option<AccessToken>>,
}

/// What one call carries.
pub(crate) enum Authorization {
    Basic {
        client_key: String,
        secret_key: SecretString,
    },
    Bearer(AccessToken),
    None,
}

impl Authorization {
    pub(crate) fn add_to(&self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::Basic { client_key, secret_key } => request.basic_auth(client_key, Some(secret_key.expose_secret())),
            Self::Bearer(token) => request.bearer_auth(token.token.expose_secret()),
            Self::None => request,
        }
    }
}

#[derive(Serialize)]
struct TokenRequest<'a> {
    application_id: &'a str,
    private_key: &'a str,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    /// Seconds.
    expire_in: u64,
}

impl Access {
    pub(crate) fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            token: Mutex::new(None),
        }
    }

    pub(crate) async fn authorization(&self, transport: &Transport) -> Result<Authorization, Error> {
        match &self.credentials.0 {
            Kind::Keys { client_key, secret_key } => Ok(Authorization::Basic {
                client_key: client_key.clone(),
                secret_key: secret_key.clone(),
            }),
            Kind::Legacy { .. } => self.token(transport).await.map(Authorization::Bearer),
        }
    }

    pub(crate) async fn token(&self, transport: &Transport) -> Result<AccessToken, Error> {
        let Kind::Legacy {
            application_id,
            private_key,
        } = &self.credentials.0
        else {
            return Err(Error::InvalidRequest(
                "credentials of this kind need no token".to_owned(),
            ));
        };
        let mut kept = self.token.lock().await;
        if let Some(token) = kept.as_ref().filter(|token| token.expires_in() > LEFT_MIN) {
            return Ok(token.clone());
        }
        let hidden = TokenRequest {
            application_id,
            private_key: "******",
        };
        let private_key = private_key.expose_secret();
        let request = TokenRequest {
            application_id,
            private_key,
        };
        let body = Body::hiding(&request, &hidden, &[private_key])?;
        let segments = ["request", "token"];
        // It changes nothing that matters: asking twice gives the same token, or another one.
        let call = Call {
            effect: Effect::Reads,
            ..Call::post(&segments, body, Identity::Known)
        };
        let (answer, _) = transport.repeat::<TokenAnswer>(&call, &Authorization::None).await?;
        let token = AccessToken {
            token: SecretString::from(answer.access_token),
            expires: Instant::now() + Duration::from_secs(answer.expire_in.min(24 * 3600)),
        };
        *kept = Some(token.clone());
        Ok(token)
    }

    /// Drops the token that `refused` carried, unless another call has renewed it already. `false` when there is none to
    /// renew: then the same call again would be refused again.
    pub(crate) async fn forget(&self, refused: &Authorization) -> bool {
        let Authorization::Bearer(refused) = refused else {
            return false;
        };
        let mut kept = self.token.lock().await;
        let is_same = |token: &AccessToken| token.token.expose_secret() == refused.token.expose_secret();
        if kept.as_ref().is_some_and(is_same) {
            *kept = None;
        }
        true
    }
}

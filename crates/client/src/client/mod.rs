//! The client: built once, cloned freely.

mod builder;

pub use builder::{BuildError, ClientBuilder, HOSTED_URL};

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::credentials::Credentials;
use crate::error::Error;
use crate::transport::{Access, AccessToken, Call, Headers, Retries, Transport};

/// Talks to the hosted service or to a Jadong. Clones share connections and the access token.
///
/// ```no_run
/// use jadong_client::{Client, Credentials};
/// # fn main() -> Result<(), jadong_client::BuildError> {
/// // Jadong's sandbox, as `jadong serve` starts it.
/// let sandbox = Client::builder(Credentials::keys("sandbox_client_key", "sandbox_secret_key"))
///     .base_url("http://127.0.0.1:4141")
///     .build()?;
/// // The hosted service.
/// let hosted = Client::builder(Credentials::keys("client_key", "secret_key")).build()?;
/// # let _ = (sandbox, hosted);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    transport: Transport,
    access: Access,
}

impl Client {
    /// With everything else as it usually is: see [`ClientBuilder`].
    pub fn builder(credentials: Credentials) -> ClientBuilder {
        ClientBuilder::new(credentials)
    }

    /// The legacy access token that calls carry now: the one that is at hand, or a new one. The client asks for tokens by
    /// itself; this is for programs that pass one on. With [`Credentials::keys`] it is an error: they need no token.
    ///
    /// `POST /v2/request/token`
    ///
    /// # Errors
    /// `APP_KEY_NOT_FOUND`, `APP_SK_NOT_MATCHED`, transport.
    pub async fn access_token(&self) -> Result<AccessToken, Error> {
        self.0.access.token(&self.0.transport).await
    }

    pub(crate) fn retries(&self) -> Retries {
        self.0.transport.retries
    }

    pub(crate) async fn call<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<(T, Headers), Error> {
        self.0.transport.call(&self.0.access, &call).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.transport.base_url.as_str())
            .field("retries", &self.0.transport.retries)
            .finish_non_exhaustive()
    }
}

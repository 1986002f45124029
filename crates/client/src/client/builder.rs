//! Building a client.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;

use super::{Client, Inner};
use crate::credentials::Credentials;
use crate::transport::{Access, Observer, Retries, Transport};

/// The hosted service.
pub const HOSTED_URL: &str = "https://api.bootpay.co.kr";

const IDLE: Duration = Duration::from_secs(5);

/// How a client is made. Everything has a default but the credentials.
#[must_use]
pub struct ClientBuilder {
    credentials: Credentials,
    base_url: String,
    connect_timeout: Duration,
    timeout: Duration,
    retries: Retries,
    language: Option<HeaderValue>,
    proxy: Proxy,
    observer: Option<Arc<dyn Observer>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Proxy {
    OfTheSystem,
    None,
}

/// Why a client cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Not an `http://` or `https://` URL, or one with a query, a fragment or credentials.
    #[error("not a base URL: {0}")]
    BaseUrl(String),
    /// The TLS roots cannot be read, for example: in a container without any, use the feature `bundled-roots`.
    #[error("the HTTP client cannot be built")]
    Http(#[from] reqwest::Error),
}

impl ClientBuilder {
    pub(super) fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            base_url: HOSTED_URL.to_owned(),
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(60),
            retries: Retries::default(),
            language: None,
            proxy: Proxy::OfTheSystem,
            observer: None,
        }
    }

    /// Where the service is, without `/v2`. [`HOSTED_URL`] unless it is said. Credentials and accounts travel to it, so
    /// `http://` is for the same machine or a private network.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// For a connection; 5 s unless it is said.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// For one attempt at a call, from connecting to the last byte; 60 s unless it is said. A debit may take 35 s, and a
    /// request for a key waits for the customer for 8 s: a limit below that makes unknown outcomes of good ones.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    /// What is repeated; [`Retries::WithoutRisk`] unless it is said.
    pub fn retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// Error messages in English instead of Korean, where the service has them.
    pub fn english_messages(mut self) -> Self {
        self.language = Some(HeaderValue::from_static("en"));
        self
    }

    /// Connects directly, whatever `HTTP_PROXY` and the like say.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = Proxy::None;
        self
    }

    /// Is told every attempt.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// # Errors
    /// See [`BuildError`].
    pub fn build(self) -> Result<Client, BuildError> {
        let base_url = self.parsed_url()?;
        let mut http = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            .timeout(self.timeout)
            // Shorter than services keep an idle connection: a charge that is written into a dying one is in doubt.
            .pool_idle_timeout(IDLE)
            // A redirect would carry an account to where nobody said it may go.
            .redirect(Policy::none())
            .user_agent(concat!("jadong-client/", env!("CARGO_PKG_VERSION")));
        if self.proxy == Proxy::None {
            http = http.no_proxy();
        }
        http = with_roots(http, &base_url)?;
        Ok(Client(Arc::new(Inner {
            transport: Transport {
                http: http.build()?,
                base_url,
                retries: self.retries,
                language: self.language,
                observer: self.observer,
            },
            access: Access::new(self.credentials),
        })))
    }

    fn parsed_url(&self) -> Result<Url, BuildError> {
        let unusable = |reason: &str| BuildError::BaseUrl(reason.to_owned());
        let url: Url = self.base_url.parse().map_err(|_| unusable("it cannot be read"))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(unusable("it must begin with http:// or https://"));
        }
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err(unusable("it has a query, a fragment or credentials"));
        }
        Ok(url)
    }
}

#[cfg(feature = "bundled-roots")]
fn with_roots(http: reqwest::ClientBuilder, _base_url: &Url) -> Result<reqwest::ClientBuilder, reqwest::Error> {
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
    let roots = roots.map(|der| reqwest::Certificate::from_der(der));
    Ok(http.tls_certs_only(roots.collect::<Result<Vec<_>, _>>()?))
}

/// Without TLS no roots are needed, so a container that has none will do.
#[cfg(not(feature = "bundled-roots"))]
fn with_roots(http: reqwest::ClientBuilder, base_url: &Url) -> Result<reqwest::ClientBuilder, reqwest::Error> {
    Ok(match base_url.scheme() {
        "http" => http.tls_certs_only([]),
        _ => http,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> Result<Client, BuildError> {
        Client::builder(Credentials::keys("key", "the-secret"))
            .base_url(url)
            .build()
    }

    #[test]
    fn only_a_base_url_is_taken_for_one() {
        for good in [
            "http://127.0.0.1:4141",
            "https://pay.example/",
            "https://pay.example/jadong",
        ] {
            assert!(at(good).is_ok(), "{good}");
        }
        for bad in [
            "127.0.0.1:4141",
            "ftp://pay.example",
            "https://user:pass@pay.example",
            "https://pay.example/?a=b",
            "",
        ] {
            assert!(matches!(at(bad), Err(BuildError::BaseUrl(_))), "{bad}");
        }
    }

    #[test]
    fn a_client_and_its_credentials_do_not_print_secrets() {
        let printed = format!(
            "{:?} {:?}",
            at("http://127.0.0.1:1").unwrap(),
            Credentials::legacy("app", "the-secret")
        );
        assert!(
            printed.contains("app") && printed.contains("127.0.0.1") && !printed.contains("the-secret"),
            "{printed}"
        );
    }
}

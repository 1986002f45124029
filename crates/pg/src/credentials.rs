//! Who a merchant is at a PG, and how it says so.

use base64::Engine;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

/// Who the merchant is at its PG.
#[derive(Clone)]
pub struct PgCredentials {
    /// Empty where the secret key alone says who.
    pub client_key: String,
    pub secret_key: SecretString,
    /// Where customers come back to from a page of the PG; only for one that has pages.
    pub return_url: Option<String>,
}

/// HTTP Basic, never printed; `None`: these cannot be sent.
pub fn basic(name: &str, secret: &SecretString) -> Option<HeaderValue> {
    let pair = base64::engine::general_purpose::STANDARD.encode(format!("{name}:{}", secret.expose_secret()));
    let mut header = HeaderValue::try_from(format!("Basic {pair}")).ok()?;
    header.set_sensitive(true);
    Some(header)
}

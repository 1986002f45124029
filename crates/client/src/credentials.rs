//! Who is calling.

use std::fmt;

use secrecy::SecretString;

/// A project's credentials, of one kind or the other. `Debug` shows the public half.
#[derive(Clone)]
pub struct Credentials(pub(super) Kind);

#[derive(Clone)]
pub(super) enum Kind {
    Keys {
        client_key: String,
        secret_key: SecretString,
    },
    Legacy {
        application_id: String,
        private_key: SecretString,
    },
}

impl Credentials {
    /// Client key and secret key, sent with each call (Basic).
    #[must_use]
    pub fn keys(client_key: impl Into<String>, secret_key: impl Into<SecretString>) -> Self {
        Self(Kind::Keys {
            client_key: client_key.into(),
            secret_key: secret_key.into(),
        })
    }

    /// Application id and private key (legacy). An access token is asked for with them, kept, and renewed before it expires
    /// or when the service does not take it any more.
    #[must_use]
    pub fn legacy(application_id: impl Into<String>, private_key: impl Into<SecretString>) -> Self {
        Self(Kind::Legacy {
            application_id: application_id.into(),
            private_key: private_key.into(),
        })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Keys { client_key, .. } => write!(f, "Credentials::keys({client_key:?}, [hidden])"),
            Kind::Legacy { application_id, .. } => write!(f, "Credentials::legacy({application_id:?}, [hidden])"),
        }
    }
}

//! HTTP clients of the commands: whom they trust, and what they say when nobody answers.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use reqwest::{Certificate, Client, ClientBuilder};

/// Whom a command trusts besides the public authorities.
#[derive(Args, Clone, Default)]
pub struct TrustOption {
    /// Certificates to trust besides the public authorities', as PEM: a private authority's, or the server's own
    #[arg(long, env = "JADONG_CACERT", value_name = "FILE", global = true)]
    pub cacert: Option<PathBuf>,
}

impl TrustOption {
    /// A client, also for plain text: that may be led on to https. No proxy of the environment is in between.
    pub fn client(&self) -> anyhow::Result<ClientBuilder> {
        let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
        let mut trusted: Vec<Certificate> = roots
            .map(|root| Certificate::from_der(root))
            .collect::<Result<_, _>>()?;
        if let Some(file) = &self.cacert {
            trusted.extend(certificates(file).with_context(|| format!("--cacert {}", file.display()))?);
        }
        Ok(Client::builder().no_proxy().tls_certs_only(trusted))
    }
}

fn certificates(file: &Path) -> anyhow::Result<Vec<Certificate>> {
    let found = Certificate::from_pem_bundle(&std::fs::read(file)?)?;
    anyhow::ensure!(!found.is_empty(), "there is no certificate in it (PEM)");
    Ok(found)
}

/// What TLS has against a server, and what to do about it; `None` when it was not TLS.
pub fn tls_fault(error: &reqwest::Error) -> Option<String> {
    Some(match rustls_error(error)? {
        rustls::Error::InvalidCertificate(why) => {
            format!("its certificate is not accepted: {why}; --cacert FILE names one to trust")
        }
        other => format!("TLS: {other}"),
    })
}

/// An `io::Error` does not name what it wraps as its source, but that one's source.
fn rustls_error(error: &reqwest::Error) -> Option<&rustls::Error> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref() {
            return Some(found);
        }
        let wrapped = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match wrapped {
            Some(inner) => Some(inner),
            None => cause.source(),
        };
    }
    None
}

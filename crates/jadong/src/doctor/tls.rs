//! The certificate of the HTTPS listener: readable, of the key beside it, and valid today.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, RootCertStore, ServerConfig};

use super::finding::{Finding, FindingText};
use crate::config::Config;

const TLS: &str = "TLS";

/// Time enough to renew it.
const SOON: Duration = Duration::from_secs(14 * 24 * 60 * 60);

type Chain = Vec<CertificateDer<'static>>;

pub fn check(config: &Config) -> Option<Finding> {
    let (certificates, key) = (&config.tls_certificates, &config.tls_key);
    // Half a pair is the configuration's fault.
    if certificates.as_os_str().is_empty() || key.as_os_str().is_empty() {
        return None;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let chain = match read(certificates, key, &provider) {
        Ok(chain) => chain,
        Err(wrong) => {
            let mend = (
                "tls_certificates와 tls_key를 게이트웨이의 사용자가 읽을 수 있는 PEM 한 쌍으로 두십시오.",
                "Set tls_certificates and tls_key to a pair of PEM files that the gateway's user can read.",
            );
            return Some(Finding::fail(TLS, wrong, mend));
        }
    };
    let now = UnixTime::now();
    let soon = UnixTime::since_unix_epoch(Duration::from_secs(now.as_secs()) + SOON);
    let renew = ("인증서를 갱신하십시오.", "Renew the certificate.");
    Some(if let Some(wrong) = out_of_date(&chain, now, &provider) {
        Finding::fail(TLS, wrong, renew)
    } else if let Some(wrong) = out_of_date(&chain, soon, &provider) {
        Finding::warn(TLS, wrong, renew)
    } else {
        Finding::ok(
            TLS,
            (
                "인증서와 키가 맞고, 14일 안에 끝나지 않습니다",
                "certificate and key belong together, and are good for 14 days at least",
            ),
        )
    })
}

/// Reads the two as the gateway does.
fn read(certificates: &Path, key: &Path, provider: &Arc<CryptoProvider>) -> Result<Chain, String> {
    let bad = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let chain = CertificateDer::pem_file_iter(certificates)
        .and_then(Iterator::collect::<Result<Chain, _>>)
        .map_err(|error| bad(certificates, &error))?;
    let pair = PrivateKeyDer::from_pem_file(key).map_err(|error| bad(key, &error))?;
    ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain.clone(), pair))
        .map_err(|error| bad(certificates, &error))?;
    Ok(chain)
}

/// What is wrong with the dates of a chain at a moment.
fn out_of_date(chain: &Chain, at: UnixTime, provider: &Arc<CryptoProvider>) -> Option<FindingText> {
    chain
        .iter()
        .find_map(|certificate| match fault(certificate, at, provider)? {
            CertificateError::ExpiredContext { not_after, .. } => {
                let until = told(not_after);
                Some((format!("{until}에 끝납니다"), format!("ends at {until}")).into())
            }
            CertificateError::NotValidYetContext { not_before, .. } => {
                let from = told(not_before);
                Some((format!("{from}부터 쓸 수 있습니다"), format!("not valid before {from}")).into())
            }
            // Whom it is trusted by is the clients' business.
            _ => None,
        })
}

/// A client that trusts a certificate looks at its dates before anything else.
fn fault(
    certificate: &CertificateDer<'static>,
    at: UnixTime,
    provider: &Arc<CryptoProvider>,
) -> Option<CertificateError> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).ok()?;
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone());
    let anyone = ServerName::try_from("localhost").ok()?;
    let verified = verifier
        .build()
        .ok()?
        .verify_server_cert(certificate, &[], &anyone, &[], at);
    match verified.err()? {
        rustls::Error::InvalidCertificate(fault) => Some(fault),
        _ => None,
    }
}

fn told(at: UnixTime) -> String {
    let seconds = i64::try_from(at.as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).map_or_else(|_| "?".to_owned(), |at| at.to_string())
}

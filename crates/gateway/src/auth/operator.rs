//! Who may act as the operator: whoever can read the installation's key, which signs each request. The signature is over
//! the request itself, so that a listener at the wrong address learns nothing that it could use for another.

use domain::fingerprint::{Fingerprint, Pepper};
use domain::{ErrorCode, Refusal};
use http::HeaderMap;
use http::header::AUTHORIZATION;

const SCHEME: &str = "Jadong";

/// The `Authorization` of an operator's request with `body` to `path`.
#[must_use]
pub fn sign_operator(pepper: &Pepper, path: &str, body: &str) -> String {
    format!("{SCHEME} {}", print(pepper, path, body).to_hex())
}

/// Errors: `OPERATOR_UNKNOWN`.
pub fn check(pepper: &Pepper, headers: &HeaderMap, path: &str, body: &str) -> Result<(), Refusal> {
    let sent = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let signature = sent.and_then(|sent| sent.strip_prefix(SCHEME)).map(str::trim);
    let mut bytes = [0; 32];
    let is_read = signature.is_some_and(|signature| hex::decode_to_slice(signature, &mut bytes).is_ok());
    if is_read && Fingerprint(bytes) == print(pepper, path, body) {
        Ok(())
    } else {
        Err(Refusal::of(ErrorCode::OperatorUnknown))
    }
}

fn print(pepper: &Pepper, path: &str, body: &str) -> Fingerprint {
    pepper.hash("operator", &[path, body])
}

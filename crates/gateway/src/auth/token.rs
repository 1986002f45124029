//! Access tokens of the legacy credentials: 64 hex characters, 30 minutes, the same one for 25.

use domain::fingerprint::{Fingerprint, Pepper};
use domain::{EpochMs, ErrorCode, ProjectId, Refusal};
use store::Token;

use super::Auth;

const LIFETIME_MS: u64 = 30 * 60 * 1000;
/// A token with this much left, or less, is not given out again.
const LEFT_MS_MIN: u64 = 5 * 60 * 1000;

/// A token as the merchant gets it.
pub struct IssuedToken {
    pub access_token: String,
    pub expires_in_seconds: u64,
}

/// The project's present token, or a new one. It ends with the secret that it is given for, which ends at `secret_ends_at`
/// in the machine's time.
pub async fn issue(auth: &Auth, project: ProjectId, secret_ends_at: Option<EpochMs>) -> Result<IssuedToken, Refusal> {
    let now = auth.services.now_of(project);
    let left_ms = secret_ends_at.map_or(LIFETIME_MS, |end| end.since_ms(auth.services.clocks.machine_now()));
    let latest = now.plus_ms(left_ms);
    let expires_at = latest.min(now.plus_ms(LIFETIME_MS));
    let newest = auth.services.store().newest_token(project).await?;
    let token = match newest {
        Some(token) if is_good_for(&token, now, latest, secret_ends_at) => token,
        _ => {
            let mut nonce = [0; 16];
            auth.entropy.fill(&mut nonce);
            let text = derive(&auth.services.pepper, project, &nonce);
            let hash = lookup_hash(&auth.services.pepper, &text);
            let token = Token {
                hash,
                project_id: project,
                nonce,
                issued_at: now,
                expires_at,
            };
            auth.services.store().put_token(token).await?;
            token
        }
    };
    Ok(IssuedToken {
        access_token: derive(&auth.services.pepper, project, &token.nonce),
        expires_in_seconds: token.expires_at.since_ms(now) / 1000,
    })
}

/// Whether a token may be given out again: for long enough, and not beyond the end of the secret.
fn is_good_for(token: &Token, now: EpochMs, latest: EpochMs, secret_ends_at: Option<EpochMs>) -> bool {
    token.expires_at.since_ms(now) > LEFT_MS_MIN && (secret_ends_at.is_none() || token.expires_at <= latest)
}

/// The project that the token with this [`lookup_hash`] speaks for. Errors: `TOKEN_KEY_INVALID`.
pub async fn check(auth: &Auth, hash: Fingerprint) -> Result<ProjectId, Refusal> {
    let found = auth.services.store().token(hash).await?;
    match found {
        Some(token) if auth.services.now_of(token.project_id) < token.expires_at => Ok(token.project_id),
        _ => Err(Refusal::of(ErrorCode::TokenInvalid)),
    }
}

/// The token's text: nothing on disk gives it away without the installation's key.
fn derive(pepper: &Pepper, project: ProjectId, nonce: &[u8; 16]) -> String {
    pepper
        .hash("access_token", &[&project.to_string(), &hex::encode(nonce)])
        .to_hex()
}

/// What is stored to find a token by.
pub fn lookup_hash(pepper: &Pepper, access_token: &str) -> Fingerprint {
    pepper.hash("access_token_lookup", &[access_token])
}

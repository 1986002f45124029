//! Access tokens of the legacy credentials: 64 hex characters, 30 minutes, the same one for 25.

use domain::fingerprint::{Fingerprint, Pepper};
use domain::{ErrorCode, ProjectId, Refusal};
use store::Token;

use crate::house::House;
use crate::issuance::{commit_refusal, read_refusal};

const LIFETIME_MS: u64 = 30 * 60 * 1000;
const SAME_MS: u64 = 25 * 60 * 1000;

/// A token as the merchant gets it.
pub struct Issued {
    pub access_token: String,
    pub expires_in_seconds: u64,
}

/// The project's present token, or a new one.
pub async fn issue(house: &House, project: ProjectId) -> Result<Issued, Refusal> {
    let now = house.now_of(project);
    let newest = house
        .store
        .newest_token(project)
        .await
        .map_err(|error| read_refusal(&error))?;
    let token = match newest {
        Some(token) if now.since_ms(token.issued_at) < SAME_MS => token,
        _ => {
            let mut nonce = [0; 16];
            house.entropy.fill(&mut nonce);
            let text = derive(&house.pepper, project, &nonce);
            let hash = lookup_hash(&house.pepper, &text);
            let token = Token {
                hash,
                project_id: project,
                nonce,
                issued_at: now,
                expires_at: now.plus_ms(LIFETIME_MS),
            };
            house
                .store
                .put_token(token)
                .await
                .map_err(|error| commit_refusal(&error))?;
            token
        }
    };
    Ok(Issued {
        access_token: derive(&house.pepper, project, &token.nonce),
        expires_in_seconds: token.expires_at.since_ms(now) / 1000,
    })
}

/// The project that `access_token` speaks for. Errors: `TOKEN_KEY_INVALID`.
pub async fn check(house: &House, access_token: &str) -> Result<ProjectId, Refusal> {
    let hash = lookup_hash(&house.pepper, access_token);
    let found = house.store.token(hash).await.map_err(|error| read_refusal(&error))?;
    match found {
        Some(token) if house.now_of(token.project_id) < token.expires_at => Ok(token.project_id),
        _ => Err(Refusal::of(ErrorCode::TokenInvalid)),
    }
}

/// The token's text: nothing on disk gives it away without the installation's key.
fn derive(pepper: &Pepper, project: ProjectId, nonce: &[u8; 16]) -> String {
    pepper
        .hash("access_token", &[&project.to_string(), &hex::encode(nonce)])
        .to_hex()
}

fn lookup_hash(pepper: &Pepper, access_token: &str) -> Fingerprint {
    pepper.hash("access_token_lookup", &[access_token])
}

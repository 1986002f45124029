//! The gate: who is asking, from where, and whether too often. Every `/v2` endpoint but the token call passes it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::fingerprint::Fingerprint;
use domain::project::SecretKind;
use domain::{EpochMs, ErrorCode, ProjectId, Refusal};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use zeroize::Zeroizing;

use super::Auth;
use super::{address, first_use, token};
use crate::ledger::projects::CachedProject;
use crate::support::secret_hash::hash_secret;

/// Finds the project that a request speaks for.
///
/// Errors: `TOKEN_KEY_INVALID`, `APP_CLIENT_KEY_NOT_FOUND`, `APP_SK_NOT_MATCHED`, `APP_FIREWALL_BLOCKED`, `RATE_LIMITED`.
pub async fn authenticate(auth: &Auth, headers: &HeaderMap, peer: SocketAddr) -> Result<Arc<CachedProject>, Refusal> {
    authenticate_stream(auth, headers, peer).await.map(|(known, _)| known)
}

/// Like [`authenticate`], for a caller who stays: with what to ask again whether it still may.
pub async fn authenticate_stream(
    auth: &Auth,
    headers: &HeaderMap,
    peer: SocketAddr,
) -> Result<(Arc<CachedProject>, Access), Refusal> {
    let unread = || match headers.contains_key(AUTHORIZATION) {
        true => Refusal::of(ErrorCode::TokenInvalid).hint(SCHEMES),
        false => Refusal::of(ErrorCode::TokenInvalid),
    };
    let (scheme, value) = authorization(headers).ok_or_else(unread)?;
    let (known, by) = if scheme.eq_ignore_ascii_case("basic") {
        let kinds = [SecretKind::SecretKey, SecretKind::PrivateKey];
        let (known, secret) = by_pair(auth, &read_pair(value)?, kinds).await?;
        (known, By::Secret(secret))
    } else if scheme.eq_ignore_ascii_case("bearer") {
        let hash = token::lookup_hash(&auth.services.pepper, value.trim());
        let project = token::check(auth, hash).await?;
        let now = auth.services.clocks.machine_now();
        let known = auth.services.ledger.project(project, now).await?;
        (
            known.ok_or_else(|| Refusal::of(ErrorCode::TokenInvalid))?,
            By::Token(hash),
        )
    } else {
        return Err(unread());
    };
    authorize(auth, &known, headers, peer)?;
    let access = Access {
        project: known.project.id,
        by,
        caller: address::caller(peer, headers, auth.services.settings.trusted_proxies),
    };
    Ok((known, access))
}

/// What somebody came in by: enough to ask again whether it still opens, and no secret.
pub struct Access {
    project: ProjectId,
    by: By,
    caller: Option<IpAddr>,
}

enum By {
    Secret(MatchedSecret),
    Token(Fingerprint),
}

impl Access {
    /// Whether the same credentials from the same address would be let in now.
    pub async fn still_opens(&self, auth: &Auth) -> bool {
        let Some(known) = auth.services.ledger.projects.by_id(self.project) else {
            return false;
        };
        let is_good = match &self.by {
            By::Secret(secret) => {
                let now = auth.services.clocks.machine_now();
                known.project.accepts(secret.kind, &secret.hash, now)
            }
            By::Token(hash) => token::check(auth, *hash).await.is_ok(),
        };
        is_good && address::is_allowed(&known, self.caller)
    }
}

/// The allow list and the rate: also for the token call.
pub fn authorize(auth: &Auth, known: &CachedProject, headers: &HeaderMap, peer: SocketAddr) -> Result<(), Refusal> {
    let caller = address::caller(peer, headers, auth.services.settings.trusted_proxies);
    if !address::is_allowed(known, caller) {
        let seen = caller.map_or_else(|| "X-Forwarded-For: ?".to_owned(), |address| address.to_string());
        return Err(Refusal::of(ErrorCode::FirewallBlocked).hint(seen));
    }
    auth.rates.check(known.project.id)
}

/// What an `Authorization` header looks like: a token or a pair without its scheme in front is the usual slip.
const SCHEMES: &str = "Authorization: Bearer <access_token>, Authorization: Basic base64(client_key:secret_key)";

fn authorization(headers: &HeaderMap) -> Option<(&str, &str)> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')
}

/// A key and its secret.
pub struct CredentialPair {
    pub key: String,
    pub secret: Zeroizing<String>,
}

/// The secret that a pair held: its kind, what is stored of it, and when it ends.
pub struct MatchedSecret {
    pub kind: SecretKind,
    pub hash: Fingerprint,
    /// In the machine's time; `None` until a newer one replaces it.
    pub ends_at: Option<EpochMs>,
}

/// The pair of a `Basic` header on the token call, where it is only a fallback.
pub fn basic_pair(headers: &HeaderMap) -> Option<CredentialPair> {
    let (scheme, value) = authorization(headers)?;
    if scheme.eq_ignore_ascii_case("basic") {
        read_pair(value).ok()
    } else {
        None
    }
}

fn read_pair(value: &str) -> Result<CredentialPair, Refusal> {
    let unreadable = || Refusal::of(ErrorCode::TokenInvalid).hint("Authorization: Basic base64(client_key:secret_key)");
    let bytes = Zeroizing::new(STANDARD.decode(value.trim()).map_err(|_| unreadable())?);
    let text = std::str::from_utf8(&bytes).map_err(|_| unreadable())?;
    let (key, secret) = text.split_once(':').ok_or_else(unreadable)?;
    Ok(CredentialPair {
        key: key.to_owned(),
        secret: Zeroizing::new(secret.to_owned()),
    })
}

/// The project of a key and secret; the key may be a `client_key` or an `application_id`, each with its own secret.
///
/// Errors: `APP_CLIENT_KEY_NOT_FOUND`, `APP_KEY_NOT_FOUND`, `APP_SK_NOT_MATCHED`, those of a project's [first use](first_use), and that the store cannot be read, which is asked
/// for what memory does not have.
pub async fn by_pair(
    auth: &Auth,
    pair: &CredentialPair,
    kinds: [SecretKind; 2],
) -> Result<(Arc<CachedProject>, MatchedSecret), Refusal> {
    let (ledger, now) = (&auth.services.ledger, auth.services.clocks.machine_now());
    ledger.projects.not_stale(&ledger.store, now).await?;
    if let Ok(found) = cached_by_pair(auth, pair, kinds) {
        return Ok(found);
    }
    // Made or rotated a moment ago, by a command or another gateway?
    ledger.projects.read_through(&ledger.store, now).await?;
    match cached_by_pair(auth, pair, kinds) {
        Err(refusal) if refusal.code != ErrorCode::SecretNotMatched && first_use::make(auth, pair).await? => {
            cached_by_pair(auth, pair, kinds)
        }
        found => found,
    }
}

fn cached_by_pair(
    auth: &Auth,
    pair: &CredentialPair,
    kinds: [SecretKind; 2],
) -> Result<(Arc<CachedProject>, MatchedSecret), Refusal> {
    for kind in kinds {
        let found = match kind {
            SecretKind::SecretKey => auth.services.ledger.projects.by_client_key(&pair.key),
            SecretKind::PrivateKey => auth.services.ledger.projects.by_application_id(&pair.key),
        };
        let Some(known) = found else { continue };
        let hash = hash_secret(&auth.services.pepper, kind, &pair.secret);
        // Credentials are the operator's: their time is the machine's.
        if known.project.accepts(kind, &hash, auth.services.clocks.machine_now()) {
            let ends_at = known.project.ends_at(kind, &hash);
            return Ok((known, MatchedSecret { kind, hash, ends_at }));
        }
        return Err(with_space_told(Refusal::of(ErrorCode::SecretNotMatched), pair));
    }
    let refusal = Refusal::of(match kinds[0] {
        SecretKind::SecretKey => ErrorCode::ClientKeyNotFound,
        SecretKind::PrivateKey => ErrorCode::AppKeyNotFound,
    });
    Err(with_space_told(refusal, pair))
}

/// Credentials have no white space; a line break comes with them out of a file or a copied line.
fn with_space_told(refusal: Refusal, pair: &CredentialPair) -> Refusal {
    let is_foreign = |c: char| c.is_whitespace() || domain::text::is_invisible(c);
    let place = match (pair.key.contains(is_foreign), pair.secret.contains(is_foreign)) {
        (false, false) => return refusal,
        (true, _) => "키에 공백이나 줄바꿈이 있습니다 (white space or a line break in the key)",
        (false, true) => "비밀 키에 공백이나 줄바꿈이 있습니다 (white space or a line break in the secret)",
    };
    refusal.hint(place)
}

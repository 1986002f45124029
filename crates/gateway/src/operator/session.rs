//! Signing in and out.

use std::net::IpAddr;
use std::time::Duration;

use domain::fingerprint::Fingerprint;
use http::HeaderMap;
use store::ConsoleSession;
use zeroize::Zeroizing;

use super::OperatorService;
use super::audit::AuditedAction;
use super::password::{is_right, pretend};
use super::role::{Person, Role};
use crate::auth::address;

/// How long a session lasts, whatever is done with it.
const LIFETIME_MS: u64 = 12 * 60 * 60 * 1000;

/// A refusal takes at least this long: whether a name is known, and so written down on disk, cannot be measured.
const REFUSED_AFTER: Duration = Duration::from_millis(400);

/// A new session: what the browser keeps, and until when.
pub struct SignedIn {
    /// 256 random bits as hex; only its hash is stored.
    pub token: String,
    pub expires_in_seconds: u64,
    pub person: Person,
}

/// Why nobody was signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSignedIn {
    /// No such name, or not its password: the same to the outside.
    Wrong,
    /// Too many attempts for this name or from this address.
    TooMany,
    /// The store cannot be read or written.
    Unavailable,
}

fn signing(act: &'static str) -> AuditedAction {
    AuditedAction {
        act,
        object: String::new(),
        note: String::new(),
    }
}

impl OperatorService {
    /// Where a request comes from. The proxies that are trusted stand before the public listener; a live console is on the other,
    /// where anybody could write that header.
    #[must_use]
    pub fn caller(&self, peer: std::net::SocketAddr, headers: &HeaderMap) -> IpAddr {
        if !self.app.services.is_sandbox() {
            return peer.ip().to_canonical();
        }
        let seen = address::caller(peer, headers, self.app.services.settings.trusted_proxies);
        // A limit must hold for somebody: where nobody can tell, for the proxy.
        seen.unwrap_or_else(|| peer.ip().to_canonical())
    }

    /// Signs somebody in who knows the password. Attempts are bounded a minute: of a name from an address,
    /// of the address, and of the name.
    pub async fn sign_in(
        &self,
        name: &str,
        password: Zeroizing<String>,
        from: IpAddr,
    ) -> Result<SignedIn, NotSignedIn> {
        if !self.app.auth.sign_in_limits.may_try(name, from) {
            tracing::warn!(address = %from, "a sign-in to the console was refused: too many attempts");
            return Err(NotSignedIn::TooMany);
        }
        let not_before = tokio::time::Instant::now() + REFUSED_AFTER;
        let tried = self.try_password(name, password, from).await;
        if tried.is_err() {
            tokio::time::sleep_until(not_before).await;
        }
        tried
    }

    async fn try_password(
        &self,
        name: &str,
        password: Zeroizing<String>,
        from: IpAddr,
    ) -> Result<SignedIn, NotSignedIn> {
        // Hashing takes memory: two at a time, and the rest wait their turn.
        let _turn = self.app.auth.sign_in_limits.turn().await;
        let users = self.app.services.store().console_users().await;
        let user = users
            .map_err(|_| NotSignedIn::Unavailable)?
            .into_iter()
            .find(|user| user.name == name);
        let hash = user.as_ref().map(|user| user.password_hash.clone());
        let checked = tokio::task::spawn_blocking(move || match hash {
            Some(hash) => is_right(&password, &hash),
            None => {
                pretend(&password);
                false
            }
        });
        let is_right = checked.await.unwrap_or(false);
        let role = user.as_ref().and_then(|user| Role::from_name(&user.role));
        // What was typed as a name may be anything, a password too: only a known name is written down.
        let (Some(user), Some(role)) = (user, role) else {
            tracing::warn!(address = %from, "a sign-in to the console was refused: no such name");
            return Err(NotSignedIn::Wrong);
        };
        let person = Person {
            name: user.name,
            role,
            address: from.to_string(),
        };
        let outcome = if is_right { "done" } else { "refused" };
        let written = self.write_down(&person, &signing("sign_in"), outcome).await;
        written.map_err(|_| NotSignedIn::Unavailable)?;
        if is_right {
            self.begin(person).await
        } else {
            Err(NotSignedIn::Wrong)
        }
    }

    async fn begin(&self, person: Person) -> Result<SignedIn, NotSignedIn> {
        let mut bytes = [0; 32];
        self.app.auth.entropy.fill(&mut bytes);
        let token = hex::encode(bytes);
        let now = self.app.services.clocks.machine_now();
        let session = ConsoleSession {
            token_hash: self.token_hash(&token),
            name: person.name.clone(),
            created_at: now,
            expires_at: now.plus_ms(LIFETIME_MS),
        };
        let begun = self.app.services.store().begin_console_session(session).await;
        begun.map_err(|_| NotSignedIn::Unavailable)?;
        Ok(SignedIn {
            token,
            expires_in_seconds: LIFETIME_MS / 1000,
            person,
        })
    }

    /// Who a browser with this token is; `None` when its session is over, or there was none. Read on every request, so that
    /// somebody who was taken out is out at once.
    pub async fn person_of(&self, token: &str, from: IpAddr) -> Option<Person> {
        let found = self
            .app
            .services
            .store()
            .console_session(self.token_hash(token))
            .await
            .ok()?;
        let (session, user) = found?;
        let is_over = session.expires_at <= self.app.services.clocks.machine_now();
        let role = Role::from_name(&user.role).filter(|_| !is_over)?;
        Some(Person {
            name: user.name,
            role,
            address: from.to_string(),
        })
    }

    /// Ends a session.
    pub async fn sign_out(&self, token: &str, from: IpAddr) {
        if let Some(person) = self.person_of(token, from).await {
            // Whoever leaves is let go, written down or not.
            let _ = self.write_down(&person, &signing("sign_out"), "done").await;
        }
        if let Err(error) = self
            .app
            .services
            .store()
            .end_console_session(self.token_hash(token))
            .await
        {
            tracing::warn!(%error, "a console session could not be ended; it expires by itself");
        }
    }

    fn token_hash(&self, token: &str) -> Fingerprint {
        self.app.services.pepper.hash("console_session", &[token])
    }
}

//! Standard Webhooks signatures: <https://www.standardwebhooks.com>.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use standardwebhooks::Webhook;

use super::event::{Event, Unreadable};

/// Five minutes, as the standard says.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// Knows the secrets of an endpoint. Cheap to clone; `Debug` shows no secret.
#[derive(Clone)]
pub struct Verifier {
    secrets: Vec<Arc<Webhook>>,
    tolerance: Duration,
}

/// Not `whsec_` and base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a webhook secret: it is whsec_ and base64")]
pub struct BadSecret;

/// The headers of a delivery that matter.
#[derive(Clone, Copy, Debug)]
pub struct Headers<'a> {
    /// `webhook-id`
    pub id: &'a str,
    /// `webhook-timestamp`
    pub timestamp: &'a str,
    /// `webhook-signature`
    pub signature: &'a str,
    /// `content-type`; empty is JSON.
    pub content_type: &'a str,
}

/// Why a delivery is not taken. Answer 401 to the first three and do nothing; whoever sent it need not know which.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotVerified {
    /// A header is missing, or is not what it should be.
    #[error("the header {0} is missing or unreadable")]
    Header(&'static str),
    /// It was signed too long ago, or in the future: a replay, or a wrong clock.
    #[error("the signature is more than the tolerance old, or from the future")]
    Stale,
    /// No secret gives this signature.
    #[error("the signature is not that of any secret")]
    Signature,
    /// Signed, but not to be read: answer 400, and it comes again.
    #[error(transparent)]
    Body(#[from] Unreadable),
}

impl<'a> Headers<'a> {
    /// From an `http` header map, as axum and hyper have it. What is missing is empty, and refused.
    #[must_use]
    pub fn of(headers: &'a http::HeaderMap) -> Self {
        let text = |name: &str| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        Self {
            id: text("webhook-id"),
            timestamp: text("webhook-timestamp"),
            signature: text("webhook-signature"),
            content_type: text("content-type"),
        }
    }
}

impl Verifier {
    /// With the endpoint's secret: `jadong webhook secret <project>`.
    ///
    /// # Errors
    /// When it is not one.
    pub fn new(secret: &str) -> Result<Self, BadSecret> {
        let none = Self {
            secrets: Vec::new(),
            tolerance: TOLERANCE,
        };
        none.and_secret(secret)
    }

    /// With one more secret, for the time in which one replaces the other.
    ///
    /// # Errors
    /// When it is not one.
    pub fn and_secret(mut self, secret: &str) -> Result<Self, BadSecret> {
        let key = secret.trim();
        // Without a key everybody could sign.
        if key.strip_prefix("whsec_").unwrap_or(key).is_empty() {
            return Err(BadSecret);
        }
        self.secrets.push(Arc::new(Webhook::new(key).map_err(|_| BadSecret)?));
        Ok(self)
    }

    /// How far off the timestamp may be; five minutes unless it is said.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// The event, when the delivery is from the service and recent.
    ///
    /// # Errors
    /// See [`NotVerified`].
    pub fn verify(&self, headers: &Headers<'_>, body: &[u8]) -> Result<Event, NotVerified> {
        self.verify_at(headers, body, Timestamp::now())
    }

    /// As [`Verifier::verify`], at another time than now: for tests.
    ///
    /// # Errors
    /// See [`NotVerified`].
    pub fn verify_at(&self, headers: &Headers<'_>, body: &[u8], now: Timestamp) -> Result<Event, NotVerified> {
        if headers.id.is_empty() {
            return Err(NotVerified::Header("webhook-id"));
        }
        let signed_at: i64 = headers
            .timestamp
            .parse()
            .map_err(|_| NotVerified::Header("webhook-timestamp"))?;
        if headers.signature.is_empty() {
            return Err(NotVerified::Header("webhook-signature"));
        }
        // The signature first: a stranger learns nothing about our clock.
        if !self.is_signed(headers, signed_at, body) {
            return Err(NotVerified::Signature);
        }
        if now.as_second().abs_diff(signed_at) > self.tolerance.as_secs() {
            return Err(NotVerified::Stale);
        }
        Ok(Event::read(headers.id, headers.content_type, body)?)
    }

    /// Every secret is tried against every signature, and each comparison takes as long as any other.
    fn is_signed(&self, headers: &Headers<'_>, signed_at: i64, body: &[u8]) -> bool {
        let expected = self
            .secrets
            .iter()
            .filter_map(|secret| secret.sign(headers.id, signed_at, body).ok());
        let mut is_any = false;
        for expected in expected {
            for given in headers.signature.split(' ') {
                is_any |= is_same(given.as_bytes(), expected.as_bytes());
            }
        }
        is_any
    }
}

/// In constant time for texts of one length.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differences, (a, b)| differences | (a ^ b)) == 0
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verifier({} secrets)", self.secrets.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const NEW: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const BODY: &[u8] = br#"{"receipt_id":"66550abf3324a61b141f9205","status":1,"webhook_type":"PAYMENT_COMPLETED"}"#;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn signed(secrets: &[&str]) -> String {
        let sign = |secret: &&str| Webhook::new(secret).unwrap().sign("msg_1", 1_000_000, BODY).unwrap();
        secrets.iter().map(sign).collect::<Vec<_>>().join(" ")
    }

    fn check(verifier: &Verifier, signature: &str, now: i64) -> Result<(), NotVerified> {
        let headers = Headers {
            id: "msg_1",
            timestamp: "1000000",
            signature,
            content_type: "application/json",
        };
        verifier.verify_at(&headers, BODY, at(now)).map(|_| ())
    }

    #[test]
    fn either_secret_is_taken_while_they_overlap_and_no_other() {
        let (old, new) = (Verifier::new(OLD).unwrap(), Verifier::new(NEW).unwrap());
        let both = old.clone().and_secret(NEW).unwrap();
        for signature in [
            signed(&[OLD]),
            signed(&[NEW]),
            signed(&[NEW, OLD]),
            format!("v1a,x {}", signed(&[OLD])),
        ] {
            assert_eq!(check(&both, &signature, 1_000_000), Ok(()), "{signature}");
        }
        assert_eq!(check(&old, &signed(&[NEW]), 1_000_000), Err(NotVerified::Signature));
        assert_eq!(check(&new, &signed(&[OLD]), 1_000_000), Err(NotVerified::Signature));
        assert_eq!(check(&both, "v1,AAAA", 1_000_000), Err(NotVerified::Signature));
        assert_eq!(
            check(&both, "", 1_000_000),
            Err(NotVerified::Header("webhook-signature"))
        );
    }

    #[test]
    fn five_minutes_either_way_and_not_a_second_more() {
        let verifier = Verifier::new(OLD).unwrap();
        for (now, expected) in [
            (1_000_300, Ok(())),
            (999_700, Ok(())),
            (1_000_301, Err(NotVerified::Stale)),
            (999_699, Err(NotVerified::Stale)),
        ] {
            assert_eq!(check(&verifier, &signed(&[OLD]), now), expected, "{now}");
        }
    }

    #[test]
    fn a_changed_body_and_an_empty_secret_are_refused() {
        let verifier = Verifier::new(OLD).unwrap();
        let signature = signed(&[OLD]);
        let headers = Headers {
            id: "msg_1",
            timestamp: "1000000",
            signature: &signature,
            content_type: "",
        };
        let changed = verifier.verify_at(&headers, b"{}", at(1_000_000));
        assert_eq!(changed.unwrap_err(), NotVerified::Signature);
        for bad in ["", "whsec_", "whsec_!", " "] {
            assert!(Verifier::new(bad).is_err(), "{bad:?}");
        }
        assert!(!format!("{verifier:?}").contains("C2FV"));
    }
}

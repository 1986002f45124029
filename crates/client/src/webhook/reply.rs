//! What an endpoint answers, whatever its framework.

use super::{Event, NotVerified};

/// A delivery that was verified: take it as an argument of the handler. The [`super::Verifier`] is the application's
/// state (axum: `FromRef`) or its data (actix-web: `web::Data<Verifier>`).
///
/// A delivery that is not verified never reaches the handler: 401 `{"success": false}`, or 400 when it is signed and
/// cannot be read.
#[derive(Clone, Debug)]
pub struct VerifiedWebhook(pub Event);

/// What the handler answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// 200 `{"success": true}`: do not send it again.
    Success,
    /// 503 `{"success": false}`: send it again later.
    Again,
}

/// A delivery that did not reach the handler.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// 401, or 400 for a body that cannot be read.
    #[error(transparent)]
    NotVerified(#[from] NotVerified),
    /// 413 or 400: the body did not arrive, or is too long.
    #[error("the body did not arrive")]
    NoBody,
    /// 500: the application has no verifier among its data.
    #[error("no Verifier is among the application's data")]
    NoVerifier,
}

pub(super) const SUCCESS: &str = r#"{"success":true}"#;
pub(super) const NO_SUCCESS: &str = r#"{"success":false}"#;

impl Reply {
    pub(super) fn parts(self) -> (u16, &'static str) {
        match self {
            Self::Success => (200, SUCCESS),
            Self::Again => (503, NO_SUCCESS),
        }
    }
}

impl Refused {
    pub(super) fn status(&self) -> u16 {
        match self {
            Self::NotVerified(NotVerified::Body(_)) | Self::NoBody => 400,
            Self::NotVerified(_) => 401,
            Self::NoVerifier => 500,
        }
    }
}

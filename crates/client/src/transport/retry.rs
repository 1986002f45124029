//! What may be sent again by itself, and when.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

use super::{Call, Identity};
use crate::error::{Effect, Error, ErrorCode};

/// Which calls the client repeats by itself. Whatever it is, a call is sent at most four times, with growing, jittered
/// pauses, and a refusal is never repeated.
///
/// | what happened | `Never` | `WithoutRisk` | `ByIdentity` |
/// |---|---|---|---|
/// | no connection: nothing was sent | – | again | again |
/// | HTTP 429: nothing happened | – | again | again |
/// | HTTP 503 with `Retry-After` and one of the API's codes that say "again" | – | again | again |
/// | a lookup without an answer, or with 5xx | – | again | again |
/// | **a charge, reserve, cancel, publish or cash receipt whose outcome is unknown** | – | **error** | **again** |
/// | a request for a key, or a destroy, whose outcome is unknown | – | error | error |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Retries {
    /// Nothing is repeated, apart from the poll of [`crate::Client::issue`] and one renewal of an expired token.
    Never,
    /// What cannot act twice, whatever the service. The default, and the right choice for the hosted service: nobody
    /// outside knows what it does with an order id that it has seen.
    #[default]
    WithoutRisk,
    /// Besides, calls whose outcome is unknown, when they carry an id by which the service knows them again. **Only
    /// against a service that promises at most one debit for each order id and one refund for each cancel id**: Jadong
    /// does. Against another one this can debit a customer twice.
    ByIdentity,
}

const ATTEMPTS_MAX: usize = 4;
const PAUSE_MIN: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(5);
/// A service that asks for more patience than this is left to the caller.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(10);

impl Retries {
    /// The pauses between attempts: as many as there may be repetitions.
    pub(super) fn pauses(self) -> impl Iterator<Item = Duration> {
        let repeats = match self {
            Self::Never => 0,
            Self::WithoutRisk | Self::ByIdentity => ATTEMPTS_MAX - 1,
        };
        backoff(PAUSE_MIN, PAUSE_MAX).with_max_times(repeats).build()
    }

    /// How long to wait before `call` may be sent again after `error`; `None`: not at all.
    pub(super) fn pause(self, call: &Call<'_>, error: &Error, pause: Duration) -> Option<Duration> {
        if !self.may_repeat(call, error) {
            return None;
        }
        match error.retry_after() {
            Some(asked) if asked > RETRY_AFTER_MAX => None,
            // The jitter is kept, so that those who were told the same do not come back together.
            Some(asked) => Some(asked + pause.min(Duration::from_secs(1))),
            None => Some(pause),
        }
    }

    fn may_repeat(self, call: &Call<'_>, error: &Error) -> bool {
        if self == Self::Never {
            return false;
        }
        if nothing_happened(error) || (call.effect == Effect::Reads && is_no_answer(error)) {
            return true;
        }
        self == Self::ByIdentity && call.identity == Identity::Known && is_no_answer(error)
    }
}

/// Also true of a 503 of the gateway's own after which an id makes the call safe: then the service is one that knows ids.
fn nothing_happened(error: &Error) -> bool {
    match error {
        Error::Transport(error) => error.was_not_sent(),
        Error::Api(error) if error.http_status == 429 => true,
        Error::Api(error) => {
            error.http_status == 503
                && error.retry_after.is_some()
                && matches!(
                    error.code,
                    ErrorCode::PgUnavailable
                        | ErrorCode::Overloaded
                        | ErrorCode::StoreUnavailable
                        | ErrorCode::PublishInDoubt
                        | ErrorCode::CashReceiptInDoubt
                        | ErrorCode::ReserveInDoubt
                )
        }
        Error::Unexpected(_) | Error::InvalidRequest(_) => false,
    }
}

fn is_no_answer(error: &Error) -> bool {
    match error {
        Error::Transport(_) => true,
        Error::Unexpected(error) => error.http_status() >= 500 || error.http_status() == 200,
        Error::Api(error) => error.http_status >= 500,
        Error::InvalidRequest(_) => false,
    }
}

/// Growing, jittered pauses without an end.
pub(crate) fn backoff(min: Duration, max: Duration) -> ExponentialBuilder {
    ExponentialBuilder::new()
        .with_min_delay(min)
        .with_max_delay(max)
        .with_factor(2.0)
        .with_jitter()
        .without_max_times()
}

//! What came of an attempt.

use std::error::Error;
use std::io::{self, ErrorKind};

use domain::EpochMs;
use domain::webhook_delivery::DeliveryState;
use reqwest::StatusCode;

use super::target::{NoAddress, TargetRefused};

/// What an endpoint said, or why it said nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// 200 and `{"success": true}`.
    Success,
    /// 200, but another body.
    NotSuccess,
    /// Another status.
    Status(u16),
    /// Another status, and when to come again: `Retry-After`.
    Later {
        status: u16,
        wait_ms: u64,
    },
    /// 410: the endpoint is no more, and says so.
    Gone,
    TimedOut,
    NoConnection(ConnectionFailure),
    Refused(TargetRefused),
}

/// How a connection was not had, or was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionFailure {
    /// Nothing listens there.
    Refused,
    NoAddress,
    Unreachable,
    /// The endpoint's certificate is not to be trusted.
    Certificate,
    /// It speaks no TLS, or none that we do.
    Tls,
    TimedOut,
    /// It was there, and was closed before there was an answer.
    Reset,
    /// No attempt was made.
    Unknown,
}

impl ConnectionFailure {
    fn sentence(self) -> &'static str {
        match self {
            Self::Refused => "no connection: refused, nothing listens there",
            Self::NoAddress => "no connection: the name does not resolve (DNS)",
            Self::Unreachable => "no connection: the network or host is unreachable",
            Self::Certificate => {
                "no connection: TLS, the certificate is not valid for this name, or nobody known has signed it"
            }
            Self::Tls => "no connection: the TLS handshake failed",
            Self::TimedOut => "no connection: timed out",
            Self::Reset => "no connection: closed or reset before the answer",
            Self::Unknown => "no connection",
        }
    }
}

impl AttemptOutcome {
    /// Of another status than 200, with the `Retry-After` that came with it: seconds, or a date.
    pub fn of_status(status: StatusCode, retry_after: Option<&str>, now: EpochMs) -> Self {
        match (status, retry_after.and_then(|text| wait_ms(text.trim(), now))) {
            (StatusCode::GONE, _) => Self::Gone,
            (status, Some(wait_ms)) => Self::Later {
                status: status.as_u16(),
                wait_ms,
            },
            (status, None) => Self::Status(status.as_u16()),
        }
    }

    /// Of an attempt that ended without a whole answer.
    pub fn of_error(error: &reqwest::Error) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(present) = cause {
            if let Some(why) = present.downcast_ref::<TargetRefused>() {
                return Self::Refused(*why);
            }
            if let Some(lost) = lost(present) {
                return Self::NoConnection(lost);
            }
            cause = present.source();
        }
        match (error.is_timeout(), error.is_connect()) {
            (true, true) => Self::NoConnection(ConnectionFailure::TimedOut),
            (true, false) => Self::TimedOut,
            (false, _) => Self::NoConnection(ConnectionFailure::Unknown),
        }
    }

    /// What the outbox is told.
    pub fn state(&self) -> DeliveryState {
        match self {
            Self::Success => DeliveryState::Delivered,
            Self::Refused(_) | Self::Gone => DeliveryState::Exhausted,
            Self::NotSuccess | Self::Status(_) | Self::Later { .. } | Self::TimedOut | Self::NoConnection(_) => {
                DeliveryState::Pending
            }
        }
    }

    /// How long the endpoint wants to be left alone.
    pub fn asked_wait_ms(&self) -> Option<u64> {
        match self {
            Self::Later { wait_ms, .. } => Some(*wait_ms),
            _ => None,
        }
    }

    /// For the list of deliveries.
    pub fn sentence(&self) -> String {
        match self {
            Self::Success => "200".to_owned(),
            Self::NotSuccess => "200 without {\"success\": true}".to_owned(),
            Self::Status(status) => status.to_string(),
            Self::Later { status, wait_ms } => format!("{status}, Retry-After {} s", wait_ms / 1000),
            Self::Gone => "410: gone, given up".to_owned(),
            Self::TimedOut => "timed out".to_owned(),
            Self::NoConnection(lost) => lost.sentence().to_owned(),
            Self::Refused(why) => format!("refused: {why}"),
        }
    }

    /// For the metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Success => "delivered",
            Self::NotSuccess => "not_success",
            Self::Status(_) | Self::Later { .. } | Self::Gone => "http_status",
            Self::TimedOut => "timed_out",
            Self::NoConnection(_) => "no_connection",
            Self::Refused(_) => "refused",
        }
    }

    /// Whether the endpoint said nothing at all.
    pub fn is_silence(&self) -> bool {
        matches!(self, Self::TimedOut | Self::NoConnection(_))
    }
}

/// What one error in a chain says of the connection.
fn lost(error: &(dyn Error + 'static)) -> Option<ConnectionFailure> {
    if error.is::<NoAddress>() {
        return Some(ConnectionFailure::NoAddress);
    }
    if let Some(http) = error.downcast_ref::<hyper::Error>() {
        return http.is_incomplete_message().then_some(ConnectionFailure::Reset);
    }
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some(match tls {
            rustls::Error::InvalidCertificate(_) => ConnectionFailure::Certificate,
            _ => ConnectionFailure::Tls,
        });
    }
    let io = error.downcast_ref::<io::Error>()?;
    // What an I/O error carries is not its source: it would be passed over.
    if let Some(inner) = io.get_ref().and_then(|inner| lost(inner)) {
        return Some(inner);
    }
    match io.kind() {
        ErrorKind::ConnectionRefused => Some(ConnectionFailure::Refused),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            Some(ConnectionFailure::Unreachable)
        }
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof => Some(ConnectionFailure::Reset),
        _ => None,
    }
}

fn wait_ms(text: &str, now: EpochMs) -> Option<u64> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.parse::<u64>().unwrap_or(u64::MAX).saturating_mul(1000));
    }
    let at = httpdate::parse_http_date(text).ok()?;
    let since = at.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(EpochMs(i64::try_from(since.as_millis()).ok()?).since_ms(now))
}

/// Whether an endpoint has said anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Responsiveness {
    Answered,
    Silent,
}

impl Responsiveness {
    pub fn of(heard: &AttemptOutcome) -> Self {
        if heard.is_silence() {
            Self::Silent
        } else {
            Self::Answered
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2015-10-21T07:28:00Z
    const NOW: EpochMs = EpochMs(1_445_412_480_000);

    fn wait(status: StatusCode, retry_after: &str) -> Option<u64> {
        AttemptOutcome::of_status(status, Some(retry_after), NOW).asked_wait_ms()
    }

    #[test]
    fn a_retry_after_is_seconds_or_a_date() {
        let busy = StatusCode::SERVICE_UNAVAILABLE;
        for (text, ms) in [
            ("120", Some(120_000)),
            (" 7 ", Some(7_000)),
            ("0", Some(0)),
            ("Wed, 21 Oct 2015 07:29:30 GMT", Some(90_000)),
            ("Wednesday, 21-Oct-15 07:29:30 GMT", Some(90_000)),
            ("Wed, 21 Oct 2015 07:00:00 GMT", Some(0)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("", None),
            ("-5", None),
            ("soon", None),
            ("1.5", None),
        ] {
            assert_eq!(wait(busy, text), ms, "{text}");
        }
        assert_eq!(wait(StatusCode::TOO_MANY_REQUESTS, "3"), Some(3_000));
        assert_eq!(AttemptOutcome::of_status(busy, None, NOW), AttemptOutcome::Status(503));
    }

    #[test]
    fn what_is_gone_is_given_up_whenever_it_wants_to_be_asked_again() {
        let gone = AttemptOutcome::of_status(StatusCode::GONE, Some("60"), NOW);
        assert_eq!((gone.state(), gone.asked_wait_ms()), (DeliveryState::Exhausted, None));
        assert!(!gone.is_silence());
    }
}

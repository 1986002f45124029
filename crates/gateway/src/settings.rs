//! What can be set. `jadong.default.toml` explains every setting; the binary reads it into this.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use domain::EpochMs;
use domain::retention::RetentionYears;

/// Whose money it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Simulated PG, fixed credentials, nobody's money.
    Sandbox,
    Live,
}

/// The gateway's settings.
#[derive(Debug, Clone)]
pub struct Settings {
    pub mode: Mode,
    pub listen: SocketAddr,
    /// Where `/metrics` is; never the public listener.
    pub admin_listen: SocketAddr,
    /// `gateway_url` in answers; `None` means the address listened on.
    pub public_url: Option<String>,
    pub tls: Option<TlsFiles>,
    /// A proxy stands in front: whoever comes from this machine may have come from anywhere.
    pub behind_proxy: bool,
    /// Proxies in front that set `X-Forwarded-For`; 0 means none is believed.
    pub trusted_proxies: u8,
    pub timing: Timing,
    pub limits: Limits,
    /// When the banks take no debits, every day.
    pub closed: Option<Closed>,
    /// `None`: nothing is reconciled but by hand.
    pub reconcile: Option<DailyReconcile>,
    /// After how long records are destroyed; `None`: by nobody but by hand.
    pub retention: Option<RetentionYears>,
}

/// Yesterday's payments are compared with the PG every day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyReconcile {
    /// Of the Korean day.
    pub minute: u16,
    /// Who is told what came of it; `None`: the log and the metrics alone.
    pub webhook_url: Option<String>,
}

impl DailyReconcile {
    /// Reads `06:30`; `None` when it is no time of day.
    #[must_use]
    pub fn parse(at: &str, webhook_url: &str) -> Option<Self> {
        let minute = minute_of_day(at)?;
        let webhook_url = Some(webhook_url.to_owned()).filter(|url| !url.is_empty());
        Some(Self { minute, webhook_url })
    }
}

/// Reads `23:30`.
fn minute_of_day(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// A time of the Korean day in which no debits are taken; it may go over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    pub from_minute: u16,
    pub until_minute: u16,
}

impl Closed {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    const SEOUL_MS: i64 = 9 * 60 * 60 * 1000;

    /// Reads `23:30-00:30`; `None` when it is no such time.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (from, until) = text.split_once('-')?;
        let closed = Self {
            from_minute: minute_of_day(from)?,
            until_minute: minute_of_day(until)?,
        };
        (closed.from_minute != closed.until_minute).then_some(closed)
    }

    /// When debits are taken again; `None` when they are taken at `now`.
    #[must_use]
    pub fn open_again(self, now: EpochMs) -> Option<EpochMs> {
        let of_day = (now.0 + Self::SEOUL_MS).rem_euclid(Self::DAY_MS);
        let ms = |minute: u16| i64::from(minute) * 60_000;
        let (from, until) = (ms(self.from_minute), ms(self.until_minute));
        let since_from = (of_day - from).rem_euclid(Self::DAY_MS);
        let lasts = (until - from).rem_euclid(Self::DAY_MS);
        (since_from < lasts).then(|| EpochMs(now.0 + lasts - since_from))
    }
}

/// PEM files.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    pub certificates: PathBuf,
    pub key: PathBuf,
}

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// How long step 1 waits for the customer.
    pub consent_hold: Duration,
    /// How long a consent stays open.
    pub consent_limit: Duration,
    /// How long publish waits for the verdict on an unknown outcome.
    pub publish_wait: Duration,
    /// How long after its intent is on disk a call may still be sent that moves money or makes something.
    pub send_within: Duration,
    /// After this long without the PG knowing an order, the request never reached it.
    pub start_grace: Duration,
    /// Until when after a debit was asked for a net-cancel is sent: well inside the PG's hour.
    pub net_cancel_within: Duration,
    /// How long a late approval is waited for before a debit is called voided.
    pub verdict_quiet: Duration,
    /// How long after its time a reserve is tried again whose debit the PG never heard of.
    pub reserve_retry_within: Duration,
    /// How long a client may take to send its request head, and to send its body.
    pub client_patience: Duration,
    /// How long a connection that has had an answer may be idle.
    pub keep_alive: Duration,
    /// How long a node that is asked to stop goes on serving while it says that it is not ready: whoever sends it requests finds
    /// another meanwhile.
    pub drain_delay: Duration,
    /// How long a shutdown waits for what is in flight.
    pub drain: Duration,
}

/// How much there may be of things.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub connections: usize,
    pub body_bytes: usize,
    pub open_consents: usize,
    /// Debits under way at once in this process.
    pub open_payments: usize,
    pub reserves_at_once: usize,
    /// Requests a second of one project.
    pub requests_per_second: u32,
    /// Questions a second to the PG about open consents.
    pub polls_per_second: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_time_over_midnight_opens_when_it_ends() {
        let closed = Closed::parse("23:30-00:30").unwrap();
        let at = |text: &str| domain::written_time::parse(text).unwrap();
        let opens = Some(at("2026-11-24T00:30:00+09:00"));
        assert_eq!(closed.open_again(at("2026-11-23T23:30:00+09:00")), opens);
        assert_eq!(closed.open_again(at("2026-11-24T00:29:59+09:00")), opens);
        assert_eq!(closed.open_again(at("2026-11-24T00:30:00+09:00")), None);
        assert_eq!(closed.open_again(at("2026-11-23T12:00:00+09:00")), None);
        assert_eq!(Closed::parse("25:00-01:00"), None);
    }
}

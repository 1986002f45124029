//! Moments, in milliseconds since 1970-01-01T00:00:00Z; written for people in Korean time.

use jiff::{Timestamp, tz};

/// Milliseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EpochMs(pub i64);

/// Korea has had one offset and no summer time since 1988.
const SEOUL: tz::Offset = tz::offset(9);

/// Until when an account billing key is valid on the wire.
pub const BILLING_KEY_EXPIRES_AT: &str = "2099-12-31T23:59:59+09:00";

/// The same moment.
pub const BILLING_KEY_END: EpochMs = EpochMs(4_102_412_399_000);

impl EpochMs {
    #[must_use]
    pub fn plus_ms(self, ms: u64) -> Self {
        Self(self.0.saturating_add_unsigned(ms))
    }

    #[must_use]
    pub fn minus_ms(self, ms: u64) -> Self {
        Self(self.0.saturating_sub_unsigned(ms))
    }

    /// Milliseconds from `earlier` to `self`, 0 when it is not earlier.
    #[must_use]
    pub fn since_ms(self, earlier: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }

    /// Whole seconds since the epoch, for the first four bytes of an id.
    #[must_use]
    pub fn epoch_seconds(self) -> u32 {
        u32::try_from(self.0.div_euclid(1000)).unwrap_or(0)
    }

    fn seoul(self) -> jiff::civil::DateTime {
        SEOUL.to_datetime(Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH))
    }

    /// ISO 8601 to the second as the wire has it: `2024-05-28T07:18:04+09:00`.
    #[must_use]
    pub fn to_wire(self) -> String {
        let at = self.seoul();
        format!("{}T{}+09:00", date(at), clock_time(at))
    }

    /// `ediDate` as the PG wants it: `2026-01-02T03:04:05.678+0900`.
    #[must_use]
    pub fn to_edi_date(self) -> String {
        let at = self.seoul();
        format!("{}T{}.{:03}+0900", date(at), clock_time(at), self.0.rem_euclid(1000))
    }
}

/// Milliseconds of a length of time as people write it: `40d`, `2w`, `1h 30m`, `300ms`. A day has 24 hours.
#[must_use]
pub fn parse_span_ms(text: &str) -> Option<u64> {
    let span: jiff::Span = text.trim().parse().ok()?;
    let total = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok()?;
    u64::try_from(total.as_millis()).ok()
}

fn date(at: jiff::civil::DateTime) -> String {
    format!("{:04}-{:02}-{:02}", at.year(), at.month(), at.day())
}

fn clock_time(at: jiff::civil::DateTime) -> String {
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_korean_time() {
        let moment = EpochMs(1_716_848_284_678);
        assert_eq!(moment.to_wire(), "2024-05-28T07:18:04+09:00");
        assert_eq!(moment.to_edi_date(), "2024-05-28T07:18:04.678+0900");
        assert_eq!(BILLING_KEY_END.to_wire(), BILLING_KEY_EXPIRES_AT);
    }

    #[test]
    fn spans_are_read_as_people_write_them() {
        assert_eq!(parse_span_ms("40d"), Some(40 * 86_400_000));
        assert_eq!(parse_span_ms("1h 30m"), Some(5_400_000));
        assert_eq!(parse_span_ms("2w"), Some(14 * 86_400_000));
        assert_eq!(parse_span_ms("-1d"), None);
        assert_eq!(parse_span_ms("soon"), None);
    }

    #[test]
    fn since_never_goes_below_zero() {
        assert_eq!(EpochMs(5).since_ms(EpochMs(9)), 0);
        assert_eq!(EpochMs(9).since_ms(EpochMs(5)), 4);
    }
}

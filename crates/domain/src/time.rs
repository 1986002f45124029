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

    /// The day in Korea: `2024-05-28`.
    #[must_use]
    pub fn to_day(self) -> String {
        date(self.seoul())
    }

    /// `ediDate` as the PG wants it: `2026-01-02T03:04:05.678+0900`.
    #[must_use]
    pub fn to_edi_date(self) -> String {
        let at = self.seoul();
        format!("{}T{}.{:03}+0900", date(at), clock_time(at), self.0.rem_euclid(1000))
    }
}

/// The forms that [`after`] reads, for a hint.
pub const SPANS: &str = "40d, 2w, 1mo, 12h, 30m or 10s; time only goes forward";

/// The moment that lies after `now` by a length of time as people write it: `40d`, `2w`, `1h 30m`, `1mo`. A day has 24 hours, a
/// month and a year are the calendar's in Korea: a month after January 31st is February's last day. `None` when it is no
/// length of time, or goes back.
#[must_use]
pub fn after(now: EpochMs, text: &str) -> Option<EpochMs> {
    let span: jiff::Span = text.trim().parse().ok()?;
    let until = now.seoul().checked_add(span).ok()?;
    let until = SEOUL.to_timestamp(until).ok()?.as_millisecond();
    (!span.is_negative()).then_some(EpochMs(until))
}

/// The moment so many calendar years before `now`, in Korea.
#[must_use]
pub fn years_before(now: EpochMs, years: u8) -> EpochMs {
    let then = now.seoul().saturating_sub(jiff::Span::new().years(years));
    SEOUL
        .to_timestamp(then)
        .map_or(EpochMs(0), |then| EpochMs(then.as_millisecond()))
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
        // A leap year's last day of January, at 20:00 in Korea.
        let now = EpochMs(1_706_698_800_123);
        let after = |text: &str| super::after(now, text).map(EpochMs::to_wire);
        for (text, expected) in [
            ("40d", "2024-03-11T20:00:00+09:00"),
            ("1h 30m", "2024-01-31T21:30:00+09:00"),
            ("2w", "2024-02-14T20:00:00+09:00"),
            ("1w", "2024-02-07T20:00:00+09:00"),
            ("1mo", "2024-02-29T20:00:00+09:00"),
            ("1 month", "2024-02-29T20:00:00+09:00"),
            ("2mo", "2024-03-31T20:00:00+09:00"),
            ("1mo 1d", "2024-03-01T20:00:00+09:00"),
            ("13mo", "2025-02-28T20:00:00+09:00"),
            ("1y", "2025-01-31T20:00:00+09:00"),
            (" 0s ", "2024-01-31T20:00:00+09:00"),
        ] {
            assert_eq!(after(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["-1d", "1d ago", "soon", "40", "", "1m1o", "9999y", "1mo -1d"] {
            assert_eq!(after(text), None, "{text}");
        }
        assert_eq!(super::after(now, "1ms"), Some(EpochMs(now.0 + 1)));
    }

    #[test]
    fn since_never_goes_below_zero() {
        assert_eq!(EpochMs(5).since_ms(EpochMs(9)), 0);
        assert_eq!(EpochMs(9).since_ms(EpochMs(5)), 4);
    }
}

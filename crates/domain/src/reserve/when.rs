//! Dates as seven SDKs write them. Without a zone they mean Korean time.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz;

use crate::time::EpochMs;

/// Reads a moment; `None` when it is none.
#[must_use]
pub fn parse(text: &str) -> Option<EpochMs> {
    let text = text.trim();
    // `2026-12-31T23:59:59 +0900`, `… UTC`, `… Z`: what follows a space after the time is its zone.
    let squeezed = match text.rsplit_once(' ') {
        Some((moment, zone)) if moment.contains(':') => format!("{moment}{}", zone_of(zone)?),
        _ => text.to_owned(),
    };
    if let Ok(moment) = squeezed.parse::<Timestamp>() {
        return Some(EpochMs(moment.as_millisecond()));
    }
    let civil: DateTime = squeezed.parse().ok()?;
    let moment = tz::offset(9).to_timestamp(civil).ok()?;
    Some(EpochMs(moment.as_millisecond()))
}

fn zone_of(zone: &str) -> Option<&str> {
    match zone {
        "UTC" | "GMT" | "Z" => Some("Z"),
        _ if zone.starts_with(['+', '-']) => Some(zone),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_that_an_sdk_sends_is_one_moment() {
        let new_year = 1_767_193_200_000;
        for text in [
            "2025-12-31T15:00:00.000Z",
            "2026-01-01T00:00:00+0900",
            "2025-12-31 15:00:00 UTC",
            "2026-01-01 00:00:00",
            "2026-01-01T00:00:00 +0900",
            "2025-12-31T15:00:00 Z",
            "2026-01-01T00:00:00 +09:00",
            "2026-01-01T00:00:00+09:00",
            "2026-01-01T00:00:00.000+09:00",
            "2026-01-01T00:00:00",
        ] {
            assert_eq!(parse(text), Some(EpochMs(new_year)), "{text}");
        }
        for bad in ["", "tomorrow", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00 KST?"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}

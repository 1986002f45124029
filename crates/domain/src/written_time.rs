//! Dates as seven SDKs and their languages write them. Without a zone they mean Korean time.

use jiff::civil::Time;
use jiff::fmt::temporal::Pieces;
use jiff::tz::{self, Offset};

use crate::time::EpochMs;

const SEOUL: Offset = tz::offset(9);
/// The offsets that there are on Earth, in hours.
const HOURS: std::ops::RangeInclusive<i32> = -12..=14;

/// A moment as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenTime {
    pub at: EpochMs,
    pub zone: TimeZone,
}

/// Where a moment's zone comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeZone {
    Written,
    /// There was none: Korean time.
    Assumed,
}

/// Reads a moment; `None` when it is none.
#[must_use]
pub fn parse(text: &str) -> Option<EpochMs> {
    read(text).map(|when| when.at)
}

/// The same, and whether it had a zone.
///
/// A zone is an offset, or the name of one that has a single offset: Korea's, or UTC. A name of another (`America/New_York`)
/// counts only beside the offset that it had, since its rules change and the database of them may be old.
#[must_use]
pub fn read(text: &str) -> Option<WrittenTime> {
    let (moment, name) = split(text.trim())?;
    let pieces = Pieces::parse(&moment).ok()?;
    let written = pieces.to_numeric_offset();
    let named = name.map_or(Some(None), |name| named(&name, written))?;
    let offset = match (written, named) {
        (Some(written), Some(named)) if written != named => return None,
        (written, named) => written.or(named),
    };
    if !offset.is_none_or(is_on_earth) {
        return None;
    }
    let civil = pieces.date().to_datetime(pieces.time().unwrap_or(Time::midnight()));
    let at = offset.unwrap_or(SEOUL).to_timestamp(civil).ok()?;
    Some(WrittenTime {
        at: EpochMs(at.as_millisecond()),
        zone: offset.map_or(TimeZone::Assumed, |_| TimeZone::Written),
    })
}

/// How a zone's name was written.
enum Name<'a> {
    /// `[Asia/Seoul]`
    Annotation(&'a str),
    /// `UTC`, `(KST)`
    Word(&'a str),
}

/// The offset of a zone that has one; nothing for another one beside an offset, as in `…T10:00:00-05:00[America/New_York]`.
fn named(name: &Name<'_>, written: Option<Offset>) -> Option<Option<Offset>> {
    let (Name::Annotation(text) | Name::Word(text)) = name;
    match text.to_ascii_uppercase().as_str() {
        "KST" | "ASIA/SEOUL" | "ROK" => Some(Some(SEOUL)),
        "Z" | "UTC" | "GMT" | "UT" | "ETC/UTC" | "ETC/GMT" | "ZULU" => Some(Some(Offset::UTC)),
        _ => (matches!(name, Name::Annotation(_)) && written.is_some()).then_some(None),
    }
}

/// The moment, and the name of a zone after it: `2025-12-31 15:00:00 UTC`, `…T23:59:59 +0900`, `…+09:00[Asia/Seoul]`.
fn split(text: &str) -> Option<(String, Option<Name<'_>>)> {
    let (moment, name) = if let Some((moment, name)) = text.split_once('[') {
        (moment, Some(Name::Annotation(name.strip_suffix(']')?)))
    } else {
        let (moment, word) = text.split_at(text.rfind(|letter: char| letter.is_ascii_digit())? + 1);
        let word = word.trim().trim_start_matches('(').trim_end_matches(')');
        (moment, (!word.is_empty()).then_some(Name::Word(word)))
    };
    let moment = moment.trim_end();
    // What follows a space after the time is its offset.
    let joined = match moment.rsplit_once(' ') {
        Some((moment, offset)) if moment.contains(':') && offset.starts_with(['+', '-']) => format!("{moment}{offset}"),
        _ => moment.to_owned(),
    };
    Some((joined, name))
}

fn is_on_earth(offset: Offset) -> bool {
    let seconds = offset.seconds();
    (HOURS.start() * 3600..=HOURS.end() * 3600).contains(&seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW_YEAR: i64 = 1_767_193_200_000;

    #[test]
    fn every_format_that_an_sdk_sends_is_one_moment() {
        for text in [
            "2025-12-31T15:00:00.000Z",
            "2025-12-31t15:00:00z",
            "2026-01-01T00:00:00+0900",
            "2025-12-31 15:00:00 UTC",
            "2026-01-01T00:00:00 +0900",
            "2025-12-31T15:00:00 Z",
            "2026-01-01T00:00:00 +09:00",
            "2026-01-01T00:00:00+09:00",
            "2026-01-01T00:00:00.000+09:00",
            "2026-01-01 00:00:00 KST",
            "2026-01-01T00:00:00KST",
            "2026-01-01 00:00:00 kst",
            "2026-01-01 00:00:00 +0900 (KST)",
            "2026-01-01 00:00:00 Asia/Seoul",
            "2026-01-01T00:00:00[Asia/Seoul]",
            "2026-01-01T00:00:00+09:00[Asia/Seoul]",
            "2025-12-31T15:00:00Z[UTC]",
            "2025-12-31T15:00:00Z[Etc/UTC]",
            "2025-12-31T10:00:00-05:00[America/New_York]",
            "2026-01-01T05:00:00+14:00",
            "2025-12-31T03:00:00-12:00",
        ] {
            let expected = WrittenTime {
                at: EpochMs(NEW_YEAR),
                zone: TimeZone::Written,
            };
            assert_eq!(read(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn without_a_zone_it_is_korean_time_and_known_to_be_assumed() {
        for text in [
            "2026-01-01 00:00:00",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00",
            "2026-01-01",
        ] {
            let expected = WrittenTime {
                at: EpochMs(NEW_YEAR),
                zone: TimeZone::Assumed,
            };
            assert_eq!(read(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_or_not_one_moment_is_refused() {
        for bad in [
            "",
            "tomorrow",
            "2026-13-01T00:00:00Z",
            "2026-01-01T00:00:00 KST?",
            "2027-10-31T02:30:00[America/New_York]",
            "2027-10-31T02:30:00 America/New_York",
            "2026-01-01 00:00:00 EST",
            "2026-01-01 00:00:00 +09:00 PST",
            "2026-01-01 09:00:00 PM",
            "2026-01-01T00:00:00+25:00",
            "2026-01-01T00:00:00+15:00",
            "2026-01-01T00:00:00-13:00",
            "2026-01-01T00:00:00+09:00[UTC]",
            "2026-01-01T00:00:00Z[Asia/Seoul]",
            "2026-01-01T00:00:00+09:00[Asia/Seoul",
            "2026-01-01T00:00:00Z KST",
            "1767193200",
            "1767193200000",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}

//! The PG's own identities, in NICE's shapes. In memory a number, on the wire 30 characters.

use std::fmt;

use jiff::civil::DateTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The simulated shop (MID), 10 characters.
const SHOP: &str = "jadong000m";
/// Serial numbers within one second.
const PER_SECOND: u64 = 10_000;
/// A key's number has 12 digits.
const BIDS: u64 = 1_000_000_000_000;

/// A consent, a charge, a cancel or a cash receipt: shop (10) + `02` bank + `16` billing + `yyMMddHHmmss` (12) + 4, of which the last 16 are the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Tid(u64);

impl Tid {
    /// The next one after `last` at `now` (Korean time). Within one second it counts up; the 10,001st carries into
    /// the next second, so that it is unique and rising whatever the load or the clock does.
    #[must_use]
    pub fn next(last: Self, now: DateTime) -> Self {
        let day = (now.year().rem_euclid(100) as u64 * 100 + now.month() as u64) * 100 + now.day() as u64;
        let second = ((day * 100 + now.hour() as u64) * 100 + now.minute() as u64) * 100 + now.second() as u64;
        Self((second * PER_SECOND + 1).max(last.0 + 1))
    }

    /// The one right after this: a charge's cash receipt has it.
    #[must_use]
    pub fn following(self) -> Self {
        Self(self.0 + 1)
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        digits(text.strip_prefix(SHOP)?.strip_prefix("0216")?, 16).map(Self)
    }

    /// The approval's number: 8 digits.
    #[must_use]
    pub fn approve_no(self) -> String {
        format!("{:08}", self.0 % 100_000_000)
    }
}

impl fmt::Display for Tid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SHOP}0216{:016}", self.0)
    }
}

/// A billing key: `BIKY` + shop (10) + `1104` + 12 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bid(u64);

impl Bid {
    /// The first free number at or after a random one.
    #[must_use]
    pub fn pick(random: u64, is_taken: impl Fn(Self) -> bool) -> Self {
        let mut bid = Self(random % BIDS);
        while is_taken(bid) {
            bid = Self((bid.0 + 1) % BIDS);
        }
        bid
    }

    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        digits(text.strip_prefix("BIKY")?.strip_prefix(SHOP)?.strip_prefix("1104")?, 12).map(Self)
    }
}

impl fmt::Display for Bid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BIKY{SHOP}1104{:012}", self.0)
    }
}

/// Exactly `count` ASCII digits as a number.
fn digits(text: &str, count: usize) -> Option<u64> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

impl Serialize for Tid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Tid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("not a tid"))
    }
}

impl Serialize for Bid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Bid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("not a bid"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tid_has_30_characters_and_never_repeats_within_a_second_or_when_the_clock_steps_back() {
        let now = jiff::civil::datetime(2026, 1, 2, 3, 4, 5, 678_000_000);
        let first = Tid::next(Tid::default(), now);
        assert_eq!(first.to_string(), "jadong000m02162601020304050001");
        let mut last = first;
        for _ in 0..2 * PER_SECOND {
            let next = Tid::next(last, now);
            assert!(next > last);
            last = next;
        }
        let earlier = jiff::civil::datetime(2025, 1, 1, 0, 0, 0, 0);
        assert!(Tid::next(last, earlier) > last);
        assert_eq!(last.to_string().len(), 30);
        assert_eq!(Tid::parse(&last.to_string()), Some(last));
    }

    #[test]
    fn a_bid_has_30_characters_and_steps_past_the_taken() {
        let taken = Bid(BIDS - 1);
        let bid = Bid::pick(BIDS - 1, |bid| bid == taken);
        assert_eq!(bid, Bid(0));
        assert_eq!(bid.to_string(), "BIKYjadong000m1104000000000000");
        assert_eq!(Bid::parse(&bid.to_string()), Some(bid));
        assert_eq!(Bid::parse("BIKYjadong000m1104+00000000000"), None);
    }
}

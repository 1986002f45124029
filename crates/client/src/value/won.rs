//! Money: whole won.

use std::fmt;
use std::iter::Sum;
use std::ops::Add;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// An amount of KRW. Whole, not negative, at most twelve digits.
///
/// ```
/// use jadong_client::Won;
/// let price = Won::new(9_900)?;
/// assert_eq!(price.amount(), 9_900);
/// assert!(Won::new(1_000_000_000_000).is_err());
/// # Ok::<(), jadong_client::NotAnAmount>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Won(u64);

/// More than twelve digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an amount has at most 12 digits")]
pub struct NotAnAmount;

impl Won {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    const MAX: u64 = 999_999_999_999;

    /// # Errors
    /// Above 999,999,999,999.
    pub const fn new(amount: u64) -> Result<Self, NotAnAmount> {
        if amount > Self::MAX {
            return Err(NotAnAmount);
        }
        Ok(Self(amount))
    }

    /// In won.
    #[must_use]
    pub const fn amount(self) -> u64 {
        self.0
    }

    /// What is left, `None` when that would be less than nothing.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(left) => Some(Self(left)),
            None => None,
        }
    }
}

impl Add for Won {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        // 2^64 / 10^12: eighteen million of the largest amounts.
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for Won {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// The bare number.
impl fmt::Display for Won {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Won {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(from)?;
        if value.is_null() {
            return Ok(Self::ZERO);
        }
        let amount = crate::lenient::whole(&value).and_then(|amount| u64::try_from(amount).ok());
        amount
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("not a whole amount of won"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_in_each_of_its_spellings_and_nothing_else_is() {
        for text in ["1000", "1000.0", "\"1000\"", "1e3"] {
            assert_eq!(serde_json::from_str::<Won>(text).unwrap(), Won(1000), "{text}");
        }
        for text in ["1000.5", "-1", "\"many\"", "{}", "true"] {
            assert!(serde_json::from_str::<Won>(text).is_err(), "{text}");
        }
        assert_eq!(serde_json::from_str::<Won>("null").unwrap(), Won::ZERO);
    }

    #[test]
    fn amounts_add_up() {
        let sum: Won = [1, 2, 3].map(|amount| Won::new(amount).unwrap()).into_iter().sum();
        assert_eq!(sum.amount(), 6);
        assert_eq!(sum.checked_sub(Won(7)), None);
        assert_eq!(sum.checked_sub(Won(6)), Some(Won::ZERO));
    }
}

//! Money: whole won. KRW has no minor unit.

/// An amount in KRW, at most twelve digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Won(u64);

impl Won {
    pub const ZERO: Self = Self(0);
    const MOST: u64 = 999_999_999_999;

    /// `None` above twelve digits.
    #[must_use]
    pub const fn new(amount: u64) -> Option<Self> {
        if amount > Self::MOST { None } else { Some(Self(amount)) }
    }

    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// `1,234,567`: as people read it.
    #[must_use]
    pub fn grouped(self) -> String {
        let digits = self.0.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text
    }

    /// `self` without `other`; zero when that is more.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Both together; the sum of two amounts of twelve digits always fits.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    /// Reads a JSON number or a numeric text as clients send it: `1000`, `1000.0`, `"1000"`.
    ///
    /// `None` for fractions, negative amounts, more than twelve digits and anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let whole = match text.split_once('.') {
            Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole,
            Some(_) => return None,
            None => text,
        };
        if whole.is_empty() || whole.len() > 12 || !whole.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        whole.parse().ok().and_then(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_grouped_by_three() {
        let shown = |amount: u64| Won::new(amount).unwrap().grouped();
        assert_eq!(shown(0), "0");
        assert_eq!(shown(999), "999");
        assert_eq!(shown(9_900), "9,900");
        assert_eq!(shown(1_234_567), "1,234,567");
    }

    #[test]
    fn only_whole_won_of_at_most_twelve_digits_are_money() {
        assert_eq!(Won::parse("1000.0"), Won::new(1000));
        assert_eq!(Won::parse(" 999999999999 "), Won::new(999_999_999_999));
        for bad in ["1000.5", "-1", "", ".", "1e3", "1000000000000", "NaN"] {
            assert_eq!(Won::parse(bad), None, "{bad}");
        }
    }
}

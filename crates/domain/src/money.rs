//! Money: whole won. KRW has no minor unit.

/// An amount in KRW, at most twelve digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Won(u64);

impl Won {
    pub const ZERO: Self = Self(0);
    const MOST: u64 = 999_999_999_999;
    /// A longer text is no amount, whatever it comes to.
    const TEXT_BYTES_MAX: usize = 64;

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

    /// Reads a JSON number or a numeric text as clients send it, exactly: `1000`, `1000.0`, `"1000"`, `1e3`.
    ///
    /// `None` for fractions of a won however small, signs (also `-0`), separators, digits of other scripts, more than twelve
    /// digits and anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
        if text.len() > Self::TEXT_BYTES_MAX || !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        let digits = format!("{whole}{fraction}");
        let written = digits.trim_end_matches('0');
        if written.trim_start_matches('0').is_empty() {
            return Some(Self::ZERO);
        }
        // Digits before the point, once the exponent has moved it.
        let point = i32::try_from(whole.len()).ok()?.checked_add(exponent)?;
        let point = usize::try_from(point)
            .ok()
            .filter(|point| *point <= Self::TEXT_BYTES_MAX)?;
        if written.len() > point {
            return None;
        }
        let amount = written.parse::<u128>().ok()?;
        let zeros = u32::try_from(point - written.len()).ok()?;
        u64::try_from(amount.checked_mul(10_u128.checked_pow(zeros)?)?)
            .ok()
            .and_then(Self::new)
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
        for thousand in [
            "1000",
            "1000.0",
            "1000.00",
            "1e3",
            "1E+3",
            "1.0e3",
            "100000e-2",
            "0.1e4",
            "01000",
            " 1000 ",
        ] {
            assert_eq!(Won::parse(thousand), Won::new(1000), "{thousand}");
        }
        for zero in ["0", "0.0", "0e0", "0e99", "0.000"] {
            assert_eq!(Won::parse(zero), Some(Won::ZERO), "{zero}");
        }
        assert_eq!(Won::parse(" 999999999999 "), Won::new(999_999_999_999));
        for bad in [
            "1000.5",
            "-1",
            "-0",
            "+1000",
            "",
            ".",
            "1000.",
            ".5",
            "1000000000000",
            "NaN",
            "Infinity",
            "0.9999999999999999",
            "1000.0000000000000000001",
            "1e-1",
            "1e999",
            "1e99999999999",
            "1e",
            "e3",
            "1e3.0",
            "0x10",
            "0b1",
            "1_000",
            "1,000",
            "１０００",
            "١٠٠٠",
            "1000원",
            "1 000",
            "1e12",
            "15e-1",
            "99999999999999999999999999999999999999999999e-30",
        ] {
            assert_eq!(Won::parse(bad), None, "{bad}");
        }
    }
}

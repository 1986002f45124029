//! The telephone that is called for consent.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::error::{ErrorCode, Refusal};
use crate::mask::is_dash;
use crate::sensitive::Sensitive;
use crate::text::is_invisible;

/// A Korean telephone number: digits only, 9 to 11 of them, starting with 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(Sensitive);

impl Phone {
    /// Reads a number with or without hyphens, spaces, a `+82` in front, or the zero that a JSON number loses, in any width.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let text = Zeroizing::new(text.nfkc().filter(|c| !is_invisible(*c)).collect::<String>());
        let mut digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let foreign = text.trim_start().starts_with('+');
        if foreign && digits.starts_with("82") {
            digits.replace_range(..2, if digits.starts_with("820") { "" } else { "0" });
        }
        if !foreign && matches!(digits.as_bytes(), [b'1', b'0', number @ ..] if number.len() == 8) {
            digits.insert(0, '0');
        }
        let separators_only = text
            .chars()
            .all(|c| c.is_ascii_digit() || is_dash(c) || matches!(c, ' ' | '+' | '.' | '(' | ')' | '/' | '_' | '·'));
        if !separators_only || !digits.starts_with('0') || !(9..=11).contains(&digits.len()) {
            return Err(Refusal::new(ErrorCode::PhoneInvalid, "phone").hint("01012345678, 010-1234-5678"));
        }
        Ok(Self(Sensitive::new(digits)))
    }

    #[must_use]
    pub fn digits(&self) -> &Sensitive {
        &self.0
    }

    #[must_use]
    pub fn masked(&self) -> String {
        crate::mask::phone(self.0.reveal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_spellings_are_one_number() {
        for text in [
            "01012345678",
            "010-1234-5678",
            "+82 10-1234-5678",
            "+82-010-1234-5678",
            "010.1234.5678",
            "０１０－１２３４－５６７８",
            "010\u{a0}1234\u{2013}5678",
            "\u{200b}01012345678\u{feff}",
            "1012345678",
        ] {
            assert_eq!(Phone::parse(text).unwrap().digits().reveal(), "01012345678", "{text}");
        }
    }

    #[test]
    fn what_nobody_can_call_is_refused() {
        for text in ["1234", "전화", "910123456789", "0101234567890", "010-1234-abcd"] {
            assert_eq!(Phone::parse(text).unwrap_err().code, ErrorCode::PhoneInvalid, "{text}");
        }
    }
}

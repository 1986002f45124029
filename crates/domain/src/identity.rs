//! Who the holder is: a birth date (6 digits, YYMMDD) or a business number (10 digits with a check digit).

use crate::error::{ErrorCode, Refusal};
use crate::sensitive::Sensitive;

/// A checked identity number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    BirthDate(Sensitive),
    BusinessNumber(Sensitive),
}

impl Identity {
    /// Reads a number with or without hyphens. A resident number (13 digits) is refused: the law forbids taking it.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let digits: String = text.chars().filter(|c| !matches!(c, '-' | ' ' | '.')).collect();
        let refuse = |hint: &str| Err(Refusal::new(ErrorCode::IdentityInvalid, "identity_no").hint(hint));
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return refuse("YYMMDD (900101), 사업자등록번호 10자리");
        }
        match digits.len() {
            6 if is_birth_date(&digits) => Ok(Self::BirthDate(Sensitive::new(digits))),
            6 => refuse("YYMMDD: 없는 날짜입니다 (no such date)"),
            10 if is_business_number(&digits) => Ok(Self::BusinessNumber(Sensitive::new(digits))),
            10 => refuse("사업자등록번호의 검증 숫자가 맞지 않습니다 (wrong check digit)"),
            13 => Err(Refusal::new(ErrorCode::ResidentNumberRefused, "identity_no").hint("YYMMDD (900101)")),
            _ => refuse("YYMMDD (900101), 사업자등록번호 10자리"),
        }
    }

    #[must_use]
    pub fn digits(&self) -> &Sensitive {
        match self {
            Self::BirthDate(digits) | Self::BusinessNumber(digits) => digits,
        }
    }
}

/// YYMMDD that exists in the 1900s or the 2000s.
fn is_birth_date(digits: &str) -> bool {
    let number = |range| digits.get(range).and_then(|text: &str| text.parse::<i16>().ok());
    let (Some(year), Some(month), Some(day)) = (number(0..2), number(2..4), number(4..6)) else {
        return false;
    };
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else {
        return false;
    };
    [1900, 2000]
        .iter()
        .any(|century| jiff::civil::Date::new(century + year, month, day).is_ok())
}

/// Check digit of the tax office: weights 1 3 7 1 3 7 1 3 5, plus the carry of the ninth digit. All zeros would pass.
pub(crate) fn is_business_number(digits: &str) -> bool {
    let digits: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(10)).collect();
    let [first @ .., check] = digits.as_slice() else {
        return false;
    };
    if first.len() != 9 || first.iter().all(|digit| *digit == 0) {
        return false;
    }
    let weighted: u32 = first
        .iter()
        .zip([1, 3, 7, 1, 3, 7, 1, 3, 5])
        .map(|(digit, weight)| digit * weight)
        .sum();
    let sum = weighted + first[8] * 5 / 10;
    (10 - sum % 10) % 10 == *check
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> ErrorCode {
        Identity::parse(text).unwrap_err().code
    }

    #[test]
    fn published_business_numbers_pass_and_a_changed_digit_does_not() {
        for valid in ["1234567891", "120-81-47521", "2208162517"] {
            assert!(
                matches!(Identity::parse(valid), Ok(Identity::BusinessNumber(_))),
                "{valid}"
            );
        }
        assert_eq!(refused("1234567890"), ErrorCode::IdentityInvalid);
        assert_eq!(refused("0000000000"), ErrorCode::IdentityInvalid);
    }

    #[test]
    fn a_leap_day_counts_when_either_century_has_it() {
        assert!(Identity::parse("000229").is_ok());
        assert_eq!(refused("010229"), ErrorCode::IdentityInvalid);
        assert_eq!(refused("901301"), ErrorCode::IdentityInvalid);
    }

    #[test]
    fn a_resident_number_is_refused_with_its_own_code() {
        assert_eq!(refused("900101-1234567"), ErrorCode::ResidentNumberRefused);
    }
}

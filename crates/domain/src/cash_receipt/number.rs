//! Whom a cash receipt is issued to: a mobile phone, a business, or a cash receipt card.

use unicode_normalization::UnicodeNormalization;

use super::CashReceiptPurpose;
use crate::error::{ErrorCode, Refusal};
use crate::identity::is_business_number;
use crate::sensitive::Sensitive;

/// Of cards for cash receipts (18), credit cards and point cards.
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 14..=19;
const RESIDENT_DIGITS: usize = 13;

/// Reads a number as people, spreadsheets and typed languages write it: with separators in any width, `+82`, or without the
/// zero that a JSON number loses. Digits only afterwards, a phone's with its zero.
///
/// Errors: `SUBSCRIBE_AT_RESIDENT_NUMBER_REFUSED`; `FIELD_INVALID` naming `field`.
pub fn read(text: &str, purpose: CashReceiptPurpose, field: &'static str) -> Result<Sensitive, Refusal> {
    refuse_resident_number(text, field)?;
    let hint = match purpose {
        CashReceiptPurpose::Individual => "소득공제: 01012345678, 현금영수증 카드번호 (a mobile phone or card number)",
        CashReceiptPurpose::Company => {
            "지출증빙: 사업자등록번호 10자리, 현금영수증 카드번호 (a business or card number)"
        }
    };
    let invalid = || Refusal::new(ErrorCode::FieldInvalid, field).hint(hint);
    let digits = digits(text).ok_or_else(invalid)?;
    let digits = digits.reveal();
    if CARD_DIGITS.contains(&digits.len()) {
        return Ok(Sensitive::new(digits));
    }
    // Ten digits may be a phone that lost its zero or a business: what the receipt is for decides.
    let is_written_phone = digits.starts_with('0');
    let is_business = digits.len() == 10 && !is_written_phone && is_business_number(digits);
    match (mobile(digits), purpose) {
        (Some(phone), CashReceiptPurpose::Individual) => Ok(phone),
        (Some(phone), CashReceiptPurpose::Company) if is_written_phone => Ok(phone),
        _ if is_business => Ok(Sensitive::new(digits)),
        _ if digits.len() == 10 && purpose == CashReceiptPurpose::Company => {
            let hint = "사업자등록번호의 검증 숫자가 맞지 않습니다 (wrong check digit of a business number)";
            Err(Refusal::new(ErrorCode::FieldInvalid, field).hint(hint))
        }
        _ => Err(invalid()),
    }
}

/// A resident number must not be taken by law, whatever it is sent as. Errors: `SUBSCRIBE_AT_RESIDENT_NUMBER_REFUSED`.
pub fn refuse_resident_number(text: &str, field: &'static str) -> Result<(), Refusal> {
    match digits(text) {
        Some(digits) if digits.reveal().len() == RESIDENT_DIGITS => {
            Err(Refusal::new(ErrorCode::ResidentNumberRefused, field).hint("01012345678"))
        }
        _ => Ok(()),
    }
}

/// The digits, in one width; a country code is a zero. `None` where there are letters.
fn digits(text: &str) -> Option<Sensitive> {
    let mut digits = String::with_capacity(text.len());
    let mut is_foreign = false;
    for letter in text.nfkc() {
        match letter {
            '0'..='9' => digits.push(letter),
            '+' if digits.is_empty() && !is_foreign => is_foreign = true,
            letter if letter.is_alphanumeric() || letter == '+' => return None,
            _ => {}
        }
    }
    // `0082…` is dialled where `+82…` is written; `8210…` is a number whose plus was lost.
    let national = if is_foreign {
        digits.strip_prefix("82")
    } else {
        let bare = digits
            .strip_prefix("82")
            .filter(|rest| rest.len() <= 11 && mobile(rest).is_some());
        digits.strip_prefix("0082").or(bare)
    };
    Some(Sensitive::new(match national {
        Some(national) => format!("0{}", national.trim_start_matches('0')),
        None => digits,
    }))
}

/// A Korean mobile number, with the zero that it may have lost.
fn mobile(digits: &str) -> Option<Sensitive> {
    let rest = digits.strip_prefix('0').unwrap_or(digits);
    let is_mobile = match rest.as_bytes() {
        [b'1', b'0', number @ ..] => number.len() == 8,
        [b'1', b'1' | b'6' | b'7' | b'8' | b'9', number @ ..] => matches!(number.len(), 7 | 8),
        _ => false,
    };
    is_mobile.then(|| Sensitive::new(format!("0{rest}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use CashReceiptPurpose::{Company, Individual};

    fn number(text: &str, purpose: CashReceiptPurpose) -> Result<String, ErrorCode> {
        let read = read(text, purpose, "identity_no");
        read.map(|number| number.reveal().to_owned())
            .map_err(|refusal| refusal.code)
    }

    #[test]
    fn a_phone_is_one_number_however_it_is_written() {
        for text in [
            "01012345678",
            "010-1234-5678",
            "010 1234 5678",
            "010.1234.5678",
            "(010)1234-5678",
            "010/1234/5678",
            "010_1234_5678",
            "０１０－１２３４－５６７８",
            "010\u{2013}1234\u{2013}5678",
            "010\u{a0}1234\u{a0}5678",
            "+82 10-1234-5678",
            "+82-010-1234-5678",
            "+82 (0)10-1234-5678",
            "0082 10 1234 5678",
            "821012345678",
            "1012345678",
        ] {
            assert_eq!(number(text, Individual).as_deref(), Ok("01012345678"), "{text}");
        }
        assert_eq!(number("0111234567", Individual).as_deref(), Ok("0111234567"));
        assert_eq!(number("111234567", Individual).as_deref(), Ok("0111234567"));
        assert_eq!(number("010-1234-5678", Company).as_deref(), Ok("01012345678"));
    }

    #[test]
    fn a_business_number_has_its_check_digit() {
        for text in ["120-81-47521", "1208147521", "１２０８１４７５２１"] {
            assert_eq!(number(text, Company).as_deref(), Ok("1208147521"), "{text}");
        }
        for text in ["1208147522", "120-81-47511", "0000000000", "1012345678", "12081475210"] {
            assert_eq!(number(text, Company), Err(ErrorCode::FieldInvalid), "{text}");
        }
        let refusal = read("1208147522", Company, "identity_no").unwrap_err();
        assert!(refusal.hint.is_some_and(|hint| hint.contains("check digit")));
    }

    #[test]
    fn a_card_is_a_number_and_a_resident_number_is_refused() {
        for text in ["4111 1111 1111 1111", "154420000000000001", "12345678901234"] {
            for purpose in [Individual, Company] {
                assert!(number(text, purpose).is_ok(), "{text}");
            }
        }
        for text in [
            "900101-1234567",
            "9001011234567",
            "900101 1234567",
            "900101/1234567",
            "９００１０１－１２３４５６７",
            "0101010000000",
            "900101\u{2212}1234567",
        ] {
            for purpose in [Individual, Company] {
                assert_eq!(number(text, purpose), Err(ErrorCode::ResidentNumberRefused), "{text}");
            }
        }
        for text in [
            "",
            "-",
            "010",
            "0101234567",
            "0212345678",
            "0101234567a",
            "전화 01012345678",
            "1234567890",
            "12345678901234567890",
            "+1 202 555 0100",
            "010+12345678",
        ] {
            assert_eq!(number(text, Individual), Err(ErrorCode::FieldInvalid), "{text}");
        }
    }
}

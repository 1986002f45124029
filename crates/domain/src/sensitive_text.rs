//! Stored text that would carry a number which must not be stored. One reader for every check, which reads as people do: in
//! any script's digits, over whatever stands between them, and through the escapes of JSON and of URLs.

use unicode_normalization::UnicodeNormalization;

use crate::error::{ErrorCode, Refusal};
use crate::sensitive::Sensitive;

/// The zeros of scripts whose digits people type beside those of ASCII; NFKC turns only the wide and decorated ones.
const ZEROS: [u32; 6] = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0x17e0];

/// Errors: `SUBSCRIBE_AT_SENSITIVE_TEXT`, naming the first field of `stored` that carries one of `secrets`, which are digits.
pub fn refuse(stored: &[(&'static str, &str)], secrets: &[&Sensitive]) -> Result<(), Refusal> {
    for (name, text) in stored {
        for reading in readings(text) {
            let carries = |secret: &&&Sensitive| reading.reveal().contains(secret.reveal());
            if secrets
                .iter()
                .any(|secret| !secret.reveal().is_empty() && carries(&secret))
            {
                return Err(Refusal::new(ErrorCode::SensitiveText, name));
            }
        }
    }
    Ok(())
}

/// An id or an address, with nothing to compare it to: it must not be written like a mobile or a resident number.
///
/// Errors: `SUBSCRIBE_AT_SENSITIVE_TEXT`, naming `field`.
pub fn refuse_shapes(text: &str, field: &'static str) -> Result<(), Refusal> {
    let text = Sensitive::new(unescaped(text, '%').nfkc().map(ascii_digit).collect::<String>());
    let telling = numbers(text.reveal()).any(|number| is_mobile(&number) || is_resident(&number));
    if telling {
        return Err(Refusal::new(ErrorCode::SensitiveText, field));
    }
    Ok(())
}

/// Letters and digits alone. Twice: `%` begins an escape in a URL and is only a sign elsewhere.
fn readings(text: &str) -> [Sensitive; 2] {
    let plain = |text: &str| {
        let unescaped = unescaped(text, '\\');
        Sensitive::new(
            unescaped
                .nfkc()
                .filter(|c| c.is_alphanumeric())
                .map(ascii_digit)
                .collect::<String>(),
        )
    };
    [plain(text), plain(&unescaped(text, '%'))]
}

/// `\u0031` and `%31` as the character that they stand for; any other escape of JSON as a space.
fn unescaped(text: &str, sign: char) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(sign) {
        out.push_str(before);
        let (hex, skipped) = match (sign, after.strip_prefix('u')) {
            ('\\', Some(hex)) => (hex.get(..4), 1),
            ('\\', None) => (
                None,
                usize::from(after.starts_with(['b', 'f', 'n', 'r', 't', '"', '\\', '/'])),
            ),
            _ => (after.get(..2), 0),
        };
        let read = hex.and_then(|hex| u32::from_str_radix(hex, 16).ok().map(|number| (hex.len(), number)));
        match read {
            Some((length, number)) => {
                out.push(char::from_u32(number).unwrap_or(' '));
                rest = after.get(skipped + length..).unwrap_or_default();
            }
            None => {
                out.push(if sign == '\\' { ' ' } else { sign });
                rest = after.get(skipped..).unwrap_or_default();
            }
        }
    }
    out + rest
}

/// A digit of a script that NFKC leaves alone, as that of ASCII.
pub(crate) fn ascii_digit(c: char) -> char {
    let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&u32::from(c)));
    zero.and_then(|zero| char::from_digit(u32::from(c) - zero, 10))
        .unwrap_or(c)
}

/// Words of digits with one sign between their groups, `010-1234-5678`, as lists of groups.
fn numbers(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let is_between = |c: char| matches!(c, '-' | ' ' | '.' | '/' | '_' | '+' | '(' | ')') || crate::mask::is_dash(c);
    text.split(move |c: char| !c.is_alphanumeric() && !is_between(c))
        .flat_map(move |run| {
            let groups: Vec<&str> = run.split(is_between).filter(|group| !group.is_empty()).collect();
            let is_digits = |group: &&str| group.bytes().all(|byte| byte.is_ascii_digit());
            let mut numbers = vec![Vec::new()];
            for group in groups {
                if is_digits(&group) {
                    numbers.last_mut().into_iter().for_each(|number| number.push(group));
                } else {
                    numbers.push(Vec::new());
                }
            }
            numbers
        })
}

/// In one piece, or in the groups that a mobile number is written in: ids of digits in other groups are many, and those of ten
/// digits with a zero in front, too.
fn is_mobile(groups: &[&str]) -> bool {
    let is_whole = |group: &&str| {
        (group.len() == 11 && group.starts_with("010")) || (group.len() == 12 && group.starts_with("8210"))
    };
    groups.iter().any(is_whole)
        || groups.windows(3).any(|parts| {
            let prefix = parts[0].strip_prefix('0').unwrap_or(parts[0]);
            matches!(prefix, "10" | "11" | "16" | "17" | "18" | "19")
                && matches!(parts[1].len(), 3 | 4)
                && parts[2].len() == 4
        })
}

/// `900101-1234567`; thirteen digits in one piece are a time in milliseconds more often than a person.
fn is_resident(groups: &[&str]) -> bool {
    groups.windows(2).any(|parts| {
        let (birth, rest) = (parts[0], parts[1]);
        let within = |from, most| {
            birth
                .get(from..from + 2)
                .is_some_and(|two| ("01"..=most).contains(&two))
        };
        birth.len() == 6
            && rest.len() == 7
            && within(2, "12")
            && within(4, "31")
            && matches!(rest.as_bytes()[0], b'1'..=b'8')
    })
}

/// An id or a name. What cannot be seen in it would make two of what looks like one.
///
/// Errors: `FIELD_INVALID`, naming `field` and the character.
pub fn check_visible(text: &str, field: &'static str) -> Result<(), Refusal> {
    let is_refused = |c: &char| crate::text::is_invisible(*c) || (c.is_whitespace() && *c != ' ');
    match text.chars().find(is_refused) {
        None => Ok(()),
        Some(c) => Err(Refusal::new(ErrorCode::FieldInvalid, field).hint(format!(
            "보이지 않는 문자 U+{0:04X}를 빼 주세요 (an invisible character: U+{0:04X})",
            u32::from(c)
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_however_it_is_written() {
        let phone = Sensitive::new("1012345678");
        for text in [
            "010-1234-5678",
            "010/1234/5678",
            "010_1234_5678",
            "０１０１２３４５６７８",
            "010\u{a0}1234\u{200b}5678",
            "+82 10 1234 5678",
            r#"{"a":"\u0030\u0031012345678"}"#,
            r#"["010","1234","5678"]"#,
            r"010\t1234\n5678",
            "https://x.kr/?p=%30101234%35678",
            "٠١٠١٢٣٤٥٦٧٨",
            "①⓪①②③④⑤⑥⑦⑧",
            "010，1234·5678",
        ] {
            assert!(refuse(&[("metadata", text)], &[&phone]).is_err(), "{text}");
        }
        assert!(refuse(&[("metadata", "order 1012 of 345678")], &[&phone]).is_ok());
    }

    #[test]
    fn an_id_may_be_digits_but_not_written_like_a_persons_number() {
        for bad in [
            "01012345678",
            "order-010-1234-5678",
            "c_010_1234_5678",
            "010/123/4567",
            "０１０１２３４５６７８",
            "900101-1234567",
            "https://x.kr/?p=010%2D1234%2D5678",
            "+82-10-1234-5678",
            "010\u{2013}1234\u{2013}5678",
        ] {
            assert!(refuse_shapes(bad, "cancel_id").is_err(), "{bad}");
        }
        for good in [
            "20261129192200123456",
            "1716848284697",
            "1764415320.123456",
            "01f0e2a4-0101-2345-8678-010123456789",
            "1801011234567",
            "order-20261129-0001",
            "0110000001",
            "2026-11-29 10:20:30",
            "0101234567890123",
            "a01012345678b",
            "https://x.kr/hook?order=1",
        ] {
            assert!(refuse_shapes(good, "cancel_id").is_ok(), "{good}");
        }
    }
}

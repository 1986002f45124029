//! Whose a number may be.

use super::number::{Group, Number};
use crate::identity::is_business_number;

/// What a number reads like.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr, strum::EnumString, strum::VariantArray,
)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum PersonalNumber {
    /// 10 to 16 digits.
    Account,
    /// `900101-1234567`, with a date that there is.
    ResidentNumber,
    /// 10 digits with a check digit.
    BusinessNumber,
    /// A mobile number.
    Phone,
}

named!(PersonalNumber);

/// How much a number may be taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Everything.
    Text,
    /// An id, or bytes of which nobody knows where a value begins: digits in a row are usual there. Only what is written like a
    /// mobile or a resident number counts, as where such an id is taken ([`refuse_shapes`](crate::sensitive_text::refuse_shapes)).
    Id,
}

/// What the number reads like, and with how many digits; nothing where it is masked, a time or a serial of a day.
#[must_use]
pub fn kinds(number: &Number, reading: Reading) -> Vec<(PersonalNumber, usize)> {
    let mut found = Vec::new();
    // Most numbers.
    if number.digits.len() < 10 || number.is_uuid {
        return found;
    }
    for parts in number.groups.chunk_by(|one, other| one.is_word == other.is_word) {
        if parts.iter().any(|group| group.is_word) {
            continue;
        }
        written(number, parts, reading, &mut found);
        if reading == Reading::Text && !number.is_masked {
            let is_fraction = |at: usize| parts.get(at).is_some_and(|group| group.sign == Some('.'));
            let whole = parts
                .iter()
                .enumerate()
                .filter(|(at, _)| !is_fraction(*at) && !is_fraction(at + 1));
            found.extend(whole.filter_map(|(_, group)| in_one_piece(number.of(group))));
            if found.is_empty() {
                found.extend(account_in_groups(number, parts));
            }
        }
    }
    found.dedup();
    found
}

/// What the groups alone tell.
fn written(number: &Number, parts: &[Group], reading: Reading, found: &mut Vec<(PersonalNumber, usize)>) {
    let digits = |groups: &[Group]| groups.iter().map(|group| group.to - group.from).sum();
    for group in parts {
        let text = number.of(group);
        if (text.len() == 11 && text.starts_with("010")) || (text.len() == 12 && text.starts_with("8210")) {
            found.push((PersonalNumber::Phone, text.len()));
        }
    }
    for (at, three) in parts.windows(3).enumerate() {
        let [head, middle, tail] = [&three[0], &three[1], &three[2]].map(|group| number.of(group));
        let is_abroad = at > 0 && number.of(&parts[at - 1]).trim_start_matches('0') == "82";
        let is_head = is_mobile_head(head) || (is_abroad && is_mobile_head(&format!("0{head}")));
        if is_head && matches!(middle.len(), 3 | 4) && tail.len() == 4 {
            found.push((PersonalNumber::Phone, digits(three)));
        }
        let business = [head, middle, tail].concat();
        let is_business = (head.len(), middle.len(), tail.len()) == (3, 2, 5) && is_business_number(&business);
        if reading == Reading::Text && is_business {
            found.push((PersonalNumber::BusinessNumber, 10));
        }
    }
    for two in parts.windows(2) {
        let (head, tail) = (number.of(&two[0]), number.of(&two[1]));
        if head.len() == 6 && tail.len() == 7 && is_resident(&[head, tail].concat()) {
            found.push((PersonalNumber::ResidentNumber, 13));
        }
        if reading == Reading::Text && is_mobile_head(head) && matches!(tail.len(), 7 | 8) {
            found.push((PersonalNumber::Phone, digits(two)));
        }
    }
}

fn is_mobile_head(head: &str) -> bool {
    matches!(head, "010" | "011" | "016" | "017" | "018" | "019")
}

/// Birth date, and a digit that says of which century. The check digit is not given since 2020.
fn is_resident(digits: &str) -> bool {
    let within = |from, most| {
        digits
            .get(from..from + 2)
            .is_some_and(|two| ("01"..=most).contains(&two))
    };
    within(2, "12") && within(4, "31") && matches!(digits.as_bytes().get(6), Some(b'1'..=b'8'))
}

fn in_one_piece(digits: &str) -> Option<(PersonalNumber, usize)> {
    let length = digits.len();
    let head = digits.get(..3).unwrap_or_default();
    let abroad = digits
        .strip_prefix("82")
        .filter(|rest| rest.starts_with('1') && matches!(length, 11 | 12));
    let kind = if matches!(length, 10 | 11) && is_mobile_head(head) {
        // Written with its first digits it was found before.
        (head != "010" || length != 11).then_some(PersonalNumber::Phone)?
    } else if abroad.is_some_and(|rest| is_mobile_head(&format!("0{}", &rest[..2]))) {
        (length != 12 || !digits.starts_with("8210")).then_some(PersonalNumber::Phone)?
    } else if !(10..=16).contains(&length) || is_time(digits) || is_barcode(digits) {
        return None;
    } else if length == 13 && is_resident(digits) {
        PersonalNumber::ResidentNumber
    } else if length == 10 && is_business_number(digits) {
        PersonalNumber::BusinessNumber
    } else {
        PersonalNumber::Account
    };
    Some((kind, length))
}

/// Groups with one and the same sign between them, `123-456-789012`.
fn account_in_groups(number: &Number, parts: &[Group]) -> Option<(PersonalNumber, usize)> {
    let mut from = 0;
    while from + 1 < parts.len() {
        let sign = parts[from + 1].sign;
        let more = parts[from + 1..].iter().take_while(|group| group.sign == sign).count();
        let run: Vec<&str> = parts[from..=from + more].iter().map(|group| number.of(group)).collect();
        let length = run.iter().map(|group| group.len()).sum();
        if sign.is_some_and(|sign| is_account(&run, sign)) {
            return Some((PersonalNumber::Account, length));
        }
        from += more;
    }
    None
}

fn is_account(run: &[&str], sign: char) -> bool {
    // Two groups with a point are a fraction, with a space two numbers.
    let groups_min = if sign == '-' { 2 } else { 3 };
    let length: usize = run.iter().map(|group| group.len()).sum();
    let is_address = sign == '.' && run.len() == 4 && run.iter().all(|group| group.parse::<u8>().is_ok());
    let is_day = run[0].len() == 8 && is_time(run[0]);
    let is_month = is_within(run[0], 2000, 2099) && run[1].len() == 2 && is_within(run[1], 1, 12);
    (groups_min..=5).contains(&run.len())
        && (10..=16).contains(&length)
        && run.iter().all(|group| group.len() >= 2)
        && !(is_address || is_day || is_month)
}

fn is_within(digits: &str, least: u64, most: u64) -> bool {
    digits.parse().is_ok_and(|number: u64| (least..=most).contains(&number))
}

/// Begins with a day, `20261130…` or `261130235959`, or counts from the epoch in seconds, milliseconds or microseconds.
fn is_time(digits: &str) -> bool {
    let part =
        |from: usize, to: usize, least, most| digits.get(from..to).is_some_and(|part| is_within(part, least, most));
    let is_day = part(0, 4, 2000, 2099) && part(4, 6, 1, 12) && part(6, 8, 1, 31);
    let is_second = digits.len() == 12
        && part(0, 2, 15, 45)
        && part(2, 4, 1, 12)
        && part(4, 6, 1, 31)
        && part(6, 8, 0, 23)
        && part(8, 10, 0, 59)
        && part(10, 12, 0, 59);
    let is_of_epoch = matches!(digits.len(), 10 | 13 | 16) && part(0, 4, 1500, 2199);
    is_day || is_second || is_of_epoch
}

/// A Korean barcode (EAN-13), as shops have them in `items`.
fn is_barcode(digits: &str) -> bool {
    let weighted = digits.bytes().zip([1, 3].into_iter().cycle());
    let sum: u32 = weighted.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    digits.len() == 13 && digits.starts_with("880") && sum.is_multiple_of(10)
}

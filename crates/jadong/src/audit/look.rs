//! Looking into bytes: what is in them, and where. Says of no value what it is.

use domain::personal_number::{self, Number, PersonalNumber, Reading};

use super::needles::{DIGITS_ALONE, Form, Needles};

/// So many sightings back the same one may be: each has a few forms.
const LATEST: usize = 16;
/// A secret has so many characters at least.
const SECRET_MIN: usize = 8;

/// What is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// With so many digits.
    Number(PersonalNumber, usize),
    /// The needle with this number, and how it is written.
    Planted(usize, &'static str),
    /// A secret beside its name.
    Secret(&'static str),
    /// What should be sealed, and is not.
    Unsealed,
}

/// Something, and where it begins.
#[derive(Debug, Clone, Copy)]
pub struct Sighting {
    pub at: usize,
    pub what: What,
}

/// Puts everything that `bytes` have into `found`, in no order; without a reading only what is searched for by itself.
pub fn look(needles: &Needles, bytes: &[u8], reading: Option<Reading>, found: &mut Vec<Sighting>) {
    let before = found.len();
    for seen in needles.automaton.find_overlapping_iter(bytes) {
        let what = match needles.forms.get(seen.pattern().as_usize()) {
            Some(Form::Of(needle, form)) => What::Planted(*needle, form),
            Some(Form::Field(field)) if has_value(bytes, seen.end()) => What::Secret(field),
            _ => continue,
        };
        // Its forms lie over one another.
        let mut latest = found[before..].iter().rev().take(LATEST);
        let is_known = latest.any(|one| one.at == seen.start() && is_same(one.what, what));
        if !is_known {
            found.push(Sighting { at: seen.start(), what });
        }
    }
    let Some(reading) = reading else { return };
    let mut planted: Vec<usize> = found[before..].iter().map(|one| one.at).collect();
    planted.sort_unstable();
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        personal_number::each(chunk.valid(), |number| {
            let (from, to) = (at + number.start, at + number.end);
            let next = planted.partition_point(|one| *one < from);
            let mut is_planted = planted.get(next).is_some_and(|one| *one < to);
            if !is_planted {
                let planted = needles.digits.iter().filter(|(_, digits)| is_digits(number, digits));
                for (needle, _) in planted {
                    is_planted = true;
                    let what = What::Planted(*needle, "digits");
                    found.push(Sighting { at: from, what });
                }
            }
            if !is_planted {
                let kinds = personal_number::kinds(number, reading);
                let seen = kinds.into_iter().map(|(kind, digits)| What::Number(kind, digits));
                found.extend(seen.map(|what| Sighting { at: from, what }));
            }
        });
        at += chunk.valid().len() + chunk.invalid().len();
    }
}

/// Of one and the same value.
fn is_same(one: What, other: What) -> bool {
    match (one, other) {
        (What::Planted(one, _), What::Planted(other, _)) => one == other,
        _ => one == other,
    }
}

/// Whether it is the planted number, whatever is between its digits.
fn is_digits(number: &Number, planted: &str) -> bool {
    if planted.len() >= DIGITS_ALONE {
        return number.digits.contains(planted);
    }
    let mut alone = number.groups.iter().filter(|group| !group.is_word);
    number.digits == planted || alone.any(|group| number.of(group) == planted)
}

/// Whether a value is written behind a name that ends at `end`: `": "…"`, `=…`.
fn has_value(bytes: &[u8], end: usize) -> bool {
    let rest = bytes.get(end..).unwrap_or_default();
    let quotes = |byte: &&u8| matches!(byte, b'"' | b'\'' | b'\\' | b' ');
    let skipped = rest.iter().take(4).take_while(quotes).count();
    let Some(rest) = rest
        .get(skipped..)
        .and_then(|rest| rest.strip_prefix(b":").or(rest.strip_prefix(b"=")))
    else {
        return false;
    };
    let skipped = rest.iter().take(4).take_while(quotes).count();
    let value = rest.get(skipped..).unwrap_or_default();
    let is_of_secret =
        |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'/' | b'=' | b'-' | b'.');
    value.iter().take(SECRET_MIN).take_while(is_of_secret).count() == SECRET_MIN
}

//! What somebody meant who misspelt something: the nearest of the values that there are.
//!
//! Compared letter by letter, of a Korean syllable its parts (jamo): `국만` is one slip away from `국민`, not half a word.

use unicode_normalization::UnicodeNormalization;

/// Longer than any value that there is.
const LETTERS_MAX: usize = 64;

/// The values nearest to `sent`, as long as they are near: at most one slip in three letters, and three in all. Several when
/// they are equally near, none when none is near. Spaces and Latin case do not count.
pub fn suggestions<'a>(sent: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    // Comparing takes the product of both lengths, and whoever sends this may not even be known.
    if sent.chars().nth(LETTERS_MAX).is_some() {
        return Vec::new();
    }
    let wanted = letters(sent);
    let length = wanted.chars().count();
    let mut found = Vec::new();
    let mut least = (length / 3).clamp(1, 3);
    for candidate in known {
        let candidates = letters(candidate);
        if candidates.chars().count().abs_diff(length) > least {
            continue;
        }
        let slips = strsim::damerau_levenshtein(&wanted, &candidates);
        if slips < least {
            found.clear();
            least = slips;
        }
        if slips <= least {
            found.push(candidate);
        }
    }
    found
}

/// The nearest value, or all of them: a hint for a field that takes only these.
#[must_use]
pub fn hint(sent: &str, known: &[&str]) -> String {
    let near = suggestions(sent, known.iter().copied());
    if near.is_empty() {
        known.join(", ")
    } else {
        near.join(", ")
    }
}

/// Lower-case letters and jamo without spaces.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_whitespace())
        .flat_map(char::to_lowercase)
        .nfd()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_in_a_syllable_is_near_and_another_word_is_not() {
        let banks = ["국민", "신한", "신협", "우리", "카카오뱅크"];
        assert_eq!(suggestions("국만", banks), ["국민"]);
        assert_eq!(suggestions("카카 오뱅쿠", banks), ["카카오뱅크"]);
        assert!(suggestions("없는", banks).is_empty());
        assert!(suggestions("", banks).is_empty());
    }

    #[test]
    fn what_is_longer_than_any_value_is_near_to_none() {
        let long = "가".repeat(LETTERS_MAX + 1);
        assert!(suggestions(&long, [long.as_str()]).is_empty());
        let longest = "a".repeat(LETTERS_MAX);
        assert_eq!(suggestions(&longest, [longest.as_str()]), [longest.as_str()]);
    }

    #[test]
    fn what_is_equally_near_is_named_together() {
        assert_eq!(
            suggestions("receipt_ie", ["receipt_id", "receipt_if", "price"]),
            ["receipt_id", "receipt_if"]
        );
    }

    #[test]
    fn a_hint_names_everything_when_nothing_is_near() {
        assert_eq!(hint("ASR", &["ARS", "간편인증"]), "ARS");
        assert_eq!(hint("간편 인중", &["ARS", "간편인증"]), "간편인증");
        assert_eq!(hint("card", &["ARS", "간편인증"]), "ARS, 간편인증");
    }
}

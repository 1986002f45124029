//! What may be shown. The shapes are the PG's own: account `123456789*****`, name `홍길*`, phone `010****5678`.

/// Hides the last five digits of an account number (half of a short one).
#[must_use]
pub fn account(digits: &str) -> String {
    let hidden = 5.max(digits.len().div_ceil(3)).min(digits.len());
    let shown = digits.len() - hidden;
    format!("{}{}", digits.get(..shown).unwrap_or(""), "*".repeat(hidden))
}

/// Hides the last third of a name, at least one character.
#[must_use]
pub fn holder(name: &str) -> String {
    let characters = name.chars().count();
    let shown = characters * 2 / 3;
    name.chars()
        .take(shown)
        .chain(std::iter::repeat_n('*', characters - shown))
        .collect()
}

/// Shows the first three and the last four digits of a telephone number.
#[must_use]
pub fn phone(digits: &str) -> String {
    let tail = digits.len().saturating_sub(4).max(3);
    let (Some(head), Some(end)) = (digits.get(..3), digits.get(tail..)) else {
        return "*".repeat(digits.len());
    };
    format!("{head}{}{end}", "*".repeat(tail - 3))
}

/// Between the digits of one number: `010-1234-5678`, `010 1234 5678`, `(02) 123.4567`.
const SEPARATORS: &str = " \u{a0}\u{3000}\t-.·/_()+\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2212}";
/// So many between two digits still join them.
const SEPARATORS_MAX: usize = 2;
/// A number of so many digits may be somebody's.
const DIGITS_MIN: usize = 6;

/// Free text with every number of six or more digits hidden, whatever is between its digits: a PG may quote an account, and a
/// person may write down whom they called.
#[must_use]
pub fn free_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut number, mut between, mut digits) = (String::new(), String::new(), 0);
    for character in text.chars() {
        if character.is_numeric() {
            number.push_str(&between);
            between.clear();
            number.push(character);
            digits += 1;
        } else if digits > 0 && SEPARATORS.contains(character) && between.chars().count() < SEPARATORS_MAX {
            between.push(character);
        } else {
            out.push_str(shown(&number, digits));
            out.push_str(&between);
            (number, between, digits) = (String::new(), String::new(), 0);
            out.push(character);
        }
    }
    out.push_str(shown(&number, digits));
    out.push_str(&between);
    out
}

fn shown(number: &str, digits: usize) -> &str {
    if digits < DIGITS_MIN { number } else { "******" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_have_the_published_shapes() {
        assert_eq!(account("12345678901234"), "123456789*****");
        assert_eq!(account("1234567"), "12*****");
        assert_eq!(account("12345678901234567890"), "1234567890123*******");
        assert_eq!(holder("홍길동"), "홍길*");
        assert_eq!(holder("홍길"), "홍*");
        assert_eq!(holder("김"), "*");
        assert_eq!(phone("01012345678"), "010****5678");
        assert_eq!(phone("12"), "**");
    }

    #[test]
    fn a_pg_text_loses_its_long_numbers_and_keeps_its_codes() {
        assert_eq!(free_text("계좌 123-456-789012 오류 (2159)"), "계좌 ****** 오류 (2159)");
        assert_eq!(free_text("F115"), "F115");
    }
}

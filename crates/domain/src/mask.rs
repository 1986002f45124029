//! What may be shown. The shapes are the PG's own: account `123456789*****`, name `홍길*`, phone `010****5678`.

use crate::text;

/// Hides the last five digits of an account number, or the last third where that is more.
#[must_use]
pub fn account(digits: &str) -> String {
    let hidden = 5.max(digits.len().div_ceil(3)).min(digits.len());
    let shown = digits.len() - hidden;
    format!("{}{}", digits.get(..shown).unwrap_or(""), "*".repeat(hidden))
}

/// Hides the last third of a name, at least one character, and every digit: a name has none.
#[must_use]
pub fn holder(name: &str) -> String {
    let name = text::nfc(name);
    let characters = name.chars().count();
    let shown = characters * 2 / 3;
    name.chars()
        .map(hide_digit)
        .take(shown)
        .chain(std::iter::repeat_n('*', characters - shown))
        .collect()
}

/// `text` with every digit hidden.
#[must_use]
pub fn digits(text: &str) -> String {
    text.chars().map(hide_digit).collect()
}

fn hide_digit(character: char) -> char {
    if character.is_numeric() { '*' } else { character }
}

/// Shows the first three and the last four digits of a telephone number; of a short one fewer at its end, and of one of fewer
/// than seven digits none.
#[must_use]
pub fn phone(digits: &str) -> String {
    let tail = match digits.len() {
        0..7 => return "*".repeat(digits.len()),
        7 | 8 => 6,
        length => length - 4,
    };
    let (Some(head), Some(end)) = (digits.get(..3), digits.get(tail..)) else {
        return "*".repeat(digits.len());
    };
    format!("{head}{}{end}", "*".repeat(tail - 3))
}

/// Between the digits of one number: `010-1234-5678`, `010 1234 5678`, `(02) 123.4567`.
fn is_separator(character: char) -> bool {
    is_dash(character)
        || matches!(
            character,
            '.' | '·'
                | '/'
                | '_'
                | '('
                | ')'
                | '+'
                | '~'
                | '*'
                | '#'
                | '='
                | '\\'
                | '['
                | ']'
                | 'ㆍ'
                | '・'
                | '．'
                | '／'
                | '＿'
                | '（'
                | '）'
        )
        || (character.is_whitespace() && character != '\n')
}

/// A hyphen, a dash or a minus, in any width.
pub(crate) fn is_dash(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{ad}' | '\u{2010}'
            ..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | 'ー' | 'ㅡ'
    )
}

/// So many between two digits still join them; what cannot be seen does not count.
const SEPARATORS_MAX: usize = 2;
/// A number of so many digits may be somebody's.
const DIGITS_MIN: usize = 6;

/// Free text with every number of six or more digits hidden, whatever is between its digits: a PG may quote an account, and a
/// person may write down whom they called.
#[must_use]
pub fn free_text(written: &str) -> String {
    let mut out = String::with_capacity(written.len());
    let (mut number, mut between, mut digits) = (String::new(), String::new(), 0);
    let seen = |between: &str| between.chars().filter(|c| !text::is_invisible(*c)).count();
    for character in written.chars() {
        if character.is_numeric() {
            number.push_str(&between);
            between.clear();
            number.push(character);
            digits += 1;
        } else if digits > 0 && text::is_invisible(character) && character != '\n'
            || digits > 0 && is_separator(character) && seen(&between) < SEPARATORS_MAX
        {
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
        assert_eq!(phone("7931826"), "793***6");
        assert_eq!(phone("15881234"), "158***34");
        assert_eq!(holder("홍길동12345"), "홍길동*****");
        assert_eq!(
            holder("\u{1112}\u{1169}\u{11bc}\u{1100}\u{1175}\u{11af}\u{1103}\u{1169}\u{11bc}"),
            "홍길*"
        );
    }

    #[test]
    fn a_pg_text_loses_its_long_numbers_and_keeps_its_codes() {
        assert_eq!(free_text("계좌 123-456-789012 오류 (2159)"), "계좌 ****** 오류 (2159)");
        assert_eq!(free_text("F115"), "F115");
        for number in [
            "010\u{200b}1234\u{200b}5678",
            "０１０－１２３４－５６７８",
            "010~1234~5678",
            "010\u{feff} 1234\u{ad}-5678",
            "010\\1234\\5678",
        ] {
            assert_eq!(free_text(number), "******", "{number}");
        }
    }
}

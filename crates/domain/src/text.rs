//! Texts as merchants send them: when two are one, and what must not be in them.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// NFC: the one spelling that all spellings of a text share. A Mac writes `한` as three letters, Windows as one syllable.
#[must_use]
pub fn nfc(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        IsNormalized::No | IsNormalized::Maybe => Cow::Owned(text.nfc().collect()),
    }
}

/// NFKC: what reads alike is one, `３００원` and `300원`. For looking into texts, not for keeping them.
#[must_use]
pub fn nfkc(text: &str) -> String {
    text.nfkc().collect()
}

/// Characters of a text, in NFC: as many as a person would count.
#[must_use]
pub fn length(text: &str) -> usize {
    nfc(text).chars().count()
}

/// The first `most` characters in NFC, or fewer: a cut falls between syllables and joined signs, never inside one.
#[must_use]
pub fn cut(text: &str, most: usize) -> String {
    let text = nfc(text);
    let mut kept: Vec<char> = text.chars().take(most).collect();
    let mut next = text.chars().nth(most);
    while next.is_some_and(|next| goes_on(next) || kept.last() == Some(&'\u{200d}')) {
        next = kept.pop();
    }
    kept.into_iter().collect()
}

/// Belongs to the character before it: marks, joiners, and the vowels and ends of syllables that have no sign of their own.
fn goes_on(c: char) -> bool {
    is_combining_mark(c)
        || matches!(c, '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1160}'..='\u{11ff}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// A text of one line for people to read: what would move a cursor or turn the direction becomes a space.
#[must_use]
pub fn line(text: &str) -> String {
    text.chars().map(|c| if is_steering(c) { ' ' } else { c }).collect()
}

/// `text` as a terminal may have it: what would move a cursor or turn the direction is shown by its number, `\u{1b}`.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_steering) {
        return Cow::Borrowed(text);
    }
    let shown = |c: char| {
        let escaped = is_steering(c).then(|| c.escape_unicode());
        escaped.into_iter().flatten().chain((!is_steering(c)).then_some(c))
    };
    Cow::Owned(text.chars().flat_map(shown).collect())
}

/// Moves a cursor, ends a line, or turns the direction of what follows.
#[must_use]
pub fn is_steering(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Takes no place of its own on a screen, or an empty one.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    is_steering(c)
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0080}'..='\u{e0fff}')
        // Of each plane the last two are no characters.
        || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;
    use crate::sensitive_text::check_visible;

    #[test]
    fn a_cut_falls_between_syllables() {
        assert_eq!(cut("\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}", 1), "한");
        assert_eq!(cut("가👨‍👩‍👧", 3), "가");
        assert_eq!(cut("가x\u{328}\u{30c}", 2), "가");
        assert_eq!(cut("가나", 5), "가나");
        assert_eq!(length("\u{1112}\u{1161}\u{11ab}"), 1);
    }

    #[test]
    fn what_cannot_be_seen_is_not_in_an_id() {
        for hidden in [
            "a\u{200b}1",
            "a\u{feff}1",
            "a\u{ad}1",
            "a\u{202e}1",
            "a\u{0}1",
            "a\n1",
            "a\u{a0}1",
            "a\u{3000}1",
            "a\u{fe0f}1",
            "a\u{3164}1",
            "a\u{e0041}1",
            "a\u{2800}1",
            "a\u{9b}1",
        ] {
            let refusal = check_visible(hidden, "order_id").unwrap_err();
            assert_eq!(
                (refusal.code, refusal.field),
                (ErrorCode::FieldInvalid, Some("order_id"))
            );
        }
        for seen in ["주문 1", "a-1_/.#", "é", "주문-₩", "😀"] {
            assert_eq!(check_visible(seen, "order_id"), Ok(()), "{seen}");
        }
    }

    #[test]
    fn a_terminal_gets_numbers_for_what_steers_it() {
        assert_eq!(printable("o\u{1b}[2J\u{202e}x\n"), r"o\u{1b}[2J\u{202e}x\u{a}");
        assert_eq!(printable("월 구독 👨‍👩‍👧"), "월 구독 👨‍👩‍👧");
        assert_eq!(line("한\r\n줄\u{202e}"), "한  줄 ");
    }
}

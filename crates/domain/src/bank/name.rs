//! A bank's name as people write it: one normal form for every spelling, and the bank that has it.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::{BANKS, Bank};

/// What nearly every bank's name may end with, or not.
const ENDINGS: [&str; 3] = ["은행", "뱅크", "bank"];
/// Some write what a company's register adds to its name.
const COMPANY: [&str; 2] = ["(주)", "주식회사"];
/// Letters to Unicode, and nothing to see.
const FILLERS: [char; 4] = ['\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}'];

/// Cooperatives and savings banks are many houses under one code, each with a name of its own before these words.
const HOUSES: [(&str, &str); 6] = [
    ("저축", "050"),
    ("농협", "012"),
    ("축협", "012"),
    ("산림조합", "064"),
    ("새마을금고", "045"),
    ("신협", "048"),
];

static BY_FORM: LazyLock<HashMap<String, &Bank>> = LazyLock::new(|| {
    let names = BANKS.iter().flat_map(|bank| {
        let names = bank.names().chain([bank.code.as_str()]);
        names.map(move |name| (form(name), bank))
    });
    names.collect()
});

/// The bank that `text` means: a name, an alias, a code, or several of these that agree (`국민은행 (004)`).
pub fn read(text: &str) -> Option<&'static Bank> {
    let whole = form(text);
    if let Some(bank) = known(&whole) {
        return Some(bank);
    }
    let parts = parts(text);
    let mut banks = parts.iter().map(|part| known(&form(part)));
    let first = banks.next().flatten();
    let agreed = first.filter(|first| banks.all(|bank| bank.is_some_and(|bank| bank.code == first.code)));
    // A bank has one name; what several parts do not agree on is not guessed.
    agreed.or_else(|| of_form(&whole).filter(|_| parts.len() == 1))
}

fn known(form: &str) -> Option<&'static Bank> {
    let is_code = (1..=3).contains(&form.len()) && form.bytes().all(|byte| byte.is_ascii_digit());
    // JSON numbers lose the zeros that a code begins with.
    let code = is_code.then(|| format!("{form:0>3}"));
    BY_FORM.get(code.as_deref().unwrap_or(form)).copied()
}

fn of_form(form: &str) -> Option<&'static Bank> {
    let (name, code) = HOUSES
        .iter()
        .find_map(|(words, code)| Some((form.strip_suffix(words)?, *code)))?;
    let is_korean = name.chars().all(|letter| ('가'..='힣').contains(&letter));
    // Latin letters before the others are a brand, well or badly written; `SBI저축은행` is a bank of its own.
    let is_house = !name.is_empty() && (is_korean || code == "050");
    is_house.then(|| Bank::by_code(code)).flatten()
}

/// The normal form: width, composition, case, spaces, brackets and punctuation do not count, and neither does whether
/// `은행`, `뱅크` or `Bank` follows, as long as two letters are left without it (`KB` is not `K뱅크`).
pub fn form(text: &str) -> String {
    let mut folded = compared(text);
    let mut had_ending = false;
    while let Some(ending) = ENDINGS.iter().find(|ending| folded.ends_with(**ending)) {
        folded.truncate(folded.len() - ending.len());
        had_ending = true;
    }
    if had_ending && folded.chars().count() < 2 {
        folded.push_str("bank");
    }
    folded
}

/// Letters and digits only, one width, composed, in lower case.
pub fn compared(text: &str) -> String {
    let mut text = one_width(text);
    for added in COMPANY {
        text = text.replace(added, "");
    }
    // What stood between two parts of a syllable is gone: they are composed.
    text.chars()
        .filter(|letter| letter.is_alphanumeric() && !FILLERS.contains(letter))
        .nfc()
        .collect()
}

/// Lowered before and after: a few capital letters are composed of others.
fn one_width(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase().nfkc().collect()
}

/// What brackets, commas and the like set apart, and digits from letters.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = vec![String::new()];
    let mut digits_before = None;
    for letter in one_width(text).chars() {
        if letter.is_whitespace() {
            continue;
        }
        let is_apart = !letter.is_alphanumeric();
        let is_turn = digits_before.is_some_and(|digits: bool| digits != letter.is_ascii_digit());
        if is_apart || is_turn {
            parts.push(String::new());
        }
        digits_before = (!is_apart).then(|| letter.is_ascii_digit());
        if let Some(part) = parts.last_mut().filter(|_| !is_apart) {
            part.push(letter);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_banks_share_a_form() {
        let mut seen: HashMap<String, &str> = HashMap::new();
        for bank in BANKS.iter() {
            for name in bank.names().chain([bank.code.as_str()]) {
                let before = seen.insert(form(name), &bank.code);
                assert!(before.is_none_or(|code| code == bank.code), "{name}: {before:?}");
            }
        }
    }

    #[test]
    fn one_letter_is_no_name_and_a_brand_is_not_another_brands_bank() {
        for (text, code) in [("K뱅크", "089"), ("K Bank", "089"), ("KB", "004"), ("KB Bank", "004")] {
            assert_eq!(read(text).map(|bank| bank.code.as_str()), Some(code), "{text}");
        }
        for text in [
            "", "K", "은행", "Bank", "BNK", "( )", "\u{3164}", "0", "0004", "005-004",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_name_and_a_code_are_read_together_only_where_they_agree() {
        for text in [
            "국민은행 (004)",
            "[004]국민",
            "004-KB국민은행",
            "국민 / kb",
            "국민은행, 국민, 4",
        ] {
            assert_eq!(read(text).map(|bank| bank.code.as_str()), Some("004"), "{text}");
        }
        for text in [
            "국민은행 (088)",
            "농협은행(지역농축협)",
            "국민은행 강남지점",
            "우리, 하나",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_house_of_many_is_known_by_what_it_is() {
        for (text, code) in [
            ("SBI저축은행", "050"),
            ("관악 농협", "012"),
            ("부산우유축협", "012"),
            ("강남새마을금고", "045"),
            ("대구신협", "048"),
        ] {
            assert_eq!(read(text).map(|bank| bank.code.as_str()), Some(code), "{text}");
        }
        assert!(read("NG농협").is_none());
    }
}

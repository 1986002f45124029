//! What stands for a person's numbers and a merchant's texts: the same for the same one, another for another, and led back to
//! nobody once this process has ended.

use std::hash::{BuildHasher, RandomState};

use domain::identity::Identity;
use domain::phone::Phone;

/// Nearly all Korean syllables; a multiple of 26.
const LETTERS: u64 = 26 * 400;

/// Says them. The key is in memory only.
#[derive(Default)]
pub struct Pseudonyms(RandomState);

impl Pseudonyms {
    /// As many numbers as are asked for, below `limit`.
    fn numbers(&self, text: &str, limit: u64) -> impl Iterator<Item = u64> {
        (0_u64..).map(move |place| self.0.hash_one((place, text)) % limit)
    }

    fn digits(&self, text: &str) -> impl Iterator<Item = char> {
        self.numbers(text, 10).map(|digit| char::from(b'0' + digit as u8))
    }

    /// Other letters in the places of letters, as wide as they were; spaces and signs stay.
    pub fn text(&self, text: &str) -> String {
        let letters: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        let mut numbers = self.numbers(&letters, LETTERS);
        let other = |c: char| {
            let (first, count) = match c {
                c if !c.is_alphanumeric() => return c,
                c if c.is_ascii() => ('a', 26),
                _ => ('가', LETTERS),
            };
            let number = numbers.next().unwrap_or_default() % count;
            char::from_u32(first as u32 + number as u32).unwrap_or(first)
        };
        text.chars().map(other).collect()
    }

    /// The first three digits say what kind of account it is. The last four would say how a simulated one behaves: those here pay.
    pub fn account(&self, text: &str) -> String {
        let own: String = text.chars().filter(char::is_ascii_digit).collect();
        let mut digits = self.digits(&own);
        let mut place = 0;
        let other = |c: char| match c {
            c if c.is_ascii_digit() => {
                place += 1;
                match own.len() - place {
                    _ if place <= 3 => c,
                    3 => '1',
                    _ => digits.next().unwrap_or('1'),
                }
            }
            c if c.is_alphanumeric() => 'x',
            c => c,
        };
        text.chars().map(other).collect()
    }

    /// None of those whose customers behave in a way of their own.
    pub fn phone(&self, text: &str) -> String {
        match Phone::parse(text) {
            Ok(phone) => "010001"
                .chars()
                .chain(self.digits(phone.digits().reveal()).take(5))
                .collect(),
            Err(_) => digits_as(text, '9'),
        }
    }

    /// A birth date, a business, or what a cash receipt is issued to besides: a telephone or a card.
    pub fn identity(&self, text: &str) -> String {
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let is_card = (14..=19).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' '));
        let own = Identity::parse(text);
        match &own {
            Ok(Identity::BirthDate(date)) => {
                let days: Vec<u64> = self.numbers(date.reveal(), 40 * 12 * 28).take(1).collect();
                let (year, month, day) = (50 + days[0] / 336, days[0] / 28 % 12 + 1, days[0] % 28 + 1);
                format!("{year}{month:02}{day:02}")
            }
            // One in ten has the right check digit.
            Ok(Identity::BusinessNumber(number)) => {
                let candidates = self
                    .numbers(number.reveal(), 9_000_000_000)
                    .map(|n| (n + 1_000_000_000).to_string());
                let is_one = |text: &String| matches!(Identity::parse(text), Ok(Identity::BusinessNumber(_)));
                candidates
                    .take(1_000)
                    .find(is_one)
                    .unwrap_or_else(|| "1234567891".to_owned())
            }
            Err(_) if Phone::parse(text).is_ok() => self.phone(text),
            Err(_) if is_card => self.account(text),
            Err(_) => digits_as(text, '9'),
        }
    }
}

fn digits_as(text: &str, digit: char) -> String {
    text.chars().map(|c| if c.is_numeric() { digit } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use domain::bank::{Account, AccountDigitsMax, Bank};

    use super::*;

    #[test]
    fn what_is_right_stays_right_and_what_is_wrong_stays_wrong() {
        let pseudonyms = Pseudonyms::default();
        let bank = Bank::by_code("004").unwrap();
        for text in [
            "1234567",
            "67561234123492472",
            "123456",
            "12345678901234567890123",
            "12a4567",
            "0123456789",
        ] {
            let [before, after] = [text, &pseudonyms.account(text)].map(|text| {
                let read = Account::parse(text, bank, AccountDigitsMax::Sandbox);
                read.map(|_| ()).map_err(|refusal| refusal.code)
            });
            assert_eq!(before, after, "{text}");
        }
        for text in ["850317", "991399", "8503171234567", "1234567891", "1234567890", "abc"] {
            let [before, after] = [text, &pseudonyms.identity(text)]
                .map(|text| Identity::parse(text).map(|_| ()).map_err(|refusal| refusal.code));
            assert_eq!(before, after, "{text}");
        }
        for text in ["01098765432", "+82 10-9876-5432", "123", "전화"] {
            let after = pseudonyms.phone(text);
            assert_eq!(Phone::parse(text).is_ok(), Phone::parse(&after).is_ok(), "{text}");
        }
    }

    #[test]
    fn one_number_in_two_spellings_is_one_and_two_are_two() {
        let pseudonyms = Pseudonyms::default();
        assert_eq!(pseudonyms.phone("010-9876-5432"), pseudonyms.phone("01098765432"));
        assert_ne!(pseudonyms.phone("01098765433"), pseudonyms.phone("01098765432"));
        assert_eq!(
            pseudonyms.account("123-45678901").replace('-', ""),
            pseudonyms.account("12345678901")
        );
        assert_ne!(pseudonyms.account("12345678901"), pseudonyms.account("12345678902"));
        assert_eq!(pseudonyms.text(" 홍길동"), format!(" {}", pseudonyms.text("홍길동")));
        let (one, two) = (pseudonyms.text("member one"), pseudonyms.text("member two"));
        assert!(one != two && one.len() == 10 && one.find(' ') == Some(6), "{one} {two}");
        assert_ne!(pseudonyms.text("홍길동"), "홍길동");
    }

    #[test]
    fn nobody_behaves_in_a_way_of_their_own() {
        let pseudonyms = Pseudonyms::default();
        for number in 0..500 {
            assert!(!pseudonyms.phone(&format!("010{number:08}")).starts_with("0100000"));
            let account = pseudonyms.account(&format!("1234567{number:04}"));
            assert_eq!(account.as_bytes()[7], b'1', "{account}");
        }
    }
}

//! Numbers as they are written: groups of digits of any script, with a sign or two between them.

use std::iter::Peekable;
use std::str::CharIndices;

use crate::mask::is_dash;
use crate::sensitive_text::ascii_digit;
use crate::text::{is_invisible, nfkc};

/// So many signs between two groups still join them.
const BETWEEN_MAX: usize = 2;
/// What is longer is nobody's number. A chain of groups is cut here too.
const DIGITS_MAX: usize = 256;

/// A group of digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Where its digits are among those of the number.
    pub from: usize,
    pub to: usize,
    /// A letter touches it: it is part of a word, such as an id.
    pub is_word: bool,
    /// What stands between it and the group before, where that is one sign; a dash of any width is `-`.
    pub sign: Option<char>,
}

/// Groups that stand together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Number {
    /// In bytes of the text, from its first digit.
    pub start: usize,
    /// Behind its last digit.
    pub end: usize,
    /// ASCII digits only.
    pub digits: String,
    pub groups: Vec<Group>,
    /// A `*` is beside it: somebody hid the rest of it.
    pub is_masked: bool,
    /// It is in a UUID.
    pub is_uuid: bool,
}

impl Number {
    /// The digits of a group.
    #[must_use]
    pub fn of(&self, group: &Group) -> &str {
        self.digits.get(group.from..group.to).unwrap_or_default()
    }
}

/// Calls `found` with every number of `text`, in order.
pub fn each(text: &str, found: impl FnMut(&Number)) {
    let mut reader = Reader {
        text,
        rest: text.char_indices().peekable(),
        number: Number::default(),
        is_open: false,
        between: (' ', 0),
        before: ' ',
        found,
    };
    reader.read();
}

struct Reader<'t, F> {
    text: &'t str,
    rest: Peekable<CharIndices<'t>>,
    number: Number,
    /// The last group goes on.
    is_open: bool,
    /// The first sign behind the last group, and how many there are.
    between: (char, usize),
    /// The character before this one.
    before: char,
    found: F,
}

impl<F: FnMut(&Number)> Reader<'_, F> {
    fn read(&mut self) {
        while let Some((at, raw)) = self.rest.next() {
            // Most of a text.
            if raw.is_ascii_alphabetic() {
                self.letter();
                self.before = raw;
                continue;
            }
            let c = self.unescaped(raw);
            match digit(c) {
                Some(digit) => self.digit(at, digit),
                None if is_invisible(c) && !c.is_control() => continue,
                None if is_between(c) => self.sign(c),
                None => self.end(c),
            }
            self.before = c;
        }
        self.end(' ');
    }

    /// The character that an escape of JSON (`\t`) or of a URL (`%2D`) stands for.
    fn unescaped(&mut self, raw: char) -> char {
        let at = self.rest.peek().map_or(self.text.len(), |(at, _)| *at);
        match raw {
            '\\' => match self
                .rest
                .next_if(|(_, c)| matches!(c, 'b' | 'f' | 'n' | 'r' | 't' | '"' | '\\' | '/'))
            {
                Some((_, 't')) => ' ',
                _ => '\n',
            },
            '%' => {
                let code = self
                    .text
                    .get(at..at + 2)
                    .and_then(|hex| u8::from_str_radix(hex, 16).ok());
                let Some(code) = code.filter(u8::is_ascii) else {
                    return raw;
                };
                self.rest.next();
                self.rest.next();
                char::from(code)
            }
            _ => raw,
        }
    }

    fn digit(&mut self, at: usize, digit: char) {
        if !self.is_open {
            let joins = !self.number.groups.is_empty() && self.number.digits.len() < DIGITS_MAX;
            if !joins {
                self.end(digit);
                self.number.start = at;
                self.number.is_masked = self.before == '*';
            }
            let from = self.number.digits.len();
            self.number.groups.push(Group {
                from,
                to: from,
                is_word: self.before.is_ascii_alphabetic(),
                sign: (joins && self.between.1 == 1).then_some(self.between.0),
            });
            self.is_open = true;
            self.between.1 = 0;
        }
        if let Some(group) = self.number.groups.last_mut()
            && group.to - group.from < DIGITS_MAX
        {
            self.number.digits.push(digit);
            group.to += 1;
        }
        self.number.end = self.rest.peek().map_or(self.text.len(), |(at, _)| *at);
    }

    fn letter(&mut self) {
        if self.is_open {
            self.number
                .groups
                .last_mut()
                .into_iter()
                .for_each(|group| group.is_word = true);
        }
        self.end('a');
    }

    fn sign(&mut self, c: char) {
        if self.is_open {
            self.is_open = false;
            self.between = (
                if is_dash(c) {
                    '-'
                } else if c.is_whitespace() {
                    ' '
                } else {
                    c
                },
                1,
            );
        } else if self.between.1 < BETWEEN_MAX {
            self.between.1 += 1;
        } else {
            self.end(c);
        }
    }

    fn end(&mut self, after: char) {
        if !self.number.groups.is_empty() {
            self.number.is_masked |= after == '*' && self.is_open;
            self.number.is_uuid = is_in_uuid(self.text.as_bytes(), self.number.start);
            (self.found)(&self.number);
            self.number.groups.clear();
            self.number.digits.clear();
        }
        self.is_open = false;
        self.between.1 = 0;
    }
}

/// The digit, in ASCII, of any script and width.
fn digit(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(c).filter(char::is_ascii_digit);
    }
    if !c.is_numeric() {
        return None;
    }
    let mut plain = [0; 4];
    let plain = nfkc(c.encode_utf8(&mut plain));
    let mut plain = plain.chars();
    let first = plain.next().map(ascii_digit).filter(char::is_ascii_digit);
    first.filter(|_| plain.next().is_none())
}

/// May stand between the groups of one number.
fn is_between(c: char) -> bool {
    is_dash(c)
        || matches!(
            c,
            '.' | '/' | '_' | '(' | ')' | '·' | 'ㆍ' | '・' | '．' | '／' | '＿' | '（' | '）'
        )
        || (c.is_whitespace() && !c.is_control())
}

/// Whether `at` is in 36 characters of hexadecimal digits in groups of 8, 4, 4, 4 and 12.
fn is_in_uuid(text: &[u8], at: usize) -> bool {
    let is_of = |byte: &&u8| byte.is_ascii_hexdigit() || **byte == b'-';
    let (before, after) = text.split_at(at.min(text.len()));
    let left = before.iter().rev().take(37).take_while(is_of).count();
    let right = after.iter().take(37).take_while(is_of).count();
    let word = text.get(at - left..at + right).unwrap_or_default();
    word.len() == 36 && word.split(|byte| *byte == b'-').map(<[u8]>::len).eq([8, 4, 4, 4, 12])
}

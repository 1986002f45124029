//! What differs, told by its path and its kind: never a value of a person, an id, a key or an amount.

use serde::Serialize;

/// How two answers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Jadong does not have this endpoint.
    NoEndpoint,
    HttpStatus,
    /// A code, a status or a constant.
    Value,
    /// The upstream's field is not in Jadong's answer.
    OnlyUpstream,
    /// Jadong's field is not in the upstream's answer.
    OnlyJadong,
    /// `null` is a type of its own here.
    Type,
    /// Both are texts, and one is an id, a date, an address or empty, and the other is not.
    Form,
    /// The order of an object's members.
    Order,
    /// How many there are in a list.
    Length,
    /// The upstream's answer is no JSON.
    NotJson,
    /// Jadong took the request for one that it had answered before, and the upstream did not.
    Replayed,
}

/// One difference. Two that are equal are counted as one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Difference {
    pub kind: Kind,
    /// `receipt_data.status`, `[].price`; empty for the whole answer.
    pub path: String,
    /// What the upstream has there: a type, a form, or a code. Empty where that is nobody's business.
    pub upstream: String,
    pub jadong: String,
}

impl Difference {
    pub fn new(kind: Kind, path: &str, upstream: impl Into<String>, jadong: impl Into<String>) -> Self {
        Self {
            kind,
            path: path.to_owned(),
            upstream: upstream.into(),
            jadong: jadong.into(),
        }
    }
}

/// The path of a member. Names are the upstream's: one that does not look like a field's is not told.
pub fn below(path: &str, name: &str) -> String {
    let name = word(name, 40).unwrap_or("{…}");
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// A text of somebody else that may be shown: a short word without a number that could be a person's.
pub fn word(text: &str, characters_max: usize) -> Option<&str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':');
    let has_number = text.chars().filter(char::is_ascii_digit).count() > 6;
    (!text.is_empty() && text.len() <= characters_max && text.chars().all(is_plain) && !has_number).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::{below, word};

    #[test]
    fn what_could_be_a_persons_is_not_told() {
        assert_eq!(below("receipt_data", "status"), "receipt_data.status");
        for personal in ["01012345678", "010-1234-5678", "홍길동", "a b", "", &"x".repeat(41)] {
            assert_eq!(below("", personal), "{…}", "{personal}");
        }
        assert_eq!(word("2.13.1", 40), Some("2.13.1"));
        assert_eq!(word("\u{1b}[31m", 40), None);
    }
}

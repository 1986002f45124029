//! JSON as it came: an object's members in their order, and what a value is without what it says.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// One value.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Json {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    Text(String),
    List(Vec<Json>),
    Object(IndexMap<String, Json>),
}

impl Json {
    /// `None` for what is no JSON.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// A member of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.get(name),
            _ => None,
        }
    }

    /// A member that is a text; `""` for anything else.
    pub fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Self::Text(text)) => text,
            _ => "",
        }
    }

    /// As JSON schema calls it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            // `1000.0` is read into another type than `1000` by most languages.
            Self::Number(number) if number.is_f64() => "number",
            Self::Number(_) => "integer",
            Self::Text(_) => "string",
            Self::List(_) => "array",
            Self::Object(_) => "object",
        }
    }
}

/// How a text is written, as far as a program may rely on it.
pub fn form(text: &str) -> &'static str {
    let is_id = text.len() == 24 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    // To the second, with a colon in the offset: 2024-05-28T07:18:04+09:00
    let is_date = text.len() == 25 && text.is_ascii() && text.parse::<jiff::Timestamp>().is_ok();
    match text {
        "" => "empty",
        _ if is_id => "id",
        _ if is_date => "date",
        _ if text.starts_with("https://") || text.starts_with("http://") => "url",
        _ => "text",
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, form};

    #[test]
    fn members_keep_their_order_and_numbers_their_type() {
        let text = r#"{"b":1,"a":[null,1.0,"x",{"z":true,"y":{}}]}"#;
        let read = Json::read(text.as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        assert_eq!(read.get("b").unwrap().kind(), "integer");
        let Some(Json::List(items)) = read.get("a") else {
            panic!("{read:?}")
        };
        let kinds: Vec<_> = items.iter().map(Json::kind).collect();
        assert_eq!(kinds, ["null", "number", "string", "object"]);
        assert_eq!(Json::read(b"<html>"), None);
        assert_eq!(Json::read(&[b'['; 100_000]), None);
    }

    #[test]
    fn a_text_is_told_by_its_form() {
        for (text, told) in [
            ("", "empty"),
            ("66542dfb4d18d5fc7b43e1b6", "id"),
            ("2024-05-28T07:18:04+09:00", "date"),
            ("2024-05-28 07:18:04", "text"),
            ("2024-05-28T07:18:04.123+09:00", "text"),
            ("https://door.example/x", "url"),
            ("홍길*", "text"),
        ] {
            assert_eq!(form(text), told, "{text}");
        }
    }
}

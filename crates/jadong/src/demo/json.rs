//! JSON whose keys stay in the order in which they came, and its compact layout for a terminal.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::style;

/// The fields that the seven steps are about.
const KEY_FIELDS: &[&str] = &[
    "receipt_id",
    "status",
    "billing_key",
    "bank_account",
    "bank_account_masked",
    "error_code",
    "phone_masked",
    "says",
];
const WIDTH: usize = 108;

#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Object(Vec<(String, Json)>),
    Array(Vec<Json>),
    Text(String),
    /// A number, `true`, `false` or `null`, as JSON writes it.
    Literal(String),
}

impl Json {
    /// A member of an object; `None` when this is none or has no such key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// A member that is a string.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A member that is an integer.
    pub fn number(&self, key: &str) -> Option<i64> {
        match self.get(key)? {
            Self::Literal(literal) => literal.parse().ok(),
            _ => None,
        }
    }

    fn plain(&self) -> String {
        match self {
            Self::Object(members) => {
                let members = members
                    .iter()
                    .map(|(key, value)| format!("{}: {}", quoted(key), value.plain()));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
            Self::Array(items) => format!("[{}]", items.iter().map(Self::plain).collect::<Vec<_>>().join(", ")),
            Self::Text(text) => quoted(text),
            Self::Literal(literal) => literal.clone(),
        }
    }

    /// Lines of at most 108 columns (longer only for one long member), with the key fields coloured.
    pub fn lines(&self) -> Vec<String> {
        let Self::Object(members) = self else {
            return vec![self.plain()];
        };
        let mut lines = vec!["{ ".to_owned()];
        let mut used = 2;
        for (at, (key, value)) in members.iter().enumerate() {
            let comma = if at + 1 < members.len() { ", " } else { " " };
            let needed = style::columns(&format!("{}: {}{comma}", quoted(key), value.plain()));
            if used + needed > WIDTH && used > 2 {
                lines.push("  ".to_owned());
                used = 2;
            }
            let painted = format!("{}: {}{comma}", style::name(&quoted(key)), value.painted(key));
            if let Some(line) = lines.last_mut() {
                line.push_str(&painted);
            }
            used += needed;
        }
        if let Some(line) = lines.last_mut() {
            line.push('}');
        }
        lines.iter().map(|line| line.trim_end().to_owned()).collect()
    }

    fn painted(&self, key: &str) -> String {
        match self {
            Self::Object(members) => {
                let member = |(key, value): &(String, Self)| format!("{}: {}", quoted(key), value.painted(key));
                format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
            }
            _ if KEY_FIELDS.contains(&key) => style::key_field(&self.plain()),
            _ => self.plain(),
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Literal(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Literal(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Literal(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Literal(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Literal("null".to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element()? {
            array.push(item);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut object = Vec::new();
        while let Some(member) = members.next_entry()? {
            object.push(member);
        }
        Ok(Json::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_their_order_and_nothing_is_lost() {
        let wire = r#"{"z": 1, "a": "홍\"길*", "m": {"q": [1.5, true, null], "b": {}}}"#;
        let json: Json = serde_json::from_str(wire).expect("JSON");
        assert_eq!(json.plain(), wire);
        assert_eq!(
            (json.number("z"), json.text("a"), json.text("z")),
            (Some(1), Some("홍\"길*"), None)
        );
    }

    #[test]
    fn long_objects_break_between_members() {
        let members = (0..20).map(|at| (format!("member_{at}"), Json::Text("가나다라".to_owned())));
        let json = Json::Object(members.collect());
        let lines = json.lines();
        assert!(lines.len() > 3);
        // A test's output is no terminal, so there are no colour codes to count.
        assert!(lines.iter().all(|line| style::columns(line) <= WIDTH + 2), "{lines:#?}");
        let rejoined: Json = serde_json::from_str(&lines.concat()).expect("still JSON");
        assert_eq!(rejoined, json);
    }
}

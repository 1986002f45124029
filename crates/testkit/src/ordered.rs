//! JSON whose keys stay in the order in which they came.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// One value of a JSON text.
#[derive(Clone, Debug, PartialEq)]
pub enum Ordered {
    /// Members in the order in which they came.
    Object(Vec<(String, Ordered)>),
    /// A list.
    Array(Vec<Ordered>),
    /// A string.
    Text(String),
    /// A number, `true`, `false` or `null`, as JSON writes it.
    Literal(String),
}

impl Ordered {
    /// Reads a whole text.
    #[track_caller]
    pub fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
    }

    /// The members of an object; none of anything else.
    pub fn members(&self) -> &[(String, Self)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// A member by its name.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let member = self.members().iter().find(|(name, _)| name == key);
        member.map(|(_, value)| value)
    }

    /// The text of a string; `""` for anything else.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            _ => "",
        }
    }
}

impl fmt::Display for Ordered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(members) => {
                f.write_str("{")?;
                for (index, (key, value)) in members.iter().enumerate() {
                    write!(f, "{}\"{key}\": {value}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
            Self::Array(items) => {
                let items: Vec<_> = items.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", items.join(", "))
            }
            Self::Text(text) => f.write_str(&serde_json::to_string(text).expect("a text is JSON")),
            Self::Literal(literal) => f.write_str(literal),
        }
    }
}

struct AnyJson;

impl<'de> Visitor<'de> for AnyJson {
    type Value = Ordered;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E>(self, text: &str) -> Result<Ordered, E> {
        Ok(Ordered::Text(text.to_owned()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Ordered, E> {
        Ok(Ordered::Literal(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Ordered, E> {
        Ok(Ordered::Literal(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Ordered, E> {
        Ok(Ordered::Literal(format!("{number:?}")))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Ordered, E> {
        Ok(Ordered::Literal(flag.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Ordered, E> {
        Ok(Ordered::Literal("null".to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Ordered, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Ordered::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Ordered::Object(members))
    }
}

impl<'de> Deserialize<'de> for Ordered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyJson)
    }
}

#[cfg(test)]
mod tests {
    use super::Ordered;

    #[test]
    fn members_stay_in_their_order_and_are_written_as_they_came() {
        let text = r#"{"b": 1, "a": [null, "x\"y", 0.5], "c": {"z": true}}"#;
        let read = Ordered::read(text);
        let names: Vec<_> = read.members().iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["b", "a", "c"]);
        assert_eq!(read.to_string(), text);
    }
}

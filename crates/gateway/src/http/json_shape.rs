//! A body read to its last character: what is in it, by name, for the rules that look beyond the fields an endpoint takes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use domain::{ErrorCode, Refusal};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::unknown_fields;

/// What a webhook's receiver in any language still reads, once a receipt is around it.
const LEVELS_MAX: usize = 32;
const TOO_DEEP: &str = "too many levels";

/// One value of a body.
#[derive(Debug, Clone, PartialEq)]
pub enum JsonShape {
    /// `null`, `true`, `false`.
    Word,
    Number(f64),
    Text(String),
    List(Vec<Self>),
    Object(BTreeMap<String, Self>),
}

/// Reads all of it. A value that another program could not read (a number beyond what a double holds, half a surrogate pair, a
/// name that comes twice, too many levels) is refused wherever it stands.
///
/// Errors: `FIELD_INVALID` naming the field that is too deep; `BODY_NOT_JSON` with place and cause. Never quotes the body.
pub fn read(body: &[u8]) -> Result<JsonShape, Refusal> {
    let field = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = Value {
        levels: 0,
        field: &field,
    };
    let read = value
        .deserialize(&mut deserializer)
        .and_then(|read| deserializer.end().map(|()| read));
    read.map_err(|error| {
        let named = field.into_inner().filter(|_| !error.is_eof());
        let cause = error.to_string();
        let cause = cause.split_once(" at line").map_or(cause.as_str(), |(cause, _)| cause);
        let deep = named.filter(|_| cause == TOO_DEEP);
        if let Some(field) = deep {
            return Refusal::new(ErrorCode::FieldInvalid, field)
                .hint(format!("{LEVELS_MAX}단계까지 (at most {LEVELS_MAX} levels)"));
        }
        let mut refusal = Refusal::of(ErrorCode::BodyNotJson);
        refusal.field = named;
        refusal.hint(format!("line {}, column {}: {cause}", error.line(), error.column()))
    })
}

#[derive(Clone, Copy)]
struct Value<'f> {
    levels: usize,
    /// The known field of the body that is being read.
    field: &'f RefCell<Option<&'static str>>,
}

impl Value<'_> {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.levels == LEVELS_MAX {
            return Err(E::custom(TOO_DEEP));
        }
        Ok(Self {
            levels: self.levels + 1,
            ..self
        })
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = JsonShape;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<JsonShape, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = JsonShape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<JsonShape, E> {
        Ok(JsonShape::Word)
    }

    fn visit_bool<E>(self, _word: bool) -> Result<JsonShape, E> {
        Ok(JsonShape::Word)
    }

    fn visit_u64<E>(self, number: u64) -> Result<JsonShape, E> {
        Ok(JsonShape::Number(number as f64))
    }

    fn visit_i64<E>(self, number: i64) -> Result<JsonShape, E> {
        Ok(JsonShape::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<JsonShape, E> {
        Ok(JsonShape::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<JsonShape, E> {
        Ok(JsonShape::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<JsonShape, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            list.push(item);
        }
        Ok(JsonShape::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<JsonShape, A::Error> {
        let inner = self.deeper()?;
        let mut object = BTreeMap::new();
        while let Some(name) = members.next_key::<String>()? {
            if self.levels == 0 {
                *self.field.borrow_mut() = unknown_fields::known(&name);
            }
            let value = members.next_value_seed(inner)?;
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("a name that comes twice"));
            }
        }
        Ok(JsonShape::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> (ErrorCode, Option<&'static str>, String) {
        let refusal = read(body.as_bytes()).unwrap_err();
        (refusal.code, refusal.field, refusal.hint.unwrap_or_default())
    }

    #[test]
    fn what_cannot_be_read_is_refused_wherever_it_stands() {
        for (value, cause) in [
            ("1e999", "number out of range"),
            (r#""\ud800""#, "unexpected end of hex escape"),
            (r#""\udc00x""#, "lone leading surrogate in hex escape"),
            (r#"{"a":1,"\u0061":2}"#, "a name that comes twice"),
        ] {
            let (code, field, hint) = refused(&format!("{{\"metadata\":{{\"x\":[{value}]}}}}"));
            assert_eq!((code, field), (ErrorCode::BodyNotJson, Some("metadata")), "{value}");
            assert!(hint.ends_with(cause), "{hint}");
        }
    }

    #[test]
    fn levels_are_counted_and_their_field_is_named() {
        let nested = |levels: usize| format!("{{\"items\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(read(nested(LEVELS_MAX - 1).as_bytes()).is_ok());
        for levels in [LEVELS_MAX, 127, 200, 20_000] {
            let (code, field, hint) = refused(&nested(levels));
            assert_eq!((code, field), (ErrorCode::FieldInvalid, Some("items")), "{levels}");
            assert!(hint.contains("32"), "{hint}");
        }
        let stray = nested(LEVELS_MAX).replace("items", "hobby");
        assert_eq!(refused(&stray).0, ErrorCode::BodyNotJson);
    }

    #[test]
    fn escaped_names_are_names() {
        let read = read(br#"{"\uba54\ubaa8":"x","a\/b":1}"#).unwrap();
        let JsonShape::Object(members) = read else { panic!() };
        assert_eq!(members.keys().map(String::as_str).collect::<Vec<_>>(), ["a/b", "메모"]);
    }
}

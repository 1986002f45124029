//! Fields as seven SDKs send them: a text may be a number, and `null`, `""`, `{}` and `[]` mean "not given".

use std::fmt;
use std::marker::PhantomData;

use domain::{ErrorCode, Refusal, Sensitive};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A scalar field, read leniently.
#[derive(Clone, Default)]
pub enum Field<T> {
    #[default]
    Absent,
    Given(T),
    /// A `true`, a non-empty object or list where a text or number belongs.
    WrongType,
}

impl<T> Field<T> {
    /// The value; `None` when it was not given. Errors: `FIELD_INVALID` naming `name`.
    pub fn optional(self, name: &'static str) -> Result<Option<T>, Refusal> {
        match self {
            Self::Absent => Ok(None),
            Self::Given(value) => Ok(Some(value)),
            Self::WrongType => Err(Refusal::new(ErrorCode::FieldInvalid, name)),
        }
    }
}

struct FieldVisitor<T>(PhantomData<T>);

/// What a field's text is kept in.
trait FromText {
    fn from_text(text: &str) -> Self;
}

impl FromText for String {
    fn from_text(text: &str) -> Self {
        text.trim().to_owned()
    }
}

impl FromText for Sensitive {
    fn from_text(text: &str) -> Self {
        Self::new(text.trim())
    }
}

impl<'de, T: FromText> Visitor<'de> for FieldVisitor<T> {
    type Value = Field<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a number")
    }

    fn visit_str<E>(self, text: &str) -> Result<Field<T>, E> {
        Ok(if text.trim().is_empty() {
            Field::Absent
        } else {
            Field::Given(T::from_text(text))
        })
    }

    fn visit_u64<E>(self, number: u64) -> Result<Field<T>, E> {
        Ok(Field::Given(T::from_text(&number.to_string())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Field<T>, E> {
        Ok(Field::Given(T::from_text(&number.to_string())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Field<T>, E> {
        Ok(Field::Given(T::from_text(&number.to_string())))
    }

    fn visit_bool<E>(self, _flag: bool) -> Result<Field<T>, E> {
        Ok(Field::WrongType)
    }

    fn visit_unit<E>(self) -> Result<Field<T>, E> {
        Ok(Field::Absent)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Field<T>, A::Error> {
        let mut found = Field::Absent;
        while items.next_element::<IgnoredAny>()?.is_some() {
            found = Field::WrongType;
        }
        Ok(found)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Field<T>, A::Error> {
        let mut found = Field::Absent;
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
            found = Field::WrongType;
        }
        Ok(found)
    }
}

impl<'de> Deserialize<'de> for Field<String> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Field<Sensitive> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Option<String>, ErrorCode> {
        let field: Field<String> = serde_json::from_str(json).unwrap();
        field.optional("field").map_err(|refusal| refusal.code)
    }

    #[test]
    fn numbers_are_texts_and_empty_things_are_absent() {
        assert_eq!(read("1716848284697"), Ok(Some("1716848284697".into())));
        assert_eq!(read("1716792650.95292"), Ok(Some("1716792650.95292".into())));
        assert_eq!(read("1000.0"), Ok(Some("1000".into())));
        assert_eq!(read("\" 국민 \""), Ok(Some("국민".into())));
        for absent in ["null", "\"\"", "\"  \"", "{}", "[]"] {
            assert_eq!(read(absent), Ok(None), "{absent}");
        }
        for wrong in ["true", "[1]", "{\"a\":1}"] {
            assert_eq!(read(wrong), Err(ErrorCode::FieldInvalid), "{wrong}");
        }
    }
}

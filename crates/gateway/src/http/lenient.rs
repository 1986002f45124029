//! Fields as seven SDKs send them: a text may be a number, and `null`, `""`, `{}` and `[]` mean "not given".

use std::borrow::Cow;

use domain::{ErrorCode, Refusal, Sensitive};
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use serde_json::value::RawValue;

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

/// Text without a copy, where it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// Reads a value from its JSON. A number's text is what was sent, digit by digit: through a floating point number two ids
/// become one.
fn read<T: FromText>(json: &str) -> serde_json::Result<Field<T>> {
    let is_empty = |open, close| {
        json.strip_prefix(open)
            .and_then(|rest| rest.trim_start().strip_prefix(close))
            == Some("")
    };
    Ok(match json.as_bytes().first() {
        Some(b'"') => {
            let text = serde_json::from_str::<Text<'_>>(json)?.0;
            if text.trim().is_empty() {
                Field::Absent
            } else {
                Field::Given(T::from_text(&text))
            }
        }
        Some(b'-' | b'0'..=b'9') => Field::Given(T::from_text(json)),
        Some(b'n') => Field::Absent,
        _ if is_empty('{', '}') || is_empty('[', ']') => Field::Absent,
        _ => Field::WrongType,
    })
}

impl<'de> Deserialize<'de> for Field<String> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(<&RawValue>::deserialize(deserializer)?.get()).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Field<Sensitive> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(<&RawValue>::deserialize(deserializer)?.get()).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(json: &str) -> Result<Option<String>, ErrorCode> {
        let field: Field<String> = serde_json::from_str(json).unwrap();
        field.optional("field").map_err(|refusal| refusal.code)
    }

    #[test]
    fn numbers_are_texts_as_sent_and_empty_things_are_absent() {
        for number in [
            "1716848284697",
            "1716792650.95292",
            "1000.0",
            "1e3",
            "-0",
            "20261129192200123456",
            "20261129192200123457",
            "0.1000000000000000055511151231257827",
            "1E400",
            "18446744073709551616",
        ] {
            assert_eq!(text(number), Ok(Some(number.to_owned())));
        }
        assert_eq!(text("\" 국민 \""), Ok(Some("국민".into())));
        assert_eq!(text(r#""\u00e9\n""#), Ok(Some("é".into())));
        for absent in ["null", "\"\"", "\"  \"", "{}", "[]", "{ }", "[\n]"] {
            assert_eq!(text(absent), Ok(None), "{absent}");
        }
        for wrong in ["true", "false", "[1]", "{\"a\":1}"] {
            assert_eq!(text(wrong), Err(ErrorCode::FieldInvalid), "{wrong}");
        }
    }

    proptest! {
        /// The digits of an id are never anybody's number.
        #[test]
        fn a_number_is_the_id_that_its_text_would_be(number in "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,4})?") {
            let quoted = format!("\"{number}\"");
            prop_assert_eq!(text(&number), Ok(Some(number.clone())));
            prop_assert_eq!(text(&number), text(&quoted));
        }

        #[test]
        fn two_values_are_one_id_only_if_sent_alike(a in "[0-9]{1,3}(\\.[0-9]{0,3})?|[가각각e\u{301}é ]{0,6}", b in "[0-9]{1,3}(\\.[0-9]{0,3})?|[가각각e\u{301}é ]{0,6}") {
            let id = |sent: &str| {
                let json = serde_json::to_string(sent).unwrap();
                text(&json).unwrap().map(|text| domain::text::nfc(&text).into_owned())
            };
            let alike = domain::text::nfc(a.trim()) == domain::text::nfc(b.trim());
            prop_assert_eq!(id(&a) == id(&b), alike);
        }
    }
}

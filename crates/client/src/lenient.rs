//! Reading answers. An answer to a debit must not become unreadable because one field of it is unusual, so every field
//! but the ones that decide something is taken in whatever shape it comes, and left out when it makes no sense.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Text, or a number as text; `None` for everything else.
pub(crate) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// The same, empty when it is not there.
pub(crate) fn words<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(text(from)?.unwrap_or_default())
}

/// What a cash receipt is for: its name, also where it is written as a number.
pub(crate) fn purpose<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match text(from)?.as_deref() {
        Some("1") => "소득공제".to_owned(),
        Some("2") => "지출증빙".to_owned(),
        other => other.unwrap_or_default().to_owned(),
    })
}

/// ISO 8601 with an offset; `None` when it cannot be read.
pub(crate) fn time<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(text(from)?.and_then(|text| text.parse().ok()))
}

/// `true`, `1`, `"true"` and `"1"`; everything else is no.
pub(crate) fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Bool(flag) => flag,
        Value::Number(number) => number.as_i64() == Some(1),
        Value::String(text) => text == "true" || text == "1",
        _ => false,
    })
}

/// A whole number, also written as text or as `1.0`.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64()?;
            // Exact for every amount: 2^53 won are more than there are.
            (float.fract() == 0.0 && float.abs() < 9.0e15).then_some(float as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Something that may be missing, `null`, or in a shape that this version does not know.
pub(crate) fn maybe<'de, D: Deserializer<'de>, T: serde::de::DeserializeOwned>(from: D) -> Result<Option<T>, D::Error> {
    let value = Value::deserialize(from)?;
    Ok(serde_json::from_value(value).ok())
}

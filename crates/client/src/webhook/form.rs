//! Webhooks that come as a form.

use serde_json::{Map, Value};

/// Numbers stay texts, which every reader here takes; objects and lists are JSON text in a form.
pub(super) fn to_json(body: &[u8]) -> Value {
    let fields = form_urlencoded::parse(body).map(|(key, value)| (key.into_owned(), value_of(value.into_owned())));
    Value::Object(fields.collect::<Map<_, _>>())
}

fn value_of(text: String) -> Value {
    if text.starts_with(['{', '[']) {
        return serde_json::from_str(&text).unwrap_or(Value::String(text));
    }
    Value::String(text)
}

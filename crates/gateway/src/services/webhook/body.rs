//! A delivery's body: the payload and its `sequence`, as JSON or as a form.

use std::collections::BTreeMap;

use domain::webhook_delivery::ContentType;
use domain::webhook_delivery::Delivery;
use serde_json::value::RawValue;

/// The body as it is sent and signed.
pub fn write(delivery: &Delivery) -> String {
    let json = with_sequence(&delivery.payload, delivery.sequence);
    match delivery.content_type {
        ContentType::Json => json,
        ContentType::Form => form(&json),
    }
}

fn with_sequence(payload: &str, sequence: u32) -> String {
    let members = payload.trim_end().strip_suffix('}').unwrap_or("{");
    let comma = if members.ends_with('{') { "" } else { "," };
    format!("{members}{comma}\"sequence\":{sequence}}}")
}

/// Texts and numbers as they are, nothing as the empty text, objects and lists as JSON.
fn form(json: &str) -> String {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(json).unwrap_or_default();
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in members {
        match value.get() {
            "null" => form.append_pair(&name, ""),
            text if text.starts_with('"') => {
                let text: String = serde_json::from_str(text).unwrap_or_default();
                form.append_pair(&name, &text)
            }
            other => form.append_pair(&name, other),
        };
    }
    form.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_last_member() {
        assert_eq!(with_sequence(r#"{"a":{"b":1}}"#, 7), r#"{"a":{"b":1},"sequence":7}"#);
        assert_eq!(with_sequence("{}", 1), r#"{"sequence":1}"#);
    }

    #[test]
    fn a_form_keeps_nested_values_as_json() {
        let written =
            form(r#"{"price":1000,"order_name":"월 구독","metadata":{"z":1,"a":[2]},"none":null,"sandbox":true}"#);
        let read: Vec<(String, String)> = form_urlencoded::parse(written.as_bytes()).into_owned().collect();
        let expected = [
            ("metadata", r#"{"z":1,"a":[2]}"#),
            ("none", ""),
            ("order_name", "월 구독"),
            ("price", "1000"),
            ("sandbox", "true"),
        ];
        assert_eq!(read, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}

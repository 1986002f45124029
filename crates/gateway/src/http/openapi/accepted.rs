//! What is really accepted: the document describes the one good way to send a field, the wire takes several.

use serde_json::{Value, json};

use super::REQUESTS;

/// The document with every field of a request as leniently as it is read.
#[must_use]
pub fn accepted(document: &Value) -> Value {
    let mut document = document.clone();
    for name in REQUESTS {
        let fields = &mut document["components"]["schemas"][name]["properties"];
        for field in fields
            .as_object_mut()
            .into_iter()
            .flat_map(|fields| fields.values_mut())
        {
            *field = lenient(field);
        }
    }
    document
}

/// A text may be a number and the other way round; nothing has five spellings.
fn lenient(field: &Value) -> Value {
    let nothing = [
        json!({ "type": "null" }),
        json!({ "type": "string", "maxLength": 0 }),
        json!({ "type": "array", "maxItems": 0 }),
        json!({ "type": "object", "maxProperties": 0 }),
    ];
    let given = match field["type"].as_str() {
        Some("object") => json!({ "type": "object" }),
        Some("array") => json!({ "type": "array" }),
        Some("boolean") => return json!({}),
        _ => json!({ "type": ["string", "number"] }),
    };
    let mut choices = vec![given];
    choices.extend(nothing);
    json!({ "anyOf": choices, "description": field["description"] })
}

//! One operation of the document.

use std::collections::BTreeMap;

use domain::ErrorCode;
use serde_json::{Value, json};

use super::endpoint::{Authentication, DocumentedAnswer, Endpoint};
use super::vocabulary;

/// The operation object of an endpoint.
pub fn operation(endpoint: &Endpoint) -> Value {
    let mut operation = json!({
        "operationId": endpoint.name,
        "tags": [endpoint.tag],
        "summary": endpoint.english,
        "description": format!("{}\n\n{}", endpoint.korean, endpoint.english),
        "responses": responses(endpoint),
        "security": match endpoint.authentication {
            Authentication::Project => json!([{ "basic": [] }, { "token": [] }]),
            Authentication::InBody => json!([]),
        },
    });
    let parameters = parameters(endpoint);
    if !parameters.is_empty() {
        operation["parameters"] = json!(parameters);
    }
    if let Some((schema, _)) = endpoint.body {
        operation["requestBody"] = json!({ "required": true, "content": content(reference(schema)) });
    }
    operation
}

fn parameters(endpoint: &Endpoint) -> Vec<Value> {
    let in_path = endpoint.path.split('/').filter_map(|segment| {
        let name = segment.strip_prefix('{')?.strip_suffix('}')?;
        Some(parameter(name, "path"))
    });
    let in_query = endpoint.query.iter().map(|name| parameter(name, "query"));
    let in_header = endpoint.headers.iter().map(|name| parameter(name, "header"));
    in_path.chain(in_query).chain(in_header).collect()
}

fn parameter(name: &str, place: &str) -> Value {
    let word = vocabulary::word("", name).map(|(_, word)| word);
    json!({
        "name": name,
        "in": place,
        "required": place == "path",
        "description": word.map_or_else(String::new, vocabulary::Word::sentence),
        "schema": word.map_or_else(|| json!({ "type": "string" }), vocabulary::Word::parameter),
    })
}

fn responses(endpoint: &Endpoint) -> Value {
    let schema = match endpoint.answer {
        DocumentedAnswer::One(name) => reference(name),
        DocumentedAnswer::Any(names) => {
            json!({ "anyOf": names.iter().map(|name| reference(name)).collect::<Vec<_>>() })
        }
        DocumentedAnswer::ListOf(name) => json!({ "type": "array", "items": reference(name) }),
    };
    let mut responses = json!({
        "200": {
            "description": endpoint.english,
            "headers": headers(endpoint.answer_headers),
            "content": content(schema),
        }
    });
    let links: serde_json::Map<String, Value> = endpoint.links.iter().map(link).collect();
    if !links.is_empty() {
        responses["200"]["links"] = Value::Object(links);
    }
    let mut by_status: BTreeMap<u16, Vec<ErrorCode>> = BTreeMap::new();
    for code in endpoint.errors() {
        by_status.entry(code.http_status()).or_default().push(code);
    }
    for (status, codes) in by_status {
        responses[status.to_string()] = refusal(status, &codes);
    }
    responses
}

/// What the answer is good for: `body.x` is a field of the next request's body, else it is a parameter.
fn link((operation, to, from): &(&str, &str, &str)) -> (String, Value) {
    let value = json!(format!("$response.body#/{from}"));
    let link = match to.strip_prefix("body.") {
        Some(field) => json!({ "operationId": operation, "requestBody": { field: value } }),
        None => json!({ "operationId": operation, "parameters": { *to: value } }),
    };
    ((*operation).to_owned(), link)
}

fn refusal(status: u16, codes: &[ErrorCode]) -> Value {
    let said = codes
        .iter()
        .map(|code| format!("- `{}` {} · {}", code.name(), code.korean(), code.english()));
    let names: Vec<&str> = codes.iter().map(|code| code.name()).collect();
    let schema = json!({
        "allOf": [
            reference("Error"),
            { "type": "object", "properties": { "error_code": { "type": "string", "enum": names } } },
        ]
    });
    let retry: &[&str] = if matches!(status, 429 | 503) {
        &["Retry-After"]
    } else {
        &[]
    };
    json!({
        "description": said.collect::<Vec<_>>().join("\n"),
        "headers": headers(retry),
        "content": content(schema),
    })
}

fn headers(names: &[&str]) -> Value {
    let about = |name: &str| match name {
        "Jadong-Consent" => json!({
            "description": "고객이 이미 동의했으면 agreed, 아직이면 waiting. · Whether the customer has agreed yet.",
            "schema": { "type": "string", "enum": ["agreed", "waiting"] },
        }),
        "Jadong-Replayed" => json!({
            "description": "true: 앞선 같은 요청의 답. · The answer belongs to an earlier, equal request.",
            "schema": { "type": "string", "enum": ["true"] },
        }),
        "Jadong-Notice" => json!({
            "description": "받았지만 살펴볼 것. · Accepted, but worth a look.",
            "schema": { "type": "string" },
        }),
        "Retry-After" => json!({
            "description": "다시 시도하기까지의 초. · Seconds to wait.",
            "required": true,
            "schema": { "type": "integer", "minimum": 1 },
        }),
        _ => json!({
            "description": "로그에서 이 요청의 이름. · Names the request in the log.",
            "schema": { "type": "string", "format": "uuid" },
        }),
    };
    let all = names.iter().chain(&["Jadong-Request-Id"]);
    Value::Object(all.map(|name| ((*name).to_owned(), about(name))).collect())
}

fn content(schema: Value) -> Value {
    json!({ "application/json": { "schema": schema } })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

//! Which endpoint a request is for, as Jadong's OpenAPI document names it, and how that describes an answer.

use std::sync::LazyLock;

use serde_json::Value;

use super::compare::{OURS_IN_ERRORS, shown};
use super::difference::{Difference, Kind, below, word};
use super::json::{Json, form};

static DOCUMENT: LazyLock<&Value> = LazyLock::new(gateway::http::openapi::published);

/// An endpoint of the document.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint {
    pub template: &'static str,
    operation: &'static Value,
}

/// A path as a client sends it: doubled slashes and a `.json` behind mean nothing.
pub fn segments(path: &str) -> Vec<&str> {
    let path = path.strip_suffix(".json").unwrap_or(path);
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}

impl Endpoint {
    /// Whole words win over parameters.
    pub fn of(method: &str, path: &str) -> Option<Self> {
        let sent = segments(path);
        let paths = DOCUMENT["paths"].as_object()?;
        let fits = |template: &&String| {
            let parts = segments(template);
            let fits = |(part, segment): (&&str, &&str)| part == segment || part.starts_with('{');
            template.starts_with("/v2/") && parts.len() == sent.len() && parts.iter().zip(&sent).all(fits)
        };
        let template = paths.keys().filter(fits).min_by_key(|path| path.matches('{').count())?;
        let operation = paths[template].get(method.to_ascii_lowercase())?;
        Some(Self { template, operation })
    }

    /// An answer against what the document says of one with this status.
    pub fn compare(&self, status: u16, answer: &Json) -> Vec<Difference> {
        let responses = &self.operation["responses"];
        let response = &responses[status.to_string()];
        if response.is_null() {
            let known: Vec<&str> = responses
                .as_object()
                .into_iter()
                .flatten()
                .map(|(known, _)| known.as_str())
                .collect();
            return vec![Difference::new(
                Kind::HttpStatus,
                "",
                status.to_string(),
                known.join(" "),
            )];
        }
        let schema = &response["content"]["application/json"]["schema"];
        let choices = match schema["anyOf"].as_array() {
            Some(choices) => choices.iter().collect(),
            None => vec![schema],
        };
        let compared = choices.into_iter().map(|schema| {
            let mut found = Vec::new();
            walk("", answer, schema, &mut found);
            found
        });
        // It is one of them: the one that it is most like.
        compared.min_by_key(Vec::len).unwrap_or_default()
    }
}

/// A path that Jadong does not have, without what could be an id.
pub fn unknown(method: &str, path: &str) -> String {
    let is_name = |segment: &&str| {
        segment
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-'))
    };
    let shown = segments(path).into_iter().take(8).map(|segment| match segment {
        "v1" | "v2" => segment,
        name if name.len() <= 32 && is_name(&name) => name,
        _ => "{…}",
    });
    let method = word(method, 8).unwrap_or("?");
    format!("{method} /{}", shown.collect::<Vec<_>>().join("/"))
}

/// All that is said of one value: what is referred to, and the parts that must all fit.
fn parts(schema: &'static Value) -> Vec<&'static Value> {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return parts(&DOCUMENT["components"]["schemas"][name]);
    }
    match schema["allOf"].as_array() {
        Some(all) => all.iter().flat_map(parts).collect(),
        None => vec![schema],
    }
}

fn walk(path: &str, there: &Json, schema: &'static Value, found: &mut Vec<Difference>) {
    let parts = parts(schema);
    let kinds: Vec<&str> = match &parts[0]["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let is_number = there.kind() == "integer" && kinds.contains(&"number");
    if !kinds.is_empty() && !kinds.contains(&there.kind()) && !is_number {
        found.push(Difference::new(Kind::Type, path, there.kind(), kinds.join(" ")));
        return;
    }
    match there {
        Json::Object(_) => members(path, there, &parts, found),
        Json::List(items) => {
            for item in items {
                walk(&format!("{path}[]"), item, &parts[0]["items"], found);
            }
        }
        Json::Text(text) => {
            let wanted = match (parts[0]["format"].as_str(), parts[0]["pattern"].as_str()) {
                (Some("date-time"), _) => "date",
                (_, Some("^[0-9a-f]{24}$")) => "id",
                _ => form(text),
            };
            if form(text) != wanted {
                found.push(Difference::new(Kind::Form, path, form(text), wanted));
            }
            let allowed = parts.iter().find_map(|part| part["enum"].as_array());
            if allowed.is_some_and(|allowed| !allowed.iter().any(|one| one.as_str() == Some(text))) {
                found.push(Difference::new(Kind::Value, path, shown(there), "never"));
            }
        }
        _ => {}
    }
}

fn members(path: &str, there: &Json, parts: &[&'static Value], found: &mut Vec<Difference>) {
    let Json::Object(those) = there else { return };
    let known = |name: &str| parts.iter().rev().find_map(|part| part["properties"].get(name));
    // The merchant's own object.
    if parts.iter().all(|part| part["properties"].is_null()) {
        return;
    }
    for (name, value) in those {
        match known(name) {
            Some(schema) => walk(&below(path, name), value, schema, found),
            None => found.push(Difference::new(
                Kind::OnlyUpstream,
                &below(path, name),
                value.kind(),
                "",
            )),
        }
    }
    let required = parts.iter().filter_map(|part| part["required"].as_array()).flatten();
    let is_error = those.contains_key("error_code");
    for name in required.filter_map(Value::as_str) {
        let is_there = those.contains_key(name) || (is_error && OURS_IN_ERRORS.contains(&name));
        if !is_there {
            found.push(Difference::new(Kind::OnlyJadong, &below(path, name), "", ""));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "66542dfb4d18d5fc7b43e1b6";

    fn found(method: &str, path: &str, status: u16, body: &str) -> Vec<String> {
        let endpoint = Endpoint::of(method, path).expect("an endpoint");
        let differences = endpoint.compare(status, &Json::read(body.as_bytes()).unwrap());
        let told = |one: Difference| format!("{:?} {} {}>{}", one.kind, one.path, one.upstream, one.jadong);
        differences.into_iter().map(told).collect()
    }

    #[test]
    fn an_endpoint_is_found_as_sdks_write_it() {
        for (path, template) in [
            ("/v2//request/token", Some("/v2/request/token")),
            ("/v2/request/token.json", Some("/v2/request/token")),
            ("/v2/receipt/x.json", None),
            ("/v2/confirm", None),
        ] {
            let endpoint = Endpoint::of("POST", path);
            assert_eq!(endpoint.map(|endpoint| endpoint.template), template, "{path}");
        }
        let endpoint = Endpoint::of("GET", &format!("/v2/receipt/{ID}.json"));
        assert_eq!(endpoint.unwrap().template, "/v2/receipt/{receipt_id}");
        assert!(Endpoint::of("GET", "/sandbox/clock").is_none());
    }

    #[test]
    fn an_answer_is_compared_with_what_is_written_of_it() {
        let path = "/v2/request/token";
        let good = r#"{"access_token":"x","expire_in":1800}"#;
        assert_eq!(found("POST", path, 200, good), Vec::<String>::new());
        let odd = r#"{"access_token":null,"kind":"x"}"#;
        assert_eq!(
            found("POST", path, 200, odd),
            [
                "Type access_token null>string",
                "OnlyUpstream kind string>",
                "OnlyJadong expire_in >"
            ]
        );
        let receipt = format!("/v2/receipt/{ID}");
        let error = r#"{"error_code":"RC_NOT_FOUND","message":"m"}"#;
        assert_eq!(found("GET", &receipt, 404, error), Vec::<String>::new());
        let other = r#"{"error_code":"RC_NEW","message":"m"}"#;
        assert_eq!(found("GET", &receipt, 404, other), ["Value error_code RC_NEW>never"]);
        assert_eq!(
            found("GET", &receipt, 418, "{}")[0].split('>').next(),
            Some("HttpStatus  418")
        );
        let revoked = format!(r#"{{"reserve_id":"{ID}","success":1}}"#);
        let path = format!("/v2/subscribe/payment/reserve/{ID}");
        assert_eq!(found("DELETE", &path, 200, &revoked), ["Type success integer>boolean"]);
    }

    #[test]
    fn what_could_be_an_id_in_an_unknown_path_is_hidden() {
        for (path, shown) in [
            ("/v2/user/01012345678/cards", "GET /v2/user/{…}/cards"),
            ("/v2/%ed%99%8d", "GET /v2/{…}"),
            ("/", "GET /"),
        ] {
            assert_eq!(unknown("GET", path), shown);
        }
    }
}

//! Every answer that a test gets must be one that the OpenAPI document describes: its status, its fields, its error code.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Value, json};

const DOCUMENT: &str = include_str!("../../../docs/reference/openapi.json");

static ROOT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(DOCUMENT).expect("JSON"));

type Key = (String, String, u16);
static VALIDATORS: LazyLock<Mutex<HashMap<Key, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// What is at an address is the API's, when the document names it; the rest (health, `/docs`, slips) is not looked at.
pub fn check(method: &str, path: &str, status: u16, body: &str) {
    let Some(template) = template(path) else { return };
    let operation = &ROOT["paths"][template][method.to_lowercase()];
    if operation.is_null() {
        return assert_eq!(status, 405, "{method} {path} is not in the document: {body}");
    }
    let response = &operation["responses"][status.to_string()];
    assert!(
        !response.is_null(),
        "{method} {template} does not describe HTTP {status}: {body}"
    );
    let schema = &response["content"]["application/json"]["schema"];
    assert!(!schema.is_null(), "{method} {template} HTTP {status} has no schema");
    let key = (method.to_owned(), template.clone(), status);
    let validator = VALIDATORS
        .lock()
        .expect("no panic while held")
        .entry(key)
        .or_insert_with(|| {
            let whole = json!({ "allOf": [schema], "components": ROOT["components"] });
            Arc::new(jsonschema::draft202012::new(&whole).expect("a valid schema"))
        })
        .clone();
    let answer: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{method} {path}: {error}: {body}"));
    let faults: Vec<String> = validator
        .iter_errors(&answer)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(
        faults.is_empty(),
        "{method} {template} HTTP {status}: {faults:?} in {body}"
    );
}

/// A webhook's body must be what the document describes under its type.
pub fn check_webhook(body: &Value) {
    let kind = body["webhook_type"].as_str().expect("a type");
    let described = &ROOT["webhooks"][kind]["post"]["requestBody"]["content"]["application/json"]["schema"];
    assert!(!described.is_null(), "{kind} is not in the document");
    let whole = json!({ "allOf": [described], "components": ROOT["components"] });
    let validator = jsonschema::draft202012::new(&whole).expect("a valid schema");
    let faults: Vec<String> = validator
        .iter_errors(body)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{kind}: {faults:?} in {body}");
}

/// The path of the document that an address is one of; whole words win over parameters.
fn template(path: &str) -> Option<&'static String> {
    let path = path.strip_suffix(".json").unwrap_or(path);
    let sent: Vec<&str> = path.split('/').collect();
    let paths = ROOT["paths"].as_object().expect("paths");
    let fits = |template: &&String| {
        let parts: Vec<&str> = template.split('/').collect();
        let fits = |(part, segment): (&&str, &&str)| part == segment || (part.starts_with('{') && !segment.is_empty());
        parts.len() == sent.len() && parts.iter().zip(&sent).all(fits)
    };
    paths
        .keys()
        .filter(fits)
        .min_by_key(|template| template.matches('{').count())
}

#[cfg(test)]
mod tests {
    use super::check;

    const RECEIPT: &str = "/v2/receipt/6655069ca691573f1bb9c28a";

    #[test]
    fn an_answer_as_described_passes() {
        let body = r#"{"error_code":"RC_NOT_FOUND","message":"m","doc":"http://127.0.0.1/docs/errors/RC_NOT_FOUND","pg_error_code":"RC_NOT_FOUND"}"#;
        check("GET", RECEIPT, 404, body);
        check("GET", "/healthz", 200, "not looked at");
    }

    #[test]
    fn a_method_that_the_document_does_not_have_is_a_405_and_nothing_else() {
        check("DELETE", RECEIPT, 405, "whatever");
        let other = std::panic::catch_unwind(|| check("DELETE", RECEIPT, 200, "{}"));
        assert!(other.is_err());
    }

    #[test]
    fn whole_words_win_over_parameters_and_json_may_stand_behind() {
        let paths = ["/v2/request/token", "/v2/request/token.json"];
        assert_eq!(paths.map(|path| super::template(path).unwrap().as_str()), [paths[0]; 2]);
    }

    #[test]
    #[should_panic(expected = "does not describe HTTP 418")]
    fn another_status_fails() {
        check("GET", RECEIPT, 418, "{}");
    }

    #[test]
    #[should_panic(expected = "error_code")]
    fn another_error_code_fails() {
        check(
            "GET",
            RECEIPT,
            404,
            r#"{"error_code":"NOPE","message":"m","doc":"http://127.0.0.1/x"}"#,
        );
    }

    #[test]
    #[should_panic(expected = "receipt_id")]
    fn a_success_that_lacks_a_field_fails() {
        check("POST", "/v2/subscribe/payment", 200, "{}");
    }
}

//! Every example of the document conforms to its schema, and every schema has one.

use jadong_gateway::http::openapi::{accepted, published};
use serde_json::{Value, json};

/// Parts of other schemas: their example is in those.
const PARTS: &[&str] = &["BankData", "BillingData", "CashReceipt"];

fn faults_of(document: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        let root = json!({ "$ref": format!("#/components/schemas/{name}"), "components": document["components"] });
        let validator = jsonschema::draft202012::new(&root).expect("a valid schema");
        let examples = schema["examples"].as_array().cloned().unwrap_or_default();
        if examples.is_empty() && !PARTS.contains(&name.as_str()) {
            faults.push(format!("{name} has no example"));
        }
        for example in examples {
            faults.extend(validator.iter_errors(&example).map(|error| format!("{name}: {error}")));
        }
    }
    faults
}

#[test]
fn every_example_conforms() {
    assert_eq!(faults_of(published()), Vec::<String>::new());
}

#[test]
fn what_is_described_is_accepted() {
    assert_eq!(faults_of(&accepted(published())), Vec::<String>::new());
}

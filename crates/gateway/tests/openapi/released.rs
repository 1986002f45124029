//! Nothing that was released disappears; and each kind of break would be seen.

use jadong_gateway::http::openapi::published;
use serde_json::{Value, json};

use crate::breaks::breaks;

const RELEASED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/reference/openapi.released.json"
);

#[test]
fn a_client_of_the_released_api_still_works() {
    let released = std::fs::read_to_string(RELEASED).expect(RELEASED);
    let released: Value = serde_json::from_str(&released).expect("JSON");
    let found = breaks(&released, published());
    assert!(found.is_empty(), "these break clients:\n  {}", found.join("\n  "));
}

/// What `change` breaks.
#[track_caller]
fn broken_by(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut changed = published().clone();
    change(&mut changed);
    assert_ne!(&changed, published(), "the change is one");
    breaks(published(), &changed)
}

const CHARGE: &str = "/paths/~1v2~1subscribe~1payment/post";

fn schema<'a>(document: &'a mut Value, name: &str) -> &'a mut Value {
    &mut document["components"]["schemas"][name]
}

fn remove(document: &mut Value, pointer: &str, key: &str) {
    let at = document.pointer_mut(pointer).expect(pointer);
    assert!(at.as_object_mut().expect(pointer).remove(key).is_some(), "{key}");
}

#[test]
fn each_kind_of_break_is_seen() {
    let paths = broken_by(|now| remove(now, "/paths", "/v2/cancel"));
    assert_eq!(paths, ["post /v2/cancel: gone"]);
    let methods = broken_by(|now| remove(now, "/paths/~1sandbox~1clock", "get"));
    assert_eq!(methods, ["get /sandbox/clock: gone"]);
    let answer_fields = broken_by(|now| remove(now, "/components/schemas/Key/properties", "version"));
    assert!(
        answer_fields
            .iter()
            .any(|found| found.ends_with("200: field version gone")),
        "{answer_fields:?}"
    );
    let request_fields = broken_by(|now| remove(now, "/components/schemas/CancelRequest/properties", "cancel_id"));
    assert_eq!(request_fields, ["post /v2/cancel request: field cancel_id gone"]);
    let values = broken_by(|now| {
        drop(
            schema(now, "Receipt")["properties"]["status"]["enum"]
                .as_array_mut()
                .unwrap()
                .pop(),
        )
    });
    assert!(
        values.iter().all(|found| found.contains("value -40 gone")) && !values.is_empty(),
        "{values:?}"
    );
    let codes = broken_by(|now| {
        let codes = "/responses/404/content/application~1json/schema/allOf/1/properties/error_code/enum";
        now.pointer_mut(&format!("{CHARGE}{codes}"))
            .unwrap()
            .as_array_mut()
            .unwrap()
            .remove(0);
    });
    assert_eq!(codes.len(), 1, "{codes:?}");
    let types = broken_by(|now| schema(now, "Reserved")["properties"]["reserve_id"]["type"] = json!("integer"));
    assert_eq!(
        types,
        [r#"post /v2/subscribe/payment/reserve 200.reserve_id: ["string"] became ["integer"]"#]
    );
    let nulls =
        broken_by(|now| schema(now, "Reserved")["properties"]["reserve_id"]["type"] = json!(["string", "null"]));
    assert_eq!(nulls.len(), 1, "{nulls:?}");
    let required = broken_by(|now| {
        schema(now, "CancelRequest")["required"]
            .as_array_mut()
            .unwrap()
            .push(json!("cancel_id"))
    });
    assert_eq!(required, [r#"post /v2/cancel request: "cancel_id" is required now"#]);
    let absent = broken_by(|now| drop(schema(now, "Token")["required"].as_array_mut().unwrap().pop()));
    assert!(
        absent.iter().all(|found| found.contains("may be absent now")) && !absent.is_empty(),
        "{absent:?}"
    );
    let tighter = broken_by(|now| schema(now, "CancelRequest")["properties"]["cancel_id"]["maxLength"] = json!(10));
    assert_eq!(tighter, ["post /v2/cancel request.cancel_id: maxLength is tighter"]);
    let statuses = broken_by(|now| remove(now, &format!("{CHARGE}/responses"), "409"));
    assert_eq!(statuses, ["post /v2/subscribe/payment 409: gone"]);
    let headers = broken_by(|now| remove(now, &format!("{CHARGE}/responses/200/headers"), "Jadong-Replayed"));
    assert_eq!(headers, ["post /v2/subscribe/payment 200: header Jadong-Replayed gone"]);
    let parameters = broken_by(|now| now.pointer_mut(CHARGE).unwrap()["parameters"][0]["required"] = json!(true));
    assert_eq!(
        parameters,
        [r#"post /v2/subscribe/payment: parameter "Idempotency-Key" is required"#]
    );
    let names = broken_by(|now| now.pointer_mut(CHARGE).unwrap()["operationId"] = json!("pay"));
    assert_eq!(names, ["post /v2/subscribe/payment: another operationId"]);
}

#[test]
fn additions_break_nothing() {
    let found = broken_by(|now| {
        now["paths"]["/v2/new"] = json!({ "get": { "operationId": "new", "responses": {} } });
        schema(now, "Key")["properties"]["colour"] = json!({ "type": "string" });
        schema(now, "Key")["required"]
            .as_array_mut()
            .unwrap()
            .push(json!("colour"));
        schema(now, "CancelRequest")["properties"]["why"] = json!({ "type": "string" });
        schema(now, "PaymentReceipt")["properties"]["status"]["enum"]
            .as_array_mut()
            .unwrap()
            .push(json!(21));
        schema(now, "Key")["properties"]["status"]["description"] = json!("in other words");
        now.pointer_mut(CHARGE).unwrap()["responses"]["418"] = json!({ "description": "new" });
    });
    assert_eq!(found, Vec::<String>::new());
}

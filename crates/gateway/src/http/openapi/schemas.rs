//! Every schema: from the wire's structs, with the words of the vocabulary and an example.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use utoipa::openapi::schema::ComponentsBuilder;

use super::endpoints;
use super::vocabulary;
use crate::http::{response, sandbox, v2};
use crate::wire;

/// The schemas of request bodies: their fields are taken more leniently than they are described.
pub const REQUESTS: [&str; 11] = [
    "TokenRequest",
    "KeyRequest",
    "PublishRequest",
    "PaymentRequest",
    "ReserveRequest",
    "CancelRequest",
    "WebhookRequest",
    "ConsentEventRequest",
    "CashReceiptOfPaymentRequest",
    "CashReceiptRequest",
    "SandboxClockRequest",
];

static EXAMPLES: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("examples.json"))
        .expect("examples.json is part of the program and was tested with it")
});

/// All schemas by name.
pub fn all() -> Value {
    let derived = ComponentsBuilder::new()
        .schema_from::<v2::request::token::TokenBody>()
        .schema_from::<v2::request::token::TokenAnswer>()
        .schema_from::<v2::request::subscribe::automatic_transfer::IssuanceBody>()
        .schema_from::<v2::request::subscribe::automatic_transfer::publish::PublishBody>()
        .schema_from::<v2::subscribe::billing_key::destroy::DestroyAnswer>()
        .schema_from::<v2::subscribe::billing_key::consent::ConsentEventBody>()
        .schema_from::<v2::subscribe::billing_key::consent::ConsentEventAnswer>()
        .schema_from::<v2::subscribe::billing_key::consent::ConsentRecordAnswer>()
        .schema_from::<v2::charge_body::ChargeBody>()
        .schema_from::<v2::subscribe::payment::reserve::ReservedAnswer>()
        .schema_from::<v2::subscribe::payment::reserve::RevokedAnswer>()
        .schema_from::<v2::cancel::CancelBody>()
        .schema_from::<v2::request::webhook::ResendBody>()
        .schema_from::<v2::request::webhook::ResendAnswer>()
        .schema_from::<v2::request::receipt::cash::CashReceiptBody>()
        .schema_from::<v2::request::cash::receipt::StandaloneCashReceiptBody>()
        .schema_from::<sandbox::clock::ClockBody>()
        .schema_from::<sandbox::clock::ClockAnswer>()
        .schema_from::<wire::IssuanceReceipt<'_>>()
        .schema_from::<wire::IssuedKeyBody<'_>>()
        .schema_from::<wire::KeyBody>()
        .schema_from::<wire::PaymentReceipt<'_>>()
        .schema_from::<wire::StandaloneReceipt<'_>>()
        .schema_from::<wire::ReserveBody<'_>>()
        .schema_from::<v2::lists::PaymentReceipts<'_>>()
        .schema_from::<v2::lists::Reserves<'_>>()
        .schema_from::<v2::lists::IssuedKeys<'_>>()
        .schema_from::<wire::BankData<'_>>()
        .schema_from::<wire::BillingData>()
        .schema_from::<wire::CashReceiptData<'_>>()
        .schema_from::<response::ErrorBody<'_>>()
        .build();
    let mut all = serde_json::to_value(&derived.schemas).unwrap_or_default();
    // A charge takes the fields of a reserve, but for its time.
    all["PaymentRequest"] = all["ReserveRequest"].clone();
    if let Some(fields) = all["PaymentRequest"]["properties"].as_object_mut() {
        fields.remove("reserve_execute_at");
    }
    for (name, schema) in all.as_object_mut().into_iter().flatten() {
        finish(name, schema);
    }
    all
}

fn finish(name: &str, schema: &mut Value) {
    // The struct's own comment speaks to who reads the code.
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("description");
    }
    let is_request = REQUESTS.contains(&name);
    if is_request {
        let bodies = endpoints::ALL.iter().filter_map(|endpoint| endpoint.body);
        let required = bodies.filter(|(body, _)| *body == name).map(|(_, required)| required);
        schema["required"] = json!(required.into_iter().next().unwrap_or_default());
    }
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    for (field, described) in schema["properties"].as_object_mut().into_iter().flatten() {
        let is_required = required.iter().any(|name| name == field);
        if !is_required {
            never_null(described);
        }
        if !is_request && (field.ends_with("_at") || field == "now") {
            described["format"] = json!("date-time");
        }
        if let Some((_, word)) = vocabulary::word(name, field) {
            word.describe(described);
        }
    }
    if let Some(example) = EXAMPLES.get(name) {
        schema["examples"] = json!([example]);
    }
}

/// An optional field is absent, never null.
fn never_null(field: &mut Value) {
    if let Some(types) = field["type"].as_array() {
        let mut others = types.iter().filter(|kind| *kind != "null").cloned();
        if let (Some(only), None) = (others.next(), others.next()) {
            field["type"] = only;
        }
    } else if let Some(choices) = field.get("oneOf").and_then(Value::as_array) {
        let mut others = choices.iter().filter(|choice| choice["type"] != "null").cloned();
        if let (Some(only), None) = (others.next(), others.next()) {
            *field = only;
        }
    }
}

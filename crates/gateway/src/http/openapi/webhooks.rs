//! What a merchant's endpoint is sent, by its type.

use domain::webhook_delivery::WebhookType;
use serde_json::{Map, Value, json};

const TYPES: [(WebhookType, &str, &str); 5] = [
    (WebhookType::PaymentCompleted, "출금되었습니다.", "It was debited."),
    (
        WebhookType::PaymentCancelled,
        "전액을 환불했습니다.",
        "All of it was given back.",
    ),
    (
        WebhookType::PaymentPartialCancelled,
        "일부를 환불했습니다.",
        "A part was given back.",
    ),
    (
        WebhookType::PaymentConfirmFailed,
        "출금되지 않았습니다. 예약이 결제가 생기기 전에 실패했으면 예약의 필드가 옵니다.",
        "It was not debited. Where a reserve failed before there was a payment it has the reserve's fields.",
    ),
    (
        WebhookType::PaymentCancelFailed,
        "PG가 환불을 거절했습니다.",
        "The PG refused to give it back.",
    ),
];

/// The section `webhooks`.
pub fn all() -> Value {
    let section: Map<String, Value> = TYPES
        .iter()
        .map(|(kind, korean, english)| (kind.name().to_owned(), webhook(*kind, korean, english)))
        .collect();
    Value::Object(section)
}

fn webhook(kind: WebhookType, korean: &str, english: &str) -> Value {
    let schema_of = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let about = if kind == WebhookType::PaymentConfirmFailed {
        let failed = json!({
            "type": "object",
            "required": ["error_code", "message"],
            "properties": {
                "error_code": { "type": "string", "description": "실패한 이유. · Why it failed." },
                "message": { "type": "string", "description": "사람을 위한 글. · For people." },
            },
        });
        json!({ "anyOf": [schema_of("PaymentReceipt"), { "allOf": [schema_of("Reserve"), failed] }] })
    } else {
        schema_of("PaymentReceipt")
    };
    let added = json!({
        "type": "object",
        "required": ["application_id", "webhook_type", "sequence"],
        "properties": {
            "application_id": { "type": "string", "description": "프로젝트의 application_id. · The project's." },
            "webhook_type": { "type": "string", "const": kind.name() },
            "sequence": {
                "type": "integer", "minimum": 1,
                "description": "영수증마다 1부터: 바뀐 순서. · 1, 2, 3 … for each receipt: the order of its changes.",
            },
        },
    });
    let schema = json!({ "allOf": [about, added] });
    json!({
        "post": {
            "summary": korean,
            "description": format!("{korean} · {english} 같은 `webhook-id`는 한 번만 처리하십시오. · Do each `webhook-id` once."),
            "parameters": [
                header("webhook-id", "전달마다 하나, 재시도에도 같음. · The delivery; the same at every attempt."),
                header("webhook-timestamp", "서명한 초. · Seconds; when this attempt was signed."),
                header("webhook-signature", "Standard Webhooks: `v1,…`."),
                header("Jadong-Webhook-Type", "본문의 webhook_type. · As in the body."),
            ],
            "requestBody": {
                "required": true,
                "content": {
                    "application/json": { "schema": schema },
                    // Objects and lists as JSON text, where the request said so.
                    "application/x-www-form-urlencoded": { "schema": { "type": "object" } },
                },
            },
            "responses": {
                "200": {
                    "description": "받았습니다. 그 밖의 답은 다시 보냅니다. · Taken. Any other answer is sent again.",
                    "content": { "application/json": { "schema": {
                        "type": "object", "required": ["success"], "properties": { "success": { "const": true } },
                    } } },
                },
            },
        },
    })
}

fn header(name: &str, description: &str) -> Value {
    json!({ "name": name, "in": "header", "required": true, "description": description, "schema": { "type": "string" } })
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;

    #[test]
    fn every_type_is_described() {
        let described: Vec<_> = TYPES.iter().map(|(kind, ..)| *kind).collect();
        assert_eq!(described, WebhookType::VARIANTS);
    }
}

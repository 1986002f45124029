//! The documented sample of a request for a billing key, and changes to it.

use serde_json::{Value, json};

/// The sample of the documentation.
pub fn application() -> Value {
    json!({
        "pg": "nicepay",
        "order_name": "자동이체 등록",
        "subscription_id": "transfer_1",
        "auth_type": "ARS",
        "username": "홍길동",
        "bank_name": "국민은행",
        "bank_account": "12345678901234",
        "identity_no": "900101",
        "phone": "01012345678",
    })
}

/// `body` with the members of `changes` in it.
pub fn with(mut body: Value, changes: Value) -> Value {
    let members = body.as_object_mut().expect("a body is an object");
    members.extend(changes.as_object().expect("changes are an object").clone());
    body
}

/// `body` without one member.
pub fn without(mut body: Value, key: &str) -> Value {
    body.as_object_mut().expect("a body is an object").remove(key);
    body
}

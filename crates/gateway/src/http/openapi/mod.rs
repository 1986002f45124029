//! The API as an OpenAPI 3.1 document, from the code: schemas from the wire's structs, their words from `vocabulary.toml`,
//! the endpoints and their errors from `endpoints`.

mod accepted;
pub mod endpoint;
mod endpoints;
mod operation;
mod schemas;
mod vocabulary;
mod webhooks;

use std::sync::LazyLock;

use bytes::Bytes;
use serde_json::{Value, json};

pub use accepted::accepted;
pub use schemas::REQUESTS;

/// Where a gateway without any configuration is.
const SANDBOX_URL: &str = "http://127.0.0.1:4141";

const ABOUT: &str = "\
계좌 자동이체 빌링키 API입니다. Bootpay v2와 호환되며 공식 SDK를 그대로 쓸 수 있습니다.

An API for account billing keys, wire-compatible with Bootpay v2: the official SDKs work unmodified.

- 성공은 언제나 HTTP 200입니다. 실패한 답은 `Error`이고, 프로그램은 `error_code`만 보고 판단합니다. · A success is always \
HTTP 200. A failure is an `Error`, of which programs look at `error_code` only.
- 이 문서보다 너그럽게 받습니다: 문자열 자리의 숫자, 숫자 자리의 문자열, 없음을 뜻하는 `null` `\"\"` `{}` `[]`, 모르는 필드. · More \
is accepted than this document says: numbers for texts, texts for numbers, `null` `\"\"` `{}` `[]` for nothing, unknown \
fields. `jadong openapi --accepted` prints that.
- 같은 필드와 값이 나중에 더해질 수 있습니다. 모르는 필드와 상태는 무시하십시오. · Fields and values are only ever added: \
ignore what you do not know.";

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut paths = serde_json::Map::new();
    for endpoint in endpoints::ALL.iter() {
        let path = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        path[endpoint.method] = operation::operation(endpoint);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Jadong",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": SANDBOX_URL }],
        "paths": paths,
        "webhooks": webhooks::all(),
        "components": {
            "schemas": schemas::all(),
            "securitySchemes": {
                "basic": {
                    "type": "http", "scheme": "basic",
                    "description": "client_key:secret_key",
                },
                "token": {
                    "type": "http", "scheme": "bearer",
                    "description": "`POST /v2/request/token`의 access_token. · The access_token of that call.",
                },
            },
        },
    })
});

/// The document of a gateway at `url`, written. Its first server is the one it was read from, by whatever name.
pub fn document(url: &str) -> Bytes {
    let mut document = DOCUMENT.clone();
    document["servers"] = json!([{ "url": "/" }, { "url": url }]);
    Bytes::from(document.to_string())
}

/// The document as it is committed.
#[must_use]
pub fn published() -> &'static Value {
    &DOCUMENT
}

#[cfg(test)]
mod tests;

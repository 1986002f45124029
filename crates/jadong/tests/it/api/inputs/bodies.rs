//! Bodies that are no JSON of ours: each is named, whatever the load, and nothing is done.

use reqwest::Method;
use serde_json::json;

use super::JSON;
use testkit::merchant::{PAYMENT, RESERVE};
use testkit::{Answer, Merchant, TestGateway};

async fn sent(merchant: &Merchant, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
    let mut request = merchant
        .request(Method::POST, PAYMENT)
        .header("content-type", "application/json")
        .body(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::to(request).await
}

#[tokio::test]
async fn what_came_instead_of_utf_8_is_named() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let json = br#"{"order_name":"x"}"#;
    let utf_16: Vec<u8> = String::from_utf8_lossy(json)
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let before = |mark: &[u8]| [mark, json].concat();
    for (body, says) in [
        (before(&[0xef, 0xbb, 0xbf]), "BOM"),
        (b"{\"order_name\":\"\xbf\xf9 \xb1\xb8\xb5\xb6\"}".to_vec(), "EUC-KR"),
        (vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0], "gzip"),
        (utf_16.clone(), "UTF-16"),
        ([vec![0xff, 0xfe], utf_16].concat(), "UTF-16"),
        (vec![0x28, 0xb5, 0x2f, 0xfd, 0], "zstd"),
    ] {
        let refused = sent(&merchant, &[], body).await;
        assert_eq!(refused.verdict(), "400 BODY_NOT_JSON", "{says}");
        assert!(refused.text("hint").contains(says), "{}", refused.body);
    }
    for coding in ["gzip", "deflate", "br", "GZIP"] {
        let refused = sent(&merchant, &[("content-encoding", coding)], json.to_vec()).await;
        assert_eq!(refused.verdict(), "415 MEDIA_TYPE_UNSUPPORTED");
        assert!(refused.text("hint").contains("gzip"), "{}", refused.body);
    }
    let plain = sent(&merchant, &[("content-encoding", "identity")], json.to_vec()).await;
    assert_eq!(plain.verdict(), "400 RC_BILLING_KEY_BLANK");
    gateway.stop().await;
}

/// Before the debit, not after it.
#[tokio::test]
async fn notes_that_no_receiver_could_read_are_refused_before_the_debit() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    let body = |field: &str, value: &str| {
        format!(
            r#"{{"billing_key":"{key}","order_name":"x","price":1000,"order_id":"1","reserve_execute_at":"2027-01-01T00:00:00+09:00","{field}":{value}}}"#
        )
    };
    for path in [PAYMENT, RESERVE] {
        for (field, value, code) in [
            ("metadata", format!("{{\"a\":{}}}", nested(31)), "FIELD_INVALID"),
            ("metadata", format!("{{\"a\":{}}}", nested(200)), "FIELD_INVALID"),
            ("items", nested(127), "FIELD_INVALID"),
            ("user", format!("{{\"a\":{}}}", nested(64)), "FIELD_INVALID"),
            ("metadata", r#"{"a":"\ud800"}"#.to_owned(), "BODY_NOT_JSON"),
            ("items", r#"[{"name":"\udc00\ud800"}]"#.to_owned(), "BODY_NOT_JSON"),
            ("metadata", r#"{"a":1e999}"#.to_owned(), "BODY_NOT_JSON"),
            ("metadata", r#"{"a":1,"a":2}"#.to_owned(), "BODY_NOT_JSON"),
        ] {
            let refused = merchant.post_text(path, JSON, body(field, &value)).await;
            assert_eq!(refused.verdict(), format!("400 {code}"), "{value}");
            assert_eq!(refused.text("field"), field, "{}", refused.body);
        }
    }
    assert_eq!(gateway.pg.ledger().await.requests.charge, 0);
    let paid = merchant
        .post_text(
            PAYMENT,
            JSON,
            body("metadata", &format!("{{\"a\":{},\"n\":1.10}}", nested(29))),
        )
        .await;
    assert!(paid.expect(200).body.contains("\"n\":1.10"), "kept as sent");
    gateway.stop().await;
}

#[tokio::test]
async fn a_hint_does_not_depend_on_the_load() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    // More than are kept whole in one second; the clock of this gateway stands still.
    for _ in 0..150 {
        merchant.get("/v2/receipt/66542d4be86c1eedf6b17965").await;
    }
    let charged = merchant.post(PAYMENT, json!({ "biling_key": "x", "메모": 1 })).await;
    assert_eq!(charged.text("hint"), "biling_key → billing_key");
    gateway.stop().await;
}

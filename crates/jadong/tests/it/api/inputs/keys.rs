//! `Idempotency-Key`: honoured or refused.

use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};

use testkit::merchant::{CANCEL, PAYMENT, RESERVE};
use testkit::{Answer, Merchant, TestGateway};

const AT: &str = "2027-01-01T00:00:00+09:00";

async fn keyed(merchant: &Merchant, path: &str, keys: &[&[u8]], body: &Value) -> Answer {
    let mut request = merchant.request(Method::POST, path).json(body);
    for key in keys {
        request = request.header("Idempotency-Key", HeaderValue::from_bytes(key).unwrap());
    }
    Answer::to(request).await
}

fn order(key: &str, id: &str) -> Value {
    json!({ "billing_key": key, "order_name": "x", "order_id": id, "price": 1000, "reserve_execute_at": AT })
}

#[tokio::test]
async fn a_key_that_cannot_be_honoured_is_refused_everywhere() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let long = "k".repeat(256);
    let unreadable: [&[&[u8]]; 6] = [
        &[long.as_bytes()],
        &[b""],
        &[b"\"\""],
        &[b"\"abc"],
        &["주문".as_bytes()],
        &[b"a", b"b"],
    ];
    for path in [PAYMENT, RESERVE, CANCEL] {
        for keys in unreadable {
            let refused = keyed(&merchant, path, keys, &order(&key, "1")).await;
            assert_eq!(refused.verdict(), "400 FIELD_INVALID", "{path} {keys:?}");
            assert_eq!(refused.text("field"), "Idempotency-Key");
        }
        let telling = keyed(&merchant, path, &[b"pay 010-1234-5678"], &order(&key, "1")).await;
        assert_eq!(telling.verdict(), "400 SUBSCRIBE_AT_SENSITIVE_TEXT");
    }
    assert_eq!(gateway.pg.ledger().await.requests.charge, 0);
    gateway.stop().await;
}

#[tokio::test]
async fn quoted_and_bare_are_one_key_and_each_operation_has_its_own() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let paid = keyed(&merchant, PAYMENT, &[b"k1"], &order(&key, "1")).await.expect(200);
    let again = keyed(&merchant, PAYMENT, &[b"\"k1\""], &order(&key, "1"))
        .await
        .expect(200);
    assert!(again.is_replayed() && again.body == paid.body);
    let other = keyed(&merchant, PAYMENT, &[b"\"k1\""], &order(&key, "2")).await;
    assert_eq!(other.verdict(), "409 IDEMPOTENCY_KEY_CONFLICT");
    // The same key for a reserve and for a cancel is theirs.
    keyed(&merchant, RESERVE, &[b"k1"], &order(&key, "3")).await.expect(200);
    let body = json!({ "receipt_id": paid.text("receipt_id"), "cancel_price": 100 });
    keyed(&merchant, CANCEL, &[b"k1"], &body).await.expect(200);
    gateway.stop().await;
}

#[tokio::test]
async fn a_cancel_with_a_key_is_done_once() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let receipt_id = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    let part = |price: u64| json!({ "receipt_id": receipt_id, "cancel_price": price });
    let first = keyed(&merchant, CANCEL, &[b"k1"], &part(300)).await.expect(200);
    let again = keyed(&merchant, CANCEL, &[b"\"k1\""], &part(300)).await.expect(200);
    assert!(again.is_replayed() && !first.is_replayed());
    assert_eq!(again.text("cancelled_price"), "300");
    for other in [
        part(400),
        json!({ "receipt_id": receipt_id }),
        json!({ "receipt_id": receipt_id, "cancel_price": 300, "cancel_id": "c" }),
    ] {
        let refused = keyed(&merchant, CANCEL, &[b"k1"], &other).await;
        assert_eq!(refused.verdict(), "409 IDEMPOTENCY_KEY_CONFLICT", "{other}");
    }
    // A refusal leads to nothing, and leaves the key free.
    let refused = keyed(&merchant, CANCEL, &[b"k2"], &part(900)).await;
    assert_eq!(refused.verdict(), "400 RC_CANCEL_PRICE_INVALID");
    keyed(&merchant, CANCEL, &[b"k2"], &part(200)).await.expect(200);
    assert_eq!(gateway.pg.ledger().await.refunds_of(&receipt_id), [300, 200]);
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twelve_cancels_at_once_with_one_key_give_back_once() {
    let gateway = TestGateway::start().await;
    let key = gateway.merchant().key().await;
    let receipt_id = gateway
        .merchant()
        .charge(&key, json!({}))
        .await
        .expect(200)
        .text("receipt_id");
    let body = json!({ "receipt_id": receipt_id, "cancel_price": 100 });
    let asked: Vec<_> = (0..12)
        .map(|_| {
            let (merchant, body) = (gateway.merchant(), body.clone());
            tokio::spawn(async move { keyed(&merchant, CANCEL, &[b"k1"], &body).await })
        })
        .collect();
    for one in asked {
        let answer = one.await.unwrap().expect(200);
        assert_eq!(answer.text("cancelled_price"), "100");
    }
    assert_eq!(gateway.pg.ledger().await.refunds_of(&receipt_id), [100]);
    gateway.stop().await;
}

#[tokio::test]
async fn a_reserve_with_a_key_is_one_reserve() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let first = keyed(&merchant, RESERVE, &[b"k1"], &order(&key, "1")).await.expect(200);
    let again = keyed(&merchant, RESERVE, &[b"k1"], &order(&key, "1")).await.expect(200);
    assert!(again.is_replayed());
    assert_eq!(again.text("reserve_id"), first.text("reserve_id"));
    let other = keyed(&merchant, RESERVE, &[b"k1"], &order(&key, "2")).await;
    assert_eq!(other.verdict(), "409 IDEMPOTENCY_KEY_CONFLICT");
    let mut past = order(&key, "3");
    past["reserve_execute_at"] = json!("2020-01-01T00:00:00+09:00");
    let refused = keyed(&merchant, RESERVE, &[b"k2"], &past).await;
    assert_eq!(refused.verdict(), "400 RESERVE_EXECUTE_AT_PAST");
    keyed(&merchant, RESERVE, &[b"k2"], &order(&key, "3")).await.expect(200);
    gateway.stop().await;
}

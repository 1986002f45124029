//! How much is given back: all of it, a part, never more than is left.

use serde_json::{Value, json};

use testkit::assert_answers;
use testkit::{Merchant, OTHER, TestGateway};

/// A payment of 1000, of which 300 are free of tax.
async fn paid(merchant: &Merchant) -> String {
    let key = merchant.key().await;
    let paid = merchant.charge(&key, json!({ "order_id": key, "tax_free": 300 })).await;
    paid.expect(200).text("receipt_id")
}

#[tokio::test]
async fn all_of_it_a_part_and_the_rest() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let mut answers = Vec::new();
    let whole = paid(&merchant).await;
    answers.push((
        "all of it".to_owned(),
        merchant.cancel(&whole, json!({})).await.expect(200),
    ));
    let parts = paid(&merchant).await;
    let of = |price: u32, tax_free: u32| json!({ "cancel_price": price, "cancel_tax_free": tax_free });
    answers.push((
        "a part".to_owned(),
        merchant.cancel(&parts, of(400, 100)).await.expect(200),
    ));
    answers.push((
        "another".to_owned(),
        merchant.cancel(&parts, of(100, 0)).await.expect(200),
    ));
    answers.push((
        "the rest".to_owned(),
        merchant.cancel(&parts, json!({})).await.expect(200),
    ));
    let looked_up = merchant.get(&format!("/v2/receipt/{parts}")).await.expect(200);
    assert_eq!(looked_up.body, answers[3].1.body, "the lookup is the last answer again");
    let ledger = gateway.pg.ledger().await;
    assert_eq!(ledger.refunds_of(&whole), [1000]);
    assert_eq!(ledger.refunds_of(&parts), [400, 100, 500]);
    assert_answers!("parts", answers);
    gateway.stop().await;
}

#[tokio::test]
async fn no_price_null_and_0_all_mean_all_of_it() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for price in [
        json!(null),
        json!(0),
        json!("0"),
        json!(""),
        json!(1000.0),
        json!("1000"),
    ] {
        let receipt_id = paid(&merchant).await;
        let cancelled = merchant.cancel(&receipt_id, json!({ "cancel_price": price })).await;
        assert_eq!(cancelled.json()["status"], json!(20), "{price}: {}", cancelled.body);
        assert_eq!(cancelled.json()["cancelled_tax_free"], json!(300), "{price}");
        assert_eq!(gateway.pg.ledger().await.refunds_of(&receipt_id), [1000], "{price}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn more_than_is_left_is_refused_before_the_pg_hears_of_it() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = paid(&merchant).await;
    merchant
        .cancel(&receipt_id, json!({ "cancel_price": 400, "cancel_tax_free": 200 }))
        .await
        .expect(200);
    let asked = gateway.pg.ledger().await.requests.cancel;
    let cases: [(Value, &str, &str); 7] = [
        (json!({ "cancel_price": 601 }), "cancel_price", "<= 600"),
        (
            json!({ "cancel_price": 600, "cancel_tax_free": 101 }),
            "cancel_tax_free",
            "100 <= cancel_tax_free <= 100",
        ),
        (
            json!({ "cancel_price": 50, "cancel_tax_free": 51 }),
            "cancel_tax_free",
            "0 <= cancel_tax_free <= 50",
        ),
        (json!({ "cancel_price": 0.5 }), "cancel_price", "1000"),
        (json!({ "cancel_price": -1 }), "cancel_price", "1000"),
        (json!({ "cancel_price": 1_000_000_000_000_u64 }), "cancel_price", "1000"),
        (json!({ "cancel_price": "모두" }), "cancel_price", "1000"),
    ];
    for (changes, field, hint) in cases {
        let refused = merchant.cancel(&receipt_id, changes.clone()).await;
        assert_eq!(refused.verdict(), "400 RC_CANCEL_PRICE_INVALID", "{changes}");
        assert_eq!(
            (refused.text("field"), refused.text("hint")),
            (field.into(), hint.into()),
            "{changes}"
        );
    }
    assert_eq!(gateway.pg.ledger().await.requests.cancel, asked);
    merchant
        .cancel(&receipt_id, json!({ "cancel_price": 600 }))
        .await
        .expect(200);
    gateway.stop().await;
}

#[tokio::test]
async fn what_is_not_paid_or_not_there_or_somebody_elses_is_not_cancelled() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let mut answers = Vec::new();
    let receipt_id = paid(&merchant).await;
    let theirs = gateway.merchant_named(OTHER).cancel(&receipt_id, json!({})).await;
    answers.push(("another project's".to_owned(), theirs));
    merchant.cancel(&receipt_id, json!({})).await.expect(200);
    answers.push((
        "cancelled already".to_owned(),
        merchant.cancel(&receipt_id, json!({})).await,
    ));
    let poor = merchant.key_of("0001").await;
    let declined = merchant.charge(&poor, json!({})).await.text("receipt_id");
    answers.push(("declined".to_owned(), merchant.cancel(&declined, json!({})).await));
    let issuance = merchant.receipt(json!({})).await;
    answers.push(("an issuance's".to_owned(), merchant.cancel(&issuance, json!({})).await));
    answers.push(("no id".to_owned(), merchant.cancel("rid", json!({})).await));
    answers.push(("blank".to_owned(), merchant.cancel("", json!({})).await));
    assert_answers!("refusals", answers);
    assert_eq!(gateway.pg.ledger().await.requests.cancel, 1);
    gateway.stop().await;
}

#[tokio::test]
async fn the_fields_of_every_sdk_are_taken_and_a_refund_account_changes_nothing() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for changes in [
        json!({ "cancel_uername": "관리자", "refund": { "bank_account": "1", "bank_username": "n", "bankcode": "004" } }),
        json!({ "cancel_username": "관리자", "cancel_message": "변심", "refund": null, "items": null, "metadata": {} }),
        json!({ "cancel_id": "", "cancel_username": "", "cancel_message": "", "cancel_tax_free": null }),
        json!({ "cancel_message": "가".repeat(500), "cancel_username": "나".repeat(500) }),
    ] {
        let receipt_id = paid(&merchant).await;
        let cancelled = merchant.cancel(&receipt_id, changes.clone()).await;
        assert_eq!(cancelled.verdict(), "200", "{changes}: {}", cancelled.body);
        assert_eq!(gateway.pg.ledger().await.refunds_of(&receipt_id), [1000]);
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_destroyed_keys_payment_can_still_be_cancelled() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let receipt_id = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    merchant
        .delete(&format!("/v2/subscribe/billing_key/{key}"))
        .await
        .expect(200);
    merchant.cancel(&receipt_id, json!({})).await.expect(200);
    assert_eq!(gateway.pg.ledger().await.debited(&receipt_id), (1, 0));
    gateway.stop().await;
}

/// Without an amount everything is given back: an amount under another name is refused, and nothing is.
#[tokio::test]
async fn a_misspelt_amount_gives_nothing_back() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let paid = merchant.charge(&key, json!({ "price": 5_000 })).await.expect(200);
    let receipt_id = paid.text("receipt_id");
    for name in [
        "cancelPrice",
        "cancle_price",
        "cancelprice",
        "cancel_amount",
        "price",
        "amount",
    ] {
        let body = json!({ "receipt_id": receipt_id, "cancel_id": "one", name: 100 });
        let refused = merchant.post("/v2/cancel", body).await;
        assert_eq!(
            refused.verdict(),
            "400 RC_CANCEL_PRICE_INVALID",
            "{name}: {}",
            refused.body
        );
        assert!(
            refused.text("hint").contains(&format!("{name} → cancel_price")),
            "{}",
            refused.body
        );
    }
    assert!(gateway.pg.ledger().await.refunds_of(&receipt_id).is_empty());
    // What SDKs send besides, and a right amount beside a stray one.
    let body = json!({ "receipt_id": receipt_id, "cancel_price": 100, "price": 5_000, "cancel_id": "two", "metadata": {}, "refund": {} });
    let part = merchant.post("/v2/cancel", body).await.expect(200);
    assert_eq!(part.text("cancelled_price"), "100");
    // Empty is no amount, under either name.
    let body = json!({ "receipt_id": receipt_id, "cancel_price": "", "price": 100, "cancel_id": "three" });
    let refused = merchant.post("/v2/cancel", body).await;
    assert_eq!(refused.verdict(), "400 RC_CANCEL_PRICE_INVALID", "{}", refused.body);
    let body = json!({ "receipt_id": receipt_id, "price": "", "amount": {}, "cancel_id": "four" });
    let rest = merchant.post("/v2/cancel", body).await.expect(200);
    assert_eq!(rest.text("cancelled_price"), "5000");
    gateway.stop().await;
}

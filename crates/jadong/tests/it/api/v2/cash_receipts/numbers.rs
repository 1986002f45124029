//! Whom a cash receipt is issued to, as merchants' programs write it, and what SDKs send unasked.

use serde_json::json;

use super::{NUMBER, alone, cash, paid, publish, standing_key};
use testkit::TestGateway;

#[tokio::test]
async fn a_phone_is_one_number_however_it_is_written() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = paid(&merchant).await;
    let issued = publish(&merchant, &receipt_id, json!({})).await.expect(200);
    for written in [
        json!("+82 10-9876-5432"),
        json!(1_098_765_432_u64),
        json!("1098765432"),
        json!("０１０－９８７６－５４３２"),
        json!("(010) 9876.5432"),
        json!("821098765432"),
    ] {
        let again = publish(&merchant, &receipt_id, json!({ "identity_no": written })).await;
        assert_eq!(again.verdict(), "200", "{written}");
        assert_eq!(
            (again.body.clone(), again.is_replayed()),
            (issued.body.clone(), true),
            "{written}"
        );
    }
    gateway.stop().await;
}

#[tokio::test]
async fn what_cannot_be_a_number_is_refused_before_the_pg_is_asked() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = paid(&merchant).await;
    let company = |number: &str| json!({ "identity_no": number, "cash_receipt_type": "지출증빙" });
    for (changes, verdict, hint) in [
        (company("120-81-47522"), "400 FIELD_INVALID", "check digit"),
        (company("1098765433"), "400 FIELD_INVALID", "check digit"),
        (
            json!({ "identity_no": "1208147522" }),
            "400 FIELD_INVALID",
            "01012345678",
        ),
        (
            json!({ "identity_no": "02-123-4567" }),
            "400 FIELD_INVALID",
            "01012345678",
        ),
        (
            json!({ "identity_no": "0101010000000" }),
            "400 SUBSCRIBE_AT_RESIDENT_NUMBER_REFUSED",
            "01012345678",
        ),
        (
            company("９００１０１－１２３４５６７"),
            "400 SUBSCRIBE_AT_RESIDENT_NUMBER_REFUSED",
            "01012345678",
        ),
        (
            json!({ "identity_no": "900101/1234567", "cash_receipt_type": "?" }),
            "400 SUBSCRIBE_AT_RESIDENT_NUMBER_REFUSED",
            "01012345678",
        ),
    ] {
        for answer in [
            publish(&merchant, &receipt_id, changes.clone()).await,
            alone(&merchant, changes.clone()).await,
        ] {
            assert_eq!(
                (answer.verdict().as_str(), answer.text("field").as_str()),
                (verdict, "identity_no"),
                "{changes}"
            );
            assert!(answer.text("hint").contains(hint), "{changes}: {}", answer.text("hint"));
        }
    }
    let key = json!({ "cash_receipt_type": "지출증빙", "cash_receipt_identity_no": "1208147522" });
    let asked = merchant.ask(key).await;
    assert_eq!(
        (asked.verdict().as_str(), asked.text("field").as_str()),
        ("400 FIELD_INVALID", "cash_receipt_identity_no")
    );
    assert_eq!(gateway.pg.ledger().await.requests.receipt, 0);
    gateway.stop().await;
}

#[tokio::test]
async fn what_an_sdk_sends_unasked_is_taken_and_a_purchase_to_come_is_not() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = paid(&merchant).await;
    let ruby = json!({ "pg": null, "currency": "WON", "test_production": false, "cash_receipt_type": 1 });
    let issued = publish(&merchant, &receipt_id, ruby).await.expect(200);
    assert_eq!(cash(&issued), (60, 1));
    let data = &issued.json()["cash_receipt_data"];
    assert!(
        data["cash_receipt_no"].is_string() && data["cash_receipt_no"] == data["receipt_no"],
        "{data}"
    );
    for currency in ["USD", "JPY"] {
        let refused = alone(&merchant, json!({ "currency": currency })).await;
        assert_eq!(
            (refused.verdict().as_str(), refused.text("hint").as_str()),
            ("400 FIELD_INVALID", "KRW")
        );
    }
    for future in ["2199-01-01T00:00:00+09:00", "2199-01-01 00:00:00", "2199-01-01"] {
        let refused = alone(&merchant, json!({ "purchased_at": future })).await;
        assert_eq!(
            (refused.verdict().as_str(), refused.text("field").as_str()),
            ("400 FIELD_INVALID", "purchased_at"),
            "{future}"
        );
        assert!(refused.text("hint").starts_with("<= "), "{}", refused.text("hint"));
    }
    alone(&merchant, json!({})).await.expect(200);
    gateway.stop().await;
}

/// The merchant asks for what its SDK had asked for unasked: the receipt that is there.
#[tokio::test]
async fn an_explicit_request_after_the_receipt_of_the_debit_is_a_replay_for_the_same_number() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = standing_key(&merchant, "12345678901234").await;
    let paid = merchant.charge(&key, json!({})).await.expect(200);
    let receipt_id = paid.text("receipt_id");
    for written in ["010-9876-5432", NUMBER, "+82 10 9876 5432"] {
        let again = publish(&merchant, &receipt_id, json!({ "identity_no": written }))
            .await
            .expect(200);
        assert_eq!(
            (again.body.clone(), again.is_replayed()),
            (paid.body.clone(), true),
            "{written}"
        );
    }
    for different in [
        json!({ "identity_no": "010-9876-5433" }),
        json!({ "identity_no": "120-81-47521", "cash_receipt_type": "지출증빙" }),
        json!({ "cash_receipt_type": "지출증빙" }),
    ] {
        let answer = publish(&merchant, &receipt_id, different.clone()).await;
        assert_eq!(answer.verdict(), "409 RC_CASH_RECEIPT_CONFLICT", "{different}");
    }
    let receipts = gateway.pg.ledger().await.receipts;
    assert_eq!((receipts.len(), gateway.pg.ledger().await.requests.receipt), (1, 0));
    // Taken back, it was never asked for: the request is a first one.
    merchant.delete(&super::cancel_path(&receipt_id)).await.expect(200);
    let first = publish(&merchant, &receipt_id, json!({})).await.expect(200);
    assert_eq!((cash(&first), first.is_replayed()), ((60, 1), false));
    gateway.stop().await;
}

/// Without a number of its own it goes to the payer's phone, or business number.
#[tokio::test]
async fn the_number_that_stands_in_is_known_too() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for (subscription, kind, standing) in [
        ("phone", "소득공제", "010-1234-5678"),
        ("business", "지출증빙", "120-81-47521"),
    ] {
        let asked = json!({ "subscription_id": subscription, "cash_receipt_type": kind,
            "identity_no": if kind == "지출증빙" { "1208147521" } else { "900101" } });
        let key = merchant.issue(asked).await.1;
        let paid = merchant
            .charge(&key, json!({ "order_id": subscription }))
            .await
            .expect(200);
        let same = json!({ "identity_no": standing, "cash_receipt_type": kind });
        let again = publish(&merchant, &paid.text("receipt_id"), same).await.expect(200);
        assert_eq!(
            (again.body.clone(), again.is_replayed()),
            (paid.body.clone(), true),
            "{kind}"
        );
    }
    gateway.stop().await;
}

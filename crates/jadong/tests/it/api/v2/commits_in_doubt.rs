//! A commit of which nobody knows whether it was made: the merchant is told so where it acts when it comes true, the same
//! request again is safe everywhere, and nothing is left behind. Each act, with a commit that was made and with one that was not.

use std::time::Duration;

use domain::due::DueKind;
use serde_json::json;

use testkit::merchant::RESERVE;
use testkit::{Merchant, TestGateway};

/// Whether the commit was made before its answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    Made,
    NotMade,
}

const BOTH: [Truth; 2] = [Truth::Made, Truth::NotMade];

impl Truth {
    /// The answer of the next commit is lost, after `skipped` others.
    fn lose(self, skipped: u32) {
        let point = match self {
            Self::Made => "commit_in_doubt_after",
            Self::NotMade => "commit_in_doubt_before",
        };
        let skip = if skipped == 0 {
            String::new()
        } else {
            format!("{skipped}*off->")
        };
        fail::cfg(point, &format!("{skip}1*return->off")).expect("a failpoint");
    }
}

async fn start() -> (TestGateway, Merchant) {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    (gateway, merchant)
}

#[tokio::test]
async fn a_charge_is_debited_once_by_the_same_request_again() {
    let (gateway, merchant) = start().await;
    let key = merchant.key().await;
    for truth in BOTH {
        let order = json!({ "order_id": format!("{truth:?}") });
        truth.lose(0);
        let lost = merchant.charge(&key, order.clone()).await;
        assert_eq!(lost.verdict(), "503 GATEWAY_STORE_UNAVAILABLE", "{truth:?}");
        let paid = merchant.charge(&key, order.clone()).await.expect(200);
        // Its own key for the request goes with it.
        let order = json!({ "order_id": format!("{truth:?} by key") });
        truth.lose(0);
        let lost = merchant
            .charge_once(&format!("once {truth:?}"), &key, order.clone())
            .await;
        assert_eq!(lost.verdict(), "503 GATEWAY_STORE_UNAVAILABLE", "{truth:?}");
        merchant
            .charge_once(&format!("once {truth:?}"), &key, order)
            .await
            .expect(200);
        assert_eq!(
            gateway.pg.ledger().await.debited(&paid.text("receipt_id")),
            (1, 1000),
            "{truth:?}"
        );
    }
    assert_eq!(gateway.pg.ledger().await.debits.len(), 4);
    gateway.stop().await;
}

#[tokio::test]
async fn a_cancel_says_that_it_may_come_true_and_does_or_does_not() {
    let (gateway, merchant) = start().await;
    let key = merchant.key().await;
    for truth in BOTH {
        let paid = merchant
            .charge(&key, json!({ "order_id": format!("{truth:?}") }))
            .await
            .expect(200);
        let receipt_id = paid.text("receipt_id");
        truth.lose(0);
        let lost = merchant.cancel(&receipt_id, json!({ "cancel_price": 400 })).await;
        assert_eq!(lost.verdict(), "400 RC_CANCEL_CRITICAL_ERROR", "{truth:?}");
        gateway.pass(Duration::from_secs(120), Duration::from_secs(5)).await;
        let expected = if truth == Truth::Made { vec![400] } else { vec![] };
        gateway
            .eventually(async || (gateway.pg.ledger().await.refunds_of(&receipt_id) == expected).then_some(()))
            .await;
        gateway
            .eventually(async || (!gateway.store().has_any(DueKind::Cancel).await.unwrap()).then_some(()))
            .await;
        let receipt = merchant.look_up(&receipt_id).await;
        assert_eq!(
            receipt["cancelled_price"],
            json!(expected.iter().sum::<u64>()),
            "{truth:?}"
        );
    }
    gateway.stop().await;
}

#[tokio::test]
async fn the_end_of_a_cancel_is_recorded_by_a_second_try() {
    let (gateway, merchant) = start().await;
    let key = merchant.key().await;
    for truth in BOTH {
        let paid = merchant
            .charge(&key, json!({ "order_id": format!("{truth:?}") }))
            .await
            .expect(200);
        let receipt_id = paid.text("receipt_id");
        truth.lose(1);
        let cancelled = merchant
            .cancel(&receipt_id, json!({ "cancel_price": 400, "cancel_id": "c" }))
            .await;
        assert_eq!(cancelled.verdict(), "200", "{truth:?}");
        assert_eq!(merchant.look_up(&receipt_id).await["cancelled_price"], json!(400));
        let again = merchant
            .cancel(&receipt_id, json!({ "cancel_price": 400, "cancel_id": "c" }))
            .await;
        assert!(again.expect(200).is_replayed());
        assert_eq!(gateway.pg.ledger().await.refunds_of(&receipt_id), [400], "{truth:?}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_reserve_is_made_and_revoked_once() {
    let (gateway, merchant) = start().await;
    let key = merchant.key().await;
    for truth in BOTH {
        let asked = json!({ "order_id": format!("{truth:?}"), "reserve_execute_at": "2026-01-02T04:04:05+09:00" });
        truth.lose(0);
        let lost = merchant.reserve(&key, asked.clone()).await;
        assert_eq!(lost.verdict(), "503 RESERVE_IN_DOUBT", "{truth:?}");
        let reserved = merchant.reserve(&key, asked).await.expect(200);
        assert_eq!(reserved.is_replayed(), truth == Truth::Made);
        let path = format!("{RESERVE}/{}", reserved.text("reserve_id"));
        truth.lose(0);
        assert_eq!(
            merchant.delete(&path).await.verdict(),
            "503 RESERVE_IN_DOUBT",
            "{truth:?}"
        );
        let again = merchant.delete(&path).await.verdict();
        assert_eq!(again == "200", truth == Truth::NotMade, "{again}");
        assert_eq!(
            merchant.reserved(&reserved.text("reserve_id")).await["status"],
            json!(3)
        );
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_customer_is_called_once_and_a_key_is_published_once() {
    let (gateway, merchant) = start().await;
    for truth in BOTH {
        // With a first payment: it goes with the key.
        let asked = json!({ "subscription_id": format!("{truth:?}"), "price": 1000 });
        truth.lose(0);
        let first = merchant.ask(asked.clone()).await.verdict();
        // What was made after all is gone on with.
        let said = |made, not| if truth == Truth::Made { made } else { not };
        assert_eq!(first, said("200", "503 GATEWAY_STORE_UNAVAILABLE"));
        let receipt_id = merchant.receipt(asked).await;
        gateway
            .eventually(async || (merchant.look_up(&receipt_id).await["status"] == json!(41)).then_some(()))
            .await;
        assert_eq!(gateway.pg.ledger().await.rung(&receipt_id), 1, "{truth:?}");
        truth.lose(0);
        let mut published = merchant.publish(&receipt_id).await;
        assert_eq!(published.verdict(), said("200", "503 SUBSCRIBE_PUBLISH_IN_DOUBT"));
        if truth == Truth::NotMade {
            published = merchant.publish(&receipt_id).await.expect(200);
        }
        assert_eq!(published.json()["receipt_data"]["status"], json!(1), "{truth:?}");
        assert_eq!(gateway.pg.ledger().await.keys_of(&receipt_id), 1, "{truth:?}");
    }
    assert_eq!(gateway.pg.ledger().await.debits.len(), 2, "the first payments");
    gateway.stop().await;
}

#[tokio::test]
async fn a_key_whose_record_is_in_doubt_comes_with_its_first_payment() {
    let (gateway, merchant) = start().await;
    for truth in BOTH {
        let asked = json!({ "subscription_id": format!("{truth:?}"), "price": 1000 });
        let receipt_id = merchant.receipt(asked).await;
        truth.lose(1);
        let first = merchant.publish(&receipt_id).await;
        let published = gateway
            .eventually(async || {
                let found = merchant.get(&format!("/v2/subscribe/billing_key/{receipt_id}")).await;
                (found.status == 200 && !found.text("billing_key").is_empty()).then_some(found)
            })
            .await;
        assert_eq!(first.verdict(), "200", "{truth:?}");
        gateway
            .eventually(async || {
                (gateway.pg.ledger().await.requests.charge as usize == gateway.pg.ledger().await.debits.len())
                    .then_some(())
            })
            .await;
        assert_eq!(gateway.pg.ledger().await.keys_of(&receipt_id), 1);
        drop(published);
    }
    gateway
        .eventually(async || (gateway.pg.ledger().await.debits.len() == 2).then_some(()))
        .await;
    gateway.stop().await;
}

#[tokio::test]
async fn a_cash_receipt_is_issued_and_taken_back_once() {
    let (gateway, merchant) = start().await;
    let key = merchant.key().await;
    for truth in BOTH {
        let paid = merchant
            .charge(&key, json!({ "order_id": format!("{truth:?}") }))
            .await
            .expect(200);
        let receipt_id = paid.text("receipt_id");
        let body = json!({ "receipt_id": receipt_id, "identity_no": "01098765432", "cash_receipt_type": "소득공제" });
        let publish = "/v2/request/receipt/cash/publish";
        truth.lose(0);
        assert_eq!(
            merchant.post(publish, body.clone()).await.verdict(),
            "503 RC_CASH_RECEIPT_IN_DOUBT"
        );
        merchant.post(publish, body).await.expect(200);
        let cancel = format!("/v2/request/receipt/cash/cancel/{receipt_id}");
        truth.lose(0);
        assert_eq!(
            merchant.delete(&cancel).await.verdict(),
            "503 RC_CASH_RECEIPT_IN_DOUBT",
            "{truth:?}"
        );
        gateway.while_time_passes(merchant.delete(&cancel)).await.expect(200);
    }
    let receipts = gateway.pg.ledger().await.receipts;
    assert_eq!(receipts.len(), 2);
    assert!(receipts.iter().all(|receipt| receipt.cancelled_at_ms.is_some()));
    gateway.stop().await;
}

//! The seven steps and what comes after, and the way there and back: keys and receipts are those of the hosted API.

use serde_json::json;
use testkit::Merchant;

use super::front;

/// What both sides say of it, but for what is each one's own.
async fn same_on_both_sides(front: &Merchant, hosted: &Merchant, path: &str) {
    let (mut here, mut there) = (
        front.get(path).await.expect(200).json(),
        hosted.get(path).await.expect(200).json(),
    );
    // The order id there is an attempt's own; the names and addresses are each gateway's.
    for own in [
        "order_id",
        "subscription_id",
        "gateway_url",
        "metadata",
        "requested_at",
        "published_at",
        "receipt_url",
        "bank_data",
        "price",
        "purchased_at",
        "billing_data",
        "order_name",
    ] {
        for side in [&mut here, &mut there] {
            side.as_object_mut().expect("an object").remove(own);
        }
    }
    assert_eq!(here, there, "{path}");
}

#[tokio::test]
async fn the_seven_steps_a_debit_and_its_refund_have_the_hosted_apis_own_ids() {
    let gateway = front().await;
    let (merchant, hosted) = (gateway.merchant(), gateway.hosted().merchant());
    let receipt_id = merchant.receipt(json!({ "price": 1000 })).await;
    let published = merchant.publish(&receipt_id).await.expect(200).json();
    let key = published["billing_key"].as_str().expect("a key").to_owned();
    assert_eq!(published["receipt_id"], json!(receipt_id));
    same_on_both_sides(&merchant, &hosted, &format!("/v2/billing_key/{key}")).await;
    same_on_both_sides(&merchant, &hosted, &format!("/v2/receipt/{receipt_id}")).await;
    // The first payment is a debit of this gateway: the publish there was asked for none.
    let first = published["receipt_data"]["receipt_id"]
        .as_str()
        .expect("a receipt")
        .to_owned();
    same_on_both_sides(&merchant, &hosted, &format!("/v2/receipt/{first}")).await;

    let paid = merchant
        .charge(&key, json!({ "order_id": "order_1" }))
        .await
        .expect(200);
    let payment = paid.text("receipt_id");
    assert_eq!(paid.json()["order_id"], json!("order_1"));
    let again = merchant
        .charge(&key, json!({ "order_id": "order_1" }))
        .await
        .expect(200);
    assert!(again.is_replayed());
    assert_eq!(again.text("receipt_id"), payment);
    let part = json!({ "cancel_price": 300, "cancel_id": "part" });
    let cancelled = merchant.cancel(&payment, part.clone()).await.expect(200);
    assert_eq!(cancelled.json()["cancelled_price"], json!(300));
    assert!(merchant.cancel(&payment, part).await.expect(200).is_replayed());
    same_on_both_sides(&merchant, &hosted, &format!("/v2/receipt/{payment}")).await;

    let ledger = gateway.pg.ledger().await;
    assert_eq!(ledger.debited(&payment), (1, 700));
    assert_eq!((ledger.debits.len(), ledger.keys_of(&receipt_id)), (2, 1));
    // Gone here is gone there.
    merchant
        .delete(&format!("/v2/subscribe/billing_key/{key}"))
        .await
        .expect(200);
    let dead = hosted.charge(&key, json!({ "order_id": "order_2" })).await;
    assert_eq!(dead.verdict(), "400 SUBSCRIBE_BK_EXPIRED");
    gateway.stop().await;
}

/// A merchant that changes the URL back has lost nothing: what it has stored is good there.
#[tokio::test]
async fn a_merchant_that_goes_back_charges_looks_up_and_refunds_with_what_it_has_stored() {
    let gateway = front().await;
    let (merchant, hosted) = (gateway.merchant(), gateway.hosted().merchant());
    let (receipt_id, key) = merchant.issue(json!({})).await;
    let payment = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");

    let charged = hosted
        .charge(&key, json!({ "order_id": "next month" }))
        .await
        .expect(200);
    let issued = hosted
        .get(&format!("/v2/subscribe/billing_key/{receipt_id}"))
        .await
        .expect(200);
    assert_eq!(issued.text("billing_key"), key);
    hosted.cancel(&payment, json!({})).await.expect(200);
    let ledger = gateway.pg.ledger().await;
    assert_eq!(ledger.debited(&payment), (1, 0));
    assert_eq!(ledger.debited(&charged.text("receipt_id")), (1, 1000));
    // And forward again: what was given back there is found out before it is given back twice.
    let again = merchant.cancel(&payment, json!({})).await;
    assert_eq!(again.verdict(), "400 RC_ALREADY_CANCELLED");
    assert_eq!(merchant.look_up(&payment).await["status"], json!(20));
    gateway.stop().await;
}

#[tokio::test]
async fn a_cash_receipt_of_a_payment_is_tied_to_it_there() {
    let gateway = front().await;
    let (merchant, hosted) = (gateway.merchant(), gateway.hosted().merchant());
    let (_, key) = merchant.issue(json!({})).await;
    let payment = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    let asked = json!({ "receipt_id": payment, "identity_no": "01012345678", "cash_receipt_type": "소득공제" });
    let issued = merchant
        .post("/v2/request/receipt/cash/publish", asked)
        .await
        .expect(200)
        .json();
    let there = hosted.get(&format!("/v2/receipt/{payment}")).await.expect(200).json();
    assert_eq!(issued["cash_receipt_data"], there["cash_receipt_data"]);
    merchant
        .delete(&format!("/v2/request/receipt/cash/cancel/{payment}"))
        .await
        .expect(200);
    let there = hosted.get(&format!("/v2/receipt/{payment}")).await.expect(200).json();
    assert_eq!(there["cash_receipt_data"]["status"], json!(61));
    gateway.stop().await;
}

#[tokio::test]
async fn a_cash_receipt_that_stands_alone_is_cancelled_on_either_side() {
    let gateway = front().await;
    let (merchant, hosted) = (gateway.merchant(), gateway.hosted().merchant());
    let asked = json!({
        "pg": "nicepay", "order_id": "shop 1", "order_name": "커피", "price": 1000,
        "identity_no": "01012345678", "cash_receipt_type": "소득공제",
    });
    let issued = merchant
        .post("/v2/request/cash/receipt", asked)
        .await
        .expect(200)
        .text("receipt_id");
    hosted.get(&format!("/v2/receipt/{issued}")).await.expect(200);
    merchant
        .delete(&format!("/v2/request/cash/receipt/{issued}"))
        .await
        .expect(200);
    let there = hosted.get(&format!("/v2/receipt/{issued}")).await.expect(200).json();
    assert_eq!(there["status"], json!(61));
    gateway.stop().await;
}

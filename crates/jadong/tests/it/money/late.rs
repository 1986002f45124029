//! A gateway that stands still between writing down what it is about to do and doing it, as one does whose machine is suspended or that
//! gets a `SIGSTOP`. Another one on the same database finds out that the PG knows of nothing, and ends it; then the first goes on.
//! Nothing of it may leave any more.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::in_process::Node;
use testkit::{Answer, Apart, Merchant, TestGateway};
use tokio::task::JoinHandle;

const SECOND: Duration = Duration::from_secs(1);

/// A gateway whose threads a test can stop.
async fn gateway() -> TestGateway {
    TestGateway::with(|plan| {
        plan.apart = Apart::Apart;
        plan.send_within = 10 * SECOND;
    })
    .await
}

/// The next who comes to `point` stands still, with all of its gateway.
fn stand_still_at(point: &str) {
    fail::cfg(point, "1*pause->off").expect("a failpoint");
}

fn go_on(point: &str) {
    fail::cfg(point, "off").expect("a failpoint");
}

/// Asks, and waits until the gateway stands still on it: it answers nothing any more.
async fn ask(gateway: &TestGateway, asking: impl Future<Output = Answer> + Send + 'static) -> JoinHandle<Answer> {
    let asked = tokio::spawn(asking);
    let health = Merchant::at(&format!("http://{}", gateway.admin_address()));
    for _look in 0..500 {
        let answered = tokio::time::timeout(Duration::from_millis(300), health.try_get("/healthz")).await;
        if answered.is_err() {
            return asked;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it never stood still");
}

async fn eventually(gateway: &TestGateway, beside: &Node, path: &str, is_so: impl Fn(&Value) -> bool) {
    for _second in 0..4_000 {
        gateway.pass(SECOND, SECOND).await;
        let merchant = beside.merchant();
        if let Some(seen) = merchant.try_get(path).await
            && seen.status == 200
            && is_so(&seen.json())
        {
            return;
        }
    }
    panic!("{path} never came to it");
}

async fn payment_of(gateway: &TestGateway, order_id: &str) -> domain::payment::Payment {
    let found = gateway
        .store()
        .payments_by_order(gateway.project("sandbox").id, order_id, 1);
    found.await.unwrap().remove(0)
}

#[tokio::test]
async fn a_debit_that_another_gateway_has_voided_does_not_leave() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    stand_still_at("charge_after_commit");
    let (asking, billing_key) = (merchant.clone(), key.clone());
    let first = ask(&gateway, async move {
        asking.charge(&billing_key, json!({ "order_id": "order" })).await
    })
    .await;
    let receipt = payment_of(&gateway, "order").await.receipt_id;
    let beside = gateway.another().await;
    let path = format!("/v2/receipt/{receipt}");
    eventually(&gateway, &beside, &path, |receipt| receipt["status"] == json!(-2)).await;
    // The order is free again, and is debited there.
    let second = beside
        .merchant()
        .charge(&key, json!({ "order_id": "order" }))
        .await
        .expect(200);
    go_on("charge_after_commit");
    let first = first.await.unwrap();
    assert_eq!(first.verdict(), "400 RC_CONFIRM_FAILED");
    let ledger = gateway.pg.ledger().await;
    assert_eq!(
        (ledger.requests.charge, ledger.debits.len()),
        (1, 1),
        "nothing of the first has arrived"
    );
    assert_eq!(ledger.debited(&second.text("receipt_id")), (1, 1000));
    gateway.stop().await;
}

#[tokio::test]
async fn a_reserve_that_another_gateway_has_run_is_debited_once() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let asked = json!({ "order_id": "order", "reserve_execute_at": "2026-01-02T03:04:06+09:00" });
    let reserve = merchant.reserve(&key, asked).await.expect(200).text("reserve_id");
    stand_still_at("reserve_after_commit");
    gateway.clock.advance(2 * SECOND);
    let waiting = gateway.merchant();
    let path = format!("/v2/subscribe/payment/reserve/{reserve}");
    let _stands = ask(&gateway, async move { waiting.get("/v2/receipt/none").await }).await;
    let beside = gateway.another().await;
    eventually(&gateway, &beside, &path, |reserve| reserve["status"] == json!(1)).await;
    go_on("reserve_after_commit");
    gateway.pass(120 * SECOND, SECOND).await;
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.requests.charge, ledger.debits.len()), (1, 1));
    assert_eq!(beside.merchant().reserved(&reserve).await["status"], json!(1));
    gateway.stop().await;
}

#[tokio::test]
async fn a_cancel_that_another_gateway_has_sent_is_not_sent_again_and_is_answered_as_done() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let receipt_id = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    stand_still_at("cancel_after_commit");
    let (asking, receipt) = (merchant.clone(), receipt_id.clone());
    let first = ask(&gateway, async move {
        asking.cancel(&receipt, json!({ "cancel_price": 400 })).await
    })
    .await;
    let beside = gateway.another().await;
    let path = format!("/v2/receipt/{receipt_id}");
    eventually(&gateway, &beside, &path, |receipt| {
        receipt["cancelled_price"] == json!(400)
    })
    .await;
    go_on("cancel_after_commit");
    let first = first.await.unwrap().expect(200).json();
    assert_eq!(first["cancelled_price"], json!(400));
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.requests.cancel, ledger.refunds_of(&receipt_id)), (1, vec![400]));
    gateway.stop().await;
}

#[tokio::test]
async fn a_key_that_another_gateway_has_registered_is_not_asked_for_again() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let receipt_id = merchant.receipt(json!({ "price": 1000 })).await;
    stand_still_at("publish_after_commit");
    let (asking, receipt) = (merchant.clone(), receipt_id.clone());
    let first = ask(&gateway, async move { asking.publish(&receipt).await }).await;
    let beside = gateway.another().await;
    let path = format!("/v2/subscribe/billing_key/{receipt_id}");
    eventually(&gateway, &beside, &path, |key| key["status"] == json!(1)).await;
    gateway.pass(60 * SECOND, SECOND).await;
    go_on("publish_after_commit");
    first.await.unwrap().expect(200);
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.requests.register, ledger.keys_of(&receipt_id)), (1, 1));
    assert_eq!(
        (ledger.requests.charge, ledger.debits.len()),
        (1, 1),
        "the first payment"
    );
    gateway.stop().await;
}

/// Whoever publishes again as long as "the PG cannot be reached" comes back would never end: the payment is over, and the key is there.
#[tokio::test]
async fn a_first_payment_that_comes_too_late_to_leave_is_over_and_the_key_is_charged_instead() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let receipt_id = merchant
        .receipt(json!({ "price": 1000, "subscription_id": "late" }))
        .await;
    stand_still_at("publish_after_outcome_commit");
    let (asking, receipt) = (merchant.clone(), receipt_id.clone());
    let first = ask(&gateway, async move { asking.publish(&receipt).await }).await;
    gateway.pass(11 * SECOND, SECOND).await;
    go_on("publish_after_outcome_commit");
    let first = first.await.unwrap();
    assert_eq!(first.verdict(), "400 RC_CONFIRM_FAILED", "{}", first.body);
    assert!(first.text("hint").contains("charge the key"), "{}", first.body);
    assert_eq!(gateway.pg.ledger().await.requests.charge, 0, "nothing has left");
    let found = merchant.get(&format!("/v2/subscribe/billing_key/{receipt_id}")).await;
    let key = found.expect(200).text("billing_key");
    let paid = merchant.charge(&key, json!({ "order_id": "late" })).await.expect(200);
    let ledger = gateway.pg.ledger().await;
    assert_eq!(
        (ledger.debits.len(), ledger.debited(&paid.text("receipt_id")).0),
        (1, 1)
    );
    gateway.stop().await;
}

#[tokio::test]
async fn a_customer_whose_request_another_gateway_has_ended_is_not_called() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    stand_still_at("request_after_commit");
    let asking = merchant.clone();
    let first = ask(
        &gateway,
        async move { asking.ask(json!({ "subscription_id": "s" })).await },
    )
    .await;
    let beside = gateway.another().await;
    let open = gateway
        .store()
        .open_issuance(gateway.project("sandbox").id, "s")
        .await
        .unwrap()
        .unwrap();
    let path = format!("/v2/receipt/{}", open.receipt_id);
    eventually(&gateway, &beside, &path, |receipt| receipt["status"] == json!(-40)).await;
    go_on("request_after_commit");
    let first = first.await.unwrap();
    assert_ne!(first.status, 200, "{}", first.body);
    assert_eq!(gateway.pg.ledger().await.requests.start, 0);
    gateway.stop().await;
}

#[tokio::test]
async fn a_cash_receipt_that_another_gateway_has_given_up_is_not_issued() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let receipt_id = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    let body = json!({ "receipt_id": receipt_id, "identity_no": "01098765432", "cash_receipt_type": "소득공제" });
    stand_still_at("cash_receipt_after_commit");
    let (asking, sent) = (merchant.clone(), body.clone());
    let publish = "/v2/request/receipt/cash/publish";
    let first = ask(&gateway, async move { asking.post(publish, sent).await }).await;
    let beside = gateway.another().await;
    // The other one finds nothing, and it may be asked for again, under another order id.
    gateway.pass(400 * SECOND, SECOND).await;
    beside.merchant().post(publish, body.clone()).await.expect(200);
    go_on("cash_receipt_after_commit");
    let first = first.await.unwrap();
    assert_eq!(gateway.pg.ledger().await.receipts.len(), 1, "{}", first.body);
    assert_ne!(first.status, 200, "its own was not issued");
    gateway.stop().await;
}

#[tokio::test]
async fn a_cash_receipt_that_another_gateway_has_taken_back_is_answered_so() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let receipt_id = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    let body = json!({ "receipt_id": receipt_id, "identity_no": "01098765432", "cash_receipt_type": "소득공제" });
    merchant
        .post("/v2/request/receipt/cash/publish", body)
        .await
        .expect(200);
    stand_still_at("cash_receipt_cancel_after_commit");
    let (asking, path) = (
        merchant.clone(),
        format!("/v2/request/receipt/cash/cancel/{receipt_id}"),
    );
    let first = ask(&gateway, async move { asking.delete(&path).await }).await;
    let beside = gateway.another().await;
    let taken_back = gateway.eventually(async || gateway.pg.ledger().await.receipts[0].cancelled_at_ms);
    taken_back.await;
    gateway.pass(5 * SECOND, SECOND).await;
    go_on("cash_receipt_cancel_after_commit");
    first.await.unwrap().expect(200);
    assert_eq!(
        gateway.pg.ledger().await.requests.receipt,
        2,
        "issued once, taken back once"
    );
    drop(beside);
    gateway.stop().await;
}

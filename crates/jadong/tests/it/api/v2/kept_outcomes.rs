//! What the PG has said is not lost because the store does not take it: whoever asked the PG keeps it and records it, without asking
//! the PG again, and answers as always when that is soon.

use std::time::{Duration, Instant};

use serde_json::json;
use testkit::{Merchant, TestGateway};

/// How a commit fails: nothing was written, or nobody knows, and it was not or was.
const FAILURES: [&str; 3] = ["commit_not_done", "commit_in_doubt_before", "commit_in_doubt_after"];

/// The commits after the next `taken` fail so `times` times.
fn fail(how: &str, taken: u32, times: u32) {
    let taken = if taken == 0 {
        String::new()
    } else {
        format!("{taken}*off->")
    };
    fail::cfg(how, &format!("{taken}{times}*return->off")).expect("a failpoint");
}

/// The store takes no outcome of a debit, and everything else.
const DEBITS: &str = "charge_outcome_lost";

fn set(how: &str, action: &str) {
    fail::cfg(how, action).expect("a failpoint");
}

async fn states(gateway: &TestGateway, receipt_id: &str) -> Vec<(String, String)> {
    let history = gateway.history(receipt_id).await.into_iter();
    history.map(|(state, actor, _)| (state, actor)).collect()
}

fn paid_by_the_request() -> Vec<(String, String)> {
    ["intended", "paid"]
        .map(|state| (state.to_owned(), "api".to_owned()))
        .to_vec()
}

#[tokio::test]
async fn a_debit_is_answered_as_always_when_its_record_succeeds_soon() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for how in FAILURES {
        for times in [1, 3] {
            fail(how, 1, times);
            let paid = merchant
                .charge(&key, json!({ "order_id": format!("{how} {times}") }))
                .await;
            let receipt_id = paid.expect(200).text("receipt_id");
            assert_eq!(
                states(&gateway, &receipt_id).await,
                paid_by_the_request(),
                "{how} {times}"
            );
            assert_eq!(gateway.pg.ledger().await.debited(&receipt_id), (1, 1000));
        }
    }
    let requests = gateway.pg.ledger().await.requests;
    assert_eq!((requests.charge, requests.find_payment, requests.net_cancel), (6, 0, 0));
    gateway.stop().await;
}

#[tokio::test]
async fn a_decline_and_a_debit_without_an_answer_are_recorded_too() {
    let gateway = TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(150)).await;
    let merchant = gateway.merchant();
    let poor = merchant.key_of("0002").await;
    let key = merchant.key().await;
    for how in FAILURES {
        fail(how, 1, 2);
        let declined = merchant
            .charge(&poor, json!({ "order_id": format!("poor {how}") }))
            .await;
        assert_eq!(declined.verdict(), "400 RC_CONFIRM_FAILED", "{how}");
        let dropped = format!("drop {how}");
        gateway.pg.fault("charge", "drop-before", 1).await;
        fail(how, 1, 2);
        let unknown = merchant.charge(&key, json!({ "order_id": dropped })).await;
        assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED", "{how}");
        let order = gateway
            .store()
            .payments_by_order(gateway.project("sandbox").id, &dropped, 1);
        let receipt_id = order.await.unwrap()[0].receipt_id.to_string();
        let seen = states(&gateway, &receipt_id).await;
        assert_eq!(
            seen.last().unwrap(),
            &("in_doubt".to_owned(), "api".to_owned()),
            "{how}"
        );
    }
    gateway.stop().await;
}

#[tokio::test]
async fn cancels_and_cash_receipts_are_answered_as_always_when_their_record_succeeds_soon() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for how in FAILURES {
        let paid = merchant.charge(&key, json!({ "order_id": how })).await.expect(200);
        let receipt_id = paid.text("receipt_id");
        let body = json!({ "receipt_id": receipt_id, "identity_no": "01098765432", "cash_receipt_type": "소득공제" });
        fail(how, 1, 2);
        merchant
            .post("/v2/request/receipt/cash/publish", body)
            .await
            .expect(200);
        fail(how, 1, 2);
        merchant
            .delete(&format!("/v2/request/receipt/cash/cancel/{receipt_id}"))
            .await
            .expect(200);
        fail(how, 1, 2);
        merchant
            .cancel(&receipt_id, json!({ "cancel_price": 400 }))
            .await
            .expect(200);
        assert_eq!(gateway.pg.ledger().await.refunds_of(&receipt_id), [400], "{how}");
        assert_eq!(merchant.look_up(&receipt_id).await["cancelled_price"], json!(400));
    }
    let ledger = gateway.pg.ledger().await;
    assert!(ledger.receipts.iter().all(|receipt| receipt.cancelled_at_ms.is_some()));
    assert_eq!((ledger.receipts.len(), ledger.requests.cancel), (3, 3));
    gateway.stop().await;
}

/// The key that the PG has registered is the worst to lose. Its first payment comes with it, once.
#[tokio::test]
async fn a_key_comes_with_its_first_payment_however_its_record_fails_first() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for how in FAILURES {
        for times in [1, 3] {
            let asked = json!({ "subscription_id": format!("{how} {times}"), "price": 1000 });
            // Of the consent: what the PG says is recorded the same way.
            fail(how, 1, times);
            let receipt_id = merchant.receipt(asked).await;
            gateway
                .eventually(async || (merchant.look_up(&receipt_id).await["status"] == json!(41)).then_some(()))
                .await;
            fail(how, 1, times);
            let published = merchant.publish(&receipt_id).await.expect(200).json();
            assert_eq!(
                published["receipt_data"]["status"],
                json!(1),
                "{how} {times}: {published}"
            );
            let ledger = gateway.pg.ledger().await;
            assert_eq!(
                (ledger.keys_of(&receipt_id), ledger.rung(&receipt_id)),
                (1, 1),
                "{how} {times}"
            );
        }
    }
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.debits.len(), ledger.requests.register), (6, 6));
    gateway.stop().await;
}

async fn left_over(gateway: &TestGateway, merchant: &Merchant, key: &str, order_id: &str) {
    let since = Instant::now();
    let answer = merchant.charge(key, json!({ "order_id": order_id })).await;
    assert_eq!(answer.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED", "{order_id}");
    assert!(since.elapsed() < Duration::from_secs(20), "{:?}", since.elapsed());
    assert!(
        gateway.pg.ledger().await.requests.find_payment == 0,
        "nobody else is at it"
    );
}

/// The store fails for longer than anybody waits. Its owner still has the answer, so nobody asks the PG, whatever time it is; others
/// are not held up by it.
#[tokio::test]
async fn an_outcome_that_is_taken_only_later_is_recorded_by_its_owner_then() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    set(DEBITS, "return");
    left_over(&gateway, &merchant, &key, "order").await;
    // The same again, while it is kept; and, at once, acts on what is not paid yet.
    left_over(&gateway, &merchant, &key, "order").await;
    let payment = gateway
        .store()
        .payments_by_order(gateway.project("sandbox").id, "order", 1);
    let receipt_id = payment.await.unwrap()[0].receipt_id.to_string();
    let (cancelled, resolved) = tokio::join!(
        merchant.cancel(&receipt_id, json!({})),
        gateway.resolve_manually(&receipt_id, json!({ "verdict": "voided", "who": "me", "note": "n" })),
    );
    assert_ne!(cancelled.status, 200, "{}", cancelled.body);
    assert_eq!(resolved.verdict(), "409 SETTLE_NOT_NEEDED");
    gateway.pass(Duration::from_secs(300), Duration::from_secs(5)).await;
    set(DEBITS, "off");
    let paid = async || (merchant.look_up(&receipt_id).await["status"] == json!(1)).then_some(());
    gateway.eventually(async || paid().await).await;
    assert_eq!(states(&gateway, &receipt_id).await, paid_by_the_request());
    assert!(
        merchant
            .charge(&key, json!({ "order_id": "order" }))
            .await
            .expect(200)
            .is_replayed()
    );
    merchant.cancel(&receipt_id, json!({})).await.expect(200);
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.debited(&receipt_id), ledger.requests.find_payment), ((1, 0), 0));
    gateway.stop().await;
}

/// A stop does not wait for it for ever; the next start finds out at the PG.
#[tokio::test]
async fn an_outcome_that_is_still_kept_at_the_stop_is_found_out_by_the_next_start() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    // Of everything: the stop has nothing else to wait for.
    set("commit_not_done", "1*off->return");
    left_over(&gateway, &merchant, &key, "order").await;
    let since = Instant::now();
    let down = gateway.down().await;
    assert!(since.elapsed() < Duration::from_secs(20), "{:?}", since.elapsed());
    set("commit_not_done", "off");
    let gateway = down.up().await;
    let merchant = gateway.merchant();
    gateway.pass(Duration::from_secs(60), Duration::from_secs(1)).await;
    let paid = async || merchant.charge(&key, json!({ "order_id": "order" })).await;
    let again = gateway
        .eventually(async || {
            let again = paid().await;
            (again.status == 200).then_some(again)
        })
        .await;
    assert!(again.is_replayed());
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.debits.len(), ledger.requests.charge), (1, 1));
    gateway.stop().await;
}

/// What is kept holds its place: the store's failing does not let more and more debits out.
#[tokio::test]
async fn as_many_are_kept_as_may_be_under_way() {
    let gateway = TestGateway::with(|plan| plan.open_max = 1).await;
    let (merchant, other) = (gateway.merchant(), gateway.merchant_named("other"));
    let (key, others) = (merchant.key().await, other.key().await);
    set(DEBITS, "return");
    left_over(&gateway, &merchant, &key, "first").await;
    for (merchant, key) in [(&merchant, &key), (&other, &others)] {
        let full = merchant.charge(key, json!({ "order_id": "second" })).await;
        assert_eq!(full.verdict(), "503 GATEWAY_OVERLOADED");
    }
    set(DEBITS, "off");
    gateway
        .eventually(async || (merchant.charge(&key, json!({ "order_id": "second" })).await.status == 200).then_some(()))
        .await;
    assert_eq!(gateway.pg.ledger().await.debits.len(), 2);
    gateway.stop().await;
}

//! A payment, its cash receipt and its verdict.

use std::time::Duration;

use domain::due::DueKind;
use domain::payment::CancelState;
use serde_json::json;

use super::ROUNDS;
use testkit::{SANDBOX, TestGateway, both};

const NUMBER: &str = "01098765432";
const PUBLISH: &str = "/v2/request/receipt/cash/publish";

#[tokio::test]
async fn a_cash_receipt_is_over_what_is_left() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for round in 0..2 * ROUNDS {
        let paid = merchant
            .charge(&key, json!({ "order_id": format!("order_{round}") }))
            .await
            .expect(200);
        let receipt_id = paid.text("receipt_id");
        let body = json!({ "receipt_id": receipt_id, "identity_no": NUMBER, "cash_receipt_type": "소득공제" });
        let part = if round % 3 == 0 {
            json!({})
        } else {
            json!({ "cancel_price": 400 })
        };
        let cancel = merchant.cancel(&receipt_id, part);
        let (cancelled, published) = both(round, cancel, merchant.post(PUBLISH, body)).await;
        assert_eq!(cancelled.status, 200, "{}", cancelled.body);
        let id = receipt_id.parse().unwrap();
        let payment = gateway.store().payment_of_anyone(id).await.unwrap().unwrap();
        let receipt = gateway.store().cash_receipt(payment.project_id, id).await.unwrap();
        match published.verdict().as_str() {
            "200" => {
                let price = receipt.expect("issued").price.get();
                // It was decided before the cancel, or over what the cancel has left.
                assert!(price == 1000 || (price == 600 && round % 3 != 0), "{price}");
            }
            "400 RC_NOT_PAID" => assert_eq!(round % 3, 0),
            other => panic!("{other}: {}", published.body),
        }
    }
    gateway.stop().await;
}

#[tokio::test]
async fn one_of_two_cash_receipts_is_issued() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for round in 0..ROUNDS {
        let paid = merchant
            .charge(&key, json!({ "order_id": format!("order_{round}") }))
            .await
            .expect(200);
        let receipt_id = paid.text("receipt_id");
        let publish = |number: &str| {
            let body = json!({ "receipt_id": receipt_id, "identity_no": number, "cash_receipt_type": "소득공제" });
            merchant.post(PUBLISH, body)
        };
        let (one, other) = both(round, publish(NUMBER), publish("01012345678")).await;
        let mut verdicts = [one.verdict(), other.verdict()];
        verdicts.sort();
        assert_eq!(verdicts, ["200", "409 RC_CASH_RECEIPT_CONFLICT"]);
    }
    assert_eq!(gateway.pg.ledger().await.receipts.len() as u64, ROUNDS);
    gateway.stop().await;
}

/// A payment that waits for a person, because the PG has been silent for an hour; now it answers again.
async fn persons(gateway: &TestGateway, order_id: &str) -> String {
    let merchant = gateway.merchant();
    gateway.pg.fault("find-payment", "drop-before", 100_000).await;
    gateway.pg.fault("net-cancel", "drop-before", 100_000).await;
    let key = merchant.key_of("0007").await;
    let unknown = gateway
        .while_time_passes(merchant.charge(&key, json!({ "order_id": order_id })))
        .await;
    assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED");
    let receipt_id = unknown.text("receipt_id");
    for _minute in 0..90 {
        gateway.pass(Duration::from_secs(60), Duration::from_secs(5)).await;
        if gateway
            .history(&receipt_id)
            .await
            .last()
            .is_some_and(|row| row.0 == "needs_person")
        {
            gateway.pg.clear_faults().await;
            return receipt_id;
        }
    }
    panic!("the resolution did not end");
}

fn says(verdict: &str, who: &str) -> serde_json::Value {
    json!({ "verdict": verdict, "who": who, "note": "PG 관리자 화면에서 확인", "force": true, "tid": "UT0000113m01" })
}

#[tokio::test]
async fn one_of_two_people_settles() {
    let gateway = TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(150)).await;
    let receipt_id = persons(&gateway, "order_1").await;
    let settle = |verdict, who| gateway.resolve_manually(&receipt_id, says(verdict, who));
    let (one, other) = both(0, settle("voided", "kim"), settle("declined", "lee")).await;
    let mut verdicts = [one.verdict(), other.verdict()];
    verdicts.sort();
    assert_eq!(verdicts[0], "200");
    let late = ["409 SETTLE_NOT_NEEDED", "409 SETTLE_UNDER_WAY"];
    assert!(late.contains(&verdicts[1].as_str()), "{verdicts:?}");
    let by_person = gateway
        .history(&receipt_id)
        .await
        .into_iter()
        .filter(|row| row.1 == "person")
        .count();
    assert_eq!(by_person, 1);
    gateway.stop().await;
}

/// The look-up that goes on beside the person finds the debit at the same moment.
#[tokio::test]
async fn a_person_and_the_ladder_settle_once() {
    let gateway = TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(150)).await;
    for round in 0..3 {
        let receipt_id = persons(&gateway, &format!("order_{round}")).await;
        let hour = gateway.while_time_passes(tokio::time::sleep(Duration::from_millis(60 * (1 + round))));
        let settle = gateway.resolve_manually(&receipt_id, says("paid", "kim"));
        let look_up = async {
            gateway.clock.advance(Duration::from_secs(3600));
            hour.await;
        };
        let (resolved, ()) = both(round, settle, look_up).await;
        assert!(
            matches!(
                resolved.verdict().as_str(),
                "200" | "409 SETTLE_NOT_NEEDED" | "409 SETTLE_CONTRADICTED" | "409 SETTLE_UNDER_WAY"
            ),
            "{}",
            resolved.body
        );
        // Paid, or, where its first look got no answer in time, given back as one that was approved too late.
        let ended = gateway.eventually(async || {
            let last = gateway.history(&receipt_id).await.pop()?.0;
            ["paid", "voided"].contains(&last.as_str()).then_some(last)
        });
        let ended = ended.await;
        let history = gateway.history(&receipt_id).await;
        assert_eq!(history.iter().filter(|row| row.0 == ended).count(), 1, "{history:?}");
        let kept = if ended == "paid" { 1000 } else { 0 };
        assert_eq!(gateway.pg.ledger().await.debited(&receipt_id), (1, kept), "{history:?}");
    }
    gateway.stop().await;
}

/// What somebody gives back in the PG's back office ends a cancel of ours, and is on record here.
#[tokio::test]
async fn a_cancel_ends_beside_one_in_the_back_office() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for round in 0..ROUNDS {
        let paid = merchant
            .charge(&key, json!({ "order_id": format!("order_{round}") }))
            .await
            .expect(200);
        let receipt_id = paid.text("receipt_id");
        let id = receipt_id.parse().unwrap();
        let tid = gateway
            .store()
            .payment_of_anyone(id)
            .await
            .unwrap()
            .unwrap()
            .debit
            .unwrap()
            .tid;
        let elsewhere = gateway.refund_if_left(&tid, 1000);
        let (cancelled, given_back) = both(round, merchant.cancel(&receipt_id, json!({})), elsewhere).await;
        let code = cancelled.verdict();
        assert!(
            matches!(code.as_str(), "200" | "400 RC_ALREADY_CANCELLED"),
            "{}",
            cancelled.body
        );
        assert_ne!(code == "200", given_back, "one of the two");
        let receipt = merchant.look_up(&receipt_id).await;
        assert_eq!(
            (&receipt["status"], &receipt["cancelled_price"]),
            (&json!(20), &json!(1000))
        );
        let cancels = gateway.store().cancels(gateway.project(SANDBOX).id, id).await.unwrap();
        assert!(cancels.iter().all(|cancel| cancel.state != CancelState::Intended));
        assert_eq!(gateway.pg.ledger().await.debited(&receipt_id), (1, 0));
    }
    gateway.stop().await;
}

/// More cancels without an answer than the worker asks for at once: a person ends those that wait for their turn, and none of
/// them reaches the PG afterwards.
#[tokio::test]
async fn a_cancel_that_a_person_ended_is_not_sent_when_its_turn_comes() {
    const CANCELS: u32 = 60;
    // Three quarters of the worker's places are one project's share.
    const AT_ONCE: u32 = 48;
    let gateway = TestGateway::with(|plan| {
        plan.pg_read_timeout = Duration::from_secs(6);
        plan.pg_calls = (200, Duration::from_secs(10));
    })
    .await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let mut receipts = Vec::new();
    for order in 0..CANCELS {
        let paid = merchant
            .charge(&key, json!({ "order_id": format!("order_{order}") }))
            .await;
        receipts.push(paid.expect(200).text("receipt_id"));
    }
    gateway.pg.fault("cancel", "drop-before", 100_000).await;
    gateway.pg.fault("find-payment", "drop-before", 100_000).await;
    for receipt_id in &receipts {
        let unknown = merchant.cancel(receipt_id, json!({})).await;
        assert_eq!(unknown.verdict(), "400 RC_CANCEL_CRITICAL_ERROR");
    }
    gateway.pg.clear_faults().await;
    // The PG is silent about the first ones: they keep the rest waiting.
    let asked_before = gateway.pg.ledger().await.requests.find_payment;
    gateway.pg.fault("find-payment", "hang", AT_ONCE).await;
    gateway.clock.advance(Duration::from_secs(3600));
    let all_hang = async || (gateway.pg.ledger().await.requests.find_payment >= asked_before + AT_ONCE).then_some(());
    gateway.eventually(all_hang).await;
    // All of them are leased, for less time than this.
    gateway.clock.advance(Duration::from_secs(120));
    let says = json!({ "verdict": "not_given_back", "who": "kim", "note": "PG 관리자 화면에서 확인" });
    let mut given_back = 0;
    for receipt_id in &receipts {
        let resolved = gateway.resolve_manually(receipt_id, says.clone()).await;
        match resolved.verdict().as_str() {
            "200" => {}
            "409 SETTLE_UNDER_WAY" => given_back += 1,
            _ => panic!("{}", resolved.body),
        }
    }
    assert_eq!(given_back, AT_ONCE, "those that hang are asked for");
    let none_open = async || (!gateway.store().has_any(DueKind::Cancel).await.unwrap()).then_some(());
    gateway.eventually(none_open).await;
    let ledger = gateway.pg.ledger().await;
    let refunds = receipts
        .iter()
        .map(|receipt_id| ledger.refunds_of(receipt_id).len() as u32);
    assert_eq!(refunds.sum::<u32>(), given_back);
    for receipt_id in &receipts {
        let receipt = merchant.look_up(receipt_id).await;
        let refunded: u64 = ledger.refunds_of(receipt_id).iter().sum();
        assert_eq!(receipt["cancelled_price"], json!(refunded));
    }
    gateway.stop().await;
}

/// How long it may still be on its way counts from when it was last sent: whoever is told that it was not done asks anew.
#[tokio::test]
async fn a_cancel_that_was_just_sent_again_is_nobodys_to_end() {
    let gateway = TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(150)).await;
    let receipt_id = gateway.paid("order_1", json!({})).await;
    gateway.pg.fault("cancel", "drop-before", 100_000).await;
    let unknown = gateway.merchant().cancel(&receipt_id, json!({})).await;
    assert_eq!(unknown.verdict(), "400 RC_CANCEL_CRITICAL_ERROR");
    let project = gateway.project(SANDBOX).id;
    let is_sent_again = async || {
        let cancels = gateway
            .store()
            .cancels(project, receipt_id.parse().unwrap())
            .await
            .unwrap();
        (cancels[0].sent_at > cancels[0].requested_at).then_some(())
    };
    gateway.eventually(is_sent_again).await;
    gateway.settle().await;
    let says = json!({ "verdict": "not_given_back", "who": "kim", "note": "PG 관리자 화면에서 확인" });
    for is_silent in [false, true] {
        if is_silent {
            gateway.pg.fault("find-payment", "drop-before", 100_000).await;
        }
        let soon = gateway.resolve_manually(&receipt_id, says.clone()).await;
        assert_eq!(soon.verdict(), "409 SETTLE_UNDER_WAY", "{}", soon.body);
    }
    gateway.stop().await;
}

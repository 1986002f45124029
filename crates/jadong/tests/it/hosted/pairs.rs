//! Two different acts at the same moment, where a debit and a refund are only looked for: exactly one order of the two has happened, and
//! the books agree with the bank.

use std::time::Duration;

use domain::payment::CancelState;
use serde_json::{Value, json};
use testkit::{Answer, Loses, SANDBOX, TestGateway, both};

use super::front_over_a_line;

const MINUTE: Duration = Duration::from_secs(60);
const CHARGE: &str = "/v2/subscribe/payment";
const CANCEL: &str = "/v2/cancel";

fn one_of(answer: &Answer, allowed: &[&str]) {
    assert!(allowed.contains(&answer.verdict().as_str()), "{}", answer.body);
}

/// What was given back of it here, and at the bank: the same, of one debit.
async fn given_back(gateway: &TestGateway, receipt_id: &str) -> u64 {
    let here = gateway.merchant().look_up(receipt_id).await["cancelled_price"].as_u64();
    let here = here.expect("a sum");
    let own = gateway
        .store()
        .receipt_by_alias(gateway.project(SANDBOX).id, receipt_id);
    let own = own.await.unwrap().expect("it was paid").to_string();
    assert_eq!(gateway.ledger().await.debited(&own), (1, 1000 - here));
    here
}

fn says(verdict: &str) -> Value {
    json!({ "verdict": verdict, "who": "kim", "note": "관리자 화면에서 확인" })
}

/// A debit in doubt is found at the moment at which its merchant wants the money back.
#[tokio::test]
async fn a_cancel_and_the_look_that_finds_its_debit() {
    let (gateway, line) = front_over_a_line().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for round in 0..8 {
        line.loses(Some(Loses::Answers(CHARGE)));
        let order = json!({ "order_id": format!("order_{round}") });
        let asked = merchant.charge(&key, order).await;
        assert_eq!(asked.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED");
        line.loses(None);
        let receipt_id = asked.text("receipt_id");
        let found = gateway.while_time_creeps(gateway_finds(&gateway, &receipt_id));
        let cancelled = async {
            tokio::time::sleep(Duration::from_millis(round * 8)).await;
            merchant.cancel(&receipt_id, json!({})).await
        };
        let (cancelled, there) = both(round, cancelled, found).await;
        one_of(&cancelled, &["200", "400 RC_NOT_PAID"]);
        let expected = if cancelled.status == 200 { 1000 } else { 0 };
        assert_eq!(given_back(&gateway, &there).await, expected);
    }
    gateway.stop().await;
}

/// Until it is found; by which id it is known there.
async fn gateway_finds(gateway: &TestGateway, receipt_id: &str) -> String {
    loop {
        let found = gateway.merchant().look_up(receipt_id).await;
        if found["status"] != json!(2) {
            return found["receipt_id"].as_str().expect("an id").to_owned();
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// A double click whose answers are lost, or its requests, or nothing.
#[tokio::test]
async fn equal_cancels_are_one_refund() {
    let (gateway, line) = front_over_a_line().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let losses = [None, Some(Loses::Answers(CANCEL)), Some(Loses::Requests(CANCEL))];
    for (round, lost) in (0..6).zip(losses.into_iter().cycle()) {
        let order = json!({ "order_id": format!("order_{round}") });
        let paid = merchant.charge(&key, order).await.expect(200).text("receipt_id");
        line.loses(lost);
        let part = json!({ "cancel_price": 400, "cancel_id": "part" });
        let cancel = || merchant.cancel(&paid, part.clone());
        let (one, other) = both(round, cancel(), cancel()).await;
        assert_eq!(one.verdict(), other.verdict(), "{lost:?}");
        one_of(&one, &["200", "400 RC_CANCEL_CRITICAL_ERROR"]);
        line.loses(None);
        if one.status != 200 {
            gateway.pass_quickly(25 * MINUTE).await;
        }
        assert_eq!(given_back(&gateway, &paid).await, 400, "{lost:?}");
    }
    gateway.stop().await;
}

/// A person says what it sees there, and the look that comes once an hour finds it at the same moment.
#[tokio::test]
async fn a_person_and_the_look_settle_a_debit_once() {
    let (gateway, line) = front_over_a_line().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for round in 0..2 {
        line.loses(Some(Loses::Answers("/v2/")));
        let order = json!({ "order_id": format!("order_{round}") });
        let receipt_id = merchant.charge(&key, order).await.text("receipt_id");
        gateway.pass_quickly(100 * MINUTE).await;
        let is_persons = async || {
            let history = gateway.history(&receipt_id).await;
            history.last().is_some_and(|row| row.0 == "needs_person").then_some(())
        };
        gateway.eventually(is_persons).await;
        line.loses(None);
        // The last that was lost is over.
        tokio::time::sleep(Duration::from_millis(450)).await;
        let look = async {
            gateway.clock.advance(60 * MINUTE);
            gateway.while_time_creeps(gateway_finds(&gateway, &receipt_id)).await
        };
        let settle = gateway.resolve_manually(&receipt_id, says("paid"));
        let (said, there) = both(round, settle, look).await;
        one_of(&said, &["200", "409 SETTLE_NOT_NEEDED", "409 SETTLE_UNDER_WAY"]);
        assert_eq!(given_back(&gateway, &there).await, 0);
        let history = gateway.history(&receipt_id).await;
        assert_eq!(history.iter().filter(|row| row.0 == "paid").count(), 1, "{history:?}");
    }
    gateway.stop().await;
}

/// A person says that nothing was given back, at the moment at which a worker sends the refund once more.
#[tokio::test]
async fn a_person_ends_a_refund_or_a_worker_sends_it_again() {
    let (gateway, line) = front_over_a_line().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for round in 0..6 {
        let order = json!({ "order_id": format!("order_{round}") });
        let paid = merchant.charge(&key, order).await.expect(200).text("receipt_id");
        line.loses(Some(Loses::Requests(CANCEL)));
        let asked = merchant.cancel(&paid, json!({ "cancel_price": 400 })).await;
        assert_eq!(asked.verdict(), "400 RC_CANCEL_CRITICAL_ERROR");
        line.loses(None);
        let receipt_id = merchant.look_up(&paid).await["receipt_id"].as_str().unwrap().to_owned();
        let open = async || {
            let own = gateway
                .store()
                .receipt_by_alias(gateway.project(SANDBOX).id, &receipt_id);
            let own = own.await.unwrap().unwrap();
            gateway
                .store()
                .cancels(gateway.project(SANDBOX).id, own)
                .await
                .unwrap()
                .remove(0)
        };
        // It is sent again after ten minutes, when the look that comes then has found that nothing has moved.
        gateway.pass_quickly(9 * MINUTE).await;
        let time = gateway.while_time_passes(tokio::time::sleep(Duration::from_millis(900)));
        let settle = async {
            tokio::time::sleep(Duration::from_millis(600 + round * 10)).await;
            gateway.resolve_manually(&receipt_id, says("not_given_back")).await
        };
        let (said, ()) = both(round, settle, time).await;
        one_of(
            &said,
            &[
                "200",
                "409 SETTLE_UNDER_WAY",
                "409 SETTLE_NOT_NEEDED",
                "409 SETTLE_CONTRADICTED",
            ],
        );
        gateway.pass_quickly(30 * MINUTE).await;
        let (state, expected) = match said.status {
            200 => (CancelState::Refused, 0),
            _ => (CancelState::Done, 400),
        };
        assert_eq!(
            (open().await.state, given_back(&gateway, &paid).await),
            (state, expected)
        );
    }
    gateway.stop().await;
}

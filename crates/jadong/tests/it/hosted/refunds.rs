//! Refunds at the hosted API, which tells of them only the sum.

use std::time::Duration;

use domain::payment::CancelState;
use seams::Clock;
use serde_json::json;
use testkit::{Loses, SANDBOX};

use super::{front, front_over_a_line};

const MINUTE: Duration = Duration::from_secs(60);
const CANCEL: &str = "/v2/cancel";

/// Whatever was lost, a part is given back once: it is sent again only when the sum has stood still for ten minutes.
#[tokio::test]
async fn a_part_whose_request_or_answer_was_lost_is_given_back_once() {
    for (loses, sent_again) in [(Loses::Answers(CANCEL), 0), (Loses::Requests(CANCEL), 1)] {
        let (gateway, line) = front_over_a_line().await;
        let merchant = gateway.merchant();
        let (_, key) = merchant.issue(json!({})).await;
        let payment = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
        line.loses(Some(loses));
        let answer = merchant
            .cancel(&payment, json!({ "cancel_price": 300, "cancel_id": "part" }))
            .await;
        if sent_again == 0 {
            // It is looked for before the merchant is answered.
            assert_eq!(answer.verdict(), "200", "{loses:?}");
        } else {
            assert_eq!(answer.verdict(), "400 RC_CANCEL_CRITICAL_ERROR", "{loses:?}");
            let other = merchant.cancel(&payment, json!({ "cancel_price": 100 })).await;
            assert_eq!(other.verdict(), "409 RC_CANCEL_UNDER_WAY", "one at a time");
        }
        gateway.pass_quickly(9 * MINUTE).await;
        let before = gateway.pg.ledger().await.requests.cancel;
        line.loses(None);
        gateway.pass_quickly(40 * MINUTE).await;
        let seen = gateway
            .eventually(async || {
                let seen = merchant.look_up(&payment).await;
                (seen["cancelled_price"] != json!(0)).then_some(seen)
            })
            .await;
        assert_eq!(seen["cancelled_price"], json!(300));
        let ledger = gateway.pg.ledger().await;
        assert_eq!(ledger.debited(&payment), (1, 700), "{loses:?}");
        assert_eq!(ledger.requests.cancel - before, sent_again, "{loses:?}");
        gateway.stop().await;
    }
}

/// The minutes in which a refund may still come about count from when it was last sent. After them a person may end it.
#[tokio::test]
async fn a_refund_that_was_just_sent_again_is_nobodys_to_end() {
    let (gateway, line) = front_over_a_line().await;
    let merchant = gateway.merchant();
    let (_, key) = merchant.issue(json!({})).await;
    let payment = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    line.loses(Some(Loses::Requests(CANCEL)));
    let asked = merchant.cancel(&payment, json!({ "cancel_price": 300 })).await;
    assert_eq!(asked.verdict(), "400 RC_CANCEL_CRITICAL_ERROR");
    let project = gateway.project(SANDBOX).id;
    let own = gateway
        .store()
        .receipt_by_alias(project, &payment)
        .await
        .unwrap()
        .unwrap();
    let cancel = async || gateway.store().cancels(project, own).await.unwrap().remove(0);
    let sent_again = async || {
        let cancel = cancel().await;
        (cancel.sent_at > cancel.requested_at).then_some(cancel.sent_at)
    };
    gateway.pass_quickly(9 * MINUTE).await;
    assert_eq!(sent_again().await, None);
    let sent_at = gateway.eventually(sent_again).await;
    // Its call is over.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let says = json!({ "verdict": "not_given_back", "who": "kim", "note": "관리자 화면에서 확인" });
    let soon = gateway.resolve_manually(&payment, says.clone()).await;
    assert_eq!(soon.verdict(), "409 SETTLE_UNDER_WAY", "{}", soon.body);
    for minute in 0.. {
        gateway.pass_quickly(MINUTE).await;
        if gateway.resolve_manually(&payment, says.clone()).await.status == 200 {
            break;
        }
        assert!(minute < 5 * 60, "a person never gets to it");
    }
    let cancel = cancel().await;
    let now = domain::EpochMs(gateway.clock.now_ms());
    assert!(now.since_ms(cancel.sent_at) >= 600_000 && cancel.sent_at >= sent_at);
    assert_eq!(cancel.state, CancelState::Refused);
    gateway.stop().await;
}

/// A part that somebody gives back there by hand is not taken for ours, and ours is not sent over it.
#[tokio::test]
async fn what_somebody_gives_back_there_is_noticed_before_anything_is_sent() {
    let gateway = front().await;
    let (merchant, hosted) = (gateway.merchant(), gateway.hosted().merchant());
    let (_, key) = merchant.issue(json!({})).await;
    let payment = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    hosted
        .cancel(&payment, json!({ "cancel_price": 300 }))
        .await
        .expect(200);
    for price in [300, 200] {
        let refused = merchant.cancel(&payment, json!({ "cancel_price": price })).await;
        assert_eq!(refused.verdict(), "400 RC_CANCEL_SERVER_ERROR", "{price}");
        assert_eq!(refused.json()["pg_error_code"], json!("OTHER_BALANCE"));
    }
    assert_eq!(gateway.pg.ledger().await.debited(&payment), (1, 700));

    // Once it is written down here, the books agree and ours goes on.
    let here = merchant.look_up(&payment).await["receipt_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/payments/{here}/mend");
    let body = json!({ "mend": "record", "who": "kim", "note": "호스팅 서비스 화면에서 돌려줌" });
    let recorded = gateway.operate(&path, body).await.expect(200);
    assert_eq!(recorded.number("left_here"), Some(700));
    merchant
        .cancel(&payment, json!({ "cancel_price": 200 }))
        .await
        .expect(200);
    assert_eq!(gateway.pg.ledger().await.debited(&payment), (1, 500));
    assert_eq!(merchant.look_up(&payment).await["cancelled_price"], json!(500));
    gateway.stop().await;
}

/// Two different parts at once: one is done, the other told that one is under way, and the books agree.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_different_parts_at_once_the_sum_there_is_the_sum_here() {
    let gateway = front().await;
    let merchant = gateway.merchant();
    let (_, key) = merchant.issue(json!({})).await;
    for round in 0..5 {
        let order = json!({ "order_id": format!("order_{round}") });
        let payment = merchant.charge(&key, order).await.expect(200).text("receipt_id");
        let cancels = [100, 200, 300, 400].map(|price| {
            let (merchant, payment) = (merchant.clone(), payment.clone());
            tokio::spawn(async move { merchant.cancel(&payment, json!({ "cancel_price": price })).await })
        });
        for cancel in cancels {
            let answer = cancel.await.expect("no panic");
            assert!(
                ["200", "409 RC_CANCEL_UNDER_WAY", "400 RC_CANCEL_PRICE_INVALID"].contains(&answer.verdict().as_str()),
                "{}",
                answer.verdict()
            );
        }
        let here = merchant.look_up(&payment).await["cancelled_price"]
            .as_u64()
            .expect("a sum");
        assert_eq!(gateway.pg.ledger().await.debited(&payment), (1, 1000 - here));
    }
    gateway.stop().await;
}

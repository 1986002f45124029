//! Cancels of one payment on two gateways at once: what the PG gave back is what is recorded.

use serde_json::{Value, json};

use super::{ROUNDS, stop, two};
use testkit::{Answer, TestGateway, both};

async fn given_back(gateway: &TestGateway, receipt_id: &str) -> Vec<u64> {
    let ledger = gateway.pg.ledger().await;
    let receipt = gateway.merchant().look_up(receipt_id).await;
    let refunds = ledger.refunds_of(receipt_id);
    assert_eq!(receipt["cancelled_price"], json!(refunds.iter().sum::<u64>()));
    refunds
}

/// One cancel on each of two gateways, in every round on a new payment; what they were told, and what went back.
async fn cancelled_at_once(cancels: [Value; 2]) -> Vec<([Answer; 2], Vec<u64>)> {
    let (gateway, other) = two().await;
    let (one, two) = (gateway.merchant(), other.merchant());
    let key = one.key().await;
    let mut seen = Vec::new();
    for round in 0..ROUNDS {
        let order = json!({ "order_id": format!("order_{round}") });
        let receipt_id = one.charge(&key, order).await.expect(200).text("receipt_id");
        let [first, second] = cancels.clone();
        let acts = both(round, one.cancel(&receipt_id, first), two.cancel(&receipt_id, second));
        let (first, second) = gateway.while_time_creeps(acts).await;
        seen.push(([first, second], given_back(&gateway, &receipt_id).await));
    }
    stop(gateway, other).await;
    seen
}

#[tokio::test]
async fn the_same_cancel_gives_back_once_and_answers_both() {
    for cancel in [
        json!({ "cancel_id": "c1" }),
        json!({ "cancel_id": "c1", "cancel_price": 300 }),
    ] {
        let price = cancel["cancel_price"].as_u64().unwrap_or(1000);
        for ([first, second], refunds) in cancelled_at_once([cancel.clone(), cancel.clone()]).await {
            assert_eq!((first.verdict().as_str(), second.verdict().as_str()), ("200", "200"));
            assert_ne!(first.is_replayed(), second.is_replayed());
            assert_eq!(refunds, [price]);
        }
    }
}

#[tokio::test]
async fn two_different_cancels_of_everything_give_back_once() {
    let cancels = [json!({ "cancel_id": "c1" }), json!({ "cancel_id": "c2" })];
    for (answers, refunds) in cancelled_at_once(cancels).await {
        let mut verdicts = answers.map(|answer| answer.verdict());
        verdicts.sort();
        assert_eq!(verdicts[0], "200");
        let refused = [
            "400 RC_CANCEL_SERVER_ALREADY",
            "409 RC_CANCEL_UNDER_WAY",
            "400 RC_ALREADY_CANCELLED",
        ];
        assert!(refused.contains(&verdicts[1].as_str()), "{verdicts:?}");
        assert_eq!(refunds, [1000]);
    }
}

#[tokio::test]
async fn a_part_and_everything_never_give_back_more_than_there_is() {
    let cancels = [
        json!({ "cancel_id": "c1", "cancel_price": 300 }),
        json!({ "cancel_id": "c2" }),
    ];
    for (answers, refunds) in cancelled_at_once(cancels).await {
        let done = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(done, refunds.len(), "{answers:?}");
        assert!(
            done > 0 && refunds.iter().sum::<u64>() <= 1000,
            "{answers:?} {refunds:?}"
        );
    }
}

#[tokio::test]
async fn one_cancel_id_for_two_prices_is_a_conflict() {
    let cancels = [
        json!({ "cancel_id": "c1", "cancel_price": 300 }),
        json!({ "cancel_id": "c1", "cancel_price": 400 }),
    ];
    for (answers, refunds) in cancelled_at_once(cancels).await {
        let mut verdicts = answers.map(|answer| answer.verdict());
        verdicts.sort();
        assert_eq!(verdicts, ["200", "409 RC_CANCEL_ID_CONFLICT"]);
        assert_eq!(refunds.len(), 1);
    }
}

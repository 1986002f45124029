//! When its time comes a reserve runs: not early, not twice, oldest first, also after the gateway was away.

use std::time::Duration;

use domain::reserve::parse_when;
use gateway::Closed;
use serde_json::json;

use crate::harness::{House, Merchant};

const HOUR: Duration = Duration::from_secs(3600);
const MS: Duration = Duration::from_millis(1);

async fn reserve_at(merchant: &Merchant, key: &str, order_id: &str, at: &str) -> String {
    let asked = json!({ "order_id": order_id, "reserve_execute_at": at });
    merchant.reserve(key, asked).await.expect(200).text("reserve_id")
}

async fn done(house: &House, merchant: &Merchant, reserve_id: &str) -> serde_json::Value {
    house
        .eventually(async || {
            let reserve = merchant.reserved(reserve_id).await;
            (reserve["status"] != json!(0)).then_some(reserve)
        })
        .await
}

#[tokio::test]
async fn a_millisecond_before_its_time_nothing_runs_and_then_it_runs_once() {
    let house = House::start().await;
    let merchant = house.merchant();
    let key = merchant.key().await;
    let id = reserve_at(&merchant, &key, "order_1", "2026-01-02T04:04:05+09:00").await;
    house.clock.advance(HOUR - MS);
    house.settle().await;
    house.settle().await;
    assert_eq!(house.pg.ledger().await.requests.charge, 0);
    assert_eq!(merchant.reserved(&id).await["status"], json!(0));
    house.clock.advance(MS);
    // A tick of the scheduler may lie between.
    house.clock.advance(100 * MS);
    let reserve = done(&house, &merchant, &id).await;
    assert_eq!(reserve["status"], json!(1));
    assert_eq!(
        reserve["reserve_started_at"],
        json!("2026-01-02T04:04:05+09:00"),
        "on the second"
    );
    house.pass(5 * HOUR, Duration::from_secs(60)).await;
    let ledger = house.pg.ledger().await;
    assert_eq!((ledger.debits.len(), ledger.requests.charge), (1, 1));
    house.stop().await;
}

/// The call left, no answer came, and that could not be written down. The PG knows of no debit; but a late one could still
/// land, so it is not asked for again under another id.
#[cfg(feature = "failpoints")]
#[tokio::test]
async fn what_was_asked_for_and_lost_is_not_asked_for_again() {
    let house = House::plan(|plan| plan.pg_read_timeout = Duration::from_millis(150)).await;
    let merchant = house.merchant();
    let key = merchant.key().await;
    let id = reserve_at(&merchant, &key, "order_1", "2026-01-02T04:04:05+09:00").await;
    fail::cfg("charge_outcome_lost", "1*return").expect("a failpoint");
    house.pg.fault("charge", "drop-before", 1).await;
    house.clock.advance(HOUR + 100 * MS);
    for _minute in 0..30 {
        house.pass(Duration::from_secs(60), Duration::from_secs(1)).await;
    }
    let reserve = done(&house, &merchant, &id).await;
    assert_eq!(reserve["status"], json!(-1), "{reserve}");
    let ledger = house.pg.ledger().await;
    assert_eq!((ledger.debits.len(), ledger.requests.charge), (0, 1));
    house.stop().await;
}

#[tokio::test]
async fn what_became_due_in_an_hour_away_runs_once_each_oldest_first() {
    // One at a time, so that the order shows.
    let house = House::plan(|plan| plan.reserves_at_once = 1).await;
    let mut reserves = Vec::new();
    let key = house.merchant().key().await;
    for minute in [50, 10, 30, 20, 40] {
        let at = format!("2026-01-02T03:{minute}:00+09:00");
        let id = reserve_at(&house.merchant(), &key, &format!("order_{minute}"), &at).await;
        reserves.push((minute, id));
    }
    reserves.sort();
    let down = house.down().await;
    down.clock.advance(HOUR);
    let house = down.up().await;
    let merchant = house.merchant();
    let mut receipts = Vec::new();
    for (_, id) in &reserves {
        let reserve = done(&house, &merchant, id).await;
        assert_eq!(reserve["status"], json!(1));
        receipts.push(reserve["receipt_id"].as_str().unwrap().to_owned());
    }
    house.pass(HOUR, Duration::from_secs(60)).await;
    let ledger = house.pg.ledger().await;
    for receipt_id in &receipts {
        assert_eq!(ledger.debited(receipt_id), (1, 1000));
    }
    assert_eq!((ledger.debits.len(), ledger.requests.charge), (5, 5));
    // Receipt ids grow in the order in which the debits were intended.
    let mut grown = receipts.clone();
    grown.sort();
    assert_eq!(receipts, grown, "oldest first");
    house.stop().await;
}

#[tokio::test]
async fn closed_hours_put_a_reserve_off_to_their_end() {
    let house = House::plan(|plan| plan.closed = Closed::parse("04:00-05:30")).await;
    let merchant = house.merchant();
    let key = merchant.key().await;
    let id = reserve_at(&merchant, &key, "order_1", "2026-01-02T04:04:05+09:00").await;
    house.clock.advance(HOUR + 100 * MS);
    let put_off = house
        .eventually(async || {
            let reserve = merchant.reserved(&id).await;
            (reserve["reserve_execute_at"] != json!("2026-01-02T04:04:05+09:00")).then_some(reserve)
        })
        .await;
    assert_eq!(put_off["reserve_execute_at"], json!("2026-01-02T05:30:00+09:00"));
    assert_eq!(
        (&put_off["status"], house.pg.ledger().await.requests.charge),
        (&json!(0), 0)
    );
    house.pass(HOUR, Duration::from_secs(60)).await;
    assert_eq!(house.pg.ledger().await.requests.charge, 0, "still closed");
    house.pass(HOUR, Duration::from_secs(60)).await;
    assert_eq!(done(&house, &merchant, &id).await["status"], json!(1));
    let ledger = house.pg.ledger().await;
    let opens = parse_when("2026-01-02T05:30:00+09:00").unwrap();
    assert!(ledger.debits[0].taken_at_ms >= opens.0 && ledger.debits.len() == 1);
    house.stop().await;
}

#[tokio::test]
async fn a_reserve_whose_debit_is_in_doubt_ends_with_its_verdict() {
    for (account, status) in [("0007", 1), ("0008", -1), ("0010", -1)] {
        let house = House::plan(|plan| plan.pg_read_timeout = Duration::from_millis(150)).await;
        let merchant = house.merchant();
        let key = merchant.key_of(account).await;
        let id = reserve_at(&merchant, &key, "order_1", "2026-01-02T03:04:06+09:00").await;
        house.clock.advance(Duration::from_secs(2));
        let reserve = done(&house, &merchant, &id).await;
        assert_eq!(reserve["status"], json!(status), "{account}");
        let receipt_id = reserve["receipt_id"].as_str().unwrap();
        let kept = house.pg.ledger().await.debited(receipt_id).1;
        assert_eq!(kept, if status == 1 { 1000 } else { 0 }, "{account}");
        assert_eq!(house.pg.ledger().await.requests.charge, 1, "{account}");
        house.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_due_at_once_are_debited_once_each_and_none_early() {
    let house = House::start().await;
    let merchant = house.merchant();
    let mut ids = Vec::new();
    for number in 0..100 {
        let key = if number % 10 == 0 {
            merchant.key().await
        } else {
            last_key(&ids)
        };
        let at = format!("2026-01-02T03:05:{:02}+09:00", number % 60);
        let id = reserve_at(&merchant, &key, &format!("order_{number}"), &at).await;
        ids.push((key, id));
    }
    house.pass(Duration::from_secs(120), Duration::from_millis(500)).await;
    for (_, id) in &ids {
        assert_eq!(done(&house, &merchant, id).await["status"], json!(1));
    }
    let ledger = house.pg.ledger().await;
    assert_eq!((ledger.debits.len(), ledger.requests.charge), (100, 100));
    for (_, id) in &ids {
        let reserve = merchant.reserved(id).await;
        let due = parse_when(reserve["reserve_execute_at"].as_str().unwrap()).unwrap();
        let receipt_id = reserve["receipt_id"].as_str().unwrap();
        let debit = ledger.debits.iter().find(|debit| debit.order_id == receipt_id).unwrap();
        assert!(debit.taken_at_ms >= due.0, "early by {} ms", due.0 - debit.taken_at_ms);
    }
    house.stop().await;
}

fn last_key(ids: &[(String, String)]) -> String {
    ids.last().expect("the first has a key of its own").0.clone()
}

#[tokio::test]
async fn an_unreachable_pg_makes_the_reserve_wait_and_it_is_debited_once() {
    let house = House::start().await;
    let merchant = house.merchant();
    let key = merchant.key().await;
    let id = reserve_at(&merchant, &key, "order_1", "2026-01-02T03:04:06+09:00").await;
    house.pg.refuse_connections(400).await;
    house.clock.advance(Duration::from_secs(2));
    house.eventually(async || house.pg.ledger_if_there().await).await;
    let reserve = done(&house, &merchant, &id).await;
    assert_eq!(reserve["status"], json!(1));
    let charged = merchant.charge(&key, json!({})).await;
    assert!(
        charged.expect(200).is_replayed(),
        "the same order of the same key: what the reserve became"
    );
    assert_eq!(house.pg.ledger().await.debits.len(), 1);
    house.stop().await;
}

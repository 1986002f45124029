//! When its time comes a reserve runs: not early, not twice, oldest first, also after the gateway was away.

use std::time::Duration;

use domain::written_time::parse as parse_when;
use gateway::Closed;
use serde_json::json;

use testkit::{Merchant, PATIENCE, TestGateway, until};

const HOUR: Duration = Duration::from_secs(3600);
const MS: Duration = Duration::from_millis(1);

async fn reserve_at(merchant: &Merchant, key: &str, order_id: &str, at: &str) -> String {
    let asked = json!({ "order_id": order_id, "reserve_execute_at": at });
    merchant.reserve(key, asked).await.expect(200).text("reserve_id")
}

async fn done(gateway: &TestGateway, merchant: &Merchant, reserve_id: &str) -> serde_json::Value {
    gateway
        .eventually(async || {
            let reserve = merchant.reserved(reserve_id).await;
            (reserve["status"] != json!(0)).then_some(reserve)
        })
        .await
}

#[tokio::test]
async fn a_millisecond_before_its_time_nothing_runs_and_then_it_runs_once() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let id = reserve_at(&merchant, &key, "order_1", "2026-01-02T04:04:05+09:00").await;
    gateway.clock.advance(HOUR - MS);
    gateway.settle().await;
    gateway.settle().await;
    assert_eq!(gateway.pg.ledger().await.requests.charge, 0);
    assert_eq!(merchant.reserved(&id).await["status"], json!(0));
    gateway.clock.advance(MS);
    // A tick of the scheduler may lie between; then the clock stands still.
    gateway.clock.advance(100 * MS);
    let reserve = until(PATIENCE, async || {
        let reserve = merchant.reserved(&id).await;
        if reserve["status"] == json!(0) {
            Err(reserve)
        } else {
            Ok(reserve)
        }
    })
    .await;
    assert_eq!(reserve["status"], json!(1));
    assert_eq!(
        reserve["reserve_started_at"],
        json!("2026-01-02T04:04:05+09:00"),
        "on the second"
    );
    gateway.pass(5 * HOUR, Duration::from_secs(60)).await;
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.debits.len(), ledger.requests.charge), (1, 1));
    gateway.stop().await;
}

/// The call left, no answer came, and that could not be written down. The PG knows of no debit; but a late one could still
/// land, so it is not asked for again under another id.
#[cfg(feature = "failpoints")]
#[tokio::test]
async fn what_was_asked_for_and_lost_is_not_asked_for_again() {
    let gateway = TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(150)).await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let id = reserve_at(&merchant, &key, "order_1", "2026-01-02T04:04:05+09:00").await;
    fail::cfg("charge_outcome_lost", "1*return").expect("a failpoint");
    gateway.pg.fault("charge", "drop-before", 1).await;
    gateway.clock.advance(HOUR + 100 * MS);
    for _minute in 0..30 {
        gateway.pass(Duration::from_secs(60), Duration::from_secs(1)).await;
    }
    let reserve = done(&gateway, &merchant, &id).await;
    assert_eq!(reserve["status"], json!(-1), "{reserve}");
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.debits.len(), ledger.requests.charge), (0, 1));
    gateway.stop().await;
}

#[tokio::test]
async fn what_became_due_in_an_hour_away_runs_once_each_oldest_first() {
    // One at a time, so that the order shows.
    let gateway = TestGateway::with(|plan| plan.reserves_at_once = 1).await;
    let mut reserves = Vec::new();
    let key = gateway.merchant().key().await;
    for minute in [50, 10, 30, 20, 40] {
        let at = format!("2026-01-02T03:{minute}:00+09:00");
        let id = reserve_at(&gateway.merchant(), &key, &format!("order_{minute}"), &at).await;
        reserves.push((minute, id));
    }
    reserves.sort();
    let down = gateway.down().await;
    down.clock.advance(HOUR);
    let gateway = down.up().await;
    let merchant = gateway.merchant();
    let mut receipts = Vec::new();
    for (_, id) in &reserves {
        let reserve = done(&gateway, &merchant, id).await;
        assert_eq!(reserve["status"], json!(1));
        receipts.push(reserve["receipt_id"].as_str().unwrap().to_owned());
    }
    gateway.pass(HOUR, Duration::from_secs(60)).await;
    let ledger = gateway.pg.ledger().await;
    for receipt_id in &receipts {
        assert_eq!(ledger.debited(receipt_id), (1, 1000));
    }
    assert_eq!((ledger.debits.len(), ledger.requests.charge), (5, 5));
    // Receipt ids grow in the order in which the debits were intended.
    let mut grown = receipts.clone();
    grown.sort();
    assert_eq!(receipts, grown, "oldest first");
    gateway.stop().await;
}

#[tokio::test]
async fn closed_hours_put_a_reserve_off_to_their_end() {
    let gateway = TestGateway::with(|plan| plan.closed = Closed::parse("04:00-05:30")).await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let id = reserve_at(&merchant, &key, "order_1", "2026-01-02T04:04:05+09:00").await;
    gateway.clock.advance(HOUR + 100 * MS);
    let put_off = gateway
        .eventually(async || {
            let reserve = merchant.reserved(&id).await;
            (reserve["reserve_execute_at"] != json!("2026-01-02T04:04:05+09:00")).then_some(reserve)
        })
        .await;
    assert_eq!(put_off["reserve_execute_at"], json!("2026-01-02T05:30:00+09:00"));
    assert_eq!(
        (&put_off["status"], gateway.pg.ledger().await.requests.charge),
        (&json!(0), 0)
    );
    gateway.pass(HOUR, Duration::from_secs(60)).await;
    assert_eq!(gateway.pg.ledger().await.requests.charge, 0, "still closed");
    gateway.pass(HOUR, Duration::from_secs(60)).await;
    assert_eq!(done(&gateway, &merchant, &id).await["status"], json!(1));
    let ledger = gateway.pg.ledger().await;
    let opens = parse_when("2026-01-02T05:30:00+09:00").unwrap();
    assert!(ledger.debits[0].taken_at_ms >= opens.0 && ledger.debits.len() == 1);
    gateway.stop().await;
}

#[tokio::test]
async fn a_reserve_whose_debit_is_in_doubt_ends_with_its_verdict() {
    for (account, status) in [("0007", 1), ("0008", -1), ("0010", -1)] {
        let gateway = TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(150)).await;
        let merchant = gateway.merchant();
        let key = merchant.key_of(account).await;
        let id = reserve_at(&merchant, &key, "order_1", "2026-01-02T03:04:06+09:00").await;
        gateway.clock.advance(Duration::from_secs(2));
        let reserve = done(&gateway, &merchant, &id).await;
        assert_eq!(reserve["status"], json!(status), "{account}");
        let receipt_id = reserve["receipt_id"].as_str().unwrap();
        let kept = gateway.pg.ledger().await.debited(receipt_id).1;
        assert_eq!(kept, if status == 1 { 1000 } else { 0 }, "{account}");
        assert_eq!(gateway.pg.ledger().await.requests.charge, 1, "{account}");
        gateway.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_due_at_once_are_debited_once_each_and_none_early() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
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
    gateway.pass(Duration::from_secs(120), Duration::from_millis(500)).await;
    for (_, id) in &ids {
        assert_eq!(done(&gateway, &merchant, id).await["status"], json!(1));
    }
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.debits.len(), ledger.requests.charge), (100, 100));
    for (_, id) in &ids {
        let reserve = merchant.reserved(id).await;
        let due = parse_when(reserve["reserve_execute_at"].as_str().unwrap()).unwrap();
        let receipt_id = reserve["receipt_id"].as_str().unwrap();
        let debit = ledger.debits.iter().find(|debit| debit.order_id == receipt_id).unwrap();
        assert!(debit.taken_at_ms >= due.0, "early by {} ms", due.0 - debit.taken_at_ms);
    }
    gateway.stop().await;
}

fn last_key(ids: &[(String, String)]) -> String {
    ids.last().expect("the first has a key of its own").0.clone()
}

#[tokio::test]
async fn an_unreachable_pg_makes_the_reserve_wait_and_it_is_debited_once() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let id = reserve_at(&merchant, &key, "order_1", "2026-01-02T03:04:06+09:00").await;
    gateway.pg.refuse_connections(400).await;
    gateway.clock.advance(Duration::from_secs(2));
    gateway.eventually(async || gateway.pg.ledger_if_there().await).await;
    let reserve = done(&gateway, &merchant, &id).await;
    assert_eq!(reserve["status"], json!(1));
    let charged = merchant.charge(&key, json!({})).await;
    assert!(
        charged.expect(200).is_replayed(),
        "the same order of the same key: what the reserve became"
    );
    assert_eq!(gateway.pg.ledger().await.debits.len(), 1);
    gateway.stop().await;
}

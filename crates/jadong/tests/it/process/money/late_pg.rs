//! A PG that cannot be reached for a while: reserves that fall due meanwhile wait, run once it is there, in order, and say so.

use std::time::Duration;

use serde_json::json;
use testkit::process::{Simulator, TestDir};
use testkit::{Merchant, PATIENCE, until};

const RESERVES: usize = 40;

async fn reserve(api: &Merchant, key: &str, number: usize, at_ms: i64) -> String {
    let body = json!({ "billing_key": key, "order_name": "구독", "price": 1000 + number, "order_id": format!("order_{number}"),
        "reserve_execute_at": domain::EpochMs(at_ms).to_wire() });
    let reserved = api.post("/v2/subscribe/payment/reserve", body).await;
    assert_eq!(reserved.status, 200, "{}", reserved.body);
    reserved.text("reserve_id")
}

fn now_ms() -> i64 {
    seams::Clock::now_ms(&seams::SystemClock)
}

async fn statuses(api: &Merchant, ids: &[String]) -> Vec<i64> {
    let mut statuses = Vec::new();
    for id in ids {
        statuses.push(api.reserved(id).await["status"].as_i64().expect("a status"));
    }
    statuses
}

#[tokio::test]
async fn reserves_wait_for_a_pg_that_starts_late_and_run_in_order() {
    let dir = TestDir::empty();
    let pg = Simulator::start(dir.path(), 0).await;
    let control = pg.clone();
    let env = control.settings();
    let gateway = dir.serve(&env).await;
    let api = gateway.merchant();
    let mut keys = Vec::new();
    for _key in 0..RESERVES.div_ceil(10) {
        keys.push(api.key_of("1234").await);
    }
    // Nobody is there from now on, and to reserve needs no PG. Due one after the other, late enough for a slow machine to make all.
    drop(pg);
    let first = now_ms() + 6_000;
    let mut ids = Vec::new();
    for number in 0..RESERVES {
        ids.push(reserve(&api, &keys[number / 10], number, first + 20 * number as i64).await);
    }
    gateway.process.stop().await;
    // After the reboot the gateway is up before its PG.
    let gateway = dir.serve(&env).await;
    api.moved_to(&gateway.url);
    until(PATIENCE, async || {
        let log = dir.log_text();
        let has_tried = log.contains("the PG cannot be reached: due reserves wait");
        has_tried.then_some(()).ok_or(log)
    })
    .await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(
        statuses(&api, &ids).await,
        vec![0; RESERVES],
        "they wait, and none has failed"
    );

    let port = control.url.rsplit(':').next().expect("a port");
    let pg = Simulator::start_on(dir.path(), 0, port).await;
    assert_eq!(pg.url, control.url);
    until(PATIENCE, async || {
        let are_done = statuses(&api, &ids).await == vec![1; RESERVES];
        are_done.then_some(()).ok_or_else(|| dir.log_text())
    })
    .await;
    let mut debits = pg.ledger().await.debits;
    assert_eq!(debits.len(), RESERVES, "each once");
    debits.sort_by_key(|debit| debit.taken_at_ms);
    let amounts: Vec<_> = debits.iter().map(|debit| debit.amount).collect();
    assert_eq!(amounts[0], 1000, "the oldest first");
    let log = dir.log_text();
    assert!(log.contains("the PG can be reached again"), "{log}");
    // It says what happened to the first, which tried.
    let explained = dir.run(&["explain", &ids[0], "--lang", "en"], &[]).await;
    assert!(
        explained.out.contains("the PG could not be reached: once more"),
        "{}{}",
        explained.out,
        explained.err
    );
    gateway.process.stop().await;
}

#[tokio::test]
async fn a_reserve_that_no_pg_was_there_for_fails_once_its_window_is_over() {
    let dir = TestDir::empty();
    let pg = Simulator::start(dir.path(), 0).await;
    let control = pg.clone();
    let mut env = control.settings();
    env.push(("JADONG_RESERVE_RETRY_WITHIN", "2s"));
    let gateway = dir.serve(&env).await;
    let api = gateway.merchant();
    let key = api.key_of("1234").await;
    drop(pg);
    let id = reserve(&api, &key, 0, now_ms() + 1_000).await;
    until(PATIENCE, async || {
        let reserve = api.reserved(&id).await;
        if reserve["status"] == -1 { Ok(()) } else { Err(reserve) }
    })
    .await;
    gateway.process.stop().await;
}

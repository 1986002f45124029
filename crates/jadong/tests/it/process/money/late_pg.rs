//! A PG that cannot be reached for a while: reserves that fall due meanwhile wait, run once it is there, in order, and say so.

use std::time::Duration;

use serde_json::{Value, json};

use super::{key_of, ledger, post};
use testkit::process::TestDir;
use testkit::process::api::Api;
use testkit::process::bank::Bank;

const RESERVES: usize = 40;

async fn reserve(api: &Api, key: &str, number: usize, at_ms: i64) -> String {
    let body = json!({ "billing_key": key, "order_name": "구독", "price": 1000 + number, "order_id": format!("order_{number}"),
        "reserve_execute_at": domain::EpochMs(at_ms).to_wire() });
    let reserved = post(api, "/v2/subscribe/payment/reserve", body).await;
    assert_eq!(reserved.status, 200, "{}", reserved.body);
    reserved.text("reserve_id")
}

fn now_ms() -> i64 {
    seams::Clock::now_ms(&seams::SystemClock)
}

async fn statuses(api: &Api, ids: &[String]) -> Vec<i64> {
    let mut statuses = Vec::new();
    for id in ids {
        let answer = api
            .get(&format!("/v2/subscribe/payment/reserve/{id}"))
            .await
            .expect("an answer");
        statuses.push(answer.number("status").expect("a status"));
    }
    statuses
}

#[tokio::test]
async fn reserves_wait_for_a_pg_that_starts_late_and_run_in_order() {
    let dir = TestDir::empty();
    let bank = Bank::start(dir.path(), 0).await;
    let (url, port) = (
        bank.url.clone(),
        bank.url.rsplit(':').next().expect("a port").to_owned(),
    );
    let env: Vec<(String, String)> = bank
        .settings()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let env: Vec<(&str, &str)> = env
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let gateway = dir.serve(&env).await;
    let api = Api::new(&gateway.url);
    let mut keys = Vec::new();
    for number in 0..RESERVES.div_ceil(10) {
        keys.push(key_of(&api, &format!("sub_{number}"), "1234").await);
    }
    // Due one after the other, all within the time in which nobody is there.
    let first = now_ms() + 1_500;
    let mut ids = Vec::new();
    for number in 0..RESERVES {
        ids.push(reserve(&api, &keys[number / 10], number, first + 20 * number as i64).await);
    }
    drop(bank);
    gateway.process.stop().await;
    // After the reboot the gateway is up before its PG.
    let gateway = dir.serve(&env).await;
    api.moved_to(&gateway.url);
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(
        statuses(&api, &ids).await,
        vec![0; RESERVES],
        "they wait, and none has failed"
    );

    let bank = Bank::start_on(dir.path(), 0, &port).await;
    assert_eq!(bank.url, url);
    for _look in 0..300 {
        if statuses(&api, &ids).await == vec![1; RESERVES] {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(statuses(&api, &ids).await, vec![1; RESERVES], "{}", dir.log_text());
    let ledger = ledger(&bank.url).await;
    let mut debits: Vec<&Value> = ledger["debits"].as_array().expect("a list").iter().collect();
    assert_eq!(debits.len(), RESERVES, "each once");
    debits.sort_by_key(|row| row["taken_at_ms"].as_i64());
    let amounts: Vec<_> = debits.iter().map(|row| row["amount"].as_u64().unwrap()).collect();
    assert_eq!(amounts[0], 1000, "the oldest first");
    let log = dir.log_text();
    assert!(log.contains("the PG cannot be reached: due reserves wait"), "{log}");
    assert!(log.contains("the PG can be reached again"), "{log}");
    // It says what happened to the first, which tried.
    let told = testkit::process::run(&["explain", &ids[0], "--data", &dir.data_text(), "--lang", "en"], &[]).await;
    assert!(
        told.out.contains("the PG could not be reached: once more"),
        "{}{}",
        told.out,
        told.err
    );
    gateway.process.stop().await;
}

#[tokio::test]
async fn a_reserve_that_no_pg_was_there_for_fails_once_its_window_is_over() {
    let dir = TestDir::empty();
    let bank = Bank::start(dir.path(), 0).await;
    let env: Vec<(String, String)> = bank
        .settings()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut env: Vec<(&str, &str)> = env
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    env.push(("JADONG_RESERVE_RETRY_WITHIN", "2s"));
    let gateway = dir.serve(&env).await;
    let api = Api::new(&gateway.url);
    let key = key_of(&api, "sub_1", "1234").await;
    let id = reserve(&api, &key, 0, now_ms() + 1_000).await;
    drop(bank);
    for _look in 0..150 {
        if statuses(&api, std::slice::from_ref(&id)).await == [-1] {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let failed = api
        .get(&format!("/v2/subscribe/payment/reserve/{id}"))
        .await
        .expect("an answer");
    assert_eq!(failed.number("status"), Some(-1), "{}", failed.body);
    gateway.process.stop().await;
}

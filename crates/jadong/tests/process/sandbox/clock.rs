//! `jadong clock` on a running gateway: a year of one project in seconds, while another's stays, over restarts.

use std::time::{Duration, Instant};

use domain::EpochMs;
use domain::reserve::parse_when;
use seams::{Clock, SystemClock};
use serde_json::{Value, json};

use super::{post, stranger};
use crate::api::Api;
use crate::gateway::{Gateway, House};
use crate::process::run;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// `jadong clock …` as the sandbox's own project.
async fn clock(gateway: &Gateway, args: &[&str]) -> Value {
    let said = run(
        &[&["clock", "--json", "--url", gateway.url.as_str()], args].concat(),
        &[],
    )
    .await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    serde_json::from_str(&said.out).expect("JSON")
}

async fn ahead_ms(api: &Api) -> i64 {
    let answer = api.get("/sandbox/clock").await.expect("an answer");
    answer.number("ahead_ms").expect("a lead")
}

/// A key, and ten reserves 36 days apart; their ids, and when they are due.
async fn year(api: &Api) -> Vec<(String, EpochMs)> {
    let (_, key) = api.issue("year", "01012345678").await;
    let mut reserves = Vec::new();
    for number in 1..=10 {
        let due = EpochMs(SystemClock.now_ms() / 1000 * 1000 + i64::from(number) * 36 * DAY_MS);
        let body = json!({
            "billing_key": key, "order_name": "월 구독", "order_id": format!("order_{number}"), "price": 1000,
            "reserve_execute_at": due.to_wire(),
        });
        let reserve = post(api, "/v2/subscribe/payment/reserve", body).await;
        assert_eq!(reserve.status, 200, "{}", reserve.body);
        reserves.push((reserve.text("reserve_id"), due));
    }
    reserves
}

async fn reserve(api: &Api, id: &str) -> Value {
    let answer = api.get(&format!("/v2/subscribe/payment/reserve/{id}")).await;
    answer.expect("an answer").json()
}

#[tokio::test]
async fn a_year_of_one_project_takes_seconds_and_the_other_waits() {
    let house = House::new();
    let mut gateway = house.serve(&[]).await;
    let mine = Api::new(&gateway.url);
    let other = stranger(&house, &gateway.url).await;
    let (reserves, others) = (year(&mine).await, year(&other).await);
    let began = Instant::now();
    let moved = clock(&gateway, &["advance", "365d"]).await;
    assert!(began.elapsed() < Duration::from_secs(25), "{:?}", began.elapsed());
    assert!(moved["steps"].as_u64() >= Some(10), "{moved}");
    for (id, due) in &reserves {
        let reserve = reserve(&mine, id).await;
        assert_eq!(reserve["status"], json!(1), "{reserve}");
        let started = parse_when(reserve["reserve_started_at"].as_str().expect("a time")).expect("a time");
        assert!(
            started.since_ms(*due) < 2_000,
            "{} for {}",
            started.to_wire(),
            due.to_wire()
        );
    }
    assert_eq!(ahead_ms(&other).await, 0);
    for (id, _) in &others {
        assert_eq!(reserve(&other, id).await["status"], json!(0));
    }
    gateway.process.kill().await;

    // Not even a power cut takes the year back.
    let gateway = house.serve(&[]).await;
    let (mine, other) = (Api::new(&gateway.url), {
        other.moved_to(&gateway.url);
        other
    });
    assert!(ahead_ms(&mine).await > 364 * DAY_MS);
    assert_eq!(ahead_ms(&other).await, 0);
    // As of the other commands, the address may come from the environment.
    let env = [("JADONG_URL", gateway.url.as_str())];
    let said = run(&["clock", "show"], &env).await;
    assert!(said.out.trim().ends_with("+09:00"), "{}", said.out);
    let said = run(&["clock", "show", "--json"], &env).await;
    assert!(said.out.lines().count() > 2, "people read JSON too: {}", said.out);
}

#[tokio::test]
async fn the_lead_of_an_older_sandbox_is_given_to_its_projects_once() {
    let house = House::new();
    house.serve(&[]).await.process.kill().await;
    let file = house.data().join("sandbox-clock");
    std::fs::write(&file, format!("{}\n", 40 * DAY_MS)).expect("written");
    let mut gateway = house.serve(&[]).await;
    assert_eq!(ahead_ms(&Api::new(&gateway.url)).await, 40 * DAY_MS);
    assert!(!file.exists());
    gateway.process.kill().await;
    let gateway = house.serve(&[]).await;
    assert_eq!(ahead_ms(&Api::new(&gateway.url)).await, 40 * DAY_MS);
}

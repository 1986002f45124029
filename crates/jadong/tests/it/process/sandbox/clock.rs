//! `jadong clock` on a running gateway: a year of one project in seconds, while another's stays, over restarts.

use std::time::{Duration, Instant};

use domain::EpochMs;
use domain::written_time::parse as parse_when;
use seams::{Clock, SystemClock};
use serde_json::{Value, json};

use super::{post, stranger};
use testkit::process::api::Api;
use testkit::process::run;
use testkit::process::{Gateway, TestDir};

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
    let dir = TestDir::empty();
    let mut gateway = dir.serve(&[]).await;
    let mine = Api::new(&gateway.url);
    let other = stranger(&dir, &gateway.url).await;
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
    let gateway = dir.serve(&[]).await;
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
    let dir = TestDir::empty();
    dir.serve(&[]).await.process.kill().await;
    let file = dir.data().join("sandbox-clock");
    std::fs::write(&file, format!("{}\n", 40 * DAY_MS)).expect("written");
    let mut gateway = dir.serve(&[]).await;
    assert_eq!(ahead_ms(&Api::new(&gateway.url)).await, 40 * DAY_MS);
    assert!(!file.exists());
    gateway.process.kill().await;
    let gateway = dir.serve(&[]).await;
    assert_eq!(ahead_ms(&Api::new(&gateway.url)).await, 40 * DAY_MS);
}

#[tokio::test]
async fn a_month_is_the_calendars_and_what_is_no_time_is_told_what_would_be() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    clock(&gateway, &["set", "2028-01-31T09:00:00+09:00"]).await;
    for (by, day) in [("1mo", "2028-02-29"), ("1w", "2028-03-07"), ("2 months", "2028-05-07")] {
        let moved = clock(&gateway, &["advance", by]).await;
        assert!(
            moved["now"].as_str().is_some_and(|now| now.starts_with(day)),
            "{by}: {moved}"
        );
    }
    for wrong in ["40", "-3d", "soon", "3d ago", "1month2"] {
        let said = run(&["clock", "advance", wrong, "--url", gateway.url.as_str()], &[]).await;
        assert_eq!(said.code, Some(1), "{wrong}: {}", said.err);
        for expected in ["1mo", "40d", "only goes forward"] {
            assert!(said.err.contains(expected), "{wrong}: {}", said.err);
        }
    }
    let past = run(&["clock", "set", "2020-01-01", "--url", gateway.url.as_str()], &[]).await;
    assert!(past.code == Some(1) && past.err.contains("not past"), "{}", past.err);
    let said = run(&["clock", "advance", "1s", "--url", gateway.url.as_str()], &[]).await;
    assert!(said.out.contains("(0 things were due on the way)"), "{}", said.out);
}

#[tokio::test]
async fn an_unused_lead_is_taken_back_and_a_used_one_is_not() {
    let dir = TestDir::empty();
    let mut gateway = dir.serve(&[]).await;
    let mine = Api::new(&gateway.url);
    let other = stranger(&dir, &gateway.url).await;
    let (_, key) = mine.issue("before", "01012345678").await;
    let reset = async |api: &Api| post(api, "/sandbox/clock", json!({ "reset": true })).await;
    assert_eq!(reset(&mine).await.status, 200, "nothing to do");

    clock(&gateway, &["advance", "40d"]).await;
    post(&other, "/sandbox/clock", json!({ "advance": "1d" })).await;
    assert_eq!(reset(&mine).await.number("ahead_ms"), Some(0));
    assert!(ahead_ms(&other).await > DAY_MS - 1_000, "another's stays");
    // The README's next page reserves for a date that was past in the moved time.
    let due = EpochMs(SystemClock.now_ms() + 30 * DAY_MS);
    let body = json!({ "billing_key": key, "order_name": "월 구독", "order_id": "order_1", "price": 1000,
        "reserve_execute_at": due.to_wire() });
    let reserved = post(&mine, "/v2/subscribe/payment/reserve", body).await;
    assert_eq!(reserved.status, 200, "{}", reserved.body);
    gateway.process.kill().await;
    let gateway = dir.serve(&[]).await;
    let mine = Api::new(&gateway.url);
    assert_eq!(ahead_ms(&mine).await, 0, "also after a restart");

    clock(&gateway, &["advance", "31d"]).await;
    assert_eq!(reserve(&mine, &reserved.text("reserve_id")).await["status"], json!(1));
    let refused = reset(&mine).await;
    assert_eq!(
        (refused.status, refused.error_code().as_str()),
        (409, "SANDBOX_REFUSED")
    );
    assert!(
        refused.text("hint").contains("jadong project create"),
        "{}",
        refused.body
    );
    assert!(ahead_ms(&mine).await > 30 * DAY_MS, "nothing has changed");
    for wrong in [
        json!({ "reset": "yes" }),
        json!({ "reset": 1 }),
        json!({ "reset": true, "advance": "1d" }),
    ] {
        assert_eq!(
            post(&mine, "/sandbox/clock", wrong.clone()).await.text("field"),
            "reset",
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn whatever_happened_in_the_moved_time_keeps_it() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = Api::new(&gateway.url);
    let (_, key) = api.issue("before", "01012345678").await;
    let acts: [(&str, &str, Option<Value>); 5] = [
        (
            "POST",
            "/v2/request/subscribe/automatic-transfer",
            Some(json!({
            "pg": "nicepay", "order_name": "월 구독", "subscription_id": "later", "username": "홍길동",
            "bank_name": "국민은행", "bank_account": "12345678901234", "identity_no": "900101", "phone": "01012345678" })),
        ),
        (
            "POST",
            "/v2/subscribe/payment",
            Some(json!({
            "billing_key": key, "order_name": "월 구독", "order_id": "order_1", "price": 1000 })),
        ),
        (
            "POST",
            "/v2/subscribe/payment/reserve",
            Some(json!({
            "billing_key": key, "order_name": "월 구독", "order_id": "order_2", "price": 1000,
            "reserve_execute_at": EpochMs(SystemClock.now_ms() + 90 * DAY_MS).to_wire() })),
        ),
        ("DELETE", &format!("/v2/subscribe/billing_key/{key}"), None),
        ("GET", "/v2/lookup/order/nothing", None),
    ];
    for (index, (method, path, body)) in acts.into_iter().enumerate() {
        let other = super::project(&dir, &gateway.url, &format!("other{index}")).await;
        let (api, body) = if index == 1 || index == 3 || index == 2 {
            let (_, own) = other.issue("before", "01012345678").await;
            let body = body.map(|body| body.to_string().replace(&key, &own));
            (other, (path.replace(&key, &own), body))
        } else {
            (other, (path.to_owned(), body.map(|body| body.to_string())))
        };
        post(&api, "/sandbox/clock", json!({ "advance": "40d" })).await;
        let method = method.parse().expect("a method");
        api.call(method, &body.0, body.1).await.expect("an answer");
        let reset = post(&api, "/sandbox/clock", json!({ "reset": true })).await;
        let expected = if index == 4 { 200 } else { 409 };
        assert_eq!(reset.status, expected, "{path}: {}", reset.body);
    }
}

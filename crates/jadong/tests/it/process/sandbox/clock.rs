//! `jadong clock` on a running gateway: a year of one project in seconds, while another's stays, over restarts.

use std::time::{Duration, Instant};

use domain::EpochMs;
use domain::written_time::parse as parse_when;
use seams::{Clock, SystemClock};
use serde_json::{Value, json};
use testkit::process::{Gateway, TestDir, run};
use testkit::{Answer, Merchant};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// `jadong clock …` as the sandbox's own project.
async fn clock(gateway: &Gateway, args: &[&str]) -> Value {
    run(
        &[&["clock", "--json", "--url", gateway.url.as_str()], args].concat(),
        &[],
    )
    .await
    .success()
    .json()
}

async fn ahead_ms(api: &Merchant) -> i64 {
    api.get("/sandbox/clock").await.number("ahead_ms").expect("a lead")
}

/// A key, and ten reserves 36 days apart; their ids, and when they are due.
async fn year(api: &Merchant) -> Vec<(String, EpochMs)> {
    let (_, key) = api.issue_for("year").await;
    let mut reserves = Vec::new();
    for number in 1..=10 {
        let due = EpochMs(SystemClock.now_ms() / 1000 * 1000 + i64::from(number) * 36 * DAY_MS);
        let changes = json!({ "order_id": format!("order_{number}"), "reserve_execute_at": due.to_wire() });
        let reserve = api.reserve(&key, changes).await.expect(200);
        reserves.push((reserve.text("reserve_id"), due));
    }
    reserves
}

/// Takes a lead back.
async fn reset(api: &Merchant) -> Answer {
    api.post("/sandbox/clock", json!({ "reset": true })).await
}

#[tokio::test]
async fn a_year_of_one_project_takes_seconds_and_the_other_waits() {
    let dir = TestDir::empty();
    let mut gateway = dir.serve(&[]).await;
    let mine = gateway.merchant();
    let other = dir.merchant(&gateway.url, "stranger").await;
    let (reserves, others) = (year(&mine).await, year(&other).await);
    let began = Instant::now();
    let moved = clock(&gateway, &["advance", "365d"]).await;
    assert!(began.elapsed() < Duration::from_secs(25), "{:?}", began.elapsed());
    assert!(moved["steps"].as_u64() >= Some(10), "{moved}");
    for (id, due) in &reserves {
        let reserve = mine.reserved(id).await;
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
        assert_eq!(other.reserved(id).await["status"], json!(0));
    }
    gateway.process.kill().await;

    // Not even a power cut takes the year back.
    let gateway = dir.serve(&[]).await;
    let mine = gateway.merchant();
    other.moved_to(&gateway.url);
    assert!(ahead_ms(&mine).await > 364 * DAY_MS);
    assert_eq!(ahead_ms(&other).await, 0);
    // As of the other commands, the address may come from the environment.
    let env = [("JADONG_URL", gateway.url.as_str())];
    let output = run(&["clock", "show"], &env).await;
    assert!(output.out.trim().ends_with("+09:00"), "{}", output.out);
    let output = run(&["clock", "show", "--json"], &env).await;
    assert!(output.out.lines().count() > 2, "people read JSON too: {}", output.out);
}

#[tokio::test]
async fn the_lead_of_an_older_sandbox_is_given_to_its_projects_once() {
    let dir = TestDir::empty();
    dir.serve(&[]).await.process.kill().await;
    let file = dir.data().join("sandbox-clock");
    std::fs::write(&file, format!("{}\n", 40 * DAY_MS)).expect("written");
    let mut gateway = dir.serve(&[]).await;
    assert_eq!(ahead_ms(&gateway.merchant()).await, 40 * DAY_MS);
    assert!(!file.exists());
    gateway.process.kill().await;
    let gateway = dir.serve(&[]).await;
    assert_eq!(ahead_ms(&gateway.merchant()).await, 40 * DAY_MS);
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
        let output = run(&["clock", "advance", wrong, "--url", gateway.url.as_str()], &[]).await;
        assert_eq!(output.code, Some(1), "{wrong}: {}", output.err);
        for expected in ["1mo", "40d", "only goes forward"] {
            assert!(output.err.contains(expected), "{wrong}: {}", output.err);
        }
    }
    let past = run(&["clock", "set", "2020-01-01", "--url", gateway.url.as_str()], &[]).await;
    assert!(past.code == Some(1) && past.err.contains("not past"), "{}", past.err);
    let output = run(&["clock", "advance", "1s", "--url", gateway.url.as_str()], &[]).await;
    assert!(output.out.contains("(0 things were due on the way)"), "{}", output.out);
}

#[tokio::test]
async fn an_unused_lead_is_taken_back_and_a_used_one_is_not() {
    let dir = TestDir::empty();
    let mut gateway = dir.serve(&[]).await;
    let mine = gateway.merchant();
    let other = dir.merchant(&gateway.url, "stranger").await;
    let (_, key) = mine.issue_for("before").await;
    assert_eq!(reset(&mine).await.status, 200, "nothing to do");

    clock(&gateway, &["advance", "40d"]).await;
    other.post("/sandbox/clock", json!({ "advance": "1d" })).await;
    assert_eq!(reset(&mine).await.number("ahead_ms"), Some(0));
    assert!(ahead_ms(&other).await > DAY_MS - 1_000, "another's stays");
    // The README's next page reserves for a date that was past in the moved time.
    let due = EpochMs(SystemClock.now_ms() + 30 * DAY_MS);
    let changes = json!({ "reserve_execute_at": due.to_wire() });
    let reserve_id = mine.reserve(&key, changes).await.expect(200).text("reserve_id");
    gateway.process.kill().await;
    let gateway = dir.serve(&[]).await;
    let mine = gateway.merchant();
    assert_eq!(ahead_ms(&mine).await, 0, "also after a restart");

    clock(&gateway, &["advance", "31d"]).await;
    assert_eq!(mine.reserved(&reserve_id).await["status"], json!(1));
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
            mine.post("/sandbox/clock", wrong.clone()).await.text("field"),
            "reset",
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn whatever_happened_in_the_moved_time_keeps_it() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let later = EpochMs(SystemClock.now_ms() + 90 * DAY_MS).to_wire();
    for (index, act) in ["issue", "charge", "reserve", "destroy", "look up"]
        .into_iter()
        .enumerate()
    {
        let api = dir.merchant(&gateway.url, &format!("other{index}")).await;
        let (_, key) = api.issue_for("before").await;
        api.post("/sandbox/clock", json!({ "advance": "40d" })).await;
        let answer = match act {
            "issue" => api.ask(json!({ "subscription_id": "later" })).await,
            "charge" => api.charge(&key, json!({})).await,
            "reserve" => api.reserve(&key, json!({ "reserve_execute_at": later })).await,
            "destroy" => api.delete(&format!("/v2/subscribe/billing_key/{key}")).await,
            _ => api.get("/v2/lookup/order/nothing").await,
        };
        answer.expect(200);
        let reset = reset(&api).await;
        let expected = if act == "look up" { 200 } else { 409 };
        assert_eq!(reset.status, expected, "{act}: {}", reset.body);
    }
}

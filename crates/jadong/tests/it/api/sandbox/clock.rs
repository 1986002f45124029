//! `/sandbox/clock`: a project's time goes on, thing by thing, and no other project's does.

use std::time::{Duration, Instant};

use domain::written_time::parse as parse_when;
use gateway::Closed;
use serde_json::{Value, json};

use testkit::{Merchant, OTHER, SANDBOX, TestGateway};

pub const CLOCK: &str = "/sandbox/clock";
const YEAR_MS: i64 = 365 * 24 * 60 * 60 * 1000;
/// The hardest test moves time by a year, and a machine that is busy needs some of its own.
const SECONDS: Duration = Duration::from_secs(30);

pub async fn advance(merchant: &Merchant, by: &str) -> Value {
    let moved = merchant.post(CLOCK, json!({ "advance": by })).await;
    moved.expect(200).json()
}

pub async fn ahead_ms(merchant: &Merchant) -> i64 {
    let clock = merchant.get(CLOCK).await.expect(200).json();
    clock["ahead_ms"].as_i64().unwrap()
}

/// Monthly reserves, asked for in no order; their ids by month.
async fn monthly(merchant: &Merchant, key: &str, months: &[u32]) -> Vec<(u32, String)> {
    let mut ids = Vec::new();
    for month in months {
        let at = format!("2026-{month:02}-15T09:00:00+09:00");
        let asked = json!({ "order_id": format!("month_{month}"), "reserve_execute_at": at });
        ids.push((
            *month,
            merchant.reserve(key, asked).await.expect(200).text("reserve_id"),
        ));
    }
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn a_year_of_one_project_passes_in_order_and_another_projects_reserves_wait() {
    let gateway = TestGateway::start().await;
    let (mine, other) = (gateway.merchant(), gateway.merchant_named(OTHER));
    let (key, others_key) = (mine.key().await, other.key().await);
    let months = [7, 2, 11, 4, 9, 3, 12, 5, 8, 6];
    let reserves = monthly(&mine, &key, &months).await;
    let others = monthly(&other, &others_key, &months).await;

    let began = Instant::now();
    let clock = advance(&mine, "365d").await;
    assert!(began.elapsed() < SECONDS, "{:?}", began.elapsed());
    assert_eq!(clock["now"], json!("2027-01-02T03:04:05+09:00"));
    assert_eq!(clock["ahead_ms"], json!(YEAR_MS));
    assert!(clock["steps"].as_u64() >= Some(10), "{clock}");

    let mut receipts = Vec::new();
    for (month, id) in &reserves {
        let reserve = mine.reserved(id).await;
        let due = json!(format!("2026-{month:02}-15T09:00:00+09:00"));
        assert_eq!((&reserve["status"], &reserve["reserve_started_at"]), (&json!(1), &due));
        let receipt_id = reserve["receipt_id"].as_str().unwrap().to_owned();
        let receipt = mine.look_up(&receipt_id).await;
        assert_eq!(
            (&receipt["requested_at"], &receipt["purchased_at"]),
            (&due, &due),
            "the receipt shows the project's time"
        );
        receipts.push(receipt_id);
    }
    let ledger = gateway.pg.ledger().await;
    let debited: Vec<_> = ledger.debits.iter().map(|debit| debit.order_id.clone()).collect();
    assert_eq!(debited, receipts, "one debit each, in the order of their dates");
    let june = parse_when("2026-06-15T09:00:00+09:00").unwrap();
    assert_eq!(ledger.debits[4].taken_at_ms, june.0, "the PG's time is the project's");

    assert_eq!(ahead_ms(&other).await, 0);
    for (_, id) in &others {
        assert_eq!(other.reserved(id).await["status"], json!(0), "the other's wait");
    }
    advance(&other, "60d").await;
    let statuses = [others[0].1.as_str(), others[1].1.as_str()];
    assert_eq!(other.reserved(statuses[0]).await["status"], json!(1), "February");
    assert_eq!(other.reserved(statuses[1]).await["status"], json!(0), "March");
    assert_eq!(gateway.pg.ledger().await.debits.len(), 11);
    gateway.stop().await;
}

#[tokio::test]
async fn unknown_outcomes_come_to_their_verdicts_in_the_projects_time() {
    let gateway = TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(150)).await;
    let merchant = gateway.merchant();
    advance(&merchant, "40d").await;
    for (account, status, debits) in [("0007", 1, 1), ("0008", -2, 0), ("0009", -2, 1), ("0010", -2, 1)] {
        let key = merchant.key_of(account).await;
        let unknown = merchant.charge(&key, json!({ "order_id": account })).await;
        assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED", "{account}");
        let receipt_id = unknown.text("receipt_id");
        advance(&merchant, "3h").await;
        assert_eq!(
            merchant.look_up(&receipt_id).await["status"],
            json!(status),
            "{account}"
        );
        let ledger = gateway.pg.ledger().await;
        let kept = if status == 1 { 1000 } else { 0 };
        assert_eq!(ledger.debited(&receipt_id), (debits, kept), "{account}");
        for debit in ledger.debits.iter().filter(|debit| debit.order_id == receipt_id) {
            let forty_days_on = parse_when("2026-02-11T03:04:05+09:00").unwrap();
            assert!(debit.taken_at_ms >= forty_days_on.0, "{account}");
        }
    }
    gateway.stop().await;
}

#[tokio::test]
async fn closed_hours_put_a_reserve_off_in_the_projects_time() {
    let gateway = TestGateway::with(|plan| plan.closed = Closed::parse("04:00-05:30")).await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let at = "2026-02-20T04:04:05+09:00";
    let asked = json!({ "order_id": "order_1", "reserve_execute_at": at });
    let id = merchant.reserve(&key, asked).await.expect(200).text("reserve_id");
    let set = json!({ "set": "2026-02-20T05:29:59+09:00" });
    merchant.post(CLOCK, set).await.expect(200);
    let put_off = merchant.reserved(&id).await;
    assert_eq!(put_off["status"], json!(0));
    assert_eq!(put_off["reserve_execute_at"], json!("2026-02-20T05:30:00+09:00"));
    advance(&merchant, "1s").await;
    let done = merchant.reserved(&id).await;
    assert_eq!(
        (&done["status"], &done["reserve_started_at"]),
        (&json!(1), &json!("2026-02-20T05:30:00+09:00"))
    );
    gateway.stop().await;
}

#[tokio::test]
async fn consents_and_tokens_end_with_their_own_projects_time() {
    let gateway = TestGateway::with(|plan| plan.consent_hold = Duration::ZERO).await;
    let (mine, other) = (gateway.merchant(), gateway.merchant_named(OTHER));
    let token = async |name: &str| {
        let pair = json!({
            "application_id": format!("{name}_application_id"), "private_key": format!("{name}_private_key"),
        });
        let issued = gateway.anybody().post("/v2/request/token", pair).await;
        gateway.anybody().bearer(&issued.expect(200).text("access_token"))
    };
    let (my_token, others_token) = (token(SANDBOX).await, token(OTHER).await);
    // A customer who never answers.
    let waits = json!({ "phone": "01000000007" });
    let (receipt, others) = (mine.receipt(waits.clone()).await, other.receipt(waits).await);
    advance(&mine, "1h").await;
    assert_eq!(mine.look_up(&receipt).await["status"], json!(-40));
    assert_eq!(
        other.look_up(&others).await["status"],
        json!(41),
        "the other's customer is still asked"
    );
    let path = format!("/v2/receipt/{receipt}");
    assert_eq!(my_token.get(&path).await.status, 401);
    let others_path = format!("/v2/receipt/{others}");
    others_token.get(&others_path).await.expect(200);
    gateway.stop().await;
}

#[tokio::test]
async fn only_forward_and_at_most_two_years_at_once() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for (asked, field) in [
        (json!({ "set": "2026-01-01T00:00:00+09:00" }), "set"),
        (json!({ "advance": "800d" }), "advance"),
        (json!({ "advance": "soon" }), "advance"),
        (json!({}), "advance"),
    ] {
        let refused = merchant.post(CLOCK, asked.clone()).await;
        assert_eq!(refused.status, 400, "{asked}");
        assert_eq!(refused.text("field"), field, "{asked}");
    }
    assert_eq!(
        gateway.anybody().post(CLOCK, json!({ "advance": "1d" })).await.status,
        401
    );
    assert_eq!(ahead_ms(&merchant).await, 0);
    gateway.stop().await;
}

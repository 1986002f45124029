//! `jadong audit pii` on both engines: silent where everything is as it should be, and not where something is planted.

mod clean;
mod planted;

use domain::EpochMs;
use seams::{Clock, SystemClock};
use serde_json::{Value, json};
use testkit::Merchant;
use testkit::endpoint::{Endpoint, Temper};
use testkit::process::{Gateway, Output, TestDir};

/// Runs it on the installation, with `more` options and variables.
async fn audit(dir: &TestDir, more: &[&str], env: &[(&str, &str)]) -> Output {
    let url = dir.postgres().map(pgcluster::Database::url);
    let store = url.iter().map(|url| ("JADONG_STORE", url.as_str()));
    let env: Vec<_> = store.chain(env.iter().copied()).collect();
    dir.run(&[&["audit", "pii", "--json"], more].concat(), &env).await
}

/// A sandbox in which all that there is has happened, and that has told an endpoint of it.
async fn lively(dir: &TestDir) -> Gateway {
    let endpoint = Endpoint::start(&[Temper::Success]).await;
    let gateway = dir.serve(&[("JADONG_LOG", "debug")]).await;
    let (shop, pg) = (gateway.merchant(), gateway.pg());
    pg.control(reqwest::Method::PUT, "customer", json!({ "answer_delay_ms": 0 }))
        .await;
    let hook = json!({ "feedback_url": endpoint.url() });
    let (_, key) = shop
        .issue(json!({ "metadata": { "at": "2026-11-30T21:35:01.123456+09:00" } }))
        .await;
    issue_in_vain(&shop).await;
    let user = json!({ "id": "9876543210", "phone": "010-9876-5432", "username": "홍길동" });
    let items = json!([{ "id": "ITEM_1", "name": "원두 1kg", "qty": 1, "price": 1000, "code": "8801234567893" }]);
    for (number, order_id) in ["20261130123456", "1716848284697", "734512998877", "2026-11-30-0001234"]
        .iter()
        .enumerate()
    {
        let once = format!("01f0e2a4-0101-2345-8678-01012345678{number}");
        let changes =
            json!({ "order_id": order_id, "user": user, "items": items, "feedback_url": hook["feedback_url"] });
        let paid = shop.charge_once(&once, &key, changes).await.expect(200);
        let cancel = json!({ "cancel_message": "전화 010-9876-5432", "cancel_price": 300, "cancel_id": once });
        shop.cancel(&paid.text("receipt_id"), cancel).await.expect(200);
    }
    let poor = shop.key_of("0001").await;
    shop.charge(&poor, json!({ "order_id": "declined" })).await;
    let due = EpochMs(SystemClock.now_ms()).plus_ms(86_400_000);
    let later =
        json!({ "order_id": "later", "reserve_execute_at": due.to_wire(), "feedback_url": hook["feedback_url"] });
    shop.reserve(&key, later).await.expect(200);
    let receipt = json!({ "pg": "nicepay", "price": 5000, "tax_free": 0, "order_name": "현장 결제", "order_id": "cash_1",
        "identity_no": "01098765432", "cash_receipt_type": "소득공제", "purchased_at": "2026-01-01T00:00:00+0900",
        "user": { "phone": "01098765432" }, "metadata": {}, "extra": {} });
    shop.post("/v2/request/cash/receipt", receipt).await.expect(200);
    testkit::until(testkit::PATIENCE, async || {
        let events = endpoint.received().len();
        if events >= 4 { Ok(()) } else { Err(events) }
    })
    .await;
    gateway
}

/// Refused before and after the PG is asked.
async fn issue_in_vain(shop: &Merchant) {
    let wrong = shop
        .ask(json!({ "subscription_id": "w", "identity_no": "900101-1234567" }))
        .await;
    assert_eq!(wrong.status, 400, "{}", wrong.body);
    let bank = shop
        .ask(json!({ "subscription_id": "b", "bank_name": "98765432109871" }))
        .await;
    assert_eq!(bank.status, 400, "{}", bank.body);
}

/// The findings as `place: kind`, sorted.
fn findings(report: &Value) -> Vec<String> {
    let all = report["findings"].as_array().expect("findings");
    let mut lines: Vec<String> = all
        .iter()
        .map(|one| {
            let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
            let file = text("file").rsplit('/').next().unwrap_or_default().to_owned();
            let place = if file.is_empty() {
                format!("{}.{}", text("table"), text("column"))
            } else {
                file
            };
            format!("{place}: {}", text("kind"))
        })
        .collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}

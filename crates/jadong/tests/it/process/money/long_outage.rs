//! A PG that is silent past the time for net-cancels: what was in doubt waits for a person, and is resolved by the PG's own word
//! once it speaks again.

use serde_json::json;

use super::charge;
use testkit::process::{Simulator, TestDir};
use testkit::{Merchant, PATIENCE, until};

async fn advance(api: &Merchant, by: &str) {
    api.post("/sandbox/clock", json!({ "advance": by })).await.expect(200);
}

async fn states(dir: &TestDir) -> Vec<String> {
    let rows = dir.run(&["in-doubt", "--json"], &[]).await.json();
    let rows = rows.as_array().expect("a list").iter();
    rows.map(|row| row["state"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn what_waited_for_a_person_is_looked_up_again_and_settled() {
    let dir = TestDir::empty();
    let pg = Simulator::start(dir.path(), 0).await;
    let mut env = pg.settings();
    env.extend([
        ("JADONG_PG_READ_TIMEOUT", "300ms"),
        ("JADONG_SEND_WITHIN", "1s"),
        ("JADONG_START_GRACE", "1s"),
    ]);
    let gateway = dir.serve(&env).await;
    let api = gateway.merchant();
    // Of the one the debit happened, of the other it did not.
    let (happened, never) = (api.key_of("0007").await, api.key_of("0008").await);
    for on in ["find-payment", "net-cancel"] {
        pg.fault(on, "drop-before", 50_000).await;
    }
    let mut receipts = Vec::new();
    for (key, order) in [(&happened, "order_1"), (&never, "order_2")] {
        let unknown = charge(&api, key, order, 1_000, 0).await;
        assert_eq!(unknown.error_code(), "RC_CONFIRM_CRITICAL_FAILED", "{}", unknown.body);
        receipts.push(unknown.text("receipt_id"));
    }
    advance(&api, "90m").await;
    until(PATIENCE, async || {
        let states = states(&dir).await;
        if states == ["needs_person", "needs_person"] {
            Ok(())
        } else {
            Err(states)
        }
    })
    .await;
    pg.clear_faults().await;

    advance(&api, "3h").await;
    until(PATIENCE, async || {
        let is_over = states(&dir).await.is_empty();
        is_over.then_some(()).ok_or_else(|| dir.log_text())
    })
    .await;
    let mut statuses = Vec::new();
    for receipt in &receipts {
        statuses.push(api.look_up(receipt).await["status"].as_i64().expect("a status"));
    }
    let kept = pg.kept(&receipts).await;
    // Undone by a net-cancel or kept: the record says what the PG has.
    assert_eq!(statuses[0] == 1, kept == [1_000], "{statuses:?} {kept:?}");
    assert_eq!(statuses[1], -2, "nothing was taken, and the order is free again");
    assert_eq!(
        charge(&api, &api.key_of("1234").await, "order_2", 1_000, 0)
            .await
            .status,
        200
    );
    gateway.process.stop().await;
}

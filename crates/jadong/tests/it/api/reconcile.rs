//! A day's payments, compared with the PG one by one, and what mends a difference.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::payment::Payment;
use serde_json::{Value, json};
use testkit::{SANDBOX, TestGateway, both};

const TODAY: &str = "2026-01-02";

/// Every row of a day by its order, read part by part.
async fn rows(gateway: &TestGateway, date: &str, asks_pg: bool) -> BTreeMap<String, Value> {
    let (mut rows, mut after) = (BTreeMap::new(), Value::Null);
    for _part in 0..50 {
        let body = json!({ "project": SANDBOX, "date": date, "after": after, "limit": 2, "asks_pg": asks_pg });
        let part = gateway.operate("/reconcile", body).await.expect(200).json();
        for row in part["rows"].as_array().expect("rows") {
            let order = row["order_id"].as_str().expect("an order").to_owned();
            assert!(rows.insert(order, row.clone()).is_none(), "twice: {row}");
        }
        after = part["next"].clone();
        if after.is_null() {
            return rows;
        }
    }
    panic!("it never ended");
}

async fn found(gateway: &TestGateway, order: &str) -> String {
    let rows = rows(gateway, TODAY, true).await;
    rows[order]["found"].as_str().expect("compared").to_owned()
}

async fn payment(gateway: &TestGateway, order: &str) -> Payment {
    let project = gateway.project(SANDBOX).id;
    gateway
        .store()
        .payments_by_order(project, order, 1)
        .await
        .unwrap()
        .remove(0)
}

fn mend(how: &str) -> Value {
    json!({ "mend": how, "who": "kim", "note": "관리자 화면에서 확인" })
}

async fn mended(gateway: &TestGateway, receipt_id: &str, how: &str) -> testkit::Answer {
    gateway
        .operate(&format!("/payments/{receipt_id}/mend"), mend(how))
        .await
}

#[tokio::test]
async fn a_day_agrees_with_the_pg_and_each_payment_is_told_once() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for number in 0..5 {
        let order = json!({ "order_id": format!("paid_{number}") });
        merchant.charge(&key, order).await.expect(200);
    }
    let part = payment(&gateway, "paid_1").await.receipt_id.to_string();
    for _part in 0..2 {
        merchant.cancel(&part, json!({ "cancel_price": 300 })).await.expect(200);
    }
    let all = payment(&gateway, "paid_2").await.receipt_id.to_string();
    merchant.cancel(&all, json!({})).await.expect(200);
    let poor = merchant.key_of("0001").await;
    assert_ne!(
        merchant.charge(&poor, json!({ "order_id": "declined" })).await.status,
        200
    );

    let seen = rows(&gateway, TODAY, true).await;
    assert_eq!(seen.len(), 6, "{seen:?}");
    for (order, row) in &seen {
        assert_eq!(
            (&row["found"], &row["mend"]),
            (&json!("agrees"), &Value::Null),
            "{order}"
        );
    }
    assert_eq!(
        (&seen["paid_1"]["left_here"], &seen["paid_1"]["left_at_pg"]),
        (&json!(400), &json!(400))
    );
    assert_eq!(seen["paid_1"]["refunds"].as_array().unwrap().len(), 2);
    assert_eq!(seen["declined"]["state"], json!("declined"));
    let asked = gateway.pg.ledger().await.requests.find_payment;
    let listed = rows(&gateway, TODAY, false).await;
    assert!(listed.values().all(|row| row["found"].is_null()));
    assert_eq!(gateway.pg.ledger().await.requests.find_payment, asked, "only listed");

    // Given back on another day: that day tells of it, with nothing else.
    gateway.clock.advance(Duration::from_secs(24 * 3600));
    let later = payment(&gateway, "paid_3").await.receipt_id.to_string();
    merchant.cancel(&later, json!({})).await.expect(200);
    let next_day = rows(&gateway, "2026-01-03", true).await;
    assert_eq!(next_day.keys().collect::<Vec<_>>(), ["paid_3"]);
    assert!(rows(&gateway, "2026-01-01", true).await.is_empty());
    gateway.stop().await;
}

#[tokio::test]
async fn what_the_back_office_gave_back_is_written_down_and_can_go_on() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let asked = json!({ "order_id": "order", "feedback_url": "http://127.0.0.1:9/hook" });
    let receipt_id = merchant.charge(&key, asked).await.expect(200).text("receipt_id");
    let wrong = mended(&gateway, &receipt_id, "record").await;
    assert_eq!(
        (wrong.verdict(), wrong.text("hint")),
        ("409 SETTLE_NOT_NEEDED".to_owned(), "agrees".to_owned())
    );

    let tid = payment(&gateway, "order").await.debit.unwrap().tid;
    assert!(gateway.refund_if_left(&tid, 300).await);
    let row = rows(&gateway, TODAY, true).await["order"].clone();
    assert_eq!(
        (&row["found"], &row["mend"]),
        (&json!("given_back_there"), &json!("record"))
    );
    assert_eq!((&row["left_here"], &row["left_at_pg"]), (&json!(1000), &json!(700)));
    let wrong = mended(&gateway, &receipt_id, "give_back").await;
    assert_eq!(wrong.verdict(), "409 SETTLE_NOT_NEEDED");
    assert_eq!(
        payment(&gateway, "order").await.cancelled_price.get(),
        0,
        "nothing was changed"
    );

    let done = mended(&gateway, &receipt_id, "record").await.expect(200);
    assert_eq!(
        (done.text("state"), done.number("left_here")),
        ("partly_cancelled".to_owned(), Some(700))
    );
    let (to, by, note) = gateway.history(&receipt_id).await.pop().unwrap();
    assert_eq!((to.as_str(), by.as_str()), ("partly_cancelled", "person"));
    assert!(note.starts_with("kim: 관리자 화면에서 확인"), "{note}");
    let webhooks = gateway.webhooks_of(&receipt_id).await;
    let told = webhooks.last().unwrap();
    assert_eq!(told.1["cancelled_price"], json!(300), "{told:?}");
    assert_eq!(found(&gateway, "order").await, "agrees");
    assert_eq!(
        mended(&gateway, &receipt_id, "record").await.verdict(),
        "409 SETTLE_NOT_NEEDED"
    );

    merchant.cancel(&receipt_id, json!({})).await.expect(200);
    assert_eq!(gateway.pg.ledger().await.debited(&receipt_id), (1, 0));
    assert_eq!(found(&gateway, "order").await, "agrees");
    gateway.stop().await;
}

#[tokio::test]
async fn a_debit_that_must_not_be_there_is_given_back_but_not_against_a_person() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    gateway.pg.fault("charge", "refuse", 1).await;
    let refused = merchant.charge(&key, json!({ "order_id": "order" })).await;
    assert_ne!(refused.status, 200);
    let declined = payment(&gateway, "order").await;
    let receipt_id = declined.receipt_id.to_string();
    assert_eq!(found(&gateway, "order").await, "agrees");
    assert!(gateway.debit_at_pg(&declined.bid, &receipt_id, 1000).await);
    let row = rows(&gateway, TODAY, true).await["order"].clone();
    assert_eq!(
        (&row["found"], &row["mend"]),
        (&json!("debited_there"), &json!("give_back"))
    );
    mended(&gateway, &receipt_id, "give_back").await.expect(200);
    gateway
        .eventually(async || (gateway.pg.ledger().await.debited(&receipt_id) == (1, 0)).then_some(()))
        .await;
    assert_eq!(found(&gateway, "order").await, "agrees");
    assert_eq!(
        payment(&gateway, "order").await.state,
        domain::payment::PaymentState::Declined
    );
    gateway.stop().await;
}

#[tokio::test]
async fn what_is_not_known_is_not_said_to_agree() {
    let gateway = TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(150)).await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    merchant.charge(&key, json!({ "order_id": "paid" })).await.expect(200);
    gateway.pg.fault("find-payment", "drop-before", 1_000).await;
    assert_eq!(found(&gateway, "paid").await, "not_compared");
    let paid = payment(&gateway, "paid").await.receipt_id.to_string();
    assert_eq!(mended(&gateway, &paid, "record").await.text("hint"), "not_compared");
    gateway.pg.fault("net-cancel", "drop-before", 1_000).await;
    gateway.pg.fault("charge", "drop-after", 1).await;
    let unknown = merchant.charge(&key, json!({ "order_id": "doubt" })).await;
    assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED");
    gateway.pg.clear_faults().await;
    assert_eq!(found(&gateway, "doubt").await, "undecided");
    gateway.stop().await;
}

/// A merchant cancels while what the back office gave back is written down: the sum here is the sum there.
#[tokio::test]
async fn writing_down_and_cancelling_at_once_keep_one_sum() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for round in 0..13 {
        let order = format!("order_{round}");
        let charged = merchant.charge(&key, json!({ "order_id": order })).await.expect(200);
        let receipt_id = charged.text("receipt_id");
        let tid = payment(&gateway, &order).await.debit.unwrap().tid;
        assert!(gateway.refund_if_left(&tid, 300).await);
        let cancel = merchant.cancel(&receipt_id, json!({ "cancel_price": 200 }));
        let (recorded, cancelled) = both(round, mended(&gateway, &receipt_id, "record"), cancel).await;
        let verdict = recorded.verdict();
        let known = ["200", "409 SETTLE_UNDER_WAY", "409 SETTLE_NOT_NEEDED"];
        assert!(known.contains(&verdict.as_str()), "{}", recorded.body);
        assert_eq!(cancelled.verdict(), "200");
        if verdict != "200" {
            mended(&gateway, &receipt_id, "record").await.expect(200);
        }
        assert_eq!(payment(&gateway, &order).await.cancelled_price.get(), 500);
        assert_eq!(gateway.pg.ledger().await.debited(&receipt_id), (1, 500));
    }
    gateway.stop().await;
}

#[tokio::test]
async fn bad_questions_are_refused_by_the_field() {
    let gateway = TestGateway::start().await;
    for (body, field) in [
        (json!({ "project": "no_such", "date": TODAY }), "project"),
        (json!({ "project": SANDBOX }), "date"),
        (json!({ "project": SANDBOX, "date": "2026-02-30" }), "date"),
        (json!({ "project": SANDBOX, "date": "2026-1-2" }), "date"),
        (json!({ "project": SANDBOX, "date": "20260102" }), "date"),
        (json!({ "project": SANDBOX, "date": "오늘" }), "date"),
        (json!({ "project": SANDBOX, "date": TODAY, "after": "페이지" }), "after"),
        (json!({ "project": SANDBOX, "date": TODAY, "after": "p6655" }), "after"),
        // Of another day: what lies between would be left out in silence.
        (
            json!({ "project": SANDBOX, "date": TODAY, "after": "p7fffffff0000000000000000" }),
            "after",
        ),
        // Nothing has happened on it yet.
        (
            json!({ "project": SANDBOX, "date": "2026-01-03", "asks_pg": true }),
            "date",
        ),
        (
            json!({ "project": SANDBOX, "date": "9999-12-31", "asks_pg": true }),
            "date",
        ),
    ] {
        let refused = gateway.operate("/reconcile", body.clone()).await;
        assert_eq!(
            (refused.verdict().as_str(), refused.text("field").as_str()),
            ("400 FIELD_INVALID", field),
            "{body}"
        );
    }
    for (path, body, verdict) in [
        (
            "/payments/6655069ca691573f1bb9c28a/mend",
            mend("record"),
            "404 RC_NOT_FOUND",
        ),
        ("/payments/x/mend", mend("record"), "404 RC_NOT_FOUND"),
        (
            "/payments/6655069ca691573f1bb9c28a/mend",
            mend("delete"),
            "400 FIELD_INVALID",
        ),
        (
            "/payments/6655069ca691573f1bb9c28a/mend",
            json!({ "mend": "record", "who": "kim" }),
            "400 FIELD_INVALID",
        ),
    ] {
        assert_eq!(gateway.operate(path, body).await.verdict(), verdict, "{path}");
    }
    let unsigned = gateway.operator("Jadong 00").post("/reconcile", json!({})).await;
    assert_eq!(unsigned.verdict(), "401 OPERATOR_UNKNOWN");
    gateway.stop().await;
}

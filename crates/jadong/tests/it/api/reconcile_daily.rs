//! Yesterday, compared with the PG by a worker, and told to an operator.

use std::time::Duration;

use gateway::DailyReconcile;
use serde_json::{Value, json};
use testkit::endpoint::{Endpoint, Received, Temper};
use testkit::{OTHER, SANDBOX, TestGateway};

const HOUR: Duration = Duration::from_secs(60 * 60);

#[tokio::test]
async fn yesterday_is_compared_once_and_each_project_is_told_of() {
    // The first is not taken, and sent again.
    let operator = Endpoint::start(&[Temper::Status(500), Temper::Success]).await;
    let url = operator.url();
    let gateway = TestGateway::with(|plan| plan.reconcile = DailyReconcile::parse("00:30", &url)).await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for number in 0..7 {
        merchant
            .charge(&key, json!({ "order_id": format!("order_{number}") }))
            .await
            .expect(200);
    }
    let project = gateway.project(SANDBOX).id;
    let given_back = gateway
        .store()
        .payments_by_order(project, "order_3", 1)
        .await
        .unwrap()
        .remove(0);
    gateway.refund_at_pg(&given_back.debit.expect("paid").tid, 400).await;

    // It is three in the morning: the day before is due at once, and has nothing.
    gateway
        .slowly(async || (operator.received().len() >= 3).then_some(()))
        .await;
    gateway.pass(20 * HOUR, Duration::from_secs(60)).await;
    assert_eq!(operator.received().len(), 3, "once a day");
    gateway.pass(2 * HOUR, Duration::from_secs(10)).await;
    let told = gateway
        .eventually(async || {
            let received = operator.received();
            (received.len() >= 5).then_some(received)
        })
        .await;
    let bodies: Vec<Value> = told.iter().skip(1).map(Received::json).collect();
    let of = |project: &str, date: &str| {
        let mut found = bodies
            .iter()
            .filter(|body| body["project"] == project && body["date"] == date);
        let body = found
            .next()
            .unwrap_or_else(|| panic!("{project} {date} in {bodies:?}"))
            .clone();
        assert!(found.next().is_none(), "once");
        body
    };
    for (project, date) in [(SANDBOX, "2026-01-01"), (OTHER, "2026-01-01"), (OTHER, "2026-01-02")] {
        assert_eq!(
            (&of(project, date)["balanced"], &of(project, date)["counts"]),
            (&json!(true), &json!({}))
        );
    }
    let body = of(SANDBOX, "2026-01-02");
    assert_eq!(body["balanced"], json!(false));
    assert_eq!(body["counts"], json!({ "agrees": 6, "given_back_there": 1 }));
    let difference = &body["differences"][0];
    assert_eq!(
        (&difference["order_id"], &difference["left_at_pg"]),
        (&json!("order_3"), &json!(600))
    );
    assert_eq!(difference["left_here"], json!(1000), "nothing is changed");
    let last = told.last().expect("one");
    assert!(last.header("webhook-signature").starts_with("v1,") && !last.header("webhook-id").is_empty());
    gateway.stop().await;
}

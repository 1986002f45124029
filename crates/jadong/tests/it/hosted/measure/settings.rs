//! What was measured is what the running gateway goes by.

use std::time::Duration;

use domain::EpochMs;
use domain::pg_answers::{PgAnswer, PgAnswers};
use domain::project::ProjectPg;
use pg::measure::{Plan, Probe, absence_proven_after, merged};
use serde_json::json;
use testkit::{Loses, PgUnderTest, SANDBOX, TestGateway};

use super::{Allowing, Between, Temper, Upstream, WAITS};

/// A debit that never arrived: a person's before it was measured, and voided afterwards, by the gateway that ran all the time.
#[tokio::test]
async fn absence_is_believed_after_the_measured_time_by_the_running_gateway() {
    let (gateway, line) = super::super::front_over_a_line().await;
    let project = gateway.project(SANDBOX);
    let through = ProjectPg {
        url: Some(format!("http://{}", line.address)),
        ..project.pg.clone()
    };
    let key_there = gateway.hosted().merchant().key().await;
    let measured = measured_by(&through, key_there).await;
    let absence_ms = measured.absence_proven_after_ms.expect("all of it was seen");
    assert!(absence_ms >= 65 * 60_000, "{absence_ms}");
    gateway.set_pg(project.id, &measured).await;
    gateway.pass(Duration::from_secs(3), Duration::from_millis(100)).await;

    let merchant = gateway.merchant();
    let (_, key) = merchant.issue(json!({})).await;
    line.loses(Some(Loses::Requests("/v2/subscribe/payment")));
    let order = json!({ "order_id": "january" });
    let unknown = merchant.charge(&key, order.clone()).await;
    assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED");
    line.loses(None);
    let receipt_id = unknown.text("receipt_id");
    gateway.pass_quickly(Duration::from_secs(60 * 60)).await;
    assert_eq!(
        merchant.look_up(&receipt_id).await["status"],
        json!(2),
        "not before its time"
    );
    // The look after it comes half an hour later at most.
    let rest = Duration::from_millis(absence_ms.unsigned_abs()) - Duration::from_secs(25 * 60);
    gateway.pass_quickly(rest).await;
    let voided = async || (merchant.look_up(&receipt_id).await["status"] == json!(-2)).then_some(());
    gateway.eventually(voided).await;
    merchant.charge(&key, order).await.expect(200);
    let ledger = gateway.pg.ledger().await;
    assert_eq!(ledger.totals.debited - ledger.totals.refunded, 1000);
    gateway.stop().await;
}

/// The PG of a project after it was measured with a key there.
async fn measured_by(pg: &ProjectPg, key: String) -> ProjectPg {
    let measuring = super::measuring_at(pg.url.as_deref().expect("a URL"), WAITS);
    let desk = Allowing::all(&[Probe::Charge], &measuring);
    let mut plan = Plan {
        key: Some(key),
        ..Upstream::plan()
    };
    assert_eq!(measuring.run(&mut plan, &desk).await, Ok(()));
    assert_eq!(measuring.give_back(&desk).await, []);
    let answers = merged(None, &measuring.rows(), EpochMs(1));
    let absence = absence_proven_after(answers.as_ref());
    ProjectPg {
        absence_proven_after_ms: absence.map(|after| i64::try_from(after.as_millis()).unwrap()),
        answers,
        ..pg.clone()
    }
}

/// A refusal with the code of a used order id says that this very debit has arrived before: unknown, and never declined.
#[tokio::test]
async fn a_measured_code_of_a_used_order_id_declines_nobody() {
    let gateway = TestGateway::with(|plan| plan.pg = PgUnderTest::Hosted).await;
    let project = gateway.project(SANDBOX);
    let hosted = project.pg.url.as_deref().expect("another gateway's");
    let between = Between::to(hosted, Temper::RefusesDebitsAsUsed).await;
    let through = ProjectPg {
        url: Some(between.url.clone()),
        ..project.pg.clone()
    };
    gateway.set_pg(project.id, &through).await;
    gateway.pass(Duration::from_secs(3), Duration::from_millis(100)).await;
    let merchant = gateway.merchant();
    let (_, key) = merchant.issue(json!({})).await;
    let declined = merchant.charge(&key, json!({ "order_id": "one" })).await;
    assert_eq!(declined.verdict(), "400 RC_CONFIRM_FAILED");

    let answer = PgAnswer {
        of: "used_order_id".to_owned(),
        says: "refused RC_ORDER_USED: 거절".to_owned(),
        measured_at: EpochMs(1).to_wire(),
        probe: 1,
    };
    let measured = ProjectPg {
        answers: PgAnswers::of(&[answer]),
        ..through
    };
    gateway.set_pg(project.id, &measured).await;
    gateway.pass(Duration::from_secs(3), Duration::from_millis(100)).await;
    let unknown = merchant.charge(&key, json!({ "order_id": "two" })).await;
    assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED");
    assert_eq!(merchant.look_up(&unknown.text("receipt_id")).await["status"], json!(2));
    gateway.stop().await;
}

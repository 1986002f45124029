//! Answers and requests that are lost on the way to the hosted API. There is no net-cancel: it is looked for until it is found, or a
//! person's.

use std::time::Duration;

use domain::project::ProjectPg;
use gateway::seal_pg_credentials;
use pg::PgCredentials;
use serde_json::{Value, json};
use testkit::{Answer, Line, Loses, Merchant, SANDBOX, TestGateway};

use super::{front, front_over_a_line};

const MINUTE: Duration = Duration::from_secs(60);
const CHARGE: &str = "/v2/subscribe/payment";

async fn charge_over(line: &Line, loses: Loses, merchant: &Merchant, key: &str) -> Answer {
    line.loses(Some(loses));
    let answer = merchant.charge(key, json!({ "order_id": "order_1" })).await;
    assert_eq!(answer.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED");
    answer
}

/// What is kept of all debits, in won.
async fn kept(gateway: &TestGateway) -> u64 {
    let debits = gateway.pg.ledger().await.debits;
    debits.iter().map(|debit| debit.amount - debit.refunded).sum()
}

async fn verdict(gateway: &TestGateway, receipt_id: &str) -> Value {
    let merchant = gateway.merchant();
    gateway
        .eventually(async || {
            let found = merchant.look_up(receipt_id).await;
            (found["status"] != json!(2)).then_some(found)
        })
        .await
}

#[tokio::test]
async fn a_debit_whose_answer_was_lost_is_found_and_is_never_sent_again() {
    let (gateway, line) = front_over_a_line().await;
    let merchant = gateway.merchant();
    let (_, key) = merchant.issue(json!({})).await;
    let receipt_id = charge_over(&line, Loses::Answers(CHARGE), &merchant, &key)
        .await
        .text("receipt_id");
    let again = merchant.charge(&key, json!({ "order_id": "order_1" })).await;
    assert_eq!(
        again.verdict(),
        "400 RC_CONFIRM_CRITICAL_FAILED",
        "unknown is not declined"
    );
    line.loses(None);
    let found = verdict(&gateway, &receipt_id).await;
    assert_eq!(found["status"], json!(1));
    // By both of its names, and from now on by the one that it has there.
    let there = found["receipt_id"].as_str().expect("an id");
    assert_ne!(there, receipt_id);
    assert_eq!(merchant.look_up(there).await, found);
    gateway.hosted().merchant().look_up(there).await;
    let paid = merchant
        .charge(&key, json!({ "order_id": "order_1" }))
        .await
        .expect(200);
    assert!(paid.is_replayed());
    assert_eq!(
        (gateway.pg.ledger().await.requests.charge, kept(&gateway).await),
        (1, 1000)
    );
    gateway.stop().await;
}

/// The request never arrived. "Not there" is believed by nobody: after the hour in which it could have come it is a person's, and the
/// order is not free.
#[tokio::test]
async fn what_never_arrived_is_a_persons_and_never_voided_by_itself() {
    let (gateway, line) = front_over_a_line().await;
    let merchant = gateway.merchant();
    let (_, key) = merchant.issue(json!({})).await;
    let receipt_id = charge_over(&line, Loses::Requests(CHARGE), &merchant, &key)
        .await
        .text("receipt_id");
    line.loses(None);
    gateway.pass_quickly(64 * MINUTE).await;
    let waiting = gateway
        .store()
        .resolution_steps(gateway.project(SANDBOX).id, receipt_id.parse().unwrap());
    let steps = waiting.await.unwrap();
    assert!((5..25).contains(&steps.len()), "{} looks", steps.len());
    gateway.pass_quickly(40 * MINUTE).await;
    let state = async || {
        let payment = gateway
            .store()
            .payment(gateway.project(SANDBOX).id, receipt_id.parse().unwrap());
        payment.await.unwrap().unwrap().state.name()
    };
    gateway
        .eventually(async || (state().await == "needs_person").then_some(()))
        .await;
    let again = merchant.charge(&key, json!({ "order_id": "order_1" })).await;
    assert_eq!(again.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED");
    gateway.pass_quickly(25 * 60 * MINUTE).await;
    assert_eq!(state().await, "needs_person", "nor after a day");
    assert_eq!(
        (gateway.pg.ledger().await.requests.charge, kept(&gateway).await),
        (0, 0)
    );
    gateway.stop().await;
}

/// The same where it was measured that "not there" can be believed after half an hour.
#[tokio::test]
async fn where_absence_was_measured_what_never_arrived_is_voided_and_the_order_free() {
    let (gateway, line) = front_over_a_line().await;
    let merchant = gateway.merchant();
    let (_, key) = merchant.issue(json!({})).await;
    let pg = ProjectPg {
        absence_proven_after_ms: Some(30 * 60_000),
        url: Some(format!("http://{}", line.address)),
        ..gateway.project(SANDBOX).pg.clone()
    };
    gateway.set_pg(gateway.project(SANDBOX).id, &pg).await;
    gateway.pass(Duration::from_secs(3), Duration::from_millis(100)).await;
    let receipt_id = charge_over(&line, Loses::Requests(CHARGE), &merchant, &key)
        .await
        .text("receipt_id");
    line.loses(None);
    gateway.pass_quickly(25 * MINUTE).await;
    assert_eq!(merchant.look_up(&receipt_id).await["status"], json!(2));
    gateway.pass_quickly(40 * MINUTE).await;
    assert_eq!(verdict(&gateway, &receipt_id).await["status"], json!(-2));
    let paid = merchant
        .charge(&key, json!({ "order_id": "order_1" }))
        .await
        .expect(200);
    assert!(!paid.is_replayed());
    assert_eq!(kept(&gateway).await, 1000);
    gateway.stop().await;
}

/// The hosted API gives a cash receipt up of which its own PG knows nothing: then there is none here either, and it may be asked for anew.
#[tokio::test]
async fn a_cash_receipt_that_was_given_up_there_fails_here() {
    let gateway = front().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let payment = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    let publish = "/v2/request/receipt/cash/publish";
    let body = json!({ "receipt_id": payment, "identity_no": "01012345678", "cash_receipt_type": "소득공제" });
    gateway.pg.fault("receipt", "drop-before", 1).await;
    let asked = merchant.post(publish, body.clone()).await;
    assert_eq!(asked.verdict(), "503 RC_CASH_RECEIPT_IN_DOUBT");
    let status = async || merchant.look_up(&payment).await["cash_receipt_data"]["status"].as_i64();
    assert_eq!(status().await, Some(2));
    gateway
        .eventually(async || status().await.filter(|status| *status == -60))
        .await;
    merchant.post(publish, body).await.expect(200);
    assert_eq!(
        (gateway.pg.ledger().await.receipts.len(), status().await),
        (1, Some(60))
    );
    gateway.stop().await;
}

/// How an unknown debit ends does not hang on whether its PG can be called at this moment: nothing is sent, nothing is taken for a
/// net-cancel, and what was debited is kept.
#[tokio::test]
async fn credentials_that_are_gone_for_a_while_change_no_verdict() {
    let (gateway, line) = front_over_a_line().await;
    let merchant = gateway.merchant();
    let (_, key) = merchant.issue(json!({})).await;
    let project = gateway.project(SANDBOX);
    let here = ProjectPg {
        url: Some(format!("http://{}", line.address)),
        ..project.pg.clone()
    };
    let receipt_id = charge_over(&line, Loses::Answers(CHARGE), &merchant, &key)
        .await
        .text("receipt_id");
    line.loses(None);
    let gone = ProjectPg {
        credentials: None,
        ..here.clone()
    };
    gateway.set_pg(project.id, &gone).await;
    gateway.pass_quickly(50 * MINUTE).await;
    gateway.set_pg(project.id, &here).await;
    gateway.pass_quickly(40 * MINUTE).await;
    let found = verdict(&gateway, &receipt_id).await;
    assert_eq!((found["status"].clone(), kept(&gateway).await), (json!(1), 1000));
    gateway.stop().await;
}

/// The hosted API says that its PG has not answered: that is no decline.
#[tokio::test]
async fn a_critical_answer_is_unknown_and_ends_with_its_verdict() {
    for account in ["0007", "0008", "0009"] {
        let gateway = front().await;
        let merchant = gateway.merchant();
        let key = merchant.key_of(account).await;
        let unknown = gateway.while_time_passes(merchant.charge(&key, json!({}))).await;
        assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED", "{account}");
        let found = verdict(&gateway, &unknown.text("receipt_id")).await;
        let expected = if found["status"] == json!(1) { 1000 } else { 0 };
        assert_eq!(kept(&gateway).await, expected, "{account}: {found}");
        assert_eq!(gateway.pg.ledger().await.requests.charge, 1, "{account}");
        gateway.stop().await;
    }
}

/// A wrong secret there is no decline of the customer's, and nothing was debited: the same order may be tried again.
#[tokio::test]
async fn credentials_that_are_refused_there_are_told_as_such_and_decline_nobody() {
    let gateway = front().await;
    let merchant = gateway.merchant();
    let (_, key) = merchant.issue(json!({})).await;
    let project = gateway.project(SANDBOX);
    let set = async |pg: &ProjectPg| {
        gateway.set_pg(project.id, pg).await;
        gateway.pass(Duration::from_secs(3), Duration::from_millis(100)).await;
    };
    let wrong = PgCredentials {
        return_url: None,
        client_key: "sandbox_client_key".to_owned(),
        secret_key: "wrong".to_owned().into(),
    };
    let sealed_for = |of| seal_pg_credentials(&gateway.pepper(), of, &wrong);
    // Wrong there, of another project, and none.
    for credentials in [
        sealed_for(project.id),
        sealed_for(gateway.project(testkit::OTHER).id),
        None,
    ] {
        set(&ProjectPg {
            credentials,
            ..project.pg.clone()
        })
        .await;
        let refused = merchant.charge(&key, json!({})).await;
        assert_eq!(refused.verdict(), "503 PG_UNAVAILABLE");
    }
    set(&project.pg).await;
    merchant.charge(&key, json!({})).await.expect(200);
    assert_eq!(
        (gateway.pg.ledger().await.requests.charge, kept(&gateway).await),
        (1, 1000)
    );
    gateway.stop().await;
}

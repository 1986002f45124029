//! What the customer does.

use std::time::Duration;

use domain::ErrorCode;
use serde_json::json;

use testkit::assert_answers;
use testkit::{Answer, Merchant, TestGateway};

const HOUR: Duration = Duration::from_secs(3600);

/// A gateway whose hold outlasts every customer.
async fn patient_house() -> TestGateway {
    TestGateway::with(|plan| {
        plan.consent_hold = HOUR;
        plan.answer_delay = Duration::from_millis(300);
    })
    .await
}

/// A gateway whose hold ends while the customer is still thinking, and an open request in it.
async fn hesitating_customer() -> (TestGateway, Merchant, String) {
    let gateway = TestGateway::with(|plan| plan.consent_hold = Duration::from_secs(8)).await;
    let merchant = gateway.merchant();
    let asked = merchant.ask(json!({ "phone": "01000000007" }));
    let asked = gateway.while_time_passes(asked).await.expect(200);
    assert_eq!(asked.header("jadong-consent"), Some("waiting"));
    let receipt_id = asked.text("receipt_id");
    (gateway, merchant, receipt_id)
}

/// The list of errors teaches the `pg_error_code` that answers have.
fn spelt_as_taught(answers: &[(String, Answer)]) {
    for (name, answer) in answers {
        let code = ErrorCode::from_name(&answer.error_code()).expect("a code of the list");
        let example = &code.explanation().1.example;
        if let Some((_, taught)) = example.split_once("pg_error_code: \"") {
            let taught = taught.split('"').next().unwrap_or_default();
            assert_eq!(answer.text("pg_error_code"), taught, "{name}: {example}");
        }
    }
}

#[tokio::test]
async fn each_way_of_not_agreeing_on_the_telephone_has_its_code() {
    let gateway = patient_house().await;
    let merchant = gateway.merchant();
    let customers = [
        ("01000000001 refuses", "01000000001"),
        ("01000000002 does not answer", "01000000002"),
        ("01000000003 busy", "01000000003"),
        ("01000000004 wrong key three times", "01000000004"),
        ("01000000005 answers after the PG's limit", "01000000005"),
        ("01000000008 the holder check fails", "01000000008"),
    ];
    let mut answers = Vec::new();
    for (name, phone) in customers {
        let asked = merchant.ask(json!({ "phone": phone }));
        answers.push((name.to_owned(), gateway.while_time_passes(asked).await));
    }
    spelt_as_taught(&answers);
    assert_answers!("not_agreed_on_the_telephone", answers);
    gateway.stop().await;
}

#[tokio::test]
async fn each_way_of_not_signing_in_the_app_has_its_code() {
    let gateway = patient_house().await;
    let merchant = gateway.merchant();
    let customers = [
        ("01000000001 refuses", "01000000001"),
        ("01000000011 no app or certificate", "01000000011"),
        ("01000000012 somebody else signs", "01000000012"),
        ("01000000013 ignores it until it expires", "01000000013"),
    ];
    let mut answers = Vec::new();
    for (name, phone) in customers {
        let asked = merchant.ask(json!({ "phone": phone, "auth_type": "간편인증" }));
        answers.push((name.to_owned(), gateway.while_time_passes(asked).await));
    }
    spelt_as_taught(&answers);
    assert_answers!("not_signed_in_the_app", answers);
    gateway.stop().await;
}

#[tokio::test]
async fn every_customer_who_agrees_in_time_gets_a_key() {
    let gateway = patient_house().await;
    let merchant = gateway.merchant();
    for (auth_type, phone) in [
        ("ARS", "01012345678"),
        ("ARS", "01000000006"),
        ("ARS", "01000000009"),
        ("ARS", "01000000010"),
        ("ARS", "01000000011"),
        ("ARS", "01000000012"),
        ("ARS", "01000000013"),
        ("간편인증", "01012345678"),
        ("간편인증", "01000000006"),
    ] {
        let asked = merchant.ask(json!({ "phone": phone, "auth_type": auth_type }));
        let asked = gateway.while_time_passes(asked).await.expect(200);
        assert_eq!(asked.header("jadong-consent"), Some("agreed"), "{auth_type} {phone}");
        let receipt_id = asked.text("receipt_id");
        gateway
            .while_time_passes(merchant.publish(&receipt_id))
            .await
            .expect(200);
        assert_eq!(gateway.pg.ledger().await.rung(&receipt_id), 1, "{auth_type} {phone}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn until_the_customer_agrees_publish_says_try_again_and_then_gives_the_key() {
    let (gateway, merchant, receipt_id) = hesitating_customer().await;
    for _try in 0..3 {
        let early = merchant.publish(&receipt_id).await;
        assert_eq!(early.verdict(), "400 SUBSCRIBE_REQUEST_FAILED");
    }
    gateway.pg.answer(&receipt_id, "agree").await;
    let published = gateway
        .eventually(async || {
            let answer = merchant.publish(&receipt_id).await;
            (answer.verdict() != "400 SUBSCRIBE_REQUEST_FAILED").then_some(answer)
        })
        .await
        .expect(200);
    let ledger = gateway.pg.ledger().await;
    assert_eq!((ledger.rung(&receipt_id), ledger.keys_of(&receipt_id)), (1, 1));
    assert_eq!(published.text("receipt_id"), receipt_id);
    gateway.stop().await;
}

#[tokio::test]
async fn a_late_refusal_is_told_by_publish_with_its_reason() {
    let mut answers = Vec::new();
    for action in ["refuse", "wrong-key", "hang-up"] {
        let (gateway, merchant, receipt_id) = hesitating_customer().await;
        gateway.pg.answer(&receipt_id, action).await;
        let answer = gateway
            .eventually(async || {
                let answer = merchant.publish(&receipt_id).await;
                (answer.verdict() != "400 SUBSCRIBE_REQUEST_FAILED").then_some(answer)
            })
            .await;
        answers.push((action.to_owned(), answer));
        assert_eq!(gateway.pg.ledger().await.requests.register, 0, "{action}");
        gateway.stop().await;
    }
    assert_answers!("late_refusals", answers);
}

#[tokio::test]
async fn a_consent_that_stays_open_expires_after_ten_minutes() {
    let (gateway, merchant, receipt_id) = hesitating_customer().await;
    let path = format!("/v2/receipt/{receipt_id}");
    assert_eq!(merchant.get(&path).await.text("status"), "41");
    gateway.clock.advance(Duration::from_secs(600));
    assert_eq!(merchant.get(&path).await.text("status"), "-40");
    let published = merchant.publish(&receipt_id).await;
    assert_eq!(published.verdict(), "400 SUBSCRIBE_PUBLISH_NOT_READY");
    assert!(
        published.text("hint").starts_with("SUBSCRIBE_AT_CONSENT_EXPIRED"),
        "{}",
        published.body
    );
    gateway.stop().await;
}

#[tokio::test]
async fn a_consent_that_nobody_publishes_expires_after_ten_minutes_too() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let receipt_id = merchant.receipt(json!({})).await;
    gateway.clock.advance(Duration::from_secs(599));
    let path = format!("/v2/receipt/{receipt_id}");
    assert_eq!(merchant.get(&path).await.text("status"), "41");
    gateway.clock.advance(Duration::from_secs(1));
    assert_eq!(merchant.get(&path).await.text("status"), "-40");
    assert_eq!(
        merchant.publish(&receipt_id).await.verdict(),
        "400 SUBSCRIBE_PUBLISH_NOT_READY"
    );
    assert_eq!(gateway.pg.ledger().await.requests.register, 0);
    gateway.stop().await;
}

#[tokio::test]
async fn a_merchant_who_hangs_up_does_not_end_the_call() {
    let gateway = TestGateway::with(|plan| plan.consent_hold = HOUR).await;
    let merchant = gateway.merchant();
    let asked = merchant.clone();
    let call = tokio::spawn(async move { asked.ask(json!({ "phone": "01000000007" })).await });
    let receipt_id = gateway
        .eventually(async || Some(gateway.pg.ledger().await.calls.first()?.order_id.clone()))
        .await;
    call.abort();
    gateway.pg.answer(&receipt_id, "agree").await;
    gateway
        .eventually(async || (merchant.publish(&receipt_id).await.status == 200).then_some(()))
        .await;
    gateway.stop().await;
}

//! Waiting for the customer: agreed at once, slowly, refused, silent, and a wait that is broken off.

use std::sync::Mutex;
use std::time::Duration;

use client::{Consent, ConsentFailure, ErrorCode, IssueError, KeyRequest, ReceiptStatus};
use serde_json::json;

use super::sandbox::{Sandbox, charge, payer, won};

/// Shorter than any customer here takes, so that the waiting is the client's.
const SHORT_HOLD: (&str, &str) = ("JADONG_CONSENT_HOLD", "200ms");

fn request(subscription_id: &str, phone: &str) -> KeyRequest {
    KeyRequest::new(subscription_id, "월 구독", payer(phone, "12345678901234"))
}

#[tokio::test]
async fn a_customer_who_answers_after_five_seconds_is_waited_for_with_few_questions() {
    let sandbox = Sandbox::start(&[SHORT_HOLD]).await;
    let client = sandbox.client();
    let requested_as = Mutex::new(None);
    let wanted = request("sub_1", "01000000009");
    let issuing = client.issue(&wanted).on_requested(|requested| {
        *requested_as.lock().expect("no panic") = Some((requested.receipt_id.clone(), requested.consent));
    });
    let key = issuing.await.expect("the customer agrees");
    let (receipt_id, consent) = requested_as
        .lock()
        .expect("no panic")
        .clone()
        .expect("it was called back");
    assert_eq!((receipt_id, consent), (key.receipt_id.clone(), Consent::Waiting));
    let data = key.billing_data.as_ref().expect("an account");
    assert_eq!(
        (data.bank_account.as_str(), data.bank_code.as_str()),
        ("123456789*****", "004")
    );
    assert!(client.charge(&charge(&key, "order_1", 1_000)).await.is_ok());
    assert_eq!(sandbox.pg.ledger().await.calls.len(), 1, "one call for one key");
}

#[tokio::test]
async fn each_way_of_not_consenting_has_a_name_whichever_step_says_it() {
    let sandbox = Sandbox::start(&[]).await;
    let late = Sandbox::start(&[SHORT_HOLD]).await;
    let delay = json!({ "answer_delay_ms": 1_000 });
    late.pg.control(reqwest::Method::PUT, "customer", delay).await;
    for (phone, expected) in [
        ("01000000001", ConsentFailure::Refused),
        ("01000000003", ConsentFailure::Busy),
        ("01000000004", ConsentFailure::WrongKey),
    ] {
        let within = sandbox
            .client()
            .issue(&request(&phone[7..], phone))
            .await
            .expect_err("no consent");
        let IssueError::Refused {
            why,
            receipt_id: None,
            error,
        } = within
        else {
            panic!("{within:?}")
        };
        assert_eq!((why, error.api().expect("said").http_status), (expected, 400));

        let after = late
            .client()
            .issue(&request(&phone[7..], phone))
            .await
            .expect_err("no consent");
        let IssueError::Refused {
            why,
            receipt_id: Some(receipt_id),
            error,
        } = after
        else {
            panic!("{after:?}")
        };
        assert_eq!((why, error.code()), (expected, Some(&ErrorCode::PublishNotReady)));
        let issuance = late.client().lookup_issuance(&receipt_id).await.expect("it is there");
        assert_eq!(issuance.status, ReceiptStatus::KeyFailed);
        assert!(issuance.issued().is_none());
    }
}

#[tokio::test]
async fn a_wait_that_ends_first_can_be_taken_up_again() {
    let sandbox = Sandbox::start(&[SHORT_HOLD]).await;
    let client = sandbox.client();
    let wanted = request("sub_1", "01000000007");
    let patient = client.issue(&wanted).patience(Duration::from_secs(1));
    let IssueError::TimedOut { receipt_id, last } = patient.await.expect_err("nobody answers") else {
        panic!("not a time-out")
    };
    assert_eq!(last.code(), Some(&ErrorCode::ConsentPending));
    sandbox.customer("agree").await;
    let key = client
        .await_key(receipt_id.clone())
        .await
        .expect("the customer has agreed");
    // It is published already; whoever waits for it again finds the same one.
    let again = client.await_key(receipt_id).await.expect("it is looked up");
    assert_eq!(again.billing_key, key.billing_key);
}

#[tokio::test]
async fn a_wait_that_is_dropped_leaves_the_request_open_and_nobody_is_called_twice() {
    let sandbox = Sandbox::start(&[SHORT_HOLD]).await;
    let client = sandbox.client();
    let wanted = request("sub_1", "01000000007");
    let dropped = tokio::time::timeout(Duration::from_millis(900), client.issue(&wanted)).await;
    assert!(dropped.is_err(), "the customer has not answered");
    let (key, ()) = tokio::join!(client.issue(&wanted), async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        sandbox.customer("agree").await;
    });
    assert!(key.is_ok(), "{key:?}");
    assert_eq!(sandbox.pg.ledger().await.calls.len(), 1);
}

#[tokio::test]
async fn the_time_for_consent_ends() {
    let sandbox = Sandbox::start(&[SHORT_HOLD]).await;
    let client = sandbox.client();
    let wanted = request("sub_1", "01000000007");
    let first = client
        .issue(&wanted)
        .patience(Duration::ZERO)
        .await
        .expect_err("nobody answers");
    let receipt_id = first.receipt_id().expect("it is open").clone();
    sandbox.advance("11m").await;
    let ended = client.await_key(receipt_id).await.expect_err("it is over");
    assert!(matches!(ended, IssueError::Expired { .. }), "{ended:?}");
}

#[tokio::test]
async fn a_key_whose_first_payment_is_declined_is_handed_over_with_the_decline() {
    let sandbox = Sandbox::start(&[]).await;
    let client = sandbox.client();
    let paid = request("sub_1", "01012345678").first_payment(won(9_900));
    let key = client.issue(&paid).await.expect("a key");
    let first = key.first_payment.expect("a first payment");
    assert_eq!(
        (first.status, first.price, first.left()),
        (ReceiptStatus::Paid, won(9_900), won(9_900))
    );
    assert_eq!(first.order_id.expect("an order").as_str(), "sub_1");

    let broke = KeyRequest::new("sub_2", "월 구독", payer("01012345678", "12345678900001")).first_payment(won(9_900));
    let IssueError::FirstPayment(declined) = client.issue(&broke).await.expect_err("no funds") else {
        panic!("not about the first payment")
    };
    assert_eq!(declined.error.code(), Some(&ErrorCode::ConfirmFailed));
    assert!(
        client.lookup_key(&declined.key.billing_key).await.is_ok(),
        "the key exists"
    );
    assert_eq!(sandbox.debits().await, 1);
}

#[tokio::test]
async fn a_field_at_fault_is_named_and_not_quoted() {
    let sandbox = Sandbox::start(&[]).await;
    let client = sandbox.builder().english_messages().build().expect("a client");
    let wrong = KeyRequest::new("sub_1", "월 구독", payer("01012345678", "12345X78901234"));
    let IssueError::Failed {
        receipt_id: None,
        error,
    } = client.issue(&wrong).await.expect_err("a fault")
    else {
        panic!("not refused in step 1")
    };
    let refusal = error.api().expect("said");
    assert_eq!(
        (&refusal.code, refusal.field.as_deref()),
        (&ErrorCode::AccountInvalid, Some("bank_account"))
    );
    assert!(refusal.message.is_ascii(), "asked for in English: {}", refusal.message);
    assert!(!format!("{error:?}").contains("12345X78901234"));
    assert!(!error.is_retryable() && !error.is_in_doubt());
}

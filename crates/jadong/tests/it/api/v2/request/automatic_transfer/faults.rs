//! What step 1 refuses, and in which words.

use serde_json::{Value, json};

use testkit::merchant::TRANSFER;
use testkit::{Answer, Merchant, TestGateway, application, with};
use testkit::{assert_answers, assert_text};

async fn answers(merchant: &Merchant, cases: &[(&str, Value)]) -> Vec<(String, Answer)> {
    let mut answers = Vec::new();
    for (name, changes) in cases {
        answers.push(((*name).to_owned(), merchant.ask(changes.clone()).await));
    }
    answers
}

/// The documented faults: 2350 to 2356, without 2355, which nobody documents.
fn documented() -> Vec<(&'static str, Value)> {
    vec![
        ("a bank that is none", json!({ "bank_name": "없는은행" })),
        ("no account holder", json!({ "username": "" })),
        ("no account number", json!({ "bank_account": null })),
        ("no birth date", json!({ "identity_no": "" })),
        ("no telephone number", json!({ "phone": " " })),
        ("no bank at all", json!({ "bank_name": null })),
    ]
}

#[tokio::test]
async fn the_six_documented_faults_have_their_six_codes() {
    let gateway = TestGateway::start().await;
    let answered = answers(&gateway.merchant(), &documented()).await;
    let codes: Vec<_> = answered.iter().map(|(_, answer)| answer.text("code")).collect();
    assert_eq!(codes, ["2350", "2351", "2352", "2353", "2354", "2356"]);
    assert_answers!("documented_faults", answered);
    assert_eq!(gateway.pg.ledger().await.requests.start, 0, "nobody was called for it");
    gateway.stop().await;
}

#[tokio::test]
async fn the_same_faults_in_english() {
    let gateway = TestGateway::start().await;
    let answered = answers(&gateway.merchant().in_english(), &documented()).await;
    assert_answers!("documented_faults_in_english", answered);
    gateway.stop().await;
}

/// Faults for which the documentation has no code.
fn ours() -> Vec<(&'static str, Value)> {
    vec![
        ("no pg", json!({ "pg": "" })),
        ("no order_name", json!({ "order_name": "" })),
        ("no subscription_id", json!({ "subscription_id": [] })),
        ("an auth_type that is none", json!({ "auth_type": "SMS" })),
        (
            "a bank code that is none",
            json!({ "bank_name": "", "bank_code": "999" }),
        ),
        (
            "a name and a code of two banks",
            json!({ "bank_name": "국민", "bank_code": "088" }),
        ),
        ("nearly a bank", json!({ "bank_name": "국만은행" })),
        ("a bank without automatic transfers", json!({ "bank_name": "저축은행" })),
        ("letters in the account", json!({ "bank_account": "1234-ABCD-5678" })),
        ("too short an account", json!({ "bank_account": "123456" })),
        (
            "too long an account",
            json!({ "bank_account": "123456789012345678901" }),
        ),
        (
            "a lifetime alias",
            json!({ "bank_name": "기업", "bank_account": "01012345678" }),
        ),
        ("a deposit-only account", json!({ "bank_account": "0123456789" })),
        ("no such date", json!({ "identity_no": "901332" })),
        ("a wrong check digit", json!({ "identity_no": "123-45-67890" })),
        ("a resident number", json!({ "identity_no": "900101-1234567" })),
        ("no telephone number at all", json!({ "phone": "12345" })),
        ("a price with a fraction", json!({ "price": 1000.5 })),
        ("a negative price", json!({ "price": -1 })),
        ("a price in words", json!({ "price": "천원" })),
        ("more tax_free than price", json!({ "price": 100, "tax_free": 101 })),
        ("a cash receipt of no kind", json!({ "cash_receipt_type": "영수증" })),
        ("a flag for a text", json!({ "username": true })),
        ("a list for a text", json!({ "order_name": ["a"] })),
        ("an object for a number", json!({ "price": { "won": 1 } })),
        ("a text for metadata", json!({ "metadata": "text" })),
        ("a long order_name", json!({ "order_name": "가".repeat(256) })),
        ("a lot of metadata", json!({ "metadata": { "a": "b".repeat(9_000) } })),
    ]
}

#[tokio::test]
async fn our_own_faults_name_the_field_and_say_what_would_work() {
    let gateway = TestGateway::start().await;
    let answered = answers(&gateway.merchant(), &ours()).await;
    assert_answers!("our_faults", answered);
    gateway.stop().await;
}

#[tokio::test]
async fn our_own_faults_in_english() {
    let gateway = TestGateway::start().await;
    let answered = answers(&gateway.merchant().in_english(), &ours()).await;
    let messages: Vec<_> = answered
        .iter()
        .map(|(name, answer)| format!("{name}: {} {}", answer.verdict(), answer.text("message")))
        .collect();
    for line in &messages {
        let words = line.replace("간편인증", "");
        assert!(words.is_ascii(), "a Korean word in an English sentence: {line}");
    }
    assert_text!("our_faults_in_english", messages.join("\n"));
    gateway.stop().await;
}

#[tokio::test]
async fn no_fault_repeats_a_number_that_identifies_somebody() {
    let gateway = TestGateway::start().await;
    let secrets = ["98765432109876", "880229", "9001011234567", "01099998888"];
    let cases = [
        json!({ "bank_account": secrets[0], "phone": "x" }),
        json!({ "bank_account": format!("{}x", secrets[0]) }),
        json!({ "identity_no": secrets[2] }),
        json!({ "identity_no": format!("{}9", secrets[1]) }),
        json!({ "phone": format!("{}99", secrets[3]) }),
        json!({ "order_name": secrets[0], "bank_account": secrets[0] }),
        json!({ "username": { "phone": secrets[3] } }),
    ];
    for changes in cases {
        let body = with(application(), changes);
        let answer = gateway.merchant().post(TRANSFER, body.clone()).await;
        assert_eq!(answer.status, 400, "{body}");
        let answered = format!("{}{:?}", answer.body, answer.headers);
        for secret in secrets {
            assert!(!answered.contains(secret), "{answered}");
        }
    }
    gateway.stop().await;
}

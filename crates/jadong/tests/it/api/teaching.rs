//! Errors that teach: where `doc` leads, and hints that name what was meant.

use reqwest::header::ACCEPT_LANGUAGE;
use serde_json::json;

use testkit::merchant::{CANCEL, PAYMENT, PUBLISH, RESERVE};
use testkit::{Answer, TestGateway};

#[tokio::test]
async fn the_doc_of_an_error_is_a_page_of_this_gateway_in_both_languages() {
    let gateway = TestGateway::start().await;
    let refused = gateway.anybody().get("/v2/receipt/66542d4be86c1eedf6b17965").await;
    let doc = refused.text("doc");
    let path = doc
        .strip_prefix(&format!("http://{}", gateway.node.address))
        .expect("our address");
    assert_eq!(path, "/docs/errors/TOKEN_KEY_INVALID");
    for (language, output) in [("ko", "원인"), ("en", "Cause")] {
        let request = gateway.anybody().request(reqwest::Method::GET, path);
        let page = Answer::to(request.header(ACCEPT_LANGUAGE, language)).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains(&format!("<h2>{output}</h2>")), "{}", page.body);
        assert!(page.body.contains("<h1><code>TOKEN_KEY_INVALID</code></h1>"));
        let linked = gateway.anybody().get(&format!("{path}?lang={language}")).await;
        assert_eq!(linked.body, page.body);
    }
    let misspelt = gateway.anybody().get("/docs/errors/TOKEN_KEY_INVALIT").await;
    assert_eq!(misspelt.verdict(), "404 ENDPOINT_NOT_FOUND");
    assert_eq!(misspelt.text("hint"), "TOKEN_KEY_INVALID");
    gateway.stop().await;
}

#[tokio::test]
async fn a_refusal_that_nothing_handled_has_its_doc_too() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for (answer, code) in [
        (merchant.get("/v2/nothing").await, "ENDPOINT_NOT_FOUND"),
        (merchant.get(PAYMENT).await, "METHOD_NOT_ALLOWED"),
        (merchant.get("/v2/receipt/%FF").await, "RC_NOT_FOUND"),
    ] {
        assert!(
            answer.text("doc").ends_with(&format!("/docs/errors/{code}")),
            "{}",
            answer.body
        );
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_misspelt_field_is_named_where_the_right_one_is_missing() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let asked = merchant
        .ask(json!({ "bank_account": null, "bank_acount": "12345678901234" }))
        .await;
    assert_eq!(asked.verdict(), "400 SUBSCRIBE_AT_BANK_ACCOUNT_BLANK");
    assert_eq!(asked.text("hint"), "bank_acount → bank_account");
    assert!(!asked.body.contains("12345678901234"), "{}", asked.body);

    let published = merchant.post(PUBLISH, json!({ "receiptId": "x" })).await;
    assert_eq!(published.text("hint"), "receiptId → receipt_id");
    let charged = merchant.post(PAYMENT, json!({ "biling_key": "x" })).await;
    assert_eq!(charged.text("hint"), "biling_key → billing_key");
    // The field is there, and blank: a stray name beside it is nobody's misspelling.
    let blank = merchant.ask(json!({ "bank_account": "", "bank_acount": "1" })).await;
    assert_eq!(blank.text("hint"), "");
    gateway.stop().await;
}

#[tokio::test]
async fn the_nearest_value_is_named() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    for (changes, hint) in [
        (json!({ "bank_name": "국만은행" }), "국민은행 (004)"),
        (json!({ "pg": "nicepey" }), "nicepay"),
        (json!({ "auth_type": "ASR" }), "ARS"),
        (json!({ "auth_type": "간편 인중" }), "간편인증"),
        (json!({ "cash_receipt_type": "소득공재" }), "소득공제"),
    ] {
        let answer = merchant.ask(changes.clone()).await;
        assert_eq!((answer.status, answer.text("hint").as_str()), (400, hint), "{changes}");
    }
    let key = merchant.key().await;
    let charged = merchant
        .charge(&key, json!({ "content_type": "aplication/json" }))
        .await;
    assert_eq!(charged.text("hint"), "application/json");
    gateway.stop().await;
}

#[tokio::test]
async fn an_id_of_another_kind_is_named_and_only_to_its_project() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let (receipt_id, key) = merchant.issue(json!({})).await;
    let paid = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    let at = json!({ "order_id": "later", "reserve_execute_at": "2027-01-01T00:00:00+09:00" });
    let reserve_id = merchant.reserve(&key, at).await.expect(200).text("reserve_id");
    let get = async |path: String| merchant.get(&path).await;
    for (answer, says) in [
        (get(format!("/v2/receipt/{key}")).await, "billing_key: GET"),
        (
            get(format!("/v2/subscribe/billing_key/{key}")).await,
            "billing_key: GET",
        ),
        (get(format!("/v2/receipt/{reserve_id}")).await, "reserve_id: GET"),
        (
            get(format!("/v2/billing_key/{receipt_id}")).await,
            "receipt_id (빌링키 요청",
        ),
        (get(format!("{RESERVE}/{paid}")).await, "receipt_id (결제"),
        (merchant.publish(&paid).await, "receipt_id (결제"),
        (
            merchant.post(CANCEL, json!({ "receipt_id": receipt_id })).await,
            "receipt_id (빌링키 요청",
        ),
        (
            merchant.charge(&receipt_id, json!({ "order_id": "2" })).await,
            "receipt_id (빌링키 요청",
        ),
    ] {
        assert_eq!(answer.status, 404, "{}", answer.body);
        assert!(answer.text("hint").starts_with(says), "{says}: {}", answer.body);
    }
    let stranger = gateway.merchant_named(testkit::OTHER);
    assert_eq!(stranger.get(&format!("/v2/receipt/{key}")).await.text("hint"), "");
    gateway.stop().await;
}

//! Toss Pay's calls: a link that is clicked, debits of the key that it gives, and each kind of fault on them.

use jadong_simulator::{TOSS_LIVE_KEY, TOSS_TEST_KEY};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::client::{Request, Response};
use crate::shop::Shop;

const CREATE: &str = "/api/v1/billing-key";
const KEY_STATUS: &str = "/api/v1/billing-key/status";
const REMOVE: &str = "/api/v1/billing-key/remove";
const BILL: &str = "/api/v1/billing-key/bill";
const STATUS: &str = "/api/v2/status";
const REFUND: &str = "/api/v2/refunds";

fn call(path: &str, mut body: Value) -> Request {
    if body.get("apiKey").is_none() {
        body["apiKey"] = json!(TOSS_LIVE_KEY);
    }
    Request::new("POST", path, body.to_string())
}

fn create(user: &str, callback: &str) -> Request {
    let url = "http://127.0.0.1:1/back";
    let body = json!({"userId": user, "productDesc": "월 <구독>", "resultCallback": callback,
        "returnSuccessUrl": url, "returnFailureUrl": url});
    call(CREATE, body)
}

fn bill(key: &str, order: &str, amount: u64) -> Request {
    let body =
        json!({"billingKey": key, "orderNo": order, "productDesc": "구독", "amount": amount, "amountTaxFree": 0});
    call(BILL, body)
}

fn refund(token: &str, number: &str, amount: u64) -> Request {
    let body = json!({"payToken": token, "refundNo": number, "reason": "취소", "amount": amount});
    call(REFUND, body)
}

impl Shop {
    async fn toss(&self, request: Request) -> Response {
        self.send(&request).await.unwrap().expect("an answer")
    }

    /// The answer's `errorCode`; empty when it is done.
    async fn said(&self, request: Request) -> String {
        let body = self.toss(request).await.json();
        body["errorCode"].as_str().unwrap_or_default().to_owned()
    }

    async fn click(&self, key: &str, act: &str) -> u16 {
        self.toss(Request::new("POST", format!("/toss/{key}/{act}"), ""))
            .await
            .status
    }

    async fn status_of(&self, user: &str) -> String {
        let body = self.toss(call(KEY_STATUS, json!({"userId": user}))).await.json();
        body["status"].as_str().unwrap_or_default().to_owned()
    }

    async fn wallet(&self, user: &str) -> String {
        let started = self.toss(create(user, "http://127.0.0.1:1/callback")).await.json();
        let key = started["billingKey"].as_str().unwrap().to_owned();
        assert_eq!(self.click(&key, "agree").await, 303);
        key
    }
}

#[tokio::test]
async fn a_link_is_clicked_and_becomes_a_key_which_its_customer_takes_away_again() {
    let shop = Shop::open().await;
    let started = shop
        .toss(create("user-1", "https://shop.invalid/callback"))
        .await
        .json();
    let key = started["billingKey"].as_str().unwrap();
    assert_eq!(shop.status_of("user-1").await, "CREATE");
    let link = started["checkoutUri"].as_str().unwrap();
    let page = shop.toss(Request::new("GET", format!("/toss/{key}"), "")).await;
    assert!(link.ends_with(&format!("/toss/{key}")), "{link}");
    for words in ["동의 · Agree", "거절 · Refuse", "월 &lt;구독&gt;"] {
        assert!(page.text().contains(words), "{words}");
    }
    assert_eq!(shop.said(bill(key, "pay-0", 10)).await, "COMMON_BILLING_KEY_NOT_FOUND");
    assert_eq!(shop.click(key, "agree").await, 303);
    assert_eq!(shop.status_of("user-1").await, "ACTIVE");
    assert_eq!(shop.click(key, "refuse").await, 409, "it is over");
    assert_eq!(shop.said(create("user-1", "x")).await, "BILLING_KEY_ALREADY_ACTIVATED");
    assert_eq!(shop.said(bill(key, "pay-1", 10)).await, "");
    assert_eq!(shop.click(key, "remove").await, 303);
    assert_eq!(shop.status_of("user-1").await, "REMOVE");
    assert_eq!(shop.said(bill(key, "pay-2", 10)).await, "COMMON_BILLING_KEY_NOT_FOUND");
    assert_eq!(
        shop.said(call(REMOVE, json!({"billingKey": key}))).await,
        "COMMON_BILLING_KEY_NOT_FOUND"
    );
    assert_eq!(
        shop.said(call(KEY_STATUS, json!({"userId": "nobody"}))).await,
        "COMMON_BILLING_KEY_NOT_FOUND"
    );
}

#[tokio::test]
async fn a_refusal_and_a_link_that_is_over_give_no_key() {
    let shop = Shop::open().await;
    let started = shop.toss(create("user-1", "x")).await.json();
    assert_eq!(shop.click(started["billingKey"].as_str().unwrap(), "refuse").await, 303);
    assert_eq!(shop.status_of("user-1").await, "CANCEL");
    let started = shop.toss(create("user-2", "x")).await.json();
    shop.later(15 * 60 * 1000);
    assert_eq!(shop.click(started["billingKey"].as_str().unwrap(), "agree").await, 409);
    assert_eq!(shop.status_of("user-2").await, "CREATE");
}

/// A page of another place must not agree in the customer's name.
#[tokio::test]
async fn only_the_page_itself_is_clicked() {
    let shop = Shop::open().await;
    let started = shop.toss(create("user-1", "x")).await.json();
    let path = format!("/toss/{}/agree", started["billingKey"].as_str().unwrap());
    let mut elsewhere = Request::new("POST", path, "");
    elsewhere.content_type = "text/plain\r\norigin: http://evil.example";
    assert_eq!(shop.toss(elsewhere).await.status, 405);
    assert_eq!(shop.status_of("user-1").await, "CREATE");
}

#[tokio::test]
async fn the_merchant_is_told_of_the_key_and_can_ask_whether_it_is_so() {
    let shop = Shop::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let callback = format!("http://{}/told", listener.local_addr().unwrap());
    let started = shop.toss(create("user-1", &callback)).await.json();
    shop.click(started["billingKey"].as_str().unwrap(), "agree").await;
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut told = String::new();
    while !told.ends_with('}') {
        let mut buffer = [0; 4096];
        let read = socket.read(&mut buffer).await.unwrap();
        told.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    socket
        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        .await
        .unwrap();
    let body: Value = serde_json::from_str(&told[told.find('{').unwrap()..]).unwrap();
    assert_eq!(body["action"], "ACTIVATED");
    assert_eq!(body["billingKey"], started["billingKey"]);
    assert_eq!(shop.status_of("user-1").await, "ACTIVE");
}

#[tokio::test]
async fn money_is_taken_once_and_given_back_once_for_each_refund_number() {
    let shop = Shop::open().await;
    let key = shop.wallet("user-1").await;
    let paid = shop.toss(bill(&key, "pay-1", 1000)).await.json();
    let token = paid["payToken"].as_str().unwrap();
    assert_eq!(
        (&paid["mode"], &paid["approvalTime"]),
        (&json!("LIVE"), &json!("2026-01-02 03:04:05"))
    );
    assert_eq!(
        shop.said(bill(&key, "pay-1", 1000)).await,
        "PAYMENT_DUPLICATION_ORDER_NO"
    );
    for _ in 0..2 {
        let refunded = shop.toss(refund(token, "back-1", 400)).await.json();
        assert_eq!(
            (&refunded["code"], &refunded["refundableAmount"]),
            (&json!(0), &json!(600))
        );
    }
    assert_eq!(
        shop.said(refund(token, "back-1", 500)).await,
        "REFUND_REFUND_NO_DUPLICATE"
    );
    assert_eq!(shop.said(refund(token, "back-2", 601)).await, "COMMON_REFUND_ERROR");
    assert_eq!(shop.said(refund(token, "back-3", 600)).await, "");
    assert_eq!(shop.said(refund(token, "back-4", 1)).await, "REFUND_ALREADY_REFUNDED");
    let found = shop.toss(call(STATUS, json!({"orderNo": "pay-1"}))).await.json();
    assert_eq!(found["payStatus"], "REFUND_SUCCESS");
    assert_eq!(found["transactions"].as_array().unwrap().len(), 3);
    assert_eq!(shop.moved("pay-1").await, (1000, 1000));
    assert_eq!(
        shop.said(call(STATUS, json!({"orderNo": "pay-9"}))).await,
        "TRANSACTION_NOT_FOUND"
    );
}

#[tokio::test]
async fn an_account_says_why_it_does_not_pay_and_a_debit_may_be_running() {
    let shop = Shop::open().await;
    let key = shop.wallet("user-1").await;
    let path = format!("/control/accounts/{key}/scenario");
    for (index, (scenario, code)) in [
        ("insufficient-funds", "COMMON_NOT_ENOUGH_CASH"),
        ("account-closed", "INVALID_ACCOUNT_STATUS"),
        ("account-frozen", "FRAUD_DETECTION_SYSTEM_ERROR"),
        ("mandate-ended", "INACTIVE_USER"),
        ("over-limit", "COMMON_EXCEED_LIMIT"),
        ("bank-maintenance", "COMMON_BREAK_TIME_OF_BANK"),
    ]
    .iter()
    .enumerate()
    {
        shop.control("PUT", &path, &json!({"scenario": scenario}).to_string())
            .await;
        let order = format!("pay-{index}");
        assert_eq!(shop.said(bill(&key, &order, 10)).await, *code);
        assert_eq!(
            shop.said(call(STATUS, json!({"orderNo": order}))).await,
            "TRANSACTION_NOT_FOUND"
        );
    }
    shop.control("PUT", &path, r#"{"scenario":"net-cancel-silent"}"#).await;
    shop.give_up(&bill(&key, "running", 10)).await;
    let found = shop.toss(call(STATUS, json!({"orderNo": "running"}))).await.json();
    assert_eq!(found["payStatus"], "PAY_PROGRESS");
    assert_eq!(shop.said(bill(&key, "much", 2_000_001)).await, "COMMON_EXCEED_LIMIT");
}

#[tokio::test]
async fn a_fault_before_takes_nothing_and_one_after_takes_it_once() {
    for (kind, debited) in [
        ("drop-before", 0),
        ("hang", 0),
        ("refuse", 0),
        ("drop-after", 10),
        ("bad-gateway-after", 10),
        ("half-body", 10),
        ("garbage", 10),
        ("slow", 10),
    ] {
        let shop = Shop::open().await;
        let key = shop.wallet("user-1").await;
        let fault = json!({"on": "charge", "kind": kind, "slow_ms": 50}).to_string();
        shop.control("POST", "/control/faults", &fault).await;
        match kind {
            "hang" => shop.give_up(&bill(&key, "pay-1", 10)).await,
            "drop-before" | "drop-after" => shop.is_dropped(&bill(&key, "pay-1", 10)).await,
            _ => drop(shop.toss(bill(&key, "pay-1", 10)).await),
        }
        let ledger = shop.ledger().await;
        assert_eq!(ledger["totals"]["debited"], debited, "{kind}");
    }
}

#[tokio::test]
async fn cash_receipts_are_for_the_live_key_only_and_know_what_was_paid() {
    let shop = Shop::open().await;
    let key = shop.wallet("user-1").await;
    let paid = shop.toss(bill(&key, "pay-1", 1100)).await.json();
    let issue = json!({"payToken": paid["payToken"], "cashReceiptKey": "01012345678",
        "cashReceiptKeyType": "PHONE", "cashReceiptPurpose": "DEDUCTION"});
    let of = json!({"payToken": paid["payToken"]});
    assert_eq!(
        shop.said(call("/api/v2/cash-receipt-info", of.clone())).await,
        "CASH_RECEIPT_NOT_EXIST"
    );
    let mut with_test_key = issue.clone();
    with_test_key["apiKey"] = json!(TOSS_TEST_KEY);
    assert_eq!(
        shop.toss(call("/api/v2/issue-cash-receipt", with_test_key))
            .await
            .status,
        401
    );
    let issued = shop
        .toss(call("/api/v2/issue-cash-receipt", issue.clone()))
        .await
        .json();
    assert_eq!((&issued["supplyCost"], &issued["tax"]), (&json!(1000), &json!(100)));
    let again = shop.said(call("/api/v2/issue-cash-receipt", issue)).await;
    assert_eq!(again, "CASH_RECEIPT_ALREADY_ISSUE_FAIL");
    let info = shop.toss(call("/api/v2/cash-receipt-info", of.clone())).await.json();
    assert_eq!(info["tradeType"], "승인거래");
    assert_eq!(shop.said(call("/api/v2/revoke-cash-receipt", of.clone())).await, "");
    let again = shop.said(call("/api/v2/revoke-cash-receipt", of.clone())).await;
    assert_eq!(again, "CASH_RECEIPT_ALREADY_CANCEL_FAIL");
    let info = shop.toss(call("/api/v2/cash-receipt-info", of)).await.json();
    assert_eq!(info["tradeType"], "취소거래");
}

#[tokio::test]
async fn what_is_asked_must_be_right() {
    let shop = Shop::open().await;
    let no_key = shop
        .toss(call(KEY_STATUS, json!({"userId": "a", "apiKey": "sk_live_another"})))
        .await;
    assert_eq!(
        (no_key.status, no_key.json()["errorCode"].as_str()),
        (401, Some("COMMON_INVALID_API_KEY"))
    );
    let key = shop.wallet("user-1").await;
    let cut = |body: &str| Request::new("POST", BILL, body);
    let long = "9".repeat(51);
    let bad = [
        bill(&key, "blank in it", 10),
        bill(&key, &long, 10),
        bill(&key, "pay-1", 0),
        create("user 2", "x"),
        cut("{"),
        call(
            CREATE,
            json!({"userId": "user-3", "productDesc": "구독", "resultCallback": "x"}),
        ),
        refund("x", &"9".repeat(37), 1),
    ];
    for request in bad {
        let answer = shop.toss(request).await;
        assert_eq!(answer.status, 400, "{}", answer.text());
    }
}

/// The bank is started again in its folder and knows its links, its keys and what they paid.
#[tokio::test]
async fn links_and_keys_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open_in(Some(folder.path())).await;
    let key = shop.wallet("user-1").await;
    let open = shop.toss(create("user-2", "x")).await.json();
    assert_eq!(shop.said(bill(&key, "pay-1", 10)).await, "");
    shop.bank.stop().await;
    let shop = Shop::open_in(Some(folder.path())).await;
    assert_eq!(shop.status_of("user-1").await, "ACTIVE");
    assert_eq!(shop.click(open["billingKey"].as_str().unwrap(), "agree").await, 303);
    assert_eq!(shop.status_of("user-2").await, "ACTIVE");
    assert_eq!(shop.moved("pay-1").await, (10, 0));
}

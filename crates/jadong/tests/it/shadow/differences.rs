//! An upstream that answers otherwise than Jadong: each difference is named, with where and what it is.

use serde_json::{Value, json};
use testkit::net::http;
use testkit::ordered::Ordered;
use testkit::{Merchant, TestGateway};

use super::shim::Shim;
use super::{Shadow, found};

fn members(body: &mut Ordered) -> &mut Vec<(String, Ordered)> {
    match body {
        Ordered::Object(members) => members,
        other => panic!("an object, and not {other}"),
    }
}

fn set(body: &mut Ordered, name: &str, value: Ordered) {
    let member = members(body).iter_mut().find(|(known, _)| known == name);
    member.unwrap_or_else(|| panic!("{name}")).1 = value;
}

/// A service that is drifting away.
fn drifts(line: &str, status: &mut u16, body: &mut Ordered) {
    match line.split('?').next().unwrap_or_default() {
        "POST /v2/subscribe/payment" if *status == 200 => {
            members(body).retain(|(name, _)| name != "company_name");
            members(body).push(("card_data".to_owned(), Ordered::Literal("null".to_owned())));
            set(body, "price", Ordered::Text("1000".to_owned()));
            set(body, "receipt_url", Ordered::Literal("null".to_owned()));
            set(body, "requested_at", Ordered::Text("2026-01-02 03:04:05".to_owned()));
        }
        "POST /v2/subscribe/payment" => set(body, "error_code", Ordered::Text("BK_GONE".to_owned())),
        "POST /v2/cancel" => set(body, "status", Ordered::Literal("21".to_owned())),
        "GET /v2/receipt/6655069ca691573f1bb9c28a" => *status = 400,
        line if line.starts_with("GET /v2/billing_key/") => members(body).swap(1, 2),
        line if line.starts_with("DELETE /v2/subscribe/billing_key/") => *status = 202,
        line if line.starts_with("GET /v2/lookup/order/") => *body = Ordered::Array(Vec::new()),
        _ => {}
    }
}

async fn called(merchant: &Merchant, method: reqwest::Method, path: &str, body: Value) -> Value {
    let request = merchant.request(method, path).json(&body);
    // Not as the other tests do: they take no answer that the document does not describe.
    let answer = request.send().await.expect("an answer");
    answer.json().await.expect("JSON")
}

#[tokio::test]
async fn each_difference_is_named_with_its_endpoint_its_path_and_its_kind() {
    let gateway = TestGateway::start().await;
    let shim = Shim::before(&format!("http://{}", gateway.node.address), drifts).await;
    let shadow = Shadow::of(&shim.url).await;
    let merchant = shadow.merchant();
    let (get, post, delete) = (reqwest::Method::GET, reqwest::Method::POST, reqwest::Method::DELETE);
    let (_, key) = merchant.issue(json!({})).await;
    let order = json!({ "billing_key": key, "order_name": "구독", "order_id": "order_1", "price": 1000 });
    let paid = called(&merchant, post.clone(), "/v2/subscribe/payment", order.clone()).await;
    assert_eq!(
        (paid["price"].as_str(), paid.get("company_name")),
        (Some("1000"), None),
        "as it was altered"
    );
    called(
        &merchant,
        post.clone(),
        "/v2/cancel",
        json!({ "receipt_id": paid["receipt_id"] }),
    )
    .await;
    called(
        &merchant,
        get.clone(),
        "/v2/receipt/6655069ca691573f1bb9c28a",
        json!({}),
    )
    .await;
    called(&merchant, get.clone(), &format!("/v2/billing_key/{key}"), json!({})).await;
    called(&merchant, get.clone(), "/v2/lookup/order/order_1", json!({})).await;
    called(
        &merchant,
        delete,
        &format!("/v2/subscribe/billing_key/{key}"),
        json!({}),
    )
    .await;
    let mut dead = order;
    dead["order_id"] = json!("order_2");
    called(&merchant, post.clone(), "/v2/subscribe/payment", dead).await;

    let report = shadow.report(9).await;
    assert_eq!(
        (&report["same"], &report["different"]),
        (&json!(2), &json!(7)),
        "{report:#}"
    );
    let mut charge = found(&report, "POST /v2/subscribe/payment");
    charge.sort();
    assert_eq!(
        charge,
        [
            "form requested_at text>date",
            "only_jadong company_name >string",
            "only_upstream card_data null>",
            "type price string>integer",
            "type receipt_url null>string",
            "value error_code BK_GONE>SUBSCRIBE_BK_EXPIRED",
        ]
    );
    for (endpoint, told) in [
        ("POST /v2/cancel", "value status 21>20"),
        ("GET /v2/receipt/{receipt_id}", "http_status  400>404"),
        ("GET /v2/billing_key/{billing_key}", "order  method>pg"),
        ("GET /v2/lookup/order/{order_id}", "length  0>1"),
        ("DELETE /v2/subscribe/billing_key/{id}", "http_status  202>200"),
    ] {
        assert_eq!(found(&report, endpoint), [told], "{endpoint}");
    }
    let (printed, _) = shadow.ended().await;
    assert!(
        printed.contains("1× error_code: BK_GONE → SUBSCRIBE_BK_EXPIRED"),
        "{printed}"
    );
    gateway.stop().await;
}

/// An upstream that takes an order id twice: Jadong debits once.
#[tokio::test]
async fn an_order_that_the_upstream_debits_twice_is_told() {
    let gateway = TestGateway::start().await;
    let shim = Shim::before(&format!("http://{}", gateway.node.address), |line, _, body| {
        // Its second receipt for one order.
        if line == "POST /v2/subscribe/payment" {
            static ASKED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
            if ASKED.swap(true, std::sync::atomic::Ordering::Relaxed) {
                set(body, "receipt_id", Ordered::Text("77542dfb4d18d5fc7b43e1b6".to_owned()));
            }
        }
    })
    .await;
    let shadow = Shadow::of(&shim.url).await;
    let merchant = shadow.merchant();
    let key = merchant.key().await;
    for _time in 0..2 {
        merchant.charge(&key, json!({})).await.expect(200);
    }
    let report = shadow.report(4).await;
    assert_eq!(
        found(&report, "POST /v2/subscribe/payment"),
        ["replayed  >"],
        "{report:#}"
    );
    gateway.stop().await;
}

/// When a reserve is debited is each side's own.
#[tokio::test]
async fn a_reserve_that_is_debited_there_already_is_no_difference() {
    let gateway = TestGateway::start().await;
    let shim = Shim::before(&format!("http://{}", gateway.node.address), |line, _, body| {
        if line.starts_with("GET /v2/subscribe/payment/reserve/") {
            set(body, "status", Ordered::Literal("1".to_owned()));
        }
    })
    .await;
    let shadow = Shadow::of(&shim.url).await;
    let merchant = shadow.merchant();
    let key = merchant.key().await;
    let later = json!({ "reserve_execute_at": "2030-01-01T00:00:00+09:00" });
    let reserve = merchant.reserve(&key, later).await.expect(200).text("reserve_id");
    merchant.reserved(&reserve).await;
    let report = shadow.report(4).await;
    let rows = report["endpoints"].as_array().expect("a list");
    let row = rows
        .iter()
        .find(|row| row["endpoint"] == "GET /v2/subscribe/payment/reserve/{reserve_id}");
    assert_eq!(
        row.expect("a row")["as_described"],
        json!({ "reserve_due": 1 }),
        "{report:#}"
    );
    gateway.stop().await;
}

#[tokio::test]
async fn an_endpoint_that_jadong_does_not_have_is_told_without_its_ids() {
    let gateway = TestGateway::start().await;
    let shim = Shim::before(&format!("http://{}", gateway.node.address), |_, status, _| {
        *status = 200
    })
    .await;
    let shadow = Shadow::of(&shim.url).await;
    let url = format!("{}/v2/wallet/01012345678/cards", shadow.url);
    http().get(&url).send().await.expect("an answer");
    let report = shadow.report(1).await;
    assert_eq!(
        found(&report, "GET /v2/wallet/{…}/cards"),
        ["no_endpoint  200>404"],
        "{report:#}"
    );
    gateway.stop().await;
}

//! `GET /v2/lookup/order/{order_id}`: every attempt to pay an order.

use serde_json::json;

use testkit::{OTHER, TestGateway};

#[tokio::test]
async fn an_order_without_a_payment_is_an_empty_list_and_another_projects_is_one_too() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    assert_eq!(merchant.get("/v2/lookup/order/order_1").await.expect(200).body, "[]");
    let key = merchant.key().await;
    let paid = merchant.charge(&key, json!({})).await.expect(200);
    let theirs = gateway
        .merchant_named(OTHER)
        .get("/v2/lookup/order/order_1")
        .await
        .expect(200);
    assert_eq!(theirs.body, "[]");
    let ours = merchant.get("/v2/lookup/order/order_1").await.expect(200);
    assert_eq!(ours.body, format!("[{}]", paid.body));
    assert_eq!(gateway.anybody().get("/v2/lookup/order/order_1").await.status, 401);
    gateway.stop().await;
}

#[tokio::test]
async fn an_order_id_of_any_letters_is_found() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for (order_id, path) in [
        ("주문 1", "%EC%A3%BC%EB%AC%B8%201"),
        ("a/b?c", "a%2Fb%3Fc"),
        ("1716792650.95292", "1716792650.95292"),
        ("50%", "50%25"),
    ] {
        let paid = merchant.charge(&key, json!({ "order_id": order_id })).await.expect(200);
        let found = merchant.get(&format!("/v2/lookup/order/{path}")).await.expect(200);
        assert_eq!(found.body, format!("[{}]", paid.body), "{order_id}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn it_follows_the_payment_through_its_life() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let receipt_id = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    for (price, status, locale) in [(0, 1, "결제완료"), (400, 1, "결제완료"), (600, 20, "결제취소완료")] {
        if price > 0 {
            merchant
                .cancel(&receipt_id, json!({ "cancel_price": price }))
                .await
                .expect(200);
        }
        let listed = merchant.get("/v2/lookup/order/order_1").await.expect(200).json();
        assert_eq!(
            (&listed[0]["status"], &listed[0]["status_locale"]),
            (&json!(status), &json!(locale))
        );
        assert_eq!(listed[0], merchant.look_up(&receipt_id).await);
    }
    gateway.stop().await;
}

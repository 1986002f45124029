//! A request with a first payment.

use serde_json::json;

use crate::harness::House;

#[tokio::test]
async fn a_first_payment_is_echoed_by_step_1_and_refused_by_publish() {
    let house = House::start().await;
    let merchant = house.merchant();
    let asked = merchant
        .ask(json!({ "price": 1000, "tax_free": 100 }))
        .await
        .expect(200);
    assert_eq!(
        (asked.text("price"), asked.text("tax_free")),
        ("1000".into(), "100".into())
    );
    let published = merchant.publish(&asked.text("receipt_id")).await;
    assert_eq!(published.verdict(), "400 SUBSCRIBE_FIRST_PAYMENT_UNSUPPORTED");
    assert_eq!(published.text("field"), "price");
    assert_eq!(house.pg.ledger().await.requests.register, 0);
    house.stop().await;
}

//! The examples of the crate, played.

use super::sandbox::{Sandbox, builder};

#[path = "../../../client/examples/sign_up_and_charge.rs"]
#[allow(dead_code)]
mod sign_up_and_charge;

#[path = "../../../client/examples/monthly.rs"]
#[allow(dead_code)]
mod monthly;

#[tokio::test]
async fn a_customer_signs_up_is_charged_and_refunded() {
    let sandbox = Sandbox::start(&[]).await;
    let client = builder(&sandbox.url).build().expect("a client");
    sign_up_and_charge::run(&client).await.expect("it runs");
    let totals = sandbox.ledger().await["totals"].clone();
    assert_eq!(
        (totals["debits"].as_i64(), totals["debited"].clone()),
        (Some(1), totals["refunded"].clone())
    );
}

#[tokio::test]
async fn a_month_is_charged_once_however_often_it_is_run() {
    let sandbox = Sandbox::start(&[]).await;
    let client = builder(&sandbox.url).build().expect("a client");
    let key = sandbox.key("sub_1", "12345678901234").await;
    for _run in 0..3 {
        let outcome = monthly::charge_month(&client, &key.billing_key, "sub_1", "2026-12").await;
        assert!(matches!(outcome, monthly::Outcome::Paid(_)), "{outcome:?}");
    }
    assert_eq!(sandbox.debits().await, 1);
    let broke = sandbox.key("sub_2", "12345678900001").await;
    let outcome = monthly::charge_month(&client, &broke.billing_key, "sub_2", "2026-12").await;
    assert!(matches!(outcome, monthly::Outcome::Later(_)), "{outcome:?}");
}

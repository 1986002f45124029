//! Merchants who destroy a key that has reserves.

use domain::EpochMs;
use seams::{Clock, SystemClock};
use serde_json::json;

use super::arena::application;
use super::buyer::{note, retried};
use super::orders::Order;
use testkit::Merchant;
use testkit::merchant::{RESERVE, TRANSFER};

const RESERVES: usize = 3;
/// Far enough that the key is destroyed before, whatever crashes.
const SOON_MS: u64 = 6_000;
const A_DAY_MS: u64 = 86_400_000;

/// A key of its own, with reserves: a day away, or soon.
pub async fn prepare(api: &Merchant, order: &mut Order) {
    let body = application(&order.order_id, order.account, 400 + order.number, 0);
    let asked = api.try_post(TRANSFER, &body).await.expect("an answer");
    assert_eq!(asked.status, 200, "{}", asked.body);
    loop {
        let published = api.try_publish(&asked.text("receipt_id")).await;
        if let Some(published) = published.as_ref().filter(|published| published.status == 200) {
            order.billing_key = published.text("billing_key");
            break;
        }
        retried(order, published).await;
    }
    let after_ms = if order.takes_reserves_along() {
        A_DAY_MS
    } else {
        SOON_MS
    };
    for nth in 0..RESERVES {
        let body = json!({
            "billing_key": order.billing_key, "order_name": "10월 구독", "price": order.price,
            "order_id": format!("{}-{nth}", order.order_id), "feedback_url": "http://127.0.0.1:9/hook",
            "reserve_execute_at": EpochMs(SystemClock.now_ms()).plus_ms(after_ms).to_wire(),
        });
        let asked = api.try_post(RESERVE, &body).await.expect("an answer");
        assert_eq!(asked.status, 200, "{}", asked.body);
        order.left.push(asked.text("reserve_id"));
    }
}

/// Destroys it, and waits until its reserves have ended.
pub async fn destroy(api: &Merchant, order: &mut Order) {
    let query = if order.takes_reserves_along() {
        "?cancel_reserves=true"
    } else {
        ""
    };
    let path = format!("/v2/subscribe/billing_key/{}{query}", order.billing_key);
    loop {
        let answer = api.try_delete(&path).await;
        // Dead already: by the call whose answer was lost.
        let is_dead = |code: &str| code == "SUBSCRIBE_BK_EXPIRED";
        if answer
            .as_ref()
            .is_some_and(|answer| answer.status == 200 || is_dead(&answer.error_code()))
        {
            note(&mut order.destroyed, order.billing_key.clone());
            break;
        }
        retried(order, answer).await;
    }
    for reserve_id in order.left.clone() {
        loop {
            let found = api.try_get(&format!("{RESERVE}/{reserve_id}")).await;
            if found
                .as_ref()
                .and_then(|found| found.number("status"))
                .is_some_and(|status| status != 0)
            {
                break;
            }
            retried(order, None).await;
        }
    }
}

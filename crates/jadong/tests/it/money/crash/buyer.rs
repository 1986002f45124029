//! A merchant's backend that never gives up: it repeats what was not answered, with the same ids and the same body, and
//! follows what is in doubt until there is a verdict.

use std::time::Duration;

use domain::EpochMs;
use seams::{Clock, SystemClock};
use serde_json::json;

use super::arena::application;
use super::orders::{Kind, Order};
use super::{cash, destroyer};
use testkit::merchant::{PAYMENT, TRANSFER};
use testkit::{Answer, Merchant};

pub const PAUSE: Duration = Duration::from_millis(60);
/// How long one order may take, with all the crashes in between and its verdict.
/// On a busy machine calls time out, and the resolution asks ever more rarely.
const DEADLINE: Duration = Duration::from_secs(100);
/// The same in rounds, which have an account whose verdict takes a minute.
const LONG_DEADLINE: Duration = Duration::from_secs(110);
/// New attempts after a decline of an account that has enough: the verdict on an orphan.
const ATTEMPTS: usize = 6;
/// What a crash, a fault, and the recovery after them may honestly answer.
const HONEST: [&str; 11] = [
    "PG_UNAVAILABLE",
    "GATEWAY_OVERLOADED",
    "GATEWAY_STORE_UNAVAILABLE",
    "RATE_LIMITED",
    "RC_CANCEL_CRITICAL_ERROR",
    "RC_CANCEL_UNDER_WAY",
    "RC_CASH_RECEIPT_FAILED",
    "RC_CASH_RECEIPT_IN_DOUBT",
    "SUBSCRIBE_REQUEST_FAILED",
    "SUBSCRIBE_PUBLISH_NOT_READY",
    "SUBSCRIBE_PUBLISH_IN_DOUBT",
];

fn deadline() -> Duration {
    if super::rounds() == 0 { DEADLINE } else { LONG_DEADLINE }
}

/// The order's way to its end.
pub async fn pursue(api: Merchant, mut order: Order) -> Order {
    let walked = async {
        match order.kind {
            Kind::Charge | Kind::ToCancel => charge(&api, &mut order).await,
            Kind::Cash if order.stands_alone() => {}
            Kind::Cash => charge(&api, &mut order).await,
            Kind::CashToCancel => {
                if !order.stands_alone() {
                    charge(&api, &mut order).await;
                }
                cash::issue(&api, &mut order).await;
            }
            Kind::ToDestroy => destroyer::prepare(&api, &mut order).await,
            Kind::Reserve => reserve(&api, &mut order).await,
            Kind::First => first_payment(&api, &mut order).await,
        }
    };
    order.is_stuck = tokio::time::timeout(deadline(), walked).await.is_err();
    order
}

/// What is done to an order that was pursued before.
pub async fn go_on(api: Merchant, mut order: Order) -> Order {
    let walked = async {
        match order.kind {
            Kind::ToCancel => cancel(&api, &mut order).await,
            Kind::Cash => cash::issue(&api, &mut order).await,
            Kind::CashToCancel => cash::take_back(&api, &mut order).await,
            Kind::ToDestroy => destroyer::destroy(&api, &mut order).await,
            Kind::Charge | Kind::Reserve | Kind::First => {}
        }
    };
    order.is_stuck |= tokio::time::timeout(deadline(), walked).await.is_err();
    order
}

/// Every cancel of a paid order, one after another.
async fn cancel(api: &Merchant, order: &mut Order) {
    let receipt_id = order.paid.last().expect("it was paid").clone();
    for (cancel_id, price) in order.cancels() {
        let body = json!({ "receipt_id": receipt_id, "cancel_id": cancel_id, "cancel_price": price });
        loop {
            let answer = api.try_post("/v2/cancel", &body).await;
            if answer.as_ref().is_some_and(|answer| answer.status == 200) {
                order.cancelled.push((cancel_id, price));
                break;
            }
            retried(order, answer).await;
        }
    }
}

async fn charge(api: &Merchant, order: &mut Order) {
    let body = json!({
        "billing_key": order.billing_key, "order_name": "9월 구독", "price": order.price, "order_id": order.order_id,
        "feedback_url": "http://127.0.0.1:9/hook",
    });
    let ask = || api.try_post(PAYMENT, &body);
    while order.paid.is_empty() && order.declined.len() < ATTEMPTS {
        // Every third merchant is nervous and asks twice at once.
        let (answer, twin) = if order.number.is_multiple_of(3) {
            let (answer, twin) = tokio::join!(ask(), ask());
            (answer, Some(twin))
        } else {
            (ask().await, None)
        };
        for answer in std::iter::once(answer).chain(twin) {
            heard(api, order, answer).await;
        }
        if !order.is_plain() && !order.declined.is_empty() {
            return;
        }
    }
}

/// One answer to a charge.
async fn heard(api: &Merchant, order: &mut Order, answer: Option<Answer>) {
    let Some(answer) = answer else {
        return retried(order, None).await;
    };
    let receipt_id = answer.text("receipt_id");
    match answer.error_code().as_str() {
        "" if answer.status == 200 => note(&mut order.paid, receipt_id),
        "RC_CONFIRM_FAILED" => note(&mut order.declined, receipt_id),
        "RC_CONFIRM_CRITICAL_FAILED" => follow(api, order, &receipt_id).await,
        _ => retried(order, Some(answer)).await,
    }
}

/// Reads a receipt until it has a verdict.
async fn follow(api: &Merchant, order: &mut Order, receipt_id: &str) {
    loop {
        let found = api.try_look_up(receipt_id).await;
        match found.as_ref().and_then(|found| found.number("status")) {
            Some(1 | 20) => return note(&mut order.paid, receipt_id.to_owned()),
            Some(-2) => return note(&mut order.declined, receipt_id.to_owned()),
            Some(2) => tokio::time::sleep(PAUSE).await,
            _ => retried(order, found).await,
        }
    }
}

async fn reserve(api: &Merchant, order: &mut Order) {
    let at = EpochMs(SystemClock.now_ms()).plus_ms(2_000).to_wire();
    let body = json!({
        "billing_key": order.billing_key, "order_name": "10월 구독", "price": order.price, "order_id": order.order_id,
        "reserve_execute_at": at, "feedback_url": "http://127.0.0.1:9/hook",
    });
    let path = "/v2/subscribe/payment/reserve";
    let reserve_id = loop {
        let answer = api.try_post(path, &body).await;
        match answer {
            Some(answer) if answer.status == 200 => break answer.text("reserve_id"),
            // Its time came before anybody had heard of it, or the attempt is over: the order id tells.
            Some(answer) if answer.error_code() == "RESERVE_EXECUTE_AT_PAST" => return by_order(api, order).await,
            other => retried(order, other).await,
        }
    };
    order.reserve_id = Some(reserve_id.clone());
    loop {
        let found = api.try_get(&format!("{path}/{reserve_id}")).await;
        match found.as_ref().and_then(|found| found.number("status")) {
            Some(0) => tokio::time::sleep(PAUSE).await,
            Some(1 | -1) => {
                let receipt_id = found.map(|found| found.text("receipt_id")).unwrap_or_default();
                return follow(api, order, &receipt_id).await;
            }
            _ => retried(order, found).await,
        }
    }
}

/// Every attempt to pay the order, to its verdict.
async fn by_order(api: &Merchant, order: &mut Order) {
    loop {
        let found = api.try_get(&format!("/v2/lookup/order/{}", order.order_id)).await;
        let Some(found) = found.filter(|found| found.status == 200) else {
            retried(order, None).await;
            continue;
        };
        let attempts = found.json();
        for attempt in attempts.as_array().expect("a list") {
            let receipt_id = attempt["receipt_id"].as_str().expect("an id");
            follow(api, order, receipt_id).await;
        }
        return;
    }
}

async fn first_payment(api: &Merchant, order: &mut Order) {
    let body = application(&order.order_id, order.account, order.number, order.price);
    loop {
        let receipt_id = loop {
            match api.try_post(TRANSFER, &body).await {
                Some(answer) if answer.status == 200 => break answer.text("receipt_id"),
                other => retried(order, other).await,
            }
        };
        if publish(api, order, &receipt_id).await {
            return;
        }
    }
}

/// `false` when the issuance ended without a key: then it is asked for again.
async fn publish(api: &Merchant, order: &mut Order, receipt_id: &str) -> bool {
    loop {
        let answer = api.try_publish(receipt_id).await;
        let Some(answer) = answer else {
            retried(order, None).await;
            continue;
        };
        match answer.error_code().as_str() {
            "" => {
                let paid = answer.json()["receipt_data"]["receipt_id"].as_str().map(str::to_owned);
                note(&mut order.paid, paid.unwrap_or_default());
                return true;
            }
            "RC_CONFIRM_FAILED" => {
                note(&mut order.declined, answer.text("receipt_id"));
                return true;
            }
            "RC_CONFIRM_CRITICAL_FAILED" => {
                follow(api, order, &answer.text("receipt_id")).await;
                return true;
            }
            // Published by a call whose answer was lost, or over: the lookup tells.
            "SUBSCRIBE_PUBLISH_NOT_READY" | "SUBSCRIBE_PUBLISH_FAILED" => {
                let path = format!("/v2/subscribe/billing_key/{receipt_id}");
                let found = api.try_get(&path).await.filter(|found| found.status == 200);
                if found
                    .as_ref()
                    .is_some_and(|found| !found.text("billing_key").is_empty())
                {
                    by_order(api, order).await;
                    return true;
                }
                if found.is_some_and(|found| found.number("status") == Some(-40)) {
                    order.retries += 1;
                    return false;
                }
                retried(order, None).await;
            }
            _ => retried(order, Some(answer)).await,
        }
    }
}

pub fn note(receipts: &mut Vec<String>, receipt_id: String) {
    if !receipts.contains(&receipt_id) {
        receipts.push(receipt_id);
    }
}

pub async fn retried(order: &mut Order, answer: Option<Answer>) {
    order.retries += 1;
    if let Some(answer) = answer.filter(|answer| !HONEST.contains(&answer.error_code().as_str())) {
        order.surprises.push(format!("{} {}", answer.status, answer.body));
    }
    tokio::time::sleep(PAUSE).await;
}

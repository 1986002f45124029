//! Merchants of cash receipts. Most repeat what was not answered; the patient ones ask once, and look until they know.

use serde_json::{Value, json};

use super::buyer::{PAUSE, note, retried};
use super::orders::Order;
use testkit::{Answer, Merchant};

const OF_PAYMENT: &str = "/v2/request/receipt/cash/publish";
const ALONE: &str = "/v2/request/cash/receipt";

/// Where a cash receipt stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    None,
    Open,
    Issued,
    Failed,
    TakenBack,
}

/// Asks for it until it is issued.
pub async fn issue(api: &Merchant, order: &mut Order) {
    let (path, body) = if order.stands_alone() {
        (ALONE, alone(order))
    } else {
        (OF_PAYMENT, of_payment(order))
    };
    loop {
        let answer = api.try_post(path, &body).await;
        if let Some(issued) = answer.as_ref().filter(|answer| answer.status == 200) {
            return note(&mut order.receipted, issued.text("receipt_id"));
        }
        let known = known(order, answer.as_ref());
        retried(order, answer).await;
        // Whoever has no id can only ask again.
        if let Some(receipt_id) = known.filter(|_| order.is_patient())
            && resolved(api, order, &receipt_id).await == Standing::Issued
        {
            return note(&mut order.receipted, receipt_id);
        }
    }
}

/// Takes it back.
pub async fn take_back(api: &Merchant, order: &mut Order) {
    let receipt_id = order.receipted.last().expect("it was issued").clone();
    let path = if order.stands_alone() {
        format!("{ALONE}/{receipt_id}")
    } else {
        format!("/v2/request/receipt/cash/cancel/{receipt_id}")
    };
    loop {
        let answer = api.try_delete(&path).await;
        if answer.as_ref().is_some_and(|answer| answer.status == 200) {
            return note(&mut order.taken_back, receipt_id);
        }
        retried(order, answer).await;
        if order.is_patient() && resolved(api, order, &receipt_id).await == Standing::TakenBack {
            return note(&mut order.taken_back, receipt_id);
        }
    }
}

fn known(order: &Order, answer: Option<&Answer>) -> Option<String> {
    if order.stands_alone() {
        answer
            .map(|answer| answer.text("receipt_id"))
            .filter(|receipt_id| !receipt_id.is_empty())
    } else {
        order.paid.last().cloned()
    }
}

/// Looks until nothing is open.
async fn resolved(api: &Merchant, order: &mut Order, receipt_id: &str) -> Standing {
    loop {
        match api.try_look_up(receipt_id).await.filter(|found| found.status == 200) {
            Some(found) => match standing(order, &found.json()) {
                Standing::Open => tokio::time::sleep(PAUSE).await,
                ended => return ended,
            },
            None => retried(order, None).await,
        }
    }
}

fn standing(order: &Order, receipt: &Value) -> Standing {
    let status = if order.stands_alone() {
        &receipt["status"]
    } else {
        &receipt["cash_receipt_data"]["status"]
    };
    match status.as_i64() {
        Some(60) => Standing::Issued,
        Some(61) => Standing::TakenBack,
        Some(-60) => Standing::Failed,
        Some(_) => Standing::Open,
        None => Standing::None,
    }
}

fn of_payment(order: &Order) -> Value {
    let receipt_id = order.paid.last().expect("it was paid");
    json!({ "receipt_id": receipt_id, "identity_no": "01098765432", "cash_receipt_type": "소득공제" })
}

fn alone(order: &Order) -> Value {
    json!({
        "pg": "nicepay", "price": order.price, "order_name": "현장 결제", "order_id": order.order_id,
        "identity_no": "01098765432", "cash_receipt_type": "지출증빙",
    })
}

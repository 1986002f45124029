//! Cash receipts: those of a payment are tied to its receipt there, and are found by it; one that stands alone cannot be found.

use serde::Serialize;
use serde_json::Value;

use super::Hosted;
use super::answer::text;
use crate::connector::{CallTime, CancelCashReceiptRequest, FindCashReceiptRequest, IssueCashReceiptRequest};
use crate::lookups::{CashReceiptLookup, CashReceiptRecord};
use crate::outcome::{Outcome, Unknown};

#[derive(Serialize)]
struct IssueBody<'a> {
    pg: &'a str,
    order_id: &'a str,
    order_name: &'a str,
    price: u64,
    cash_receipt_type: &'a str,
    identity_no: &'a str,
}

#[derive(Serialize)]
struct TiedBody<'a> {
    receipt_id: &'a str,
    cash_receipt_type: &'a str,
    identity_no: &'a str,
}

impl Hosted {
    pub(super) async fn issue_receipt_call(
        &self,
        order: IssueCashReceiptRequest,
        at: CallTime,
    ) -> Outcome<CashReceiptRecord> {
        if let Some(payment) = &order.payment_tid {
            return self.issue_tied(payment, &order, at).await;
        }
        let body = IssueBody {
            pg: "nicepay",
            order_id: &order.order_id,
            order_name: &order.order_name,
            price: order.price.get(),
            cash_receipt_type: order.purpose.wire_name(),
            identity_no: order.number.reveal(),
        };
        match self.post("issue_receipt", "/v2/request/cash/receipt", &body, at).await {
            Ok(body) => issued(&body).map_or(Outcome::Unknown(Unknown::NotJson), Outcome::Done),
            Err(no) => no.because(|_| ()),
        }
    }

    pub(super) async fn cancel_receipt_call(&self, order: CancelCashReceiptRequest, at: CallTime) -> Outcome<()> {
        let path = match &order.payment_tid {
            Some(payment) => format!("/v2/request/receipt/cash/cancel/{payment}"),
            None => format!("/v2/request/cash/receipt/{}", order.tid),
        };
        let no = match self.delete("cancel_receipt", path, at).await {
            Ok(_) => return Outcome::Done(()),
            Err(no) => no,
        };
        let of = FindCashReceiptRequest {
            order_id: order.order_id,
            tid: Some(order.tid),
            payment_tid: order.payment_tid,
        };
        // Taken back already, perhaps by this very call.
        match self.find_receipt_call(of, at).await {
            Outcome::Done(CashReceiptLookup::Cancelled(_)) => Outcome::Done(()),
            _ => no.because(|_| ()),
        }
    }

    async fn issue_tied(
        &self,
        payment: &str,
        order: &IssueCashReceiptRequest,
        at: CallTime,
    ) -> Outcome<CashReceiptRecord> {
        let body = TiedBody {
            receipt_id: payment,
            cash_receipt_type: order.purpose.wire_name(),
            identity_no: order.number.reveal(),
        };
        match self
            .post("issue_receipt", "/v2/request/receipt/cash/publish", &body, at)
            .await
        {
            Ok(body) => match tied(&body, None) {
                Some(CashReceiptLookup::Issued(record)) => Outcome::Done(record),
                _ => Outcome::Unknown(Unknown::NotJson),
            },
            Err(no) => no.because(|_| ()),
        }
    }

    pub(super) async fn find_receipt_call(
        &self,
        order: FindCashReceiptRequest,
        at: CallTime,
    ) -> Outcome<CashReceiptLookup> {
        let Some(payment) = order.payment_tid else {
            return Outcome::Unknown(Unknown::NotOffered);
        };
        match self.get("find_receipt", format!("/v2/receipt/{payment}"), at).await {
            Ok(body) => tied(&body, order.tid.as_deref()).map_or(Outcome::Unknown(Unknown::NotJson), Outcome::Done),
            Err(no) => no.because(|_| ()),
        }
    }
}

/// What a payment's receipt says of the cash receipt with this id, or of one that was just asked for; `None`: that cannot be told. One
/// that was taken back before stays there, and is not the one that is asked for after it.
fn tied(body: &Value, wanted: Option<&str>) -> Option<CashReceiptLookup> {
    let Some(data) = body.get("cash_receipt_data").filter(|data| !data.is_null()) else {
        return Some(CashReceiptLookup::Nothing);
    };
    let status = data.get("status").and_then(Value::as_i64);
    // Refused there, or given up: such a one has no number.
    if status == Some(-60) && wanted.is_none() {
        return Some(CashReceiptLookup::Nothing);
    }
    let record = CashReceiptRecord {
        tid: text(data, "tid")?.to_owned(),
        approve_no: text(data, "cash_receipt_no").unwrap_or_default().to_owned(),
    };
    let is_wanted = wanted.is_none_or(|tid| tid == record.tid);
    match status {
        Some(60) | None if is_wanted => Some(CashReceiptLookup::Issued(record)),
        Some(61) if is_wanted && wanted.is_some() => Some(CashReceiptLookup::Cancelled(record)),
        _ => None,
    }
}

fn issued(body: &Value) -> Option<CashReceiptRecord> {
    let approve_no = body
        .get("cash_receipt_data")
        .and_then(|data| text(data, "cash_receipt_no"));
    Some(CashReceiptRecord {
        // By which it is cancelled there.
        tid: text(body, "receipt_id")?.to_owned(),
        approve_no: approve_no.unwrap_or_default().to_owned(),
    })
}

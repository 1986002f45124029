//! A timeline's facts for programs: names that stay, amounts as numbers, times and states as the API has them.

use domain::cash_receipt::CashReceipt;
use domain::issuance::Issuance;
use domain::payment::{Order, Payment};
use domain::reserve::Reserve;
use domain::transition::Failure;
use serde_json::{Value, json};

use super::subject::TimelineSubject;

/// Of anything.
pub fn of(subject: &TimelineSubject) -> Value {
    match subject {
        TimelineSubject::Payment(payment) => of_payment(payment),
        TimelineSubject::Issuance(issuance) => of_issuance(issuance),
        TimelineSubject::Reserve(reserve) => of_reserve(reserve),
        TimelineSubject::CashReceipt(receipt) => of_cash_receipt(receipt),
    }
}

fn of_payment(payment: &Payment) -> Value {
    let debit = payment.debit.as_ref();
    json!({
        "order": order(&payment.order),
        "billing_key": payment.billing_key.to_string(),
        "account": payment.masked_account.line(),
        "pg_order_id": payment.pg_order_id(),
        "requested_at": payment.requested_at.to_wire(),
        "paid_at": debit.map(|debit| debit.paid_at.to_wire()),
        "tid": debit.map(|debit| &debit.tid),
        "approve_no": debit.map(|debit| &debit.approve_no),
        "cancelled_price": payment.cancelled_price.get(),
        "cancelled_tax_free": payment.cancelled_tax_free.get(),
        "balance": payment.balance().get(),
        "failure": payment.failure.as_ref().map(failure),
    })
}

fn of_issuance(issuance: &Issuance) -> Value {
    let terms = &issuance.terms;
    json!({
        "subscription_id": terms.subscription_id,
        "order_name": terms.order_name,
        "account": terms.shown.line(),
        "auth_type": terms.auth_type.wire_name(),
        "phone": terms.phone_masked,
        "pg_order_id": issuance.pg_order_id(),
        "consent_url": issuance.open_consent_url(),
        "requested_at": issuance.requested_at.to_wire(),
        "billing_key": issuance.issued.map(|issued| issued.billing_key.to_string()),
        "failure": issuance.failure.as_ref().map(failure),
    })
}

fn of_reserve(reserve: &Reserve) -> Value {
    json!({
        "order": order(&reserve.order),
        "billing_key": reserve.billing_key.to_string(),
        "requested_at": reserve.requested_at.to_wire(),
        "execute_at": reserve.execute_at.to_wire(),
        "due_at": reserve.due_at.to_wire(),
        "receipt_id": reserve.receipt_id.map(|id| id.to_string()),
        "failure": reserve.failure.as_ref().map(failure),
    })
}

fn of_cash_receipt(receipt: &CashReceipt) -> Value {
    json!({
        "order_id": receipt.order_id,
        "order_name": receipt.order_name,
        "price": receipt.price.get(),
        "tax_free": receipt.tax_free.get(),
        "purpose": receipt.purpose.wire_name(),
        "pg_order_id": receipt.pg_order_id,
        "tid": receipt.tid,
        "approve_no": receipt.approve_no,
    })
}

fn order(order: &Order) -> Value {
    json!({
        "order_id": order.order_id,
        "order_name": order.order_name,
        "price": order.price.get(),
        "tax_free": order.tax_free.get(),
    })
}

fn failure(failure: &Failure) -> Value {
    json!({ "error_code": failure.code.name(), "pg_error_code": failure.pg.as_ref().map(|words| &words.code) })
}

//! Payments, reserves, cancels and cash receipts to write, told apart by a number.

use std::borrow::Cow;

use domain::cash_receipt::{CashReceipt, CashReceiptOrigin, CashReceiptPurpose, CashReceiptState};
use domain::change::Change;
use domain::payment::{
    Cancel, CancelState, Debit, Order, Payment, PaymentSource, PaymentState, PaymentTransition, ResolutionAction,
    ResolutionStep, StepOutcome,
};
use domain::reserve::{Reserve, ReserveState};
use domain::transition::Actor;
use domain::webhook_delivery::ContentType;
use domain::{ReceiptId, ReserveId, Won};

use crate::rows::{at, hash, key_id, object, project_id, receipt_id, shown};

pub fn won(amount: u64) -> Won {
    Won::new(amount).expect("an amount")
}

pub fn reserve_id(number: u32) -> ReserveId {
    ReserveId(object(4, number))
}

pub fn order(order_id: &str) -> Order {
    Order {
        order_id: order_id.to_owned(),
        order_name: "월 구독".to_owned(),
        price: won(12_000),
        tax_free: won(2_000),
        metadata: "{\"b\": 1, \"a\":[ 2 ]}".to_owned(),
        items: "[]".to_owned(),
        user: "{}".to_owned(),
        feedback_url: Some("https://shop.example/hook".to_owned()),
        content_type: ContentType::Json,
    }
}

/// A debit that is about to be asked for, with key 1 of project 1.
pub fn payment(number: u32, order_id: &str) -> Payment {
    Payment {
        receipt_id: receipt_id(number),
        project_id: project_id(1),
        billing_key: key_id(1),
        bid: "bid-1".to_owned(),
        source: PaymentSource::Charge,
        seq: 1,
        state: PaymentState::Intended,
        order: order(order_id),
        masked_account: shown(1),
        fingerprint: hash(order_id),
        requested_at: at(i64::from(number)),
        debit: None,
        failure: None,
        reason: None,
        cancelled_price: Won::ZERO,
        cancelled_tax_free: Won::ZERO,
        cancelled_at: None,
    }
}

pub fn open(payment: &Payment) -> Change {
    Change::OpenPayment(Box::new(payment.clone()))
}

/// The bare step from the present state to `to`.
pub fn step(payment: &Payment, to: PaymentState) -> PaymentTransition {
    PaymentTransition {
        receipt_id: payment.receipt_id,
        seq: payment.seq + 1,
        from: payment.state,
        to,
        at: at(100),
        actor: Actor::Api,
        debit: None,
        failure: None,
        reason: None,
        cancelled: None,
        moved: Won::ZERO,
        note: Cow::Borrowed(""),
        look_up_at: None,
    }
}

pub fn debit() -> Debit {
    Debit {
        tid: "tid-1".to_owned(),
        approve_no: "12345678".to_owned(),
        receipt_url: "https://pg.example/receipt".to_owned(),
        paid_at: at(99),
        cash_receipt: None,
    }
}

pub fn paid(payment: &Payment) -> PaymentTransition {
    PaymentTransition {
        debit: Some(debit()),
        ..step(payment, PaymentState::Paid)
    }
}

pub fn resolution_step(payment: ReceiptId, number: u32, outcome: StepOutcome) -> ResolutionStep {
    ResolutionStep {
        receipt_id: payment,
        number,
        action: ResolutionAction::Find,
        at: at(200 + i64::from(number)),
        outcome,
    }
}

pub fn reserve(number: u32, order_id: &str) -> Reserve {
    Reserve {
        id: reserve_id(number),
        project_id: project_id(1),
        billing_key: key_id(1),
        order: order(order_id),
        fingerprint: hash(order_id),
        seq: 1,
        state: ReserveState::Waiting,
        requested_at: at(0),
        execute_at: at(1_000),
        due_at: at(1_000),
        started_at: None,
        finished_at: None,
        revoked_at: None,
        receipt_id: None,
        failure: None,
    }
}

pub fn open_reserve(reserve: &Reserve) -> Change {
    Change::OpenReserve(Box::new(reserve.clone()))
}

pub fn cancel(number: u32, payment: ReceiptId, cancel_id: &str) -> Cancel {
    Cancel {
        id: ReceiptId(object(5, number)),
        receipt_id: payment,
        cancel_id: cancel_id.to_owned(),
        price: won(5_000),
        tax_free: Won::ZERO,
        username: "김담당".to_owned(),
        message: "변심".to_owned(),
        state: CancelState::Intended,
        requested_at: at(300),
        sent_at: at(300),
        pg: None,
    }
}

pub fn cash_receipt(receipt: ReceiptId, order_id: &str, origin: CashReceiptOrigin) -> CashReceipt {
    CashReceipt {
        receipt_id: receipt,
        project_id: project_id(1),
        order_id: order_id.to_owned(),
        order_name: "월 구독".to_owned(),
        price: won(12_000),
        tax_free: Won::ZERO,
        purpose: CashReceiptPurpose::Individual,
        origin,
        fingerprint: Some(hash("cash receipt")),
        metadata: "{\"a\": 1}".to_owned(),
        purchased_at: Some(at(50)),
        seq: 1,
        state: CashReceiptState::Intended,
        pg_order_id: format!("pg-{order_id}"),
        tid: None,
        approve_no: None,
        pg: None,
        requested_at: at(400),
        issued_at: None,
        cancelled_at: None,
        due_at: Some(at(460)),
    }
}

pub fn put(receipt: &CashReceipt, seconds: i64) -> Change {
    Change::PutCashReceipt {
        receipt: Box::new(receipt.clone()),
        by: Actor::Api,
        at: at(seconds),
    }
}

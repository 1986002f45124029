//! Rows of payments, cancels, reserves and deliveries into the domain's types.

use domain::error::{ErrorCode, PgMessage};
use domain::fingerprint::Fingerprint;
use domain::payment::{
    Cancel, CancelState, Debit, DeclineReason, Order, Payment, PaymentSource, PaymentState, ResolutionAction,
    ResolutionStep, StepOutcome,
};
use domain::reserve::{self, Reserve};
use domain::transition::Failure;
use domain::webhook_delivery::ContentType;
use domain::webhook_delivery::{Delivery, DeliveryState};
use domain::{EpochMs, ReceiptId};
use rusqlite::Row;
use rusqlite::types::Type;

use crate::payment::Unresolved;

use super::rows::{moment, money, parsed, shown, unreadable};

/// A column whose text names one of a closed set.
fn named<T>(row: &Row<'_>, column: usize, of: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    of(row.get_ref(column)?.as_str()?).ok_or_else(|| unreadable(column))
}

fn is_null(row: &Row<'_>, column: usize) -> rusqlite::Result<bool> {
    Ok(row.get_ref(column)?.data_type() == Type::Null)
}

fn optional_moment(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<EpochMs>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(EpochMs))
}

fn words(row: &Row<'_>, code: usize) -> rusqlite::Result<Option<PgMessage>> {
    let text: Option<String> = row.get(code + 1)?;
    let code: Option<String> = row.get(code)?;
    Ok(code.map(|code| PgMessage {
        code,
        text: text.unwrap_or_default(),
    }))
}

fn failure(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<Failure>> {
    if is_null(row, first)? {
        return Ok(None);
    }
    Ok(Some(Failure {
        code: named(row, first, ErrorCode::from_name)?,
        pg: words(row, first + 1)?,
    }))
}

/// Eight columns from `order_id` on, without those between that an order has not.
struct OrderColumns {
    order_id: usize,
    metadata: usize,
}

fn order(row: &Row<'_>, columns: &OrderColumns) -> rusqlite::Result<Order> {
    let (first, rest) = (columns.order_id, columns.metadata);
    Ok(Order {
        order_id: row.get(first)?,
        order_name: row.get(first + 1)?,
        price: money(row, first + 2)?,
        tax_free: money(row, first + 3)?,
        metadata: row.get(rest)?,
        items: row.get(rest + 1)?,
        user: row.get(rest + 2)?,
        feedback_url: row.get(rest + 3)?,
        content_type: named(row, rest + 4, ContentType::from_name)?,
    })
}

/// Columns as `payment_columns!` lists them.
pub fn payment(row: &Row<'_>) -> rusqlite::Result<Payment> {
    Ok(Payment {
        receipt_id: parsed(row, 0)?,
        project_id: parsed(row, 1)?,
        billing_key: parsed(row, 2)?,
        bid: row.get(3)?,
        source: match row.get_ref(4)?.as_str()? {
            "charge" => PaymentSource::Charge,
            "reserve" => PaymentSource::Reserve(parsed(row, 5)?),
            "publish" => PaymentSource::Publish(parsed(row, 5)?),
            _ => return Err(unreadable(4)),
        },
        seq: row.get(6)?,
        state: named(row, 7, PaymentState::from_name)?,
        order: order(
            row,
            &OrderColumns {
                order_id: 8,
                metadata: 12,
            },
        )?,
        masked_account: shown(row, 17)?,
        fingerprint: Fingerprint(row.get(20)?),
        requested_at: moment(row, 21)?,
        debit: debit(row, 22)?,
        failure: failure(row, 26)?,
        reason: if is_null(row, 29)? {
            None
        } else {
            Some(named(row, 29, DeclineReason::from_name)?)
        },
        cancelled_price: money(row, 30)?,
        cancelled_tax_free: money(row, 31)?,
        cancelled_at: optional_moment(row, 32)?,
    })
}

fn debit(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<Debit>> {
    if is_null(row, first)? {
        return Ok(None);
    }
    Ok(Some(Debit {
        tid: row.get(first)?,
        approve_no: row.get(first + 1)?,
        receipt_url: row.get(first + 2)?,
        paid_at: moment(row, first + 3)?,
        cash_receipt: None,
    }))
}

/// Columns as `SELECT_RESOLUTION_STEPS` selects them.
pub fn resolution_step(row: &Row<'_>, receipt_id: ReceiptId) -> rusqlite::Result<ResolutionStep> {
    let pg = words(row, 8)?.unwrap_or_else(|| PgMessage {
        code: String::new(),
        text: String::new(),
    });
    Ok(ResolutionStep {
        receipt_id,
        number: row.get(0)?,
        action: named(row, 1, |name| {
            ResolutionAction::ALL.into_iter().find(|act| act.name() == name)
        })?,
        at: moment(row, 2)?,
        outcome: match row.get_ref(3)?.as_str()? {
            "paid" => StepOutcome::Paid(debit(row, 4)?.ok_or_else(|| unreadable(4))?),
            "failed" => StepOutcome::Failed(pg),
            "cancelled" => StepOutcome::Cancelled,
            "not_there" => StepOutcome::NotThere,
            "refused" => StepOutcome::Refused(pg),
            "unknown" => StepOutcome::Unknown,
            "sent" => StepOutcome::Sent,
            _ => return Err(unreadable(3)),
        },
    })
}

/// Columns as `cancel_columns!` lists them.
pub fn cancel(row: &Row<'_>) -> rusqlite::Result<Cancel> {
    Ok(Cancel {
        id: parsed(row, 0)?,
        receipt_id: parsed(row, 1)?,
        cancel_id: row.get(2)?,
        price: money(row, 3)?,
        tax_free: money(row, 4)?,
        username: row.get(5)?,
        message: row.get(6)?,
        state: named(row, 7, |name| {
            CancelState::ALL.into_iter().find(|state| state.name() == name)
        })?,
        requested_at: moment(row, 8)?,
        pg: words(row, 9)?,
    })
}

/// Columns as `reserve_columns!` lists them.
pub fn reserve(row: &Row<'_>) -> rusqlite::Result<Reserve> {
    Ok(Reserve {
        id: parsed(row, 0)?,
        project_id: parsed(row, 1)?,
        billing_key: parsed(row, 2)?,
        order: order(
            row,
            &OrderColumns {
                order_id: 3,
                metadata: 7,
            },
        )?,
        fingerprint: Fingerprint(row.get(12)?),
        seq: row.get(13)?,
        state: named(row, 14, reserve::ReserveState::from_name)?,
        requested_at: moment(row, 15)?,
        execute_at: moment(row, 16)?,
        due_at: moment(row, 17)?,
        started_at: optional_moment(row, 18)?,
        finished_at: optional_moment(row, 19)?,
        revoked_at: optional_moment(row, 20)?,
        receipt_id: if is_null(row, 21)? {
            None
        } else {
            Some(parsed(row, 21)?)
        },
        failure: failure(row, 22)?,
    })
}

/// Columns as `delivery_columns!` lists them.
pub fn delivery(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    Ok(Delivery {
        id: parsed(row, 0)?,
        project_id: parsed(row, 1)?,
        receipt_id: parsed(row, 2)?,
        sequence: row.get(3)?,
        url: row.get(4)?,
        content_type: named(row, 5, ContentType::from_name)?,
        webhook_type: row.get(6)?,
        payload: row.get(7)?,
        state: named(row, 8, DeliveryState::from_name)?,
        attempts: row.get(9)?,
        next_at: moment(row, 10)?,
        last_result: row.get(11)?,
        created_at: moment(row, 12)?,
        delivered_at: optional_moment(row, 13)?,
    })
}

/// A payment, and when its next step is due in the column after its own.
pub fn unresolved(row: &Row<'_>) -> rusqlite::Result<Unresolved> {
    Ok(Unresolved {
        payment: payment(row)?,
        next_step_at: row.get::<_, Option<i64>>(33)?.map(EpochMs),
    })
}

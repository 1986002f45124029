//! The webhook outbox.

use domain::delivery::{Attempted, Delivery, NewDelivery, State};
use domain::{EpochMs, ReceiptId};
use rusqlite::{Connection, params};

use super::sql;
use super::writer::Undone;

pub fn insert(connection: &Connection, delivery: &NewDelivery) -> Result<(), Undone> {
    connection.prepare_cached(sql::INSERT_DELIVERY)?.execute(params![
        delivery.receipt_id.to_string(),
        delivery.id.to_string(),
        delivery.project_id.to_string(),
        delivery.url,
        delivery.content_type.name(),
        delivery.webhook_type.name(),
        delivery.payload,
        delivery.created_at.0,
    ])?;
    Ok(())
}

/// Records an attempt, if the claim it was made under still holds.
pub fn end(
    connection: &Connection,
    claimed: &Delivery,
    attempted: &Attempted,
    result: &str,
    now: EpochMs,
) -> Result<(), Undone> {
    connection.prepare_cached(sql::END_DELIVERY)?.execute(params![
        claimed.id.to_string(),
        claimed.next_at.0,
        attempted.state.name(),
        attempted.attempts,
        attempted.next_at.0,
        result,
        (attempted.state == State::Delivered).then_some(now.0),
    ])?;
    Ok(())
}

/// Makes a delivery that has ended pending again; `false` when there is none such.
pub fn resend(connection: &Connection, id: ReceiptId, now: EpochMs) -> Result<bool, Undone> {
    Ok(connection
        .prepare_cached(sql::RESEND_DELIVERY)?
        .execute(params![id.to_string(), now.0])?
        == 1)
}

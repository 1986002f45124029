//! The webhook outbox.

use domain::webhook_delivery::{Delivery, DeliveryAttempt, DeliveryState, LEASE_MS, NewDelivery};
use domain::{EpochMs, ReceiptId};
use rusqlite::{Connection, params};

use super::sql;
use super::writer::Aborted;

pub fn insert(connection: &Connection, delivery: &NewDelivery) -> Result<(), Aborted> {
    connection.prepare_cached(sql::INSERT_DELIVERY)?.execute(params![
        delivery.receipt_id.to_string(),
        delivery.id.to_string(),
        delivery.project_id.to_string(),
        delivery.url,
        delivery.content_type.name(),
        delivery.webhook_type.name(),
        delivery.payload,
        delivery.created_at.0,
        origin(&delivery.url),
    ])?;
    Ok(())
}

/// Scheme, host and port: who shares these waits for the same server. A text that is no URL is its own.
fn origin(url: &str) -> String {
    url::Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.origin().ascii_serialization())
}

/// Records an attempt, if the claim it was made under still holds.
pub fn end(
    connection: &Connection,
    claimed: &Delivery,
    attempted: &DeliveryAttempt,
    result: &str,
    now: EpochMs,
) -> Result<(), Aborted> {
    connection.prepare_cached(sql::END_DELIVERY)?.execute(params![
        claimed.id.to_string(),
        claimed.next_at.0,
        attempted.state.name(),
        attempted.attempts,
        attempted.next_at.0,
        result,
        (attempted.state == DeliveryState::Delivered).then_some(now.0),
    ])?;
    Ok(())
}

/// Makes a delivery due now that has ended, or that waits for its next attempt; `false` when there is none such.
pub fn resend(connection: &Connection, id: ReceiptId, now: EpochMs) -> Result<bool, Aborted> {
    // One that is due sooner than a lease ends may be on its way at this moment.
    let lease_ends = now.plus_ms(LEASE_MS);
    Ok(connection
        .prepare_cached(sql::RESEND_DELIVERY)?
        .execute(params![id.to_string(), now.0, lease_ends.0])?
        == 1)
}

/// Gives claims back that were not used: the deliveries are due at `until`.
pub fn put_back(connection: &Connection, claimed: &[Delivery], until: EpochMs) -> Result<(), Aborted> {
    let mut statement = connection.prepare_cached(sql::PUT_BACK_DELIVERY)?;
    for delivery in claimed {
        statement.execute(params![delivery.id.to_string(), delivery.next_at.0, until.0])?;
    }
    Ok(())
}

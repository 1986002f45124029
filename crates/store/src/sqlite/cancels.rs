//! Cancels: one of a payment at a time.

use domain::error::PgMessage;
use domain::payment::{Cancel, CancelState};
use domain::{EpochMs, ReceiptId};
use rusqlite::{Connection, params};

use super::apply::on_constraint;
use super::sql;
use super::writer::Aborted;
use crate::error::CommitRefused;

pub fn open(connection: &Connection, cancel: &Cancel) -> Result<(), Aborted> {
    connection
        .prepare_cached(sql::INSERT_CANCEL)?
        .execute(params![
            cancel.id.to_string(),
            cancel.receipt_id.to_string(),
            cancel.cancel_id,
            cancel.price.get().cast_signed(),
            cancel.tax_free.get().cast_signed(),
            cancel.username,
            cancel.message,
            cancel.state.name(),
            cancel.requested_at.0,
        ])
        .map_err(on_constraint(CommitRefused::CancelTaken))?;
    Ok(())
}

pub fn postpone(connection: &Connection, id: ReceiptId, until: EpochMs) -> Result<(), Aborted> {
    connection
        .prepare_cached(sql::PUT_OFF_CANCEL)?
        .execute(params![id.to_string(), until.0])?;
    Ok(())
}

pub fn end(connection: &Connection, id: ReceiptId, state: CancelState, pg: Option<&PgMessage>) -> Result<(), Aborted> {
    let ended = connection.prepare_cached(sql::END_CANCEL)?.execute(params![
        id.to_string(),
        state.name(),
        pg.map(|words| &words.code),
        pg.map(|words| &words.text),
    ])?;
    if ended == 1 {
        Ok(())
    } else {
        Err(Aborted::Refused(CommitRefused::LostRace))
    }
}

//! Cash receipts.

use crate::payment::cash_receipt_history;
use domain::cash_receipt::{CashReceipt, CashReceiptOrigin, CashReceiptPurpose, CashReceiptState};
use domain::error::PgMessage;
use domain::fingerprint::Fingerprint;
use domain::text::nfc;
use domain::transition::Actor;
use domain::{EpochMs, ProjectId, ReceiptId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::apply::{HistoryEntry, insert_transition, on_constraint};
use super::rows::{as_sent, moment, money, parsed, unreadable};
use super::sql;
use super::writer::Aborted;
use crate::error::CommitRefused;

pub fn put(connection: &Connection, receipt: &CashReceipt, by: Actor, at: EpochMs) -> Result<(), Aborted> {
    let id = receipt.receipt_id.to_string();
    let before: Option<String> = connection
        .prepare_cached(sql::SELECT_CASH_RECEIPT_STATE)?
        .query_row([&id], |row| row.get(0))
        .optional()?;
    let values = params![
        id,
        receipt.project_id.to_string(),
        nfc(&receipt.order_id),
        receipt.order_name,
        receipt.price.get().cast_signed(),
        receipt.tax_free.get().cast_signed(),
        receipt.purpose.wire_name(),
        receipt.seq,
        receipt.state.name(),
        receipt.pg_order_id,
        receipt.tid,
        receipt.approve_no,
        receipt.pg.as_ref().map(|words| &words.code),
        receipt.pg.as_ref().map(|words| &words.text),
        receipt.requested_at.0,
        receipt.issued_at.map(|at| at.0),
        receipt.cancelled_at.map(|at| at.0),
        receipt.origin.name(),
        receipt.fingerprint.map(|print| print.0),
        receipt.metadata,
        receipt.purchased_at.map(|at| at.0),
        receipt.due_at.map(|at| at.0),
        as_sent(&receipt.order_id),
    ];
    let changed = connection
        .prepare_cached(sql::INSERT_CASH_RECEIPT)?
        .execute(values)
        .map_err(on_constraint(CommitRefused::OrderTaken))?;
    if changed != 1 {
        return Err(Aborted::Refused(CommitRefused::LostRace));
    }
    let entry = HistoryEntry {
        object: &cash_receipt_history(&id),
        seq: receipt.seq,
        from: before.as_deref().unwrap_or(""),
        to: receipt.state.name(),
        at,
        actor: by,
        detail: receipt.pg.as_ref().map_or("", |words| words.code.as_str()),
    };
    insert_transition(connection, &entry)
}

pub fn one(connection: &Connection, project: ProjectId, id: ReceiptId) -> rusqlite::Result<Option<CashReceipt>> {
    connection
        .prepare_cached(sql::SELECT_CASH_RECEIPT)?
        .query_row(params![id.to_string(), project.to_string()], read)
        .optional()
}

/// The stand-alone one that has the order id.
pub fn of_order(connection: &Connection, project: ProjectId, order_id: &str) -> rusqlite::Result<Option<CashReceipt>> {
    connection
        .prepare_cached(sql::SELECT_CASH_RECEIPT_OF_ORDER)?
        .query_row(params![project.to_string(), nfc(order_id)], read)
        .optional()
}

pub fn read(row: &Row<'_>) -> rusqlite::Result<CashReceipt> {
    let pg_code: Option<String> = row.get(12)?;
    let pg_text: Option<String> = row.get(13)?;
    Ok(CashReceipt {
        receipt_id: parsed(row, 0)?,
        project_id: parsed(row, 1)?,
        order_id: row.get(2)?,
        order_name: row.get(3)?,
        price: money(row, 4)?,
        tax_free: money(row, 5)?,
        purpose: CashReceiptPurpose::parse(row.get_ref(6)?.as_str()?).ok_or_else(|| unreadable(6))?,
        origin: CashReceiptOrigin::from_name(row.get_ref(17)?.as_str()?).ok_or_else(|| unreadable(17))?,
        fingerprint: row.get::<_, Option<[u8; 32]>>(18)?.map(Fingerprint),
        metadata: row.get(19)?,
        purchased_at: row.get::<_, Option<i64>>(20)?.map(EpochMs),
        seq: row.get(7)?,
        state: CashReceiptState::from_name(row.get_ref(8)?.as_str()?).ok_or_else(|| unreadable(8))?,
        pg_order_id: row.get(9)?,
        tid: row.get(10)?,
        approve_no: row.get(11)?,
        pg: pg_code.map(|code| PgMessage {
            code,
            text: pg_text.unwrap_or_default(),
        }),
        requested_at: moment(row, 14)?,
        due_at: row.get::<_, Option<i64>>(21)?.map(EpochMs),
        issued_at: row.get::<_, Option<i64>>(15)?.map(EpochMs),
        cancelled_at: row.get::<_, Option<i64>>(16)?.map(EpochMs),
    })
}

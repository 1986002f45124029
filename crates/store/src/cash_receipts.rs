//! Cash receipts. Each change is a whole row, and one more row of its history.

use domain::cash_receipt::{CashReceipt, CashReceiptOrigin, CashReceiptState};
use domain::due::DueKind;
use domain::text::nfc;
use domain::transition::Actor;
use domain::{EpochMs, ProjectId, ReceiptId};

use crate::error::{CommitRefused, ReadError};
use crate::history::HistoryRow;
use crate::issuances::as_sent;
use crate::place::Place;
use crate::row::{Columns, Read};
use crate::statement::{Write, statements};
use crate::value::values;
use crate::{Store, due};

macro_rules! cash_receipt_columns {
    () => {
        "receipt_id, project_id, coalesce(order_id_as_sent, order_id), order_name, price, tax_free, purpose, origin,
        fingerprint, metadata, purchased_at_ms, seq, state, pg_order_id, tid, approve_no, pg_code, pg_text, requested_at_ms,
        issued_at_ms, cancelled_at_ms, due_at_ms"
    };
}

statements! {
    /// Before the row is changed. A number that is there already says that another change won.
    INSERT_CHANGE = "INSERT INTO transition ({place}object, seq, from_state, to_state, at_ms, actor, detail)
        VALUES ({:place}?1, ?2, coalesce((SELECT state FROM cash_receipt WHERE {of}receipt_id = ?7), ''), ?3, ?4, ?5, ?6)
        ON CONFLICT ({place}object, seq) DO NOTHING";
    INSERT_CASH_RECEIPT = "INSERT INTO cash_receipt ({bucket}receipt_id, project_id, order_id, order_name, price, tax_free, purpose,
        seq, state, pg_order_id, tid, approve_no, pg_code, pg_text, requested_at_ms, issued_at_ms, cancelled_at_ms, origin,
        fingerprint, due_at_ms, metadata, purchased_at_ms, order_id_as_sent)
        VALUES ({:bucket}?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)
        ON CONFLICT ({project_id, order_id) WHERE origin = 'alone' AND state <> 'failed'|bucket, project_id, receipt_id)} DO NOTHING";
    UPDATE_CASH_RECEIPT = "UPDATE cash_receipt SET price = ?2, tax_free = ?3, purpose = ?4, seq = ?5, state = ?6,
        pg_order_id = ?7, tid = ?8, approve_no = ?9, pg_code = ?10, pg_text = ?11, requested_at_ms = ?12,
        issued_at_ms = ?13, cancelled_at_ms = ?14, origin = ?15, fingerprint = ?16, due_at_ms = ?17
        WHERE {of}receipt_id = ?1 AND seq = ?5 - 1";
    /// Of an order, one receipt that stands alone and has not failed.
    CLAIM_ORDER = "{postgres}INSERT INTO cash_claim ({bucket}project_id, order_id, receipt_id)
        VALUES ({:bucket}?1, ?2, ?3) ON CONFLICT ({bucket}project_id, order_id) DO NOTHING";
    FREE_ORDER = "{postgres}DELETE FROM cash_claim WHERE {of}project_id = ?1 AND order_id = ?2 AND receipt_id = ?3";
    SELECT_CASH_RECEIPT = concat!("SELECT ", cash_receipt_columns!(), " FROM cash_receipt
        WHERE {of}receipt_id = ?1 AND project_id = ?2");
    SELECT_CASH_RECEIPT_OF_ORDER = concat!("SELECT ", cash_receipt_columns!(), " FROM cash_receipt
        WHERE {of}project_id = ?1 AND order_id = ?2 AND origin = 'alone' AND state <> 'failed'");
}

/// The number of a receipt's first change.
const FIRST: u32 = 1;

/// A receipt's id is its payment's too, which has a history of its own.
fn object(receipt_id: ReceiptId) -> String {
    format!("cash:{receipt_id}")
}

pub fn put(receipt: &CashReceipt, by: Actor, at: EpochMs, writes: &mut Vec<Write>) {
    let pg_code = receipt.pg.as_ref().map(|pg| &pg.code);
    let entry = values![
        object(receipt.receipt_id),
        receipt.seq,
        receipt.state.name(),
        at,
        by.name(),
        pg_code.map_or("", String::as_str),
        receipt.receipt_id,
    ];
    writes.push(Write::one(&INSERT_CHANGE, entry, CommitRefused::LostRace));
    let id = values![receipt.receipt_id];
    let what = values![
        receipt.price,
        receipt.tax_free,
        receipt.purpose.wire_name(),
        receipt.seq,
        receipt.state.name(),
        receipt.pg_order_id,
        receipt.tid,
        receipt.approve_no,
        pg_code,
        receipt.pg.as_ref().map(|pg| &pg.text),
        receipt.requested_at,
        receipt.issued_at,
        receipt.cancelled_at,
        receipt.origin.name(),
        receipt.fingerprint,
        receipt.due_at,
    ];
    if receipt.origin == CashReceiptOrigin::Standalone {
        let values = values![receipt.project_id, nfc(&receipt.order_id), receipt.receipt_id];
        if receipt.state == CashReceiptState::Failed {
            writes.push(Write::any(&FREE_ORDER, values));
        } else if receipt.seq <= FIRST {
            writes.push(Write::one(&CLAIM_ORDER, values, CommitRefused::OrderTaken));
        }
    }
    writes.push(if receipt.seq <= FIRST {
        let of_order = values![receipt.project_id, nfc(&receipt.order_id), receipt.order_name];
        let once = values![receipt.metadata, receipt.purchased_at, as_sent(&receipt.order_id)];
        let values = [id, of_order, what, once].concat();
        Write::one(&INSERT_CASH_RECEIPT, values, CommitRefused::OrderTaken)
    } else {
        Write::one(&UPDATE_CASH_RECEIPT, [id, what].concat(), CommitRefused::LostRace)
    });
    let work = (DueKind::CashReceipt, receipt.receipt_id.0);
    writes.push(due::schedule(work, receipt.project_id, receipt.due_at, None));
}

/// Columns as `cash_receipt_columns!` lists them.
pub fn read(columns: &mut Columns<'_>) -> Read<CashReceipt> {
    Ok(CashReceipt {
        receipt_id: columns.next()?,
        project_id: columns.next()?,
        order_id: columns.next()?,
        order_name: columns.next()?,
        price: columns.next()?,
        tax_free: columns.next()?,
        purpose: columns.next()?,
        origin: columns.next()?,
        fingerprint: columns.next()?,
        metadata: columns.next()?,
        purchased_at: columns.next()?,
        seq: columns.next()?,
        state: columns.next()?,
        pg_order_id: columns.next()?,
        tid: columns.next()?,
        approve_no: columns.next()?,
        pg: columns.pg_message()?,
        requested_at: columns.next()?,
        issued_at: columns.next()?,
        cancelled_at: columns.next()?,
        due_at: columns.next()?,
    })
}

impl Store {
    /// A cash receipt of `project`, by its own or its payment's id.
    pub async fn cash_receipt(&self, project: ProjectId, id: ReceiptId) -> Result<Option<CashReceipt>, ReadError> {
        self.first(Place::Of(project), &SELECT_CASH_RECEIPT, values![id, project], read)
            .await
    }

    /// The stand-alone cash receipt of an order; a failed one does not count.
    pub async fn cash_receipt_of_order(
        &self,
        project: ProjectId,
        order_id: &str,
    ) -> Result<Option<CashReceipt>, ReadError> {
        let values = values![project, nfc(order_id)];
        self.first(Place::Of(project), &SELECT_CASH_RECEIPT_OF_ORDER, values, read)
            .await
    }

    /// Every transition of a cash receipt, oldest first; its payment's are another history.
    pub async fn cash_receipt_history(&self, project: ProjectId, id: ReceiptId) -> Result<Vec<HistoryRow>, ReadError> {
        self.history(project, object(id)).await
    }
}

//! Cancels: one of a payment at a time.

use domain::due::DueKind;
use domain::error::PgMessage;
use domain::payment::{Cancel, CancelState};
use domain::{EpochMs, ProjectId, ReceiptId};

use crate::error::{CommitRefused, ReadError};
use crate::place::Place;
use crate::row::{Columns, Read};
use crate::statement::{Write, statements};
use crate::value::values;
use crate::{Store, due};

macro_rules! cancel_columns {
    () => {
        "id, receipt_id, cancel_id, price, tax_free, username, message, state, requested_at_ms,
        coalesce(sent_at_ms, requested_at_ms), pg_code, pg_text"
    };
}

statements! {
    /// Two constraints may speak, and mean the same: the id is taken, or another cancel of the payment is under way.
    INSERT_CANCEL = "INSERT INTO cancel ({place}id, receipt_id, cancel_id, price, tax_free, username, message, state,
        requested_at_ms) VALUES ({:place}?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING";
    SEND_CANCEL_AGAIN = "UPDATE cancel SET sent_at_ms = ?2 WHERE {of}id = ?1 AND state = 'intended'";
    END_CANCEL = "UPDATE cancel SET state = ?2, pg_code = ?3, pg_text = ?4,
        cancel_id = CASE WHEN ?2 = 'refused' AND CAST(?3 AS text) IS NULL THEN id ELSE cancel_id END WHERE {of}id = ?1 AND state = 'intended'";
    SELECT_CANCEL_BY_ID = concat!("SELECT ", cancel_columns!(), " FROM cancel WHERE {of}id = ?1");
    SELECT_CANCEL = concat!("SELECT ", cancel_columns!(), " FROM cancel WHERE {of}receipt_id = ?1 AND cancel_id = ?2");
    SELECT_CANCELS = concat!("SELECT ", cancel_columns!(), " FROM cancel WHERE {of}receipt_id = ?1 ORDER BY id");
    SELECT_CANCELS_BETWEEN = "SELECT c.id, c.receipt_id FROM cancel AS c JOIN payment AS p ON p.receipt_id = c.receipt_id
        WHERE {of c}{of p}c.id > ?2 AND c.id < ?3 AND {+|}p.project_id = ?1 ORDER BY c.id LIMIT ?4";
}

pub fn open(cancel: &Cancel) -> Write {
    let values = values![
        cancel.id,
        cancel.receipt_id,
        cancel.cancel_id,
        cancel.price,
        cancel.tax_free,
        cancel.username,
        cancel.message,
        cancel.state.name(),
        cancel.requested_at,
    ];
    Write::one(&INSERT_CANCEL, values, CommitRefused::CancelTaken)
}

/// It is about to leave once more.
pub fn send_again(id: ReceiptId, at: EpochMs) -> Write {
    Write::one(&SEND_CANCEL_AGAIN, values![id, at], CommitRefused::LostRace)
}

pub fn end(project: ProjectId, id: ReceiptId, (state, pg): (CancelState, Option<&PgMessage>), writes: &mut Vec<Write>) {
    let values = values![id, state.name(), pg.map(|pg| &pg.code), pg.map(|pg| &pg.text)];
    writes.push(Write::one(&END_CANCEL, values, CommitRefused::LostRace));
    writes.push(due::end(DueKind::Cancel, project, id));
}

/// Columns as `cancel_columns!` lists them.
pub fn read(columns: &mut Columns<'_>) -> Read<Cancel> {
    Ok(Cancel {
        id: columns.next()?,
        receipt_id: columns.next()?,
        cancel_id: columns.next()?,
        price: columns.next()?,
        tax_free: columns.next()?,
        username: columns.next()?,
        message: columns.next()?,
        state: columns.next()?,
        requested_at: columns.next()?,
        sent_at: columns.next()?,
        pg: columns.pg_message()?,
    })
}

impl Store {
    /// One cancel of a payment by the merchant's id for it.
    pub async fn cancel(
        &self,
        project: ProjectId,
        receipt: ReceiptId,
        cancel_id: &str,
    ) -> Result<Option<Cancel>, ReadError> {
        self.first(Place::Of(project), &SELECT_CANCEL, values![receipt, cancel_id], read)
            .await
    }

    /// Every cancel of a payment, oldest first.
    pub async fn cancels(&self, project: ProjectId, receipt: ReceiptId) -> Result<Vec<Cancel>, ReadError> {
        self.rows(Place::Of(project), &SELECT_CANCELS, values![receipt], read)
            .await
    }

    /// At most `limit` cancels of a project with ids between these two, oldest first: each with its payment's receipt.
    pub async fn cancels_between(
        &self,
        project: ProjectId,
        (after, before): (ReceiptId, ReceiptId),
        limit: u32,
    ) -> Result<Vec<(ReceiptId, ReceiptId)>, ReadError> {
        let row = |columns: &mut Columns<'_>| -> Read<_> { Ok((columns.next()?, columns.next()?)) };
        let values = values![project, after, before, limit];
        self.rows(Place::Of(project), &SELECT_CANCELS_BETWEEN, values, row)
            .await
    }

    /// One cancel by its own id.
    pub(crate) async fn cancel_by_id(&self, project: ProjectId, id: ReceiptId) -> Result<Option<Cancel>, ReadError> {
        self.first(Place::Of(project), &SELECT_CANCEL_BY_ID, values![id], read)
            .await
    }
}

//! What of a project waits for an answer and moves no debit.

use domain::issuance::IssuanceState;
use domain::{EpochMs, ProjectId, ReceiptId, Won};

use crate::Store;
use crate::error::ReadError;
use crate::place::Place;
use crate::row::only;
use crate::statement::statements;
use crate::value::values;

statements! {
    LOOSE_CANCELS = "SELECT c.receipt_id, p.order_id, c.price, c.requested_at_ms
        FROM due AS d JOIN cancel AS c ON c.id = d.object JOIN payment AS p ON p.receipt_id = c.receipt_id
        WHERE {of d}{of c}{of p}d.kind = 'cancel' AND d.project_id = ?1 AND c.requested_at_ms < ?2 LIMIT ?3";
    LOOSE_CASH_RECEIPTS = "SELECT r.receipt_id, r.order_id, r.price, r.requested_at_ms
        FROM due AS d JOIN cash_receipt AS r ON r.receipt_id = d.object
        WHERE {of d}{of r}d.kind = 'cash_receipt' AND d.project_id = ?1 AND r.due_at_ms < ?2 LIMIT ?3";
    LOOSE_ISSUANCES = "SELECT receipt_id, subscription_id, price, requested_at_ms FROM issuance{ INDEXED BY issuance_open|}
        WHERE {of}is_open = 1 AND project_id = ?1 AND state = 'in_doubt' AND requested_at_ms < ?2 LIMIT ?3";
    COUNT_OPEN_CONSENTS = "SELECT count(*) FROM issuance{ INDEXED BY issuance_open|}
        WHERE {of}is_open = 1 AND project_id = ?1 AND state IN (?2, ?3)";
}

/// A call that ended without an answer and moves no debit: the worker finds out what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingOperation {
    pub kind: PendingKind,
    /// The receipt on whose page it is told.
    pub receipt_id: ReceiptId,
    /// The order, or the subscription.
    pub name: String,
    pub price: Won,
    pub since: EpochMs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PendingKind {
    Cancel,
    CashReceipt,
    Issuance,
}

impl Store {
    /// Cancels, cash receipts and issuances of a project that have been open since before `before`, oldest first, at most
    /// `limit` of each.
    pub async fn pending_operations(
        &self,
        project: ProjectId,
        before: EpochMs,
        limit: u32,
    ) -> Result<Vec<PendingOperation>, ReadError> {
        let mut found = Vec::new();
        for (statement, kind) in [
            (&LOOSE_CANCELS, PendingKind::Cancel),
            (&LOOSE_CASH_RECEIPTS, PendingKind::CashReceipt),
            (&LOOSE_ISSUANCES, PendingKind::Issuance),
        ] {
            let rows = self.rows(
                Place::Of(project),
                statement,
                values![project, before, limit],
                move |columns| {
                    Ok(PendingOperation {
                        kind,
                        receipt_id: columns.next()?,
                        name: columns.next()?,
                        price: columns.next()?,
                        since: columns.next()?,
                    })
                },
            );
            found.extend(rows.await?);
        }
        found.sort_by_key(|operation| operation.since);
        Ok(found)
    }

    /// How many customers of a project are being asked for their consent.
    pub async fn open_consents(&self, project: ProjectId) -> Result<u64, ReadError> {
        let [requested, consenting] = [IssuanceState::Requested, IssuanceState::Consenting].map(IssuanceState::name);
        let values = values![project, requested, consenting];
        let found = self
            .first(Place::Of(project), &COUNT_OPEN_CONSENTS, values, only)
            .await?;
        Ok(found.unwrap_or_default())
    }
}

//! Records from before a limit, by the ids that say when they were made: which of them are over. A page is read along the ids, however
//! few of its rows are over; what is not over is found again the next time.

use domain::ids::ObjectId;
use domain::retention::{OldRecord, RecordKind};
use domain::{EpochMs, ProjectId};

use crate::Store;
use crate::error::ReadError;
use crate::place::Place;
use crate::row::{Columns, Read};
use crate::statement::{Statement, statements};
use crate::value::values;

/// Whether nothing has been written into the history of an object since the limit.
macro_rules! is_quiet {
    ($object:literal, $of:literal, $limit:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM transition AS t WHERE {same t ",
            $of,
            "}t.object = ",
            $object,
            " AND t.at_ms >= ",
            $limit,
            ")"
        )
    };
}

/// Whether no work about a receipt waits, and no webhook.
macro_rules! is_idle {
    ($object:literal, $of:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM due AS w WHERE {same w ",
            $of,
            "}w.kind IN ('resolution', 'cancel', 'reserve', 'cash_receipt',
                'webhook', 'key_expiry', 'consent') AND w.project_id = ",
            $of,
            ".project_id AND w.object = ",
            $object,
            ")
            AND NOT EXISTS (SELECT 1 FROM delivery AS v WHERE {same v ",
            $of,
            "}v.receipt_id = ",
            $object,
            " AND v.state = 'pending')"
        )
    };
}

/// Whether a payment has its outcome, and nothing of it is under way or happened since the limit. The first payment of a key stays as
/// long as the key can be debited: it was agreed to with it.
macro_rules! payment_is_over {
    ($limit:literal) => {
        concat!(
            "p.state IN ('paid', 'partly_cancelled', 'cancelled', 'declined', 'voided')
            AND coalesce(p.cancelled_at_ms, 0) < ", $limit, "
            AND ", is_quiet!("p.receipt_id", "p", $limit), "
            AND ", is_quiet!("'cash:' || p.receipt_id", "p", $limit), "
            AND NOT EXISTS (SELECT 1 FROM cancel AS c WHERE {same c p}c.receipt_id = p.receipt_id
                AND (c.state = 'intended' OR coalesce(c.sent_at_ms, c.requested_at_ms) >= ", $limit, "))
            AND NOT EXISTS (SELECT 1 FROM verdict_rung AS r WHERE {same r p}r.receipt_id = p.receipt_id AND r.at_ms >= ", $limit, ")
            AND NOT EXISTS (SELECT 1 FROM cash_receipt AS s WHERE {same s p}s.receipt_id = p.receipt_id
                AND s.state NOT IN ('issued', 'failed', 'cancelled'))
            AND ", is_idle!("p.receipt_id", "p"), "
            AND (p.source <> 'publish' OR NOT EXISTS (SELECT 1 FROM billing_key AS k WHERE {same k p}k.billing_key = p.billing_key
                AND k.destroyed_at_ms IS NULL))"
        )
    };
}

macro_rules! reserve_is_over {
    ($limit:literal) => {
        concat!(
            "r.state IN ('done', 'failed', 'revoked') AND ",
            is_quiet!("r.reserve_id", "r", $limit),
            "
            AND ",
            is_idle!("r.reserve_id", "r")
        )
    };
}

macro_rules! cash_receipt_is_over {
    ($limit:literal) => {
        concat!(
            "s.origin = 'alone' AND s.state IN ('issued', 'failed', 'cancelled')
            AND ",
            is_quiet!("'cash:' || s.receipt_id", "s", $limit),
            " AND ",
            is_idle!("s.receipt_id", "s")
        )
    };
}

/// Whether a key has ended before the limit, its PG knows, and nothing was put on record since.
macro_rules! mandate_is_over {
    ($limit:literal) => {
        concat!(
            "k.destroyed_at_ms < ",
            $limit,
            " AND ",
            is_idle!("k.billing_key", "k"),
            " AND ",
            is_idle!("k.receipt_id", "k"),
            "
            AND ",
            is_quiet!("k.billing_key", "k", $limit),
            " AND ",
            is_quiet!("k.receipt_id", "k", $limit),
            "
            AND NOT EXISTS (SELECT 1 FROM mandate_event AS e WHERE {same e k}e.project_id = k.project_id
                AND e.receipt_id = k.receipt_id AND e.at_ms >= ",
            $limit,
            ")"
        )
    };
}

macro_rules! issuance_is_over {
    ($limit:literal) => {
        concat!(
            "i.is_open = 0 AND i.billing_key IS NULL AND ",
            is_quiet!("i.receipt_id", "i", $limit),
            "
            AND ",
            is_idle!("i.receipt_id", "i")
        )
    };
}
pub(crate) use {
    cash_receipt_is_over, is_idle, is_quiet, issuance_is_over, mandate_is_over, payment_is_over, reserve_is_over,
};

statements! {
    SELECT_OLD_PAYMENTS = concat!("SELECT p.receipt_id, p.seq, p.billing_key, p.source_id, CASE WHEN ", payment_is_over!("?5"), " THEN 1 ELSE 0 END
        FROM payment AS p WHERE {of p}p.receipt_id > ?2 AND p.receipt_id < ?3 AND {+|}p.project_id = ?1 ORDER BY p.receipt_id LIMIT ?4");
    SELECT_OLD_RESERVES = concat!("SELECT r.reserve_id, r.seq, r.billing_key, NULL, CASE WHEN ", reserve_is_over!("?5"), " THEN 1 ELSE 0 END
        FROM reserve AS r WHERE {of r}r.reserve_id > ?2 AND r.reserve_id < ?3 AND {+|}r.project_id = ?1 ORDER BY r.reserve_id LIMIT ?4");
    SELECT_OLD_CASH_RECEIPTS = concat!("SELECT s.receipt_id, s.seq, NULL, NULL, CASE WHEN ", cash_receipt_is_over!("?5"), " THEN 1 ELSE 0 END
        FROM cash_receipt AS s WHERE {of s}s.receipt_id > ?2 AND s.receipt_id < ?3 AND {+|}s.project_id = ?1 AND s.origin = 'alone'
        ORDER BY s.receipt_id LIMIT ?4");
    SELECT_OLD_MANDATES = concat!("SELECT k.billing_key, coalesce((SELECT max(e.number) FROM mandate_event AS e
            WHERE {same e k}e.project_id = k.project_id AND e.receipt_id = k.receipt_id), 0), k.billing_key, k.receipt_id,
            CASE WHEN ", mandate_is_over!("?5"), " THEN 1 ELSE 0 END
        FROM billing_key AS k WHERE {of k}k.billing_key > ?2 AND k.billing_key < ?3 AND {+|}k.project_id = ?1 ORDER BY k.billing_key LIMIT ?4");
    SELECT_OLD_ISSUANCES = concat!("SELECT i.receipt_id, i.seq, NULL, NULL, CASE WHEN ", issuance_is_over!("?5"), " THEN 1 ELSE 0 END
        FROM issuance AS i WHERE {of i}i.receipt_id > ?2 AND i.receipt_id < ?3 AND {+|}i.project_id = ?1 AND i.billing_key IS NULL
        ORDER BY i.receipt_id LIMIT ?4");
    /// What a payment was asked for by goes after the payment.
    SELECT_OLD_REQUESTS = "SELECT q.receipt_id, 0, NULL, NULL, CASE WHEN EXISTS (SELECT 1 FROM payment AS p
            WHERE {same p q}p.receipt_id = q.receipt_id) OR EXISTS (SELECT 1 FROM reserve AS r
            WHERE {same r q}r.reserve_id = q.receipt_id) THEN 0 ELSE 1 END
        FROM idempotency_key AS q WHERE {of q}q.project_id = ?1 AND q.receipt_id > ?2 AND q.receipt_id < ?3
        ORDER BY q.receipt_id LIMIT ?4";
}

fn of(kind: RecordKind) -> &'static Statement {
    match kind {
        RecordKind::Payment => &SELECT_OLD_PAYMENTS,
        RecordKind::Reserve => &SELECT_OLD_RESERVES,
        RecordKind::CashReceipt => &SELECT_OLD_CASH_RECEIPTS,
        RecordKind::Mandate => &SELECT_OLD_MANDATES,
        RecordKind::Issuance => &SELECT_OLD_ISSUANCES,
        RecordKind::Request => &SELECT_OLD_REQUESTS,
    }
}

impl Store {
    /// At most `limit` records of a project that were made before the second of `before`, from the one behind `after` on, oldest first.
    /// Both times are the project's.
    pub async fn old_records(
        &self,
        project: ProjectId,
        kind: RecordKind,
        (after, before): (Option<ObjectId>, EpochMs),
        limit: u32,
    ) -> Result<Vec<OldRecord>, ReadError> {
        let after = after.map_or_else(String::new, |id| id.to_string());
        let first = ObjectId::from_parts(before.epoch_seconds(), [0; 5], 0);
        let mut values = values![project, after, first, limit];
        if kind != RecordKind::Request {
            values.extend(values![before]);
        }
        let read = move |columns: &mut Columns<'_>| -> Read<OldRecord> {
            Ok(OldRecord {
                kind,
                id: columns.next()?,
                version: columns.next()?,
                key: columns.next()?,
                of: columns.next()?,
                is_over: columns.next::<u32>()? != 0,
            })
        };
        self.rows(Place::Of(project), of(kind), values, read).await
    }
}

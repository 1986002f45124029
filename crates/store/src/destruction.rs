//! Destroying records that were kept for long enough: each whole, and only while what was read of it is still true. What is destroyed is
//! counted by the same commit.

use domain::ids::ObjectId;
use domain::retention::{Destruction, OldRecord, RecordKind};
use domain::{EpochMs, ProjectId};

use crate::error::{CommitError, CommitRefused};
use crate::old_records::{
    cash_receipt_is_over, is_idle, is_quiet, issuance_is_over, mandate_is_over, payment_is_over, reserve_is_over,
};
use crate::place::Place;
use crate::statement::{Statement, Write, statements};
use crate::value::values;
use crate::{Store, billing_keys, destroyed, payments};

statements! {
    /// While its key can be debited, an order that was paid is never free again: the same request would debit it once more.
    FREE_OLD_ORDER = "DELETE FROM order_claim WHERE {of}holder = ?1
        AND (project_id, order_id) = (SELECT project_id, order_id FROM payment WHERE {of}receipt_id = ?1)
        AND NOT EXISTS (SELECT 1 FROM payment AS p JOIN billing_key AS k ON {same k p}k.billing_key = p.billing_key
            WHERE {of p}p.receipt_id = ?1 AND k.destroyed_at_ms IS NULL)";
    DROP_PAYMENT = concat!("DELETE FROM payment AS p WHERE {of p}p.receipt_id = ?1 AND p.seq = ?2 AND ", payment_is_over!("?3"));
    DROP_CANCELS = "DELETE FROM cancel WHERE {of}receipt_id = ?1";
    DROP_STEPS = "DELETE FROM verdict_rung WHERE {of}receipt_id = ?1";
    DROP_CASH_RECEIPT_OF_PAYMENT = "DELETE FROM cash_receipt WHERE {of}receipt_id = ?1";
    LOCK_RESERVE = "{postgres}SELECT 1 FROM reserve WHERE {of}reserve_id = ?1{lock}";
    /// A payment that it was made for still names it.
    DROP_RESERVE = concat!("DELETE FROM reserve AS r WHERE {of r}r.reserve_id = ?1 AND r.seq = ?2 AND ", reserve_is_over!("?3"), "
        AND NOT EXISTS (SELECT 1 FROM payment AS p WHERE {same p r}p.project_id = r.project_id AND p.order_id = r.order_id
            AND p.source_id = r.reserve_id)");
    LOCK_CASH_RECEIPT = "{postgres}SELECT 1 FROM cash_receipt WHERE {of}receipt_id = ?1{lock}";
    FREE_OLD_CASH_ORDER = "{postgres}DELETE FROM cash_claim WHERE {of}receipt_id = ?1
        AND (project_id, order_id) = (SELECT project_id, order_id FROM cash_receipt WHERE {of}receipt_id = ?1)";
    DROP_CASH_RECEIPT = concat!("DELETE FROM cash_receipt AS s WHERE {of s}s.receipt_id = ?1 AND s.seq = ?2 AND ", cash_receipt_is_over!("?3"));
    /// The debits under a mandate are between its beginning and its end: none of them is left, nor is anything that it has not read.
    DROP_KEY = concat!("DELETE FROM billing_key AS k WHERE {of k}k.billing_key = ?1 AND k.receipt_id = ?4 AND ", mandate_is_over!("?3"), "
        AND NOT EXISTS (SELECT 1 FROM mandate_event AS e WHERE {same e k}e.project_id = k.project_id
            AND e.receipt_id = k.receipt_id AND e.number > ?2)
        AND NOT EXISTS (SELECT 1 FROM payment AS p WHERE {same p k}p.receipt_id > k.receipt_id AND p.receipt_id < ?5
            AND {+|}p.billing_key = k.billing_key)");
    DROP_EVENTS = "DELETE FROM mandate_event WHERE {of}project_id = ?1 AND receipt_id = ?2";
    DROP_ISSUANCE_OF_KEY = "DELETE FROM issuance WHERE {of}receipt_id = ?1";
    LOCK_ISSUANCE = "{postgres}SELECT 1 FROM issuance WHERE {of}receipt_id = ?1{lock}";
    DROP_ISSUANCE = concat!("DELETE FROM issuance AS i WHERE {of i}i.receipt_id = ?1 AND i.seq = ?2 AND ", issuance_is_over!("?3"));
    DROP_REQUEST = "DELETE FROM idempotency_key AS q WHERE {of q}q.project_id = ?1 AND q.receipt_id = ?2
        AND NOT EXISTS (SELECT 1 FROM payment AS p WHERE {same p q}p.receipt_id = q.receipt_id)
        AND NOT EXISTS (SELECT 1 FROM reserve AS r WHERE {same r q}r.reserve_id = q.receipt_id)";
    /// A webhook that is sent again, and a cash receipt that is cancelled, are waited for, and seen by what comes after.
    LOCK_DELIVERIES = "{postgres}SELECT 1 FROM delivery WHERE {of}receipt_id = ?1{lock}";
    DROP_DELIVERIES = "DELETE FROM delivery WHERE {of}receipt_id = ?1";
    DROP_ALIASES = "DELETE FROM receipt_alias WHERE {of}project_id = ?1 AND receipt_id = ?2";
    DROP_HISTORY = "DELETE FROM transition WHERE {of}object = ?1";
}

/// The row is the one that was read, or nothing of the commit is done.
fn guarded(statement: &'static Statement, record: &OldRecord, before: EpochMs) -> Write {
    let values = values![record.id, record.version, before];
    Write::one(statement, values, CommitRefused::LostRace)
}

/// What a receipt of any kind has beside its row. Behind the row: a history does not go before what it is of.
fn beside(project: ProjectId, id: ObjectId, writes: &mut Vec<Write>) {
    writes.push(Write::any(&DROP_DELIVERIES, values![id]));
    writes.push(Write::any(&DROP_ALIASES, values![project, id]));
    writes.push(Write::any(&DROP_HISTORY, values![id]));
}

fn cash_history(id: ObjectId) -> Write {
    Write::any(&DROP_HISTORY, values![format!("cash:{id}")])
}

fn payment(project: ProjectId, record: &OldRecord, before: EpochMs, writes: &mut Vec<Write>) {
    let (id, at) = (record.id, values![record.id, record.version]);
    // From here to the commit nobody asks for a refund of it; one that was asked for is seen below.
    writes.push(Write::one(&payments::HAS_PAYMENT_AT, at, CommitRefused::LostRace));
    writes.push(Write::any(&LOCK_CASH_RECEIPT, values![id]));
    writes.push(Write::any(&LOCK_DELIVERIES, values![id]));
    writes.push(Write::any(&FREE_OLD_ORDER, values![id]));
    writes.push(guarded(&DROP_PAYMENT, record, before));
    for statement in [&DROP_CANCELS, &DROP_STEPS, &DROP_CASH_RECEIPT_OF_PAYMENT] {
        writes.push(Write::any(statement, values![id]));
    }
    writes.push(cash_history(id));
    beside(project, id, writes);
}

fn mandate(project: ProjectId, record: &OldRecord, before: EpochMs, writes: &mut Vec<Write>) {
    let Some(request) = record.of else { return };
    let edge = ObjectId::from_parts(before.epoch_seconds(), [0; 5], 0);
    let key = values![record.id];
    writes.push(Write::one(&billing_keys::HAS_KEY, key, CommitRefused::LostRace));
    writes.push(Write::any(&LOCK_DELIVERIES, values![request]));
    let values = values![record.id, record.version, before, request, edge];
    writes.push(Write::one(&DROP_KEY, values, CommitRefused::LostRace));
    writes.push(Write::any(&DROP_EVENTS, values![project, request]));
    writes.push(Write::any(&DROP_ISSUANCE_OF_KEY, values![request]));
    writes.push(Write::any(&DROP_HISTORY, values![record.id]));
    beside(project, request, writes);
}

fn add(project: ProjectId, record: &OldRecord, before: EpochMs, writes: &mut Vec<Write>) {
    let id = record.id;
    match record.kind {
        RecordKind::Payment => payment(project, record, before, writes),
        RecordKind::Mandate => mandate(project, record, before, writes),
        RecordKind::Reserve => {
            writes.push(Write::any(&LOCK_RESERVE, values![id]));
            writes.push(guarded(&DROP_RESERVE, record, before));
            writes.push(Write::any(&DROP_HISTORY, values![id]));
        }
        RecordKind::CashReceipt => {
            writes.push(Write::any(&LOCK_CASH_RECEIPT, values![id]));
            writes.push(Write::any(&LOCK_DELIVERIES, values![id]));
            writes.push(Write::any(&FREE_OLD_CASH_ORDER, values![id]));
            writes.push(guarded(&DROP_CASH_RECEIPT, record, before));
            writes.push(cash_history(id));
            beside(project, id, writes);
        }
        RecordKind::Issuance => {
            writes.push(Write::any(&LOCK_ISSUANCE, values![id]));
            writes.push(Write::any(&LOCK_DELIVERIES, values![id]));
            writes.push(guarded(&DROP_ISSUANCE, record, before));
            writes.push(Write::any(&DROP_EVENTS, values![project, id]));
            beside(project, id, writes);
        }
        RecordKind::Request => {
            let values = values![project, id];
            writes.push(Write::one(&DROP_REQUEST, values, CommitRefused::LostRace));
        }
    }
}

impl Store {
    /// Destroys `records`, which were over before `before`, each with all that belongs to it, and puts `now` on record in the place of
    /// `known`: all or nothing. Refused as a lost race when one of them has moved since it was read, or somebody else has put more on
    /// record.
    pub async fn destroy(
        &self,
        project: ProjectId,
        (records, before): (&[OldRecord], EpochMs),
        known: Option<&Destruction>,
        now: &Destruction,
    ) -> Result<(), CommitError> {
        let mut writes = Vec::with_capacity(16 * records.len() + 1);
        for record in records {
            add(project, record, before, &mut writes);
        }
        writes.push(destroyed::put(project, known, now));
        self.write(Place::Of(project), writes).await.map(drop)
    }
}

//! A commit: the domain's changes as the writes that make them true, all or none.

use domain::ProjectId;
use domain::change::Change;
use domain::precondition::Precondition;

use crate::error::{CommitError, CommitRefused};
use crate::place::Place;
use crate::statement::Write;
use crate::value::values;
use crate::{
    Store, aliases, billing_keys, cancels, cash_receipts, deliveries, due, held, idempotency, issuances, mandates,
    payments, reserves, resolutions,
};

impl Store {
    /// Makes `changes` of one project true, all or none, and answers when they are durable.
    pub async fn commit(&self, project: ProjectId, changes: Vec<Change>) -> Result<(), CommitError> {
        let mut writes = Vec::with_capacity(2 * changes.len());
        for change in &changes {
            add(project, change, &mut writes);
        }
        self.write(Place::Of(project), writes).await.map(drop)
    }
}

fn add(project: ProjectId, change: &Change, writes: &mut Vec<Write>) {
    match change {
        Change::Require(precondition) => require(*precondition, writes),
        Change::OpenIssuance(issuance) => issuances::open(issuance, writes),
        Change::TransitionIssuance(step) => issuances::transition(step, writes),
        Change::IssueKey(key) => writes.push(billing_keys::issue(key)),
        Change::AdoptKey(key) => writes.push(billing_keys::adopt(key)),
        Change::DestroyKey(destroyed) => billing_keys::destroy(destroyed, writes),
        Change::KeyExpiredAtPg { billing_key, at } => billing_keys::expired_at_pg(project, *billing_key, *at, writes),
        Change::AddMandateEvent(event) => writes.push(mandates::add(event)),
        Change::OpenPayment(payment) => payments::open(payment, writes),
        Change::TransitionPayment(step) => payments::transition(project, step, writes),
        Change::RememberIdempotency {
            project_id,
            key,
            fingerprint,
            receipt_id,
        } => writes.push(Write::one(
            &idempotency::INSERT_IDEMPOTENCY,
            values![project_id, key, fingerprint, receipt_id],
            CommitRefused::IdempotencyTaken,
        )),
        Change::ForgetIdempotency {
            project_id,
            key,
            receipt_id,
        } => writes.push(Write::any(
            &idempotency::DELETE_IDEMPOTENCY,
            values![project_id, key, receipt_id],
        )),
        Change::NameReceipt { alias, receipt_id } => {
            writes.push(Write::any(&aliases::INSERT_ALIAS, values![project, alias, receipt_id]))
        }
        Change::Schedule { kind, object, at, held } => {
            writes.push(due::schedule((*kind, *object), project, *at, *held))
        }
        Change::Hold {
            kind,
            object,
            until,
            lease,
        } => writes.push(held::hold(project, (*kind, *object), *until, *lease)),
        Change::Renew {
            kind,
            object,
            until,
            lease,
        } => writes.push(held::renew(project, (*kind, *object), *until, *lease)),
        Change::AddResolutionStep(step) => writes.push(resolutions::add_step(step)),
        Change::OpenCancel(cancel) => writes.push(cancels::open(cancel)),
        Change::SendCancelAgain { id, at } => writes.push(cancels::send_again(*id, *at)),
        Change::EndCancel { id, state, pg } => cancels::end(project, *id, (*state, pg.as_ref()), writes),
        Change::OpenReserve(reserve) => reserves::open(reserve, writes),
        Change::TransitionReserve(step) => reserves::transition(project, step, writes),
        Change::PostponeReserve {
            reserve_id,
            until,
            held,
        } => {
            reserves::postpone(project, *reserve_id, *until, *held, writes);
        }
        Change::RevokeReserves { billing_key, at } => reserves::revoke_all(project, *billing_key, *at, writes),
        Change::Deliver(delivery) => deliveries::insert(delivery, writes),
        Change::PutCashReceipt { receipt, by, at } => cash_receipts::put(receipt, *by, *at, writes),
    }
}

/// Whether what the other changes of a command rest on is still true.
fn require(precondition: Precondition, writes: &mut Vec<Write>) {
    if let Precondition::NoneOpen { billing_key, .. } = precondition {
        writes.push(Write::any(&billing_keys::LOCK_KEY, values![billing_key]));
    }
    let (statement, values) = match precondition {
        Precondition::PaymentAt { receipt_id, seq } => (&payments::HAS_PAYMENT_AT, values![receipt_id, seq]),
        Precondition::KeyOnRecord(key) => (&billing_keys::HAS_KEY, values![key]),
        Precondition::KeyActive(key) => (&billing_keys::HAS_ACTIVE_KEY, values![key]),
        Precondition::NoneOpen { billing_key, price } => (&payments::HAS_NO_OPEN_DEBIT, values![billing_key, price]),
    };
    writes.push(Write::one(statement, values, CommitRefused::LostRace));
}

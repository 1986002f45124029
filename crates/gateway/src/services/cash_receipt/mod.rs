//! The services of a cash receipt: the intent is on disk before the PG is asked, the outcome after, and what is asked again
//! goes on under the same order id, which the PG accepts once.

mod ask;
mod cancel;
mod end;
mod find_out;
mod for_payment;
mod lookup;
mod standalone;
mod with_payment;

pub use cancel::{Of, cancel};
pub use find_out::find_out;
pub use for_payment::for_payment;
pub use lookup::{of_payment, stands_alone, with_payment};
pub use standalone::standalone;
pub use with_payment::{begins_with, ends_with, is_standing};

use std::sync::Arc;

use domain::cash_receipt::{CashReceipt, CashReceiptOrigin, CashReceiptState};
use domain::change::Change;
use domain::payment::Payment;
use domain::transition::Actor;
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal};
use pg::{CashReceiptLookup, FindCashReceiptRequest, Outcome, Unsent};
use store::{CommitError, CommitRefused, ReadError};

use self::lookup::stored;
use crate::services::Services;
use crate::services::issuance::Replayed;
use crate::services::watching::{Watched, watch};
use crate::support::InFlightGuard;

/// A cash receipt and whether an earlier, equal request made it so.
pub struct CashReceiptAnswer {
    pub receipt: CashReceipt,
    pub replayed: Replayed,
}

impl CashReceiptAnswer {
    fn now(receipt: CashReceipt) -> Self {
        Self {
            receipt,
            replayed: Replayed::No,
        }
    }

    fn again(receipt: CashReceipt) -> Self {
        Self {
            receipt,
            replayed: Replayed::Yes,
        }
    }
}

/// The right to change this cash receipt in this process; `None` while somebody else has it.
fn turn(services: &Services, id: ReceiptId) -> Option<InFlightGuard<()>> {
    services.in_flight.cash_receipts.register(id, &Arc::new(()))
}

/// Waits until whoever has the turn is done.
async fn wait(services: &Services, id: ReceiptId) {
    let Some(mut seen) = services.in_flight.cash_receipts.subscribe(id) else {
        return;
    };
    tokio::select! {
        _ = seen.wait_for(|_| false) => {}
        () = services.stopping.cancelled() => {}
    }
}

/// The receipt as it is, once another gateway that may be asking for it, or taking it back, is done. Whoever waits in vain asks
/// itself, which is safe: the PG takes an order id once.
async fn settled(services: &Services, project: ProjectId, id: ReceiptId) -> Result<Option<CashReceipt>, Refusal> {
    let is_over = |receipt: &CashReceipt| !is_open(receipt);
    let open = match stored(services, project, id).await? {
        Some(receipt) if is_open(&receipt) && !is_own(services, &receipt) => receipt,
        found => return Ok(found),
    };
    let timing = services.settings.timing;
    // So long after it was put on disk the longest call is over.
    let called_until = open.due_at.map(|due| due.minus_ms(ms(timing.verdict_quiet)));
    let patience = services.now_of(project).plus_ms(ms(timing.publish_wait));
    let watched = Watched {
        among: &services.watching.cash_receipts,
        project,
        id,
        until: called_until.map_or(patience, |until| until.min(patience)),
    };
    let seen = watch(
        services,
        watched,
        || services.store().cash_receipt(project, id),
        is_over,
    )
    .await;
    Ok(Some(seen.unwrap_or(open)))
}

/// Whether this process has asked for it, and so does not any more: it would have the turn. Who takes one back is not known.
fn is_own(services: &Services, receipt: &CashReceipt) -> bool {
    let order = receipt.pg_order_id.parse();
    receipt.state == CashReceiptState::Intended && order.is_ok_and(|order| services.ids.has_made(order))
}

fn is_open(receipt: &CashReceipt) -> bool {
    matches!(receipt.state, CashReceiptState::Intended | CashReceiptState::Cancelling)
}

fn ms(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Commits a change of a receipt.
async fn put(services: &Services, receipt: &CashReceipt, by: Actor) -> Result<(), CommitError> {
    let mut changes = vec![putting(services, receipt, by)];
    // One that is for a payment is known by that.
    let tid = receipt
        .tid
        .as_deref()
        .filter(|_| receipt.origin == CashReceiptOrigin::Standalone);
    changes.extend(services.named_by_pg(receipt.project_id, receipt.receipt_id, tid));
    services.ledger.commit(receipt.project_id, changes).await
}

/// A cash receipt as the PG is asked for it. Errors: its payment cannot be read, so that it may not be asked.
async fn order(services: &Services, receipt: &CashReceipt) -> Result<FindCashReceiptRequest, ReadError> {
    let payment_tid = match receipt.origin {
        CashReceiptOrigin::Standalone => None,
        CashReceiptOrigin::Debit | CashReceiptOrigin::Payment => {
            let payment = services.store().payment(receipt.project_id, receipt.receipt_id).await?;
            payment.and_then(|payment| payment.debit).map(|debit| debit.tid)
        }
    };
    Ok(FindCashReceiptRequest {
        order_id: receipt.pg_order_id.clone(),
        tid: receipt.tid.clone(),
        payment_tid,
    })
}

/// What the PG knows of it; unknown also where that cannot be asked.
async fn look_up(services: &Services, receipt: &CashReceipt) -> Outcome<CashReceiptLookup> {
    let at = services.clocks.call_time(receipt.project_id);
    match order(services, receipt).await {
        Ok(order) => services.pg.connector.find_receipt(order, at).await,
        Err(error) => {
            tracing::warn!(%error, receipt_id = %receipt.receipt_id, "a cash receipt cannot be looked up");
            Outcome::NotSent(Unsent::NoTurn)
        }
    }
}

/// Commits a new receipt of `payment`, over what was left of it when it was read.
async fn put_for(services: &Services, payment: &Payment, receipt: &CashReceipt) -> Result<(), CommitError> {
    let changes = vec![payment.unmoved().into(), putting(services, receipt, Actor::Api)];
    services.ledger.commit(receipt.project_id, changes).await
}

/// What is open after it is found out by the worker, if this process does not come to it: past the longest call to the PG and the
/// time in which a late one would have landed.
fn putting(services: &Services, receipt: &CashReceipt, by: Actor) -> Change {
    let timing = services.settings.timing;
    let at = services.now_of(receipt.project_id);
    let due_at = at.plus_ms(ms(timing.start_grace).saturating_add(ms(timing.verdict_quiet)));
    let receipt = Box::new(CashReceipt {
        due_at: is_open(receipt).then_some(due_at),
        ..receipt.clone()
    });
    Change::PutCashReceipt { receipt, by, at }
}

/// What a receipt that could not be put on disk is to the caller. One that may come true is asked for, or taken back, later.
fn not_put(error: CommitError, receipt: &CashReceipt) -> Refusal {
    match error {
        // Or another gateway has moved it, and may be asking.
        CommitError::InDoubt(_) | CommitError::Refused(CommitRefused::LostRace) => in_doubt(receipt),
        other => Refusal::from(other).receipt(receipt.receipt_id),
    }
}

fn in_doubt(receipt: &CashReceipt) -> Refusal {
    Refusal::of(ErrorCode::CashReceiptInDoubt).receipt(receipt.receipt_id)
}

fn failed(receipt: &CashReceipt) -> Refusal {
    let refusal = Refusal::of(ErrorCode::CashReceiptFailed).receipt(receipt.receipt_id);
    refusal.pg(receipt.pg.clone())
}

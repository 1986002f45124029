//! Asking the PG for the debit of an intent that is on disk, and recording what it says with its webhook.

use std::sync::Arc;

use domain::change::{Change, Decision};
use domain::due::DueKind;

use domain::payment::PaymentTransition;
use domain::payment::{self, DebitOutcome, Decline, Payment};
use domain::reserve::DebitDispatch;
use domain::reserve::ReserveState;
use domain::{ErrorCode, ReceiptId, Refusal};
use pg::{DebitRequest, Outcome, SendBy, Unsent};
use store::{CommitError, CommitRefused};

use super::late_answer::record_late_answer;
use crate::services::Services;
use crate::services::cash_receipt;
use crate::services::kept_outcomes::{self, PgOutcome};
use crate::services::reserve;
use crate::services::webhook;
use crate::support::InFlightGuard;
use crate::support::failpoints::{crash_point, lost_point};

/// An intent that nobody has finished past the longest PG call is taken up by the resolution.
pub fn resolve_if_orphaned(services: &Services, intent: &Payment) -> Change {
    let grace_ms = u64::try_from(services.settings.timing.start_grace.as_millis()).unwrap_or(u64::MAX);
    let at = intent.requested_at.plus_ms(grace_ms);
    Change::schedule(DueKind::Resolution, intent.receipt_id.0, at)
}

/// Debits, commits the outcome, and answers with the payment as it is then. Errors: the outcome is not on disk, and nobody is told
/// that nothing happened.
pub async fn debit(
    services: &Arc<Services>,
    guard: InFlightGuard<Payment>,
    intent: Arc<Payment>,
    send_by: SendBy,
) -> Result<Arc<Payment>, Refusal> {
    let order = DebitRequest {
        order_id: intent.pg_order_id(),
        bid: intent.bid.clone(),
        order_name: intent.order.order_name.clone(),
        price: intent.order.price,
        tax_free: intent.order.tax_free,
    };
    let at = services
        .clocks
        .call_time(intent.project_id)
        .of_order(&intent.order.metadata)
        .at_bank(&intent.masked_account.bank_code)
        .sent_by(send_by);
    // Its intent may be the first that was written to a database that has forgotten others.
    let called = if services.are_debits_held() {
        Outcome::NotSent(Unsent::NoTurn)
    } else {
        services.pg.connector.charge(order, at).await
    };
    let (seen, dispatch) = match called {
        Outcome::Done(debit) => (DebitOutcome::Paid(debit), DebitDispatch::Sent),
        Outcome::Refused { reason, pg } => (DebitOutcome::Declined(Decline { reason, pg }), DebitDispatch::Sent),
        Outcome::NotSent(Unsent::Unreachable) => (DebitOutcome::NotSent, DebitDispatch::NotSent),
        Outcome::NotSent(Unsent::NoTurn) => (DebitOutcome::NotSent, DebitDispatch::NoTurn),
        Outcome::NotSent(Unsent::Late) => (DebitOutcome::NotSent, DebitDispatch::Late),
        Outcome::Unknown(_) => (DebitOutcome::Unknown, DebitDispatch::Sent),
    };
    crash_point!("charge_after_pg");
    let place = services.pg_place(intent.project_id);
    services
        .pg
        .reachability
        .note(place, dispatch, services.clocks.machine_now());
    let outcome = DebitEnd {
        guard,
        intent: intent.clone(),
        seen,
        dispatch,
    };
    let recorded = kept_outcomes::record(services, outcome).await;
    crash_point!("charge_after_outcome_commit");
    recorded.map_err(|_| Refusal::of(ErrorCode::ConfirmCritical).receipt(intent.receipt_id))
}

/// Ends an intent that was not sent, and may be on disk.
pub async fn never_sent(services: &Arc<Services>, guard: InFlightGuard<Payment>, intent: Arc<Payment>) {
    let outcome = DebitEnd {
        guard,
        intent,
        seen: DebitOutcome::NotSent,
        dispatch: DebitDispatch::NotSent,
    };
    // Otherwise it is kept.
    let _ = kept_outcomes::record(services, outcome).await;
}

/// How the call for an intent ended.
struct DebitEnd {
    guard: InFlightGuard<Payment>,
    intent: Arc<Payment>,
    seen: DebitOutcome,
    dispatch: DebitDispatch,
}

impl PgOutcome for DebitEnd {
    type Recorded = Arc<Payment>;

    async fn record(&mut self, services: &Arc<Services>) -> Result<Arc<Payment>, CommitError> {
        let intent = &self.intent;
        lost_point!("charge_outcome_lost", CommitError::Overloaded);
        let step = payment::debited(intent, self.seen.clone(), services.now_of(intent.project_id));
        let moved = match record_as(services, intent, &step, self.dispatch).await {
            Ok(moved) => {
                count(&moved);
                Arc::new(moved)
            }
            Err(CommitError::Refused(CommitRefused::LostRace)) => {
                Arc::new(record_late_answer(services, intent, &self.seen).await?)
            }
            Err(error) => return Err(error),
        };
        self.guard.update(moved.clone());
        Ok(moved)
    }

    fn of(&self) -> (&'static str, ReceiptId) {
        ("debit", self.intent.receipt_id)
    }

    fn let_waiters_go(&self) {
        self.guard.let_waiters_go();
    }
}

/// Commits a transition with everything that must be committed beside it: its webhook, its cash receipt, its reserve's end,
/// its place in the resolution. Gives the payment as it is then.
pub async fn record(services: &Services, before: &Payment, step: &PaymentTransition) -> Result<Payment, CommitError> {
    record_with(services, before, step, DebitDispatch::Sent, Vec::new()).await
}

/// The same, where the payment's resolution is still held.
pub async fn record_held(
    services: &Services,
    before: &Payment,
    step: &PaymentTransition,
    held: Vec<Change>,
) -> Result<Payment, CommitError> {
    record_with(services, before, step, DebitDispatch::Sent, held).await
}

/// The same, of a payment that may never have been asked for.
pub async fn record_as(
    services: &Services,
    before: &Payment,
    step: &PaymentTransition,
    dispatch: DebitDispatch,
) -> Result<Payment, CommitError> {
    record_with(services, before, step, dispatch, Vec::new()).await
}

async fn record_with(
    services: &Services,
    before: &Payment,
    step: &PaymentTransition,
    dispatch: DebitDispatch,
    held: Vec<Change>,
) -> Result<Payment, CommitError> {
    webhook::ready(services, before.project_id).await?;
    let decision = Decision::of_payment(before, step);
    let Decision { next, changes: decided } = decision.map_err(|bug| CommitError::NotDone(bug.to_string()))?;
    // First: what is decided may end it.
    let mut changes = held;
    changes.extend(decided);
    changes.extend(cash_receipt::begins_with(&next, step));
    let tid = step.debit.as_ref().map(|debit| debit.tid.as_str());
    changes.extend(services.named_by_pg(next.project_id, next.receipt_id, tid));
    let reserve = reserve::end_with(services, &next, dispatch).await;
    let reserve = reserve.map_err(|error| CommitError::NotDone(error.to_string()))?;
    // A merchant that is told of a failure may charge by other means, while the reserve is due again.
    if reserve.as_ref().is_none_or(|step| step.to != ReserveState::Waiting) {
        // What came with the debit is part of the payment.
        changes.extend(webhook::payment_webhook(services, &next, None)?);
    }
    changes.extend(reserve.map(Change::from));
    services.ledger.commit(next.project_id, changes).await?;
    Ok(next)
}

/// Counts where a payment has come to.
pub fn count(payment: &Payment) {
    let reason = payment.reason.map_or("", |reason| reason.name());
    metrics::counter!("jadong_payments_total", "state" => payment.state.name(), "reason" => reason).increment(1);
}

//! A debit now. The intent, and with it the claim on the order id, is on disk before the PG is asked.

use std::sync::Arc;

use domain::change::Change;

use domain::fingerprint::Fingerprint;
use domain::key::BillingKey;
use domain::payment::{self, ChargeFields, Order, Payment, PaymentSource, PaymentState};
use domain::precondition::Precondition;
use domain::project::Guard;
use domain::{BillingKeyId, ErrorCode, ProjectId, ReceiptId, Refusal};
use store::{CommitError, CommitRefused};

use super::debit::{self, debit, never_sent};
use super::same_request::{same_request, with_order};
use crate::services::Services;
use crate::services::issuance::Replayed;
use crate::services::key;
use crate::services::restore;
use crate::services::webhook;
use crate::support::Slot;
use crate::support::at_capacity;
use crate::support::failpoints::crash_point;

/// What the merchant asks for.
pub struct ChargeRequest {
    pub project: ProjectId,
    pub billing_key: BillingKeyId,
    pub fields: ChargeFields,
    /// The merchant's own key for the request, besides the order id.
    pub idempotency_key: Option<String>,
    /// What the project wants while an earlier debit of the key over the same amount has no outcome.
    pub guard: Guard,
}

/// A payment and whether an earlier, equal request made it.
#[derive(Debug)]
pub struct ChargeAnswer {
    pub payment: Arc<Payment>,
    pub replayed: Replayed,
    /// Another debit of the key over the same amount that had no outcome when this one was made.
    pub beside: Option<ReceiptId>,
}

/// Debits a key, or finds the payment that an equal request made; an equal one under way is waited for.
///
/// Errors: the faults of the request; `RC_CONFIRM_FAILED` when the debit is declined; `RC_CONFIRM_CRITICAL_FAILED`, with the
/// receipt, while its outcome is unknown; 409 when the order id belongs to a different request, or when the project refuses a
/// second debit of a key while the first one over the same amount has no outcome.
pub async fn charge(services: &Arc<Services>, asked: ChargeRequest) -> Result<ChargeAnswer, Refusal> {
    let answered = services.run_to_end(perform(services.clone(), asked)).await?;
    verdict(answered)
}

async fn perform(services: Arc<Services>, asked: ChargeRequest) -> Result<ChargeAnswer, Refusal> {
    let order = asked.fields.order()?;
    check_terms(&services, asked.project, &order)?;
    let print = payment::fingerprint(&order, &asked.billing_key.to_string(), &services.pepper);
    for _attempt in 0..3 {
        let key = key::by_key_or_adopted(&services, asked.project, asked.billing_key).await?;
        let send_by = services.send_by();
        let beside = services.store().open_debit(asked.project, key.id, order.price).await?;
        let (intent, place) = match begin(&services, &asked, &order, &key, beside) {
            Ok(begun) => begun,
            // A key that has died since does not change what was answered before; nor does anything else.
            Err(refusal) => return same_request(&services, &asked, &order, print).await?.ok_or(refusal),
        };
        let Some(guard) = services.in_flight.payments.register(intent.receipt_id, &intent) else {
            continue;
        };
        let guard = guard.with_slot(place);
        crash_point!("charge_before_commit");
        match services
            .ledger
            .commit(asked.project, intent_changes(&services, &key, &intent, &asked, print))
            .await
        {
            Ok(()) => {
                crash_point!("charge_after_commit");
                let payment = debit(&services, guard, intent, send_by).await?;
                if matches!(&payment.failure, Some(failure) if failure.code == ErrorCode::PgUnavailable) {
                    forget_unsent(&services, &asked, payment.receipt_id).await;
                }
                return Ok(ChargeAnswer {
                    payment,
                    replayed: Replayed::No,
                    beside,
                });
            }
            // The key was destroyed, or another debit of it has begun, since it was read.
            Err(CommitError::Refused(CommitRefused::LostRace)) => {}
            Err(error @ CommitError::InDoubt(_)) => {
                // Nothing was sent and nothing will be: if the intent is on disk, it ends here.
                let receipt_id = intent.receipt_id;
                never_sent(&services, guard, intent).await;
                forget_unsent(&services, &asked, receipt_id).await;
                return Err(Refusal::from(error));
            }
            // Asked before, or at the same time: an order that is free again by now gets its next attempt.
            Err(CommitError::Refused(CommitRefused::OrderTaken | CommitRefused::IdempotencyTaken)) => {
                drop(guard);
                if let Some(earlier) = same_request(&services, &asked, &order, print).await? {
                    return Ok(earlier);
                }
            }
            Err(error) => return Err(Refusal::from(error)),
        }
    }
    Err(Refusal::of(ErrorCode::Overloaded))
}

/// The debit as it would be now, or why there can be none.
fn begin(
    services: &Services,
    asked: &ChargeRequest,
    order: &Order,
    key: &BillingKey,
    beside: Option<ReceiptId>,
) -> Result<(Arc<Payment>, Slot), Refusal> {
    if let (Guard::Refuse, Some(open)) = (asked.guard, beside) {
        return Err(Refusal::new(ErrorCode::OtherDebitOpen, "billing_key").receipt(open));
    }
    let now = services.now_of(asked.project);
    if let Some(until) = services.settings.closed.and_then(|closed| closed.open_again(now)) {
        return Err(Refusal::of(ErrorCode::DebitsClosed).hint(until.to_wire()));
    }
    restore::refuse_while_held(services)?;
    let ids = (asked.project, services.ids.receipt(asked.project, now));
    let charged = payment::charge(order.clone(), key, PaymentSource::Charge, ids, &services.pepper, now)?;
    let place = services
        .in_flight
        .payments
        .reserve_slot(services.ledger.share_of(asked.project));
    let place = place.map_err(|of| at_capacity(of, "open_payments_max"))?;
    Ok((Arc::new(charged.payment), place))
}

/// A request that was never sent may be sent again under the same idempotency key.
async fn forget_unsent(services: &Services, asked: &ChargeRequest, receipt_id: ReceiptId) {
    let Some(key) = asked.idempotency_key.clone() else {
        return;
    };
    let project_id = asked.project;
    let forget = Change::ForgetIdempotency {
        project_id,
        key,
        receipt_id,
    };
    if let Err(error) = services.ledger.commit(asked.project, vec![forget]).await {
        tracing::warn!(%error, %receipt_id, "an unsent request keeps its idempotency key");
    }
}

/// The PG's limits, and where this gateway sends webhooks, before anything is asked or written.
pub fn check_terms(services: &Services, project: ProjectId, order: &Order) -> Result<(), Refusal> {
    let terms = services.capabilities(project).limits;
    if order.price < terms.debit_min || order.price > terms.debit_max {
        let hint = format!("{} <= price <= {}", terms.debit_min.get(), terms.debit_max.get());
        return Err(Refusal::new(ErrorCode::PriceInvalid, "price").hint(hint));
    }
    webhook::check(order.feedback_url.as_deref(), services.settings.mode, "feedback_url")
}

fn intent_changes(
    services: &Services,
    key: &BillingKey,
    intent: &Payment,
    asked: &ChargeRequest,
    print: Fingerprint,
) -> Vec<Change> {
    let (billing_key, price) = (key.id, intent.order.price);
    let alone =
        (asked.guard == Guard::Refuse).then_some(Change::Require(Precondition::NoneOpen { billing_key, price }));
    let mut changes = vec![key.still_active().into()];
    changes.extend(alone);
    changes.extend([
        Change::OpenPayment(Box::new(intent.clone())),
        debit::resolve_if_orphaned(services, intent),
    ]);
    if let Some(key) = &asked.idempotency_key {
        changes.push(Change::RememberIdempotency {
            project_id: asked.project,
            key: key.clone(),
            fingerprint: with_order(services, &intent.order, print),
            receipt_id: intent.receipt_id,
        });
    }
    changes
}

/// What the merchant is told of a payment that it asked for.
fn verdict(answered: ChargeAnswer) -> Result<ChargeAnswer, Refusal> {
    let payment = &answered.payment;
    match payment.state {
        PaymentState::Paid | PaymentState::PartlyCancelled | PaymentState::Cancelled => Ok(answered),
        PaymentState::Intended | PaymentState::InDoubt | PaymentState::NeedsReview => {
            Err(Refusal::of(ErrorCode::ConfirmCritical).receipt(payment.receipt_id))
        }
        PaymentState::Declined | PaymentState::Voided => Err(declined(payment)),
    }
}

/// The refusal that a declined or voided payment is.
pub fn declined(payment: &Payment) -> Refusal {
    let failure = payment.failure.clone();
    let code = match failure.as_ref().map(|failure| failure.code) {
        Some(ErrorCode::PgUnavailable) => ErrorCode::PgUnavailable,
        _ => ErrorCode::ConfirmFailed,
    };
    let refusal = Refusal::of(code)
        .pg(failure.and_then(|failure| failure.pg))
        .receipt(payment.receipt_id);
    match payment.reason {
        Some(reason) => refusal.hint(format!("{}: {}", reason.name(), reason.advice())),
        None => refusal,
    }
}

//! A debit now. The intent, and with it the claim on the order id, is on disk before the PG is asked.

use std::sync::Arc;

use domain::change::{Change, Premise};
use domain::fingerprint::Fingerprint;
use domain::key::BillingKey;
use domain::payment::{self, ChargeFields, DebitSeen, Order, Payment, Source, State};
use domain::project::Guard;
use domain::reserve::Arrival;
use domain::{BillingKeyId, ErrorCode, ProjectId, ReceiptId, Refusal};
use store::{CommitError, Refused};

use super::debit::{self, debit, record_as};
use super::same_request::{same_request, with_order};
use crate::board::Place;
use crate::crash::crash_point;
use crate::house::House;
use crate::issuance::{Replayed, commit_refusal, full, read_refusal};
use crate::{key, restore, webhook};

/// What the merchant asks for.
pub struct Asked {
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
pub struct Answered {
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
pub async fn charge(house: &Arc<House>, asked: Asked) -> Result<Answered, Refusal> {
    let walked = house.tasks.spawn(walk(house.clone(), asked));
    let answered = walked.await.map_err(|_| Refusal::of(ErrorCode::Internal))??;
    verdict(answered)
}

async fn walk(house: Arc<House>, asked: Asked) -> Result<Answered, Refusal> {
    let order = asked.fields.order()?;
    check_terms(&house, &order)?;
    let print = payment::fingerprint(&order, &asked.billing_key.to_string(), &house.pepper);
    for _attempt in 0..3 {
        let key = key::by_key(&house, asked.project, asked.billing_key).await?;
        let beside = house.store.open_debit(key.id, order.price).await;
        let beside = beside.map_err(|error| read_refusal(&error))?;
        let (intent, place) = match begin(&house, &asked, &order, &key, beside) {
            Ok(begun) => begun,
            // A key that has died since does not change what was answered before; nor does anything else.
            Err(refusal) => return same_request(&house, &asked, &order, print).await?.ok_or(refusal),
        };
        let Some(posted) = house.payments.put_up(intent.receipt_id, &intent) else {
            continue;
        };
        let posted = posted.holding(place);
        crash_point!("charge_before_commit");
        match house
            .commit(asked.project, intent_changes(&house, &key, &intent, &asked, print))
            .await
        {
            Ok(()) => {
                crash_point!("charge_after_commit");
                let payment = debit(&house, &posted, intent).await?;
                forget_unsent(&house, &asked, &payment).await;
                return Ok(Answered {
                    payment,
                    replayed: Replayed::No,
                    beside,
                });
            }
            // The key was destroyed, or another debit of it has begun, since it was read.
            Err(CommitError::Refused(Refused::LostRace)) => {}
            Err(error @ CommitError::InDoubt(_)) => {
                // Nothing was sent and nothing will be: if the intent is on disk, it ends here.
                never_sent(&house, &intent).await;
                return Err(commit_refusal(&error));
            }
            // Asked before, or at the same time: an order that is free again by now gets its next attempt.
            Err(CommitError::Refused(Refused::OrderTaken | Refused::IdempotencyTaken)) => {
                drop(posted);
                if let Some(earlier) = same_request(&house, &asked, &order, print).await? {
                    return Ok(earlier);
                }
            }
            Err(error) => return Err(commit_refusal(&error)),
        }
    }
    Err(Refusal::of(ErrorCode::Overloaded))
}

/// The debit as it would be now, or why there can be none.
fn begin(
    house: &House,
    asked: &Asked,
    order: &Order,
    key: &BillingKey,
    beside: Option<ReceiptId>,
) -> Result<(Arc<Payment>, Place), Refusal> {
    if let (Guard::Refuse, Some(open)) = (asked.guard, beside) {
        return Err(Refusal::new(ErrorCode::OtherDebitOpen, "billing_key").receipt(open));
    }
    let now = house.now_of(asked.project);
    if let Some(until) = house.settings.closed.and_then(|closed| closed.open_again(now)) {
        return Err(Refusal::of(ErrorCode::DebitsClosed).hint(until.to_wire()));
    }
    restore::held(house)?;
    let ids = (asked.project, house.ids.receipt(now));
    let charged = payment::charge(order.clone(), key, Source::Charge, ids, &house.pepper, now)?;
    let place = house.payments.enter(house.share_of(asked.project));
    let place = place.map_err(|of| full(of, "open_payments_max"))?;
    Ok((Arc::new(charged.payment), place))
}

/// Ends an intent that may be on disk and was not sent.
async fn never_sent(house: &House, intent: &Payment) {
    let step = payment::debited(intent, DebitSeen::NotSent, house.now_of(intent.project_id));
    match record_as(house, intent, &step, Arrival::NotSent).await {
        Ok(()) | Err(CommitError::Refused(Refused::LostRace)) => {}
        Err(error) => {
            tracing::warn!(%error, receipt_id = %intent.receipt_id, "the ladder ends an intent that was not sent")
        }
    }
}

/// A request that never left the house may be sent again under the same idempotency key.
async fn forget_unsent(house: &House, asked: &Asked, payment: &Payment) {
    let was_sent = payment
        .failure
        .as_ref()
        .is_none_or(|failure| failure.code != ErrorCode::PgUnavailable);
    let Some(key) = asked.idempotency_key.clone().filter(|_| !was_sent) else {
        return;
    };
    let (project_id, receipt_id) = (asked.project, payment.receipt_id);
    let forget = Change::ForgetIdempotency {
        project_id,
        key,
        receipt_id,
    };
    if let Err(error) = house.commit(asked.project, vec![forget]).await {
        tracing::warn!(%error, %receipt_id, "an unsent request keeps its idempotency key");
    }
}

/// The PG's limits, and where this gateway sends webhooks, before anything is asked or written.
pub fn check_terms(house: &House, order: &Order) -> Result<(), Refusal> {
    let terms = house.connector.terms();
    if order.price < terms.debit_min || order.price > terms.debit_max {
        let hint = format!("{} <= price <= {}", terms.debit_min.get(), terms.debit_max.get());
        return Err(Refusal::new(ErrorCode::PriceInvalid, "price").hint(hint));
    }
    webhook::check(order.feedback_url.as_deref(), house.settings.mode, "feedback_url")
}

fn intent_changes(house: &House, key: &BillingKey, intent: &Payment, asked: &Asked, print: Fingerprint) -> Vec<Change> {
    let (billing_key, price) = (key.id, intent.order.price);
    let alone = (asked.guard == Guard::Refuse).then_some(Change::Require(Premise::NoneOpen { billing_key, price }));
    let mut changes = vec![key.still_active()];
    changes.extend(alone);
    changes.extend([
        Change::OpenPayment(Box::new(intent.clone())),
        Change::VerdictDue {
            receipt_id: intent.receipt_id,
            due_at: Some(debit::orphaned_at(house, intent)),
        },
    ]);
    if let Some(key) = &asked.idempotency_key {
        changes.push(Change::RememberIdempotency {
            project_id: asked.project,
            key: key.clone(),
            fingerprint: with_order(house, &intent.order, print),
            receipt_id: intent.receipt_id,
        });
    }
    changes
}

/// What the merchant is told of a payment that it asked for.
fn verdict(answered: Answered) -> Result<Answered, Refusal> {
    let payment = &answered.payment;
    match payment.state {
        State::Paid | State::PartlyCancelled | State::Cancelled => Ok(answered),
        State::Intended | State::InDoubt | State::NeedsPerson => {
            Err(Refusal::of(ErrorCode::ConfirmCritical).receipt(payment.receipt_id))
        }
        State::Declined | State::Voided => Err(declined(payment)),
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

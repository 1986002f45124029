//! The first payment, inside publish: its intent is on disk in the same commit as the key, its order id is the subscription's.

use std::sync::Arc;

use domain::change::Change;
use domain::issuance::Issuance;
use domain::key::BillingKey;
use domain::payment::{self, Order, Payment, PaymentSource, PaymentState};
use domain::webhook_delivery::ContentType;
use domain::{ErrorCode, Refusal, Won};
use pg::SendBy;
use store::{CommitError, CommitRefused};

use crate::services::Services;
use crate::services::payment::{by_order, debit, debited, declined, resolve_if_orphaned};
use crate::support::InFlightGuard;

/// An intent that is about to be committed, with the right to move it.
pub struct Intent {
    payment: Arc<Payment>,
    guard: InFlightGuard<Payment>,
    send_by: SendBy,
    /// Committed with the key.
    opening: Vec<Change>,
}

/// The first payment's intent, where one was asked for and there is a key to debit.
pub fn intend(services: &Services, issuance: &Issuance, key: Option<&BillingKey>) -> Option<Intent> {
    let terms = &issuance.terms;
    let key = key?;
    if terms.price == Won::ZERO {
        return None;
    }
    let order = Order {
        order_id: terms.subscription_id.clone(),
        order_name: terms.order_name.clone(),
        price: terms.price,
        tax_free: terms.tax_free,
        metadata: terms.metadata.clone(),
        items: "[]".to_owned(),
        user: "{}".to_owned(),
        feedback_url: None,
        content_type: ContentType::Json,
    };
    let (send_by, now) = (services.send_by(), services.now_of(issuance.project_id));
    let ids = (issuance.project_id, services.ids.receipt(issuance.project_id, now));
    let source = PaymentSource::Publish(issuance.receipt_id);
    let payment = Arc::new(
        payment::charge(order, key, source, ids, &services.pepper, now)
            .ok()?
            .payment,
    );
    // The key is issued already: its payment is not turned away.
    let place = services
        .in_flight
        .payments
        .reserve_slot_over_limit(services.ledger.share_of(issuance.project_id));
    let guard = services
        .in_flight
        .payments
        .register(payment.receipt_id, &payment)?
        .with_slot(place);
    let opening = vec![
        Change::OpenPayment(Box::new(Payment::clone(&payment))),
        resolve_if_orphaned(services, &payment),
    ];
    Some(Intent {
        payment,
        guard,
        send_by,
        opening,
    })
}

/// Commits what has issued the key with the intent; without it when the order id belongs to somebody else, and then it is gone.
pub async fn commit(
    services: &Services,
    moved: &Issuance,
    changes: Vec<Change>,
    intent: &mut Option<Intent>,
) -> Result<(), CommitError> {
    let opening = intent.as_ref().map(|intent| intent.opening.clone()).unwrap_or_default();
    let whole = [changes.clone(), opening].concat();
    match services.ledger.commit(moved.project_id, whole).await {
        Err(CommitError::Refused(CommitRefused::OrderTaken)) if intent.is_some() => {
            *intent = None;
            services.ledger.commit(moved.project_id, changes).await
        }
        committed => committed,
    }
}

/// Debits what was intended. Its outcome is on disk; whoever answers reads it from there.
pub async fn take(services: &Arc<Services>, intent: Option<Intent>) {
    let Some(intent) = intent else { return };
    if let Err(refusal) = debit(services, intent.guard, intent.payment, intent.send_by).await {
        tracing::error!(
            code = refusal.code.name(),
            "the outcome of a first payment was not recorded"
        );
    }
}

/// The first payment of an issued key, once it is known; `None` when none was asked for.
///
/// Errors: the decline, or that its outcome is unknown; either way the key exists, and the hint says so.
pub async fn of(services: &Services, issuance: &Issuance) -> Result<Option<Payment>, Refusal> {
    let Some(payment) = find(services, issuance).await? else {
        if issuance.terms.price == Won::ZERO {
            return Ok(None);
        }
        let refusal = Refusal::new(ErrorCode::OrderConflict, "subscription_id");
        return Err(refusal.hint(key_exists(
            issuance,
            "not taken: the order id belongs to another payment",
        )));
    };
    match payment.state {
        PaymentState::Paid | PaymentState::PartlyCancelled | PaymentState::Cancelled => Ok(Some(payment)),
        PaymentState::Declined | PaymentState::Voided => {
            let mut refusal = declined(&payment);
            let mut what = "not taken";
            // It is over as well, and publishing again debits nothing: no code that asks for the same call once more.
            if refusal.code == ErrorCode::PgUnavailable {
                refusal.code = ErrorCode::ConfirmFailed;
                what = "not taken, the PG was not reached: charge the key";
            }
            Err(refusal.hint(key_exists(issuance, what)))
        }
        PaymentState::Intended | PaymentState::InDoubt | PaymentState::NeedsReview => {
            let refusal = Refusal::new(ErrorCode::ConfirmCritical, "price").receipt(payment.receipt_id);
            Err(refusal.hint(key_exists(
                issuance,
                "not known yet: do not charge again, look it up by receipt_id",
            )))
        }
    }
}

/// The same for a lookup, to which a decline is no error.
pub async fn find(services: &Services, issuance: &Issuance) -> Result<Option<Payment>, Refusal> {
    if issuance.terms.price == Won::ZERO || issuance.issued.is_none() {
        return Ok(None);
    }
    let source = PaymentSource::Publish(issuance.receipt_id);
    let attempts = by_order(services, issuance.project_id, &issuance.terms.subscription_id).await?;
    let Some(first) = attempts.into_iter().find(|payment| payment.source == source) else {
        return Ok(None);
    };
    match first.state {
        PaymentState::Intended => debited(services, issuance.project_id, first.receipt_id).await,
        _ => Ok(Some(first)),
    }
}

fn key_exists(issuance: &Issuance, first_payment: &str) -> String {
    let receipt_id = issuance.receipt_id;
    format!(
        "빌링키는 발급되었습니다: GET /v2/subscribe/billing_key/{receipt_id} \
         (the key was issued; the first payment: {first_payment})"
    )
}

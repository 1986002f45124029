//! The first payment, inside publish: its intent is on disk in the same commit as the key, its order id is the subscription's.

use std::sync::Arc;

use domain::change::Change;
use domain::issuance::Issuance;
use domain::payment::{self, ContentType, Order, Payment, Source, State};
use domain::{ErrorCode, ProjectId, Refusal, Won};
use store::{CommitError, Refused};

use super::read_refusal;
use crate::board::Posted;
use crate::house::House;
use crate::payment::{by_order, debit, declined, orphaned_at};

/// An intent that is about to be committed, with the right to move it.
pub struct Intent {
    payment: Arc<Payment>,
    posted: Posted<Payment>,
}

/// Adds the first payment's intent to the changes that issue a key, where one was asked for.
pub fn intend(house: &House, issuance: &Issuance, changes: &mut Vec<Change>) -> Option<Intent> {
    let terms = &issuance.terms;
    let key = changes.iter().find_map(|change| match change {
        Change::IssueKey(key) => Some(key.clone()),
        _ => None,
    })?;
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
    let now = house.now_of(issuance.project_id);
    let ids = (issuance.project_id, house.ids.receipt(now));
    let source = Source::Publish(issuance.receipt_id);
    let payment = Arc::new(
        payment::charge(order, &key, source, ids, &house.pepper, now)
            .ok()?
            .payment,
    );
    // The key is issued already: its payment is not turned away.
    let place = house.payments.enter_anyway(house.share_of(issuance.project_id));
    let posted = house.payments.put_up(payment.receipt_id, &payment)?.holding(place);
    let due_at = Some(orphaned_at(house, &payment));
    changes.push(Change::OpenPayment(Box::new(Payment::clone(&payment))));
    changes.push(Change::VerdictDue {
        receipt_id: payment.receipt_id,
        due_at,
    });
    Some(Intent { payment, posted })
}

/// Commits the key with the intent; the key alone when the order id belongs to somebody else.
pub async fn commit(
    house: &House,
    project: ProjectId,
    changes: Vec<Change>,
    intent: Option<Intent>,
) -> Result<Option<Intent>, CommitError> {
    let Some(intent) = intent else {
        return match house.commit(project, changes.clone()).await {
            Err(error) => was_made(house, project, &changes, error).await.map(|()| None),
            Ok(()) => Ok(None),
        };
    };
    match house.commit(project, changes.clone()).await {
        Ok(()) => Ok(Some(intent)),
        Err(CommitError::Refused(Refused::OrderTaken)) => {
            let is_key = |change: &Change| !matches!(change, Change::OpenPayment(_) | Change::VerdictDue { .. });
            house
                .commit(project, changes.into_iter().filter(is_key).collect())
                .await
                .map(|()| None)
        }
        Err(error) => was_made(house, project, &changes, error).await.map(|()| Some(intent)),
    }
}

/// Whether a commit in doubt was made: then the issuance has moved. Otherwise the error again.
async fn was_made(
    house: &House,
    project: ProjectId,
    changes: &[Change],
    error: CommitError,
) -> Result<(), CommitError> {
    let (CommitError::InDoubt(_), Some(Change::MoveIssuance(step))) = (&error, changes.first()) else {
        return Err(error);
    };
    match house.store.issuance(project, step.receipt_id).await {
        Ok(Some(now)) if (now.seq, now.state) == (step.seq, step.to) => Ok(()),
        Ok(_) | Err(_) => Err(error),
    }
}

/// Debits what was intended. Its outcome is on disk; whoever answers reads it from there.
pub async fn take(house: &Arc<House>, intent: Option<Intent>) {
    let Some(Intent { payment, posted }) = intent else {
        return;
    };
    if let Err(refusal) = debit(house, &posted, payment).await {
        tracing::error!(
            code = refusal.code.name(),
            "the outcome of a first payment was not recorded"
        );
    }
}

/// The first payment of an issued key, once it is known; `None` when none was asked for.
///
/// Errors: the decline, or that its outcome is unknown; either way the key exists, and the hint says so.
pub async fn of(house: &House, issuance: &Issuance) -> Result<Option<Payment>, Refusal> {
    let Some(payment) = find(house, issuance).await? else {
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
        State::Paid | State::PartlyCancelled | State::Cancelled => Ok(Some(payment)),
        State::Declined | State::Voided => Err(declined(&payment).hint(key_exists(issuance, "not taken"))),
        State::Intended | State::InDoubt | State::NeedsPerson => {
            let refusal = Refusal::new(ErrorCode::ConfirmCritical, "price").receipt(payment.receipt_id);
            Err(refusal.hint(key_exists(
                issuance,
                "not known yet: do not charge again, look it up by receipt_id",
            )))
        }
    }
}

/// The same for a lookup, to which a decline is no error.
pub async fn find(house: &House, issuance: &Issuance) -> Result<Option<Payment>, Refusal> {
    if issuance.terms.price == Won::ZERO || issuance.issued.is_none() {
        return Ok(None);
    }
    let source = Source::Publish(issuance.receipt_id);
    let attempts = by_order(house, issuance.project_id, &issuance.terms.subscription_id).await?;
    let Some(first) = attempts.into_iter().find(|payment| payment.source == source) else {
        return Ok(None);
    };
    if first.state != State::Intended {
        return Ok(Some(first));
    }
    crate::payment::wait(house, first.receipt_id).await;
    house
        .store
        .payment(issuance.project_id, first.receipt_id)
        .await
        .map_err(|error| read_refusal(&error))
}

fn key_exists(issuance: &Issuance, first_payment: &str) -> String {
    let receipt_id = issuance.receipt_id;
    format!(
        "빌링키는 발급되었습니다: GET /v2/subscribe/billing_key/{receipt_id} \
         (the key was issued; the first payment: {first_payment})"
    )
}

//! The cash receipt that the PG issues with a debit, and takes back with the whole of it.

use domain::cash_receipt::{CashReceipt, CashReceiptOrigin, CashReceiptState};
use domain::change::Change;
use domain::fingerprint::Fingerprint;
use domain::issuance::IssuanceTerms;
use domain::payment::PaymentTransition;
use domain::payment::{self, Payment};

use super::lookup::of_payment;
use crate::services::Services;

/// What the PG has issued with the debit that `payment` was just paid by.
pub fn begins_with(payment: &Payment, step: &PaymentTransition) -> Option<Change> {
    if payment.state != payment::PaymentState::Paid {
        return None;
    }
    let receipt = Box::new(payment.cash_receipt_of_debit()?);
    let (by, at) = (step.actor, step.at);
    Some(Change::PutCashReceipt { receipt, by, at })
}

/// The cash receipt of a payment that was just cancelled, as it is after the cancel, and the change that makes it so. The PG takes
/// back what it had issued with the debit when all of the money went back; a receipt that the merchant asked for is the
/// merchant's to cancel.
pub async fn ends_with(
    services: &Services,
    payment: &Payment,
    step: &PaymentTransition,
) -> (Option<CashReceipt>, Option<Change>) {
    let receipt = match of_payment(services, payment).await {
        Ok(Some(receipt)) => receipt,
        Ok(None) => return (None, None),
        Err(refusal) => {
            tracing::error!(
                code = refusal.code.name(),
                "a cancelled payment's cash receipt cannot be read"
            );
            return (None, None);
        }
    };
    let is_all_back = payment.state == payment::PaymentState::Cancelled;
    let is_the_pgs = receipt.origin == CashReceiptOrigin::Debit
        && matches!(receipt.state, CashReceiptState::Issued | CashReceiptState::Cancelling);
    if !(is_all_back && is_the_pgs) {
        return (Some(receipt), None);
    }
    let ended = receipt.cancelled(step.at);
    let change = Change::PutCashReceipt {
        receipt: Box::new(ended.clone()),
        by: step.actor,
        at: step.at,
    };
    (Some(ended), Some(change))
}

/// Whether the PG issues one with every debit of the payment's key. What cannot be read is taken for yes.
pub async fn is_standing(services: &Services, payment: &Payment) -> bool {
    let terms = terms(services, payment).await;
    terms.is_none_or(|terms| terms.cash_receipt_type.is_some())
}

/// Whom they are issued to, where that is known.
pub async fn standing_print(services: &Services, payment: &Payment) -> Option<Fingerprint> {
    terms(services, payment).await?.cash_receipt_print
}

/// What was asked for with the payment's key.
async fn terms(services: &Services, payment: &Payment) -> Option<IssuanceTerms> {
    let (store, project) = (services.store(), payment.project_id);
    let key = store.billing_key(project, payment.billing_key).await.ok()??;
    let issuance = store.issuance(project, key.receipt_id).await.ok()??;
    Some(issuance.terms)
}

//! The cash receipt that the PG issues with a debit, and takes back with the whole of it.

use domain::cash_receipt::{CashReceipt, Origin, State};
use domain::change::{Change, MovePayment};
use domain::payment::{self, Payment};

use super::lookup::of_payment;
use crate::house::House;

/// What the PG has issued with the debit that `payment` was just paid by.
pub fn begins_with(payment: &Payment, step: &MovePayment) -> Option<Change> {
    if payment.state != payment::State::Paid {
        return None;
    }
    let receipt = Box::new(CashReceipt::with_debit(payment)?);
    let (by, at) = (step.actor, step.at);
    Some(Change::PutCashReceipt { receipt, by, at })
}

/// What ends with a payment that was just cancelled whole. A receipt that the merchant asked for is the merchant's to cancel.
pub async fn ends_with(house: &House, payment: &Payment, step: &MovePayment) -> Option<Change> {
    if payment.state != payment::State::Cancelled {
        return None;
    }
    let receipt = match of_payment(house, payment).await {
        Ok(receipt) => receipt?,
        Err(refusal) => {
            tracing::error!(
                code = refusal.code.name(),
                "a cancelled payment's cash receipt cannot be read"
            );
            return None;
        }
    };
    let ends = receipt.origin == Origin::Debit && matches!(receipt.state, State::Issued | State::Cancelling);
    ends.then(|| Change::PutCashReceipt {
        receipt: Box::new(receipt.cancelled(step.at)),
        by: step.actor,
        at: step.at,
    })
}

/// Whether the PG issues one with every debit of the payment's key. What cannot be read is taken for yes.
pub async fn is_standing(house: &House, payment: &Payment) -> bool {
    let (store, project) = (&house.store, payment.project_id);
    let Ok(Some(key)) = store.billing_key(project, payment.billing_key).await else {
        return true;
    };
    match store.issuance(project, key.receipt_id).await {
        Ok(Some(issuance)) => issuance.terms.cash_receipt_type.is_some(),
        _ => true,
    }
}

//! Reading cash receipts.

use domain::cash_receipt::{CashReceipt, Origin};
use domain::payment::Payment;
use domain::{ProjectId, ReceiptId, Refusal};

use crate::house::House;
use crate::issuance::read_refusal;
use crate::kind;

pub async fn stored(house: &House, project: ProjectId, id: ReceiptId) -> Result<Option<CashReceipt>, Refusal> {
    let found = house.store.cash_receipt(project, id).await;
    found.map_err(|error| read_refusal(&error))
}

/// The cash receipt of a payment, if there is one.
pub async fn of_payment(house: &House, payment: &Payment) -> Result<Option<CashReceipt>, Refusal> {
    stored(house, payment.project_id, payment.receipt_id).await
}

/// A cash receipt that belongs to no payment. Errors: `RC_NOT_FOUND`.
pub async fn stands_alone(house: &House, project: ProjectId, id: ReceiptId) -> Result<CashReceipt, Refusal> {
    let found = stored(house, project, id).await?;
    match found.filter(|receipt| receipt.origin == Origin::Alone) {
        Some(alone) => Ok(alone),
        None => Err(kind::not_found(house, project, id.0, "receipt_id").await),
    }
}

/// A payment beside its cash receipt, as a receipt is written.
pub async fn with_payment(
    house: &House,
    payment: Option<Payment>,
) -> Result<Option<(Payment, Option<CashReceipt>)>, Refusal> {
    let Some(payment) = payment else { return Ok(None) };
    let cash = of_payment(house, &payment).await?;
    Ok(Some((payment, cash)))
}

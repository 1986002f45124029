//! Reading cash receipts.

use domain::cash_receipt::{CashReceipt, CashReceiptOrigin};
use domain::payment::Payment;
use domain::{ProjectId, ReceiptId, Refusal};

use crate::services::Services;
use crate::services::not_found;

pub async fn stored(services: &Services, project: ProjectId, id: ReceiptId) -> Result<Option<CashReceipt>, Refusal> {
    let found = services.store().cash_receipt(project, id).await;
    found.map_err(Refusal::from)
}

/// The cash receipt of a payment, if there is one.
pub async fn of_payment(services: &Services, payment: &Payment) -> Result<Option<CashReceipt>, Refusal> {
    stored(services, payment.project_id, payment.receipt_id).await
}

/// A cash receipt that belongs to no payment. Errors: `RC_NOT_FOUND`.
pub async fn stands_alone(services: &Services, project: ProjectId, id: ReceiptId) -> Result<CashReceipt, Refusal> {
    let found = stored(services, project, id).await?;
    match found.filter(|receipt| receipt.origin == CashReceiptOrigin::Standalone) {
        Some(alone) => Ok(alone),
        None => Err(not_found::not_found(services, project, id.0, "receipt_id").await),
    }
}

/// A payment beside its cash receipt, as a receipt is written.
pub async fn with_payment(
    services: &Services,
    payment: Option<Payment>,
) -> Result<Option<(Payment, Option<CashReceipt>)>, Refusal> {
    let Some(payment) = payment else { return Ok(None) };
    let cash = of_payment(services, &payment).await?;
    Ok(Some((payment, cash)))
}

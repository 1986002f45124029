//! Reading cash receipts.

use domain::cash_receipt::{CashReceipt, CashReceiptOrigin};
use domain::payment::Payment;
use domain::{ProjectId, ReceiptId, Refusal};

use crate::app::App;
use crate::issuance::read_refusal;
use crate::not_found;

pub async fn stored(app: &App, project: ProjectId, id: ReceiptId) -> Result<Option<CashReceipt>, Refusal> {
    let found = app.store.cash_receipt(project, id).await;
    found.map_err(|error| read_refusal(&error))
}

/// The cash receipt of a payment, if there is one.
pub async fn of_payment(app: &App, payment: &Payment) -> Result<Option<CashReceipt>, Refusal> {
    stored(app, payment.project_id, payment.receipt_id).await
}

/// A cash receipt that belongs to no payment. Errors: `RC_NOT_FOUND`.
pub async fn stands_alone(app: &App, project: ProjectId, id: ReceiptId) -> Result<CashReceipt, Refusal> {
    let found = stored(app, project, id).await?;
    match found.filter(|receipt| receipt.origin == CashReceiptOrigin::Alone) {
        Some(alone) => Ok(alone),
        None => Err(not_found::not_found(app, project, id.0, "receipt_id").await),
    }
}

/// A payment beside its cash receipt, as a receipt is written.
pub async fn with_payment(
    app: &App,
    payment: Option<Payment>,
) -> Result<Option<(Payment, Option<CashReceipt>)>, Refusal> {
    let Some(payment) = payment else { return Ok(None) };
    let cash = of_payment(app, &payment).await?;
    Ok(Some((payment, cash)))
}

//! Reading payments.

use domain::payment::Payment;
use domain::{ProjectId, ReceiptId, Refusal};

use crate::app::App;
use crate::issuance::read_refusal;
use crate::not_found;

/// Attempts of one order that are listed.
const ATTEMPTS_MAX: u32 = 100;

/// The payment with this receipt id. Errors: `RC_NOT_FOUND`.
pub async fn by_receipt(app: &App, project: ProjectId, receipt: ReceiptId) -> Result<Payment, Refusal> {
    let found = app
        .store
        .payment(project, receipt)
        .await
        .map_err(|error| read_refusal(&error))?;
    match found {
        Some(payment) => Ok(payment),
        None => Err(not_found::not_found(app, project, receipt.0, "receipt_id").await),
    }
}

/// Every attempt to pay an order, oldest first; none is an empty list.
pub async fn by_order(app: &App, project: ProjectId, order_id: &str) -> Result<Vec<Payment>, Refusal> {
    let found = app.store.payments_by_order(project, order_id, ATTEMPTS_MAX).await;
    found.map_err(|error| read_refusal(&error))
}

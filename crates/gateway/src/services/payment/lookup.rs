//! Reading payments.

use domain::payment::Payment;
use domain::{ProjectId, ReceiptId, Refusal};

use crate::services::Services;
use crate::services::not_found;

/// Attempts of one order that are listed.
const ATTEMPTS_MAX: u32 = 100;

/// The payment with this receipt id. Errors: `RC_NOT_FOUND`.
pub async fn by_receipt(services: &Services, project: ProjectId, receipt: ReceiptId) -> Result<Payment, Refusal> {
    let found = services.store().payment(project, receipt).await?;
    match found {
        Some(payment) => Ok(payment),
        None => Err(not_found::not_found(services, project, receipt.0, "receipt_id").await),
    }
}

/// Every attempt to pay an order, oldest first; none is an empty list.
pub async fn by_order(services: &Services, project: ProjectId, order_id: &str) -> Result<Vec<Payment>, Refusal> {
    let found = services
        .store()
        .payments_by_order(project, order_id, ATTEMPTS_MAX)
        .await;
    found.map_err(Refusal::from)
}

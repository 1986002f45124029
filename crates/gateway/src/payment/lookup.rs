//! Reading payments.

use domain::payment::Payment;
use domain::{ProjectId, ReceiptId, Refusal};

use crate::house::House;
use crate::issuance::read_refusal;
use crate::kind;

/// Attempts of one order that are listed.
const ATTEMPTS_MAX: u32 = 100;

/// The payment with this receipt id. Errors: `RC_NOT_FOUND`.
pub async fn by_receipt(house: &House, project: ProjectId, receipt: ReceiptId) -> Result<Payment, Refusal> {
    let found = house
        .store
        .payment(project, receipt)
        .await
        .map_err(|error| read_refusal(&error))?;
    match found {
        Some(payment) => Ok(payment),
        None => Err(kind::not_found(house, project, receipt.0, "receipt_id").await),
    }
}

/// Every attempt to pay an order, oldest first; none is an empty list.
pub async fn by_order(house: &House, project: ProjectId, order_id: &str) -> Result<Vec<Payment>, Refusal> {
    let found = house.store.payments_by_order(project, order_id, ATTEMPTS_MAX).await;
    found.map_err(|error| read_refusal(&error))
}

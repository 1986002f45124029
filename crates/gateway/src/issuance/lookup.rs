//! Reading an issuance, with its key where there is one.

use domain::issuance::Issuance;
use domain::key::BillingKey;
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal};

use super::read_refusal;
use crate::house::House;
use crate::kind;

/// An issuance and its key.
pub struct Found {
    pub issuance: Issuance,
    pub key: Option<BillingKey>,
}

/// The issuance with this receipt id.
///
/// Errors: `RC_NOT_FOUND` when the project has no such receipt, `RC_NOT_SUBSCRIBE` when it is a payment's.
pub async fn by_receipt(house: &House, project: ProjectId, receipt: ReceiptId) -> Result<Found, Refusal> {
    let found = house
        .store
        .issuance(project, receipt)
        .await
        .map_err(|error| read_refusal(&error))?;
    let Some(issuance) = found else {
        return Err(not_an_issuance(house, project, receipt).await);
    };
    let key = match issuance.issued {
        Some(issued) => house
            .store
            .billing_key(project, issued.billing_key)
            .await
            .map_err(|error| read_refusal(&error))?,
        None => None,
    };
    Ok(Found { issuance, key })
}

async fn not_an_issuance(house: &House, project: ProjectId, receipt: ReceiptId) -> Refusal {
    match house.store.payment(project, receipt).await {
        Ok(Some(_)) => Refusal::new(ErrorCode::NotSubscribe, "receipt_id"),
        Ok(None) => kind::not_found(house, project, receipt.0, "receipt_id").await,
        Err(error) => read_refusal(&error),
    }
}

//! Reading an issuance, with its key where there is one.

use domain::issuance::Issuance;
use domain::key::BillingKey;
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal};

use super::read_refusal;
use crate::house::House;

/// An issuance and its key.
pub struct Found {
    pub issuance: Issuance,
    pub key: Option<BillingKey>,
}

/// The issuance with this receipt id.
///
/// Errors: `RC_NOT_FOUND` when the project has no such receipt.
pub async fn by_receipt(house: &House, project: ProjectId, receipt: ReceiptId) -> Result<Found, Refusal> {
    let found = house
        .store
        .issuance(project, receipt)
        .await
        .map_err(|error| read_refusal(&error))?;
    let issuance = found.ok_or_else(|| Refusal::new(ErrorCode::ReceiptNotFound, "receipt_id"))?;
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

//! Reading an issuance, with its key where there is one.

use domain::issuance::Issuance;
use domain::key::BillingKey;
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal};

use crate::services::Services;
use crate::services::not_found;

/// An issuance and its key.
pub struct IssuanceDetails {
    pub issuance: Issuance,
    pub key: Option<BillingKey>,
}

/// The issuance with this receipt id.
///
/// Errors: `RC_NOT_FOUND` when the project has no such receipt, `RC_NOT_SUBSCRIBE` when it is a payment's.
pub async fn by_receipt(
    services: &Services,
    project: ProjectId,
    receipt: ReceiptId,
) -> Result<IssuanceDetails, Refusal> {
    let found = services.store().issuance(project, receipt).await?;
    let Some(issuance) = found else {
        return Err(not_an_issuance(services, project, receipt).await);
    };
    let key = match issuance.issued {
        Some(issued) => services.store().billing_key(project, issued.billing_key).await?,
        None => None,
    };
    Ok(IssuanceDetails { issuance, key })
}

async fn not_an_issuance(services: &Services, project: ProjectId, receipt: ReceiptId) -> Refusal {
    match services.store().payment(project, receipt).await {
        Ok(Some(_)) => Refusal::new(ErrorCode::NotSubscribe, "receipt_id"),
        Ok(None) => not_found::not_found(services, project, receipt.0, "receipt_id").await,
        Err(error) => Refusal::from(error),
    }
}

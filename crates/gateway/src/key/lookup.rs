//! Reading a key.

use domain::key::BillingKey;
use domain::{BillingKeyId, ErrorCode, ProjectId, Refusal};

use crate::house::House;
use crate::issuance::read_refusal;

/// The key with this id. Errors: `RC_NOT_FOUND` when the project has no such key.
pub async fn by_key(house: &House, project: ProjectId, key: BillingKeyId) -> Result<BillingKey, Refusal> {
    let found = house
        .store
        .billing_key(project, key)
        .await
        .map_err(|error| read_refusal(&error))?;
    found.ok_or_else(|| Refusal::new(ErrorCode::ReceiptNotFound, "billing_key"))
}

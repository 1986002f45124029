//! Reading a key.

use domain::key::BillingKey;
use domain::{BillingKeyId, ProjectId, Refusal};

use crate::house::House;
use crate::issuance::read_refusal;
use crate::kind;

/// The key with this id. Errors: `RC_NOT_FOUND` when the project has no such key.
pub async fn by_key(house: &House, project: ProjectId, key: BillingKeyId) -> Result<BillingKey, Refusal> {
    let found = house
        .store
        .billing_key(project, key)
        .await
        .map_err(|error| read_refusal(&error))?;
    match found {
        Some(key) => Ok(key),
        None => Err(kind::not_found(house, project, key.0, "billing_key").await),
    }
}

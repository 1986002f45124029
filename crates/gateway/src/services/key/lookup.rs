//! Reading a key.

use domain::key::BillingKey;
use domain::{BillingKeyId, ProjectId, Refusal};

use crate::services::Services;
use crate::services::not_found;

/// The key with this id. Errors: `RC_NOT_FOUND` when the project has no such key.
pub async fn by_key(services: &Services, project: ProjectId, key: BillingKeyId) -> Result<BillingKey, Refusal> {
    let found = services.store().billing_key(project, key).await?;
    match found {
        Some(key) => Ok(key),
        None => Err(not_found::not_found(services, project, key.0, "billing_key").await),
    }
}

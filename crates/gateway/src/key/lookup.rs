//! Reading a key.

use domain::key::BillingKey;
use domain::{BillingKeyId, ProjectId, Refusal};

use crate::app::App;
use crate::issuance::read_refusal;
use crate::not_found;

/// The key with this id. Errors: `RC_NOT_FOUND` when the project has no such key.
pub async fn by_key(app: &App, project: ProjectId, key: BillingKeyId) -> Result<BillingKey, Refusal> {
    let found = app
        .store
        .billing_key(project, key)
        .await
        .map_err(|error| read_refusal(&error))?;
    match found {
        Some(key) => Ok(key),
        None => Err(not_found::not_found(app, project, key.0, "billing_key").await),
    }
}

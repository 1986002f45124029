//! The id at the end of a path.

use std::str::FromStr;

use domain::{ErrorCode, ProjectId, ReceiptId, Refusal};

use crate::services::Services;

/// Reads an id of the path. What is no id is no one's: `RC_NOT_FOUND`, naming `field`.
pub fn id<T: FromStr>(text: &str, field: &'static str) -> Result<T, Refusal> {
    text.parse()
        .map_err(|_| Refusal::new(ErrorCode::ReceiptNotFound, field))
}

/// The receipt that a merchant names so, by this gateway's id or by its PG's. Errors: `RC_NOT_FOUND` for what is no id; the store.
pub async fn receipt(services: &Services, project: ProjectId, text: &str) -> Result<ReceiptId, Refusal> {
    services.own_receipt(project, id(text, "receipt_id")?).await
}

//! Idempotency keys: the merchant's own key for a request, and the receipt that the request made.

use domain::fingerprint::Fingerprint;
use domain::{ProjectId, ReceiptId};

use crate::Store;
use crate::error::ReadError;
use crate::place::Place;
use crate::statement::statements;
use crate::value::values;

statements! {
    INSERT_IDEMPOTENCY = "INSERT INTO idempotency_key ({bucket}project_id, key, fingerprint, receipt_id) VALUES ({:bucket}?1, ?2, ?3, ?4)
        ON CONFLICT ({bucket}project_id, key) DO NOTHING";
    DELETE_IDEMPOTENCY = "DELETE FROM idempotency_key WHERE {of}project_id = ?1 AND key = ?2 AND receipt_id = ?3";
    SELECT_IDEMPOTENCY = "SELECT fingerprint, receipt_id FROM idempotency_key WHERE {of}project_id = ?1 AND key = ?2";
}

impl Store {
    /// The request that used this idempotency key.
    pub async fn idempotency(
        &self,
        project: ProjectId,
        key: &str,
    ) -> Result<Option<(Fingerprint, ReceiptId)>, ReadError> {
        self.first(
            Place::Of(project),
            &SELECT_IDEMPOTENCY,
            values![project, key],
            |columns| Ok((columns.next()?, columns.next()?)),
        )
        .await
    }
}

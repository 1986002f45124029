//! Receipts by the ids that their PG gave them.

use domain::{ProjectId, ReceiptId};

use crate::Store;
use crate::error::ReadError;
use crate::place::Place;
use crate::statement::statements;
use crate::value::values;

statements! {
    /// The PG gives an id once.
    INSERT_ALIAS = "INSERT INTO receipt_alias ({bucket}project_id, alias, receipt_id) VALUES ({:bucket}?1, ?2, ?3)
        ON CONFLICT ({bucket}project_id, alias) DO NOTHING";
    SELECT_ALIAS = "SELECT receipt_id FROM receipt_alias WHERE {of}project_id = ?1 AND alias = ?2";
}

impl Store {
    /// The receipt that the PG knows by this id.
    pub async fn receipt_by_alias(&self, project: ProjectId, alias: &str) -> Result<Option<ReceiptId>, ReadError> {
        let values = values![project, alias];
        self.first(Place::Of(project), &SELECT_ALIAS, values, |columns| columns.next())
            .await
    }
}

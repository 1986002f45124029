//! What was said between the gateway and the PG about one receipt.

use std::collections::HashSet;

use domain::{ProjectId, ReceiptId, Refusal};

use super::OperatorService;
use crate::ops::pg_call_log::PgCall;

impl OperatorService {
    /// The calls to the PG about a receipt of `project`, oldest first: those of this process that are still kept.
    pub async fn pg_calls(&self, project: ProjectId, receipt: ReceiptId) -> Result<Vec<PgCall>, Refusal> {
        let store = &self.app.services.store();
        let unreadable = |error| Refusal::from(error);
        let mut ids = HashSet::from([receipt.to_string()]);
        if let Some(payment) = store.payment(project, receipt).await.map_err(unreadable)? {
            ids.extend(payment.debit.map(|debit| debit.tid));
            let cancels = store.cancels(project, receipt).await.map_err(unreadable)?;
            ids.extend(cancels.into_iter().map(|cancel| cancel.id.to_string()));
        }
        if let Some(cash_receipt) = store.cash_receipt(project, receipt).await.map_err(unreadable)? {
            ids.insert(cash_receipt.cancel_order_id());
            ids.insert(cash_receipt.pg_order_id);
            ids.extend(cash_receipt.tid);
        }
        Ok(self.app.ops.pg_calls.of(&ids))
    }
}

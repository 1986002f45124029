//! What was said between the gateway and the PG about one receipt.

use std::collections::HashSet;

use domain::{ProjectId, ReceiptId, Refusal};

use super::Desk;
use crate::exchanges::Exchange;
use crate::issuance::read_refusal;

impl Desk {
    /// The calls to the PG about a receipt of `project`, oldest first: those of this process that are still kept.
    pub async fn exchanges(&self, project: ProjectId, receipt: ReceiptId) -> Result<Vec<Exchange>, Refusal> {
        let store = &self.house.store;
        let unreadable = |error| read_refusal(&error);
        let mut ids = HashSet::from([receipt.to_string()]);
        if let Some(payment) = store.payment(project, receipt).await.map_err(unreadable)? {
            ids.extend(payment.debit.map(|debit| debit.tid));
            let cancels = store.cancels(receipt).await.map_err(unreadable)?;
            ids.extend(cancels.into_iter().map(|cancel| cancel.id.to_string()));
        }
        if let Some(cash_receipt) = store.cash_receipt(project, receipt).await.map_err(unreadable)? {
            ids.insert(cash_receipt.cancel_order_id());
            ids.insert(cash_receipt.pg_order_id);
            ids.extend(cash_receipt.tid);
        }
        Ok(self.house.exchanges.of(&ids))
    }
}

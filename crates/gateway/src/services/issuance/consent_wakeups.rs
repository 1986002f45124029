//! A person has answered a simulated customer's call, or a webhook of the PG has come, so the PG is asked about that consent at once.

use std::sync::Arc;

use dashmap::DashMap;
use domain::ReceiptId;
use tokio::sync::Notify;

/// The consents that are followed in this process, by their receipt.
#[derive(Default)]
pub struct ConsentWakeups(Arc<DashMap<ReceiptId, Arc<Notify>>>);

impl ConsentWakeups {
    /// Listens for one receipt until it is dropped.
    pub fn listen(&self, receipt_id: ReceiptId) -> ConsentWakeup {
        let notify = Arc::new(Notify::new());
        self.0.insert(receipt_id, notify.clone());
        ConsentWakeup {
            all: self.0.clone(),
            receipt_id,
            notify,
        }
    }

    /// Wakes who listens; that may be nobody.
    pub fn wake(&self, receipt_id: ReceiptId) {
        if let Some(notify) = self.0.get(&receipt_id) {
            notify.notify_one();
        }
    }
}

/// Whoever follows a consent.
pub struct ConsentWakeup {
    all: Arc<DashMap<ReceiptId, Arc<Notify>>>,
    receipt_id: ReceiptId,
    notify: Arc<Notify>,
}

impl ConsentWakeup {
    /// Resolves when it was woken since this last resolved.
    pub async fn wait(&self) {
        self.notify.notified().await;
    }
}

impl Drop for ConsentWakeup {
    fn drop(&mut self) {
        // Not that of whoever listens since.
        self.all
            .remove_if(&self.receipt_id, |_, notify| Arc::ptr_eq(notify, &self.notify));
    }
}

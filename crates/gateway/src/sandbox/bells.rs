//! Bells: a person has answered a simulated customer's call, so the PG is asked about that consent at once.

use std::sync::Arc;

use dashmap::DashMap;
use domain::ReceiptId;
use tokio::sync::Notify;

/// The consents that are followed in this process, by their receipt.
#[derive(Default)]
pub struct Bells(Arc<DashMap<ReceiptId, Arc<Notify>>>);

impl Bells {
    /// Listens for one receipt's bell until the ear is dropped.
    pub fn listen(&self, receipt_id: ReceiptId) -> Ear {
        let bell = Arc::new(Notify::new());
        self.0.insert(receipt_id, bell.clone());
        Ear {
            bells: self.0.clone(),
            receipt_id,
            bell,
        }
    }

    /// Rings; nobody may be listening.
    pub fn ring(&self, receipt_id: ReceiptId) {
        if let Some(bell) = self.0.get(&receipt_id) {
            bell.notify_one();
        }
    }
}

/// Whoever follows a consent.
pub struct Ear {
    bells: Arc<DashMap<ReceiptId, Arc<Notify>>>,
    receipt_id: ReceiptId,
    bell: Arc<Notify>,
}

impl Ear {
    /// Resolves when the bell has rung since this last resolved.
    pub async fn heard(&self) {
        self.bell.notified().await;
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.bells.remove(&self.receipt_id);
    }
}

/// Like [`Ear::heard`]; never for nobody.
pub async fn heard(ear: Option<&Ear>) {
    match ear {
        Some(ear) => ear.heard().await,
        None => std::future::pending().await,
    }
}

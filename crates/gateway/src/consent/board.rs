//! The board: every issuance that this process is moving, and who waits for it.

use std::sync::Arc;

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use domain::ReceiptId;
use domain::issuance::Issuance;
use tokio::sync::watch;

/// What an issuance looks like to those who wait.
pub type Seen = watch::Receiver<Arc<Issuance>>;

/// Issuances under way in this process.
pub struct Board {
    entries: DashMap<ReceiptId, watch::Sender<Arc<Issuance>>>,
    max: usize,
}

/// The board is full.
pub struct Full;

impl Board {
    pub fn new(max: usize) -> Self {
        Self {
            entries: DashMap::new(),
            max,
        }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether another issuance may come in.
    pub fn has_room(&self) -> Result<(), Full> {
        if self.entries.len() < self.max {
            Ok(())
        } else {
            Err(Full)
        }
    }

    /// Puts an issuance up; `None` when it is up already and somebody else moves it.
    pub fn put_up(self: &Arc<Self>, issuance: &Arc<Issuance>) -> Option<Posted> {
        match self.entries.entry(issuance.receipt_id) {
            Entry::Occupied(_) => None,
            Entry::Vacant(vacant) => {
                vacant.insert(watch::Sender::new(issuance.clone()));
                Some(Posted {
                    board: self.clone(),
                    receipt_id: issuance.receipt_id,
                })
            }
        }
    }

    /// Follows an issuance that is up.
    pub fn follow(&self, receipt_id: ReceiptId) -> Option<Seen> {
        self.entries.get(&receipt_id).map(|entry| entry.subscribe())
    }
}

/// The right to move one issuance in this process; taken down when dropped.
pub struct Posted {
    board: Arc<Board>,
    receipt_id: ReceiptId,
}

impl Posted {
    /// Shows those who wait what has been committed.
    pub fn show(&self, issuance: Arc<Issuance>) {
        if let Some(entry) = self.board.entries.get(&self.receipt_id) {
            entry.send_replace(issuance);
        }
    }
}

impl Drop for Posted {
    fn drop(&mut self) {
        self.board.entries.remove(&self.receipt_id);
    }
}

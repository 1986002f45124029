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
                    board: Some(self.clone()),
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
    /// `None` once it has left.
    board: Option<Arc<Board>>,
    receipt_id: ReceiptId,
}

impl Posted {
    /// Shows those who wait what has been committed.
    pub fn show(&self, issuance: Arc<Issuance>) {
        let Some(board) = &self.board else { return };
        if let Some(entry) = board.entries.get(&self.receipt_id) {
            entry.send_replace(issuance);
        }
    }

    /// Shows the last there is to show, after making room: whoever acts on it at once must find the board free.
    pub fn leave(mut self, issuance: Arc<Issuance>) {
        let Some(board) = self.board.take() else { return };
        if let Some((_, entry)) = board.entries.remove(&self.receipt_id) {
            entry.send_replace(issuance);
        }
    }
}

impl Drop for Posted {
    fn drop(&mut self) {
        if let Some(board) = &self.board {
            board.entries.remove(&self.receipt_id);
        }
    }
}

//! The board: everything that this process is moving, an issuance or a payment, and who waits for it. How much there may be
//! is shared by the projects.

use std::sync::Arc;

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use domain::{ProjectId, ReceiptId};
use fairness::{FairSemaphore, NoRoom, Share};
use tokio::sync::watch;

/// What something under way looks like to those who wait.
pub type Subscription<T> = watch::Receiver<Arc<T>>;

/// What is under way in this process, by its receipt.
pub struct InFlight<T> {
    entries: DashMap<ReceiptId, watch::Sender<Arc<T>>>,
    places: FairSemaphore<ProjectId, 1>,
}

/// The right to put something up; free again when dropped.
pub type Slot = fairness::Permit<ProjectId, 1>;

impl<T> InFlight<T> {
    pub fn new(max: usize) -> Self {
        Self {
            entries: DashMap::new(),
            places: FairSemaphore::new(max),
        }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether any of them is such.
    pub fn any(&self, is_such: impl Fn(&T) -> bool) -> bool {
        self.entries.iter().any(|entry| is_such(&entry.borrow()))
    }

    /// A place for another of `share`'s project. Errors: whose limit is reached.
    pub fn reserve_slot(&self, share: Share<ProjectId>) -> Result<Slot, NoRoom> {
        self.places.try_acquire([share])
    }

    /// The same for what cannot be turned away; it counts all the same.
    pub fn reserve_slot_over_limit(&self, share: Share<ProjectId>) -> Slot {
        self.places.acquire_over_limit([share])
    }

    /// Puts something up; `None` when it is up already and somebody else moves it.
    pub fn register(self: &Arc<Self>, receipt_id: ReceiptId, present: &Arc<T>) -> Option<InFlightGuard<T>> {
        match self.entries.entry(receipt_id) {
            Entry::Occupied(_) => None,
            Entry::Vacant(vacant) => {
                vacant.insert(watch::Sender::new(present.clone()));
                Some(InFlightGuard {
                    board: Some(self.clone()),
                    receipt_id,
                    place: None,
                })
            }
        }
    }

    /// Follows what is up.
    pub fn subscribe(&self, receipt_id: ReceiptId) -> Option<Subscription<T>> {
        self.entries.get(&receipt_id).map(|entry| entry.subscribe())
    }
}

/// The right to move one of them in this process; taken down when dropped.
pub struct InFlightGuard<T> {
    /// `None` once it has left.
    board: Option<Arc<InFlight<T>>>,
    receipt_id: ReceiptId,
    place: Option<Slot>,
}

impl<T> InFlightGuard<T> {
    /// The same, holding its place as long as it is up.
    pub fn with_slot(mut self, place: Slot) -> Self {
        self.place = Some(place);
        self
    }

    /// Shows those who wait what has been committed.
    pub fn update(&self, present: Arc<T>) {
        let Some(board) = &self.board else { return };
        if let Some(entry) = board.entries.get(&self.receipt_id) {
            entry.send_replace(present);
        }
    }

    /// Shows the last there is to show, after making room: whoever acts on it at once must find the board free.
    pub fn finish(mut self, present: Arc<T>) {
        let Some(board) = self.board.take() else { return };
        drop(self.place.take());
        if let Some((_, entry)) = board.entries.remove(&self.receipt_id) {
            entry.send_replace(present);
        }
    }
}

impl<T> Drop for InFlightGuard<T> {
    fn drop(&mut self) {
        if let Some(board) = &self.board {
            board.entries.remove(&self.receipt_id);
        }
    }
}

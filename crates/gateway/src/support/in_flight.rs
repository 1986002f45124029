//! Single flight: everything that this process is moving, an issuance or a payment, and who waits for it. How much there may
//! be is shared by the projects.

use std::sync::Arc;

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal};
use fairness::{FairSemaphore, NoRoom, Share};
use tokio::sync::watch;

/// What something under way looks like to those who wait.
pub type Subscription<T> = watch::Receiver<Arc<T>>;

/// What is under way in this process, by its receipt.
pub struct InFlight<T> {
    /// `None`: it is still being moved, and nobody is to wait for it any longer.
    entries: DashMap<ReceiptId, Option<watch::Sender<Arc<T>>>>,
    places: FairSemaphore<ProjectId, 1>,
}

/// Room for one more; free again when dropped.
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
        let shown =
            |entry: &Option<watch::Sender<Arc<T>>>| entry.as_ref().is_some_and(|shown| is_such(&shown.borrow()));
        self.entries.iter().any(|entry| shown(&entry))
    }

    /// A place for another of `share`'s project. Errors: whose limit is reached.
    pub fn reserve_slot(&self, share: Share<ProjectId>) -> Result<Slot, NoRoom> {
        self.places.try_acquire([share])
    }

    /// The same for what cannot be turned away; it counts all the same.
    pub fn reserve_slot_over_limit(&self, share: Share<ProjectId>) -> Slot {
        self.places.acquire_over_limit([share])
    }

    /// Registers something; `None` when it is registered already and somebody else moves it.
    pub fn register(self: &Arc<Self>, receipt_id: ReceiptId, present: &Arc<T>) -> Option<InFlightGuard<T>> {
        match self.entries.entry(receipt_id) {
            Entry::Occupied(_) => None,
            Entry::Vacant(vacant) => {
                vacant.insert(Some(watch::Sender::new(present.clone())));
                Some(InFlightGuard {
                    in_flight: Some(self.clone()),
                    receipt_id,
                    place: None,
                })
            }
        }
    }

    /// Whether somebody here is moving it, also where nobody is to wait for that.
    pub fn is_registered(&self, receipt_id: ReceiptId) -> bool {
        self.entries.contains_key(&receipt_id)
    }

    /// Follows what is registered.
    pub fn subscribe(&self, receipt_id: ReceiptId) -> Option<Subscription<T>> {
        let entry = self.entries.get(&receipt_id)?;
        entry.as_ref().map(watch::Sender::subscribe)
    }
}

/// The right to move one of them in this process; it ends when dropped.
pub struct InFlightGuard<T> {
    /// `None` once it has left.
    in_flight: Option<Arc<InFlight<T>>>,
    receipt_id: ReceiptId,
    place: Option<Slot>,
}

impl<T> InFlightGuard<T> {
    /// The same, holding its slot as long as it is registered.
    pub fn with_slot(mut self, place: Slot) -> Self {
        self.place = Some(place);
        self
    }

    /// Shows those who wait what has been committed.
    pub fn update(&self, present: Arc<T>) {
        let Some(in_flight) = &self.in_flight else { return };
        if let Some(entry) = in_flight.entries.get(&self.receipt_id)
            && let Some(shown) = entry.as_ref()
        {
            shown.send_replace(present);
        }
    }

    /// Stays registered, and sends whoever waits, now or later, to what is on disk.
    pub fn let_waiters_go(&self) {
        let Some(in_flight) = &self.in_flight else { return };
        if let Some(mut entry) = in_flight.entries.get_mut(&self.receipt_id) {
            *entry = None;
        }
    }

    /// Shows the last there is to show, after making room: whoever acts on it at once must find room.
    pub fn finish(mut self, present: Arc<T>) {
        let Some(in_flight) = self.in_flight.take() else { return };
        drop(self.place.take());
        if let Some((_, Some(entry))) = in_flight.entries.remove(&self.receipt_id) {
            entry.send_replace(present);
        }
    }
}

impl<T> Drop for InFlightGuard<T> {
    fn drop(&mut self) {
        if let Some(in_flight) = &self.in_flight {
            in_flight.entries.remove(&self.receipt_id);
        }
    }
}

/// No place is left of what `setting` bounds; nothing happened. The hint says whether it is the project's share that is taken.
pub fn at_capacity(full: NoRoom, setting: &str) -> Refusal {
    Refusal::of(ErrorCode::Overloaded).hint(match full {
        NoRoom::All => format!("{setting}: all are in use"),
        NoRoom::Share => format!("{setting}: this project's share is in use"),
    })
}

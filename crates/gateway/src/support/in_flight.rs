//! Single flight: everything that this process is moving, an issuance or a payment, and who waits for it. How much there may
//! be is shared by the projects.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use dashmap::DashMap;
use dashmap::mapref::entry::Entry as MapEntry;
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal};
use fairness::{FairSemaphore, NoRoom, Share};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// What something under way looks like to those who wait.
pub type Subscription<T> = watch::Receiver<Arc<T>>;

/// What is under way in this process, by its receipt.
pub struct InFlight<T> {
    entries: DashMap<ReceiptId, Entry<T>>,
    places: FairSemaphore<ProjectId, 1>,
    registered: AtomicU64,
}

struct Entry<T> {
    /// `None`: it is still being moved, and nobody is to wait for it any longer.
    shown: Option<watch::Sender<Arc<T>>>,
    /// One after the other, so that who has left does not take a later one's entry along.
    number: u64,
    origin: Origin,
    /// Whether it is on disk that this process moves it.
    is_leased: AtomicBool,
    lost: CancellationToken,
}

/// How something came to be under way here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A request of this process began it.
    Own,
    /// It was taken up from what is on disk.
    Adopted,
}

/// Room for one more; free again when dropped.
pub type Slot = fairness::Permit<ProjectId, 1>;

impl<T> InFlight<T> {
    pub fn new(max: usize) -> Self {
        Self {
            entries: DashMap::new(),
            places: FairSemaphore::new(max),
            registered: AtomicU64::new(0),
        }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether any of them is such.
    pub fn any(&self, is_such: impl Fn(&T) -> bool) -> bool {
        let is_such = |entry: &Entry<T>| entry.shown.as_ref().is_some_and(|shown| is_such(&shown.borrow()));
        self.entries.iter().any(|entry| is_such(&entry))
    }

    /// A place for another of `share`'s project. Errors: whose limit is reached.
    pub fn reserve_slot(&self, share: Share<ProjectId>) -> Result<Slot, NoRoom> {
        self.places.try_acquire([share])
    }

    /// The same for what cannot be turned away; it counts all the same.
    pub fn reserve_slot_over_limit(&self, share: Share<ProjectId>) -> Slot {
        self.places.acquire_over_limit([share])
    }

    /// Registers something that a request begins; `None` when it is registered already and somebody else moves it.
    pub fn register(self: &Arc<Self>, receipt_id: ReceiptId, present: &Arc<T>) -> Option<InFlightGuard<T>> {
        self.register_as(Origin::Own, receipt_id, present)
    }

    /// The same, of what may have been begun elsewhere.
    pub fn register_as(
        self: &Arc<Self>,
        origin: Origin,
        receipt_id: ReceiptId,
        present: &Arc<T>,
    ) -> Option<InFlightGuard<T>> {
        match self.entries.entry(receipt_id) {
            MapEntry::Occupied(_) => None,
            MapEntry::Vacant(vacant) => {
                let number = self.registered.fetch_add(1, Ordering::Relaxed);
                let lost = CancellationToken::new();
                vacant.insert(Entry {
                    shown: Some(watch::Sender::new(present.clone())),
                    number,
                    origin,
                    is_leased: AtomicBool::new(origin == Origin::Adopted),
                    lost: lost.clone(),
                });
                Some(InFlightGuard {
                    in_flight: self.clone(),
                    receipt_id,
                    number,
                    lost,
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
        entry.shown.as_ref().map(watch::Sender::subscribe)
    }

    /// How it came to be registered, if it is.
    pub fn origin(&self, receipt_id: ReceiptId) -> Option<Origin> {
        self.entries.get(&receipt_id).map(|entry| entry.origin)
    }

    /// Everything that is registered and of which it is on disk that this process moves it.
    /// With its number among all that ever was.
    pub fn leased(&self) -> Vec<(ReceiptId, u64)> {
        let entries = self.entries.iter();
        let leased = entries.filter(|entry| entry.is_leased.load(Ordering::Acquire));
        leased.map(|entry| (*entry.key(), entry.number)).collect()
    }

    /// Takes something out of the hands of whoever moves it here: another process has it. Those who wait go on without.
    pub fn give_up(&self, receipt_id: ReceiptId, is_meant: impl Fn(Origin, u64) -> bool) {
        let is_meant = |entry: &Entry<T>| is_meant(entry.origin, entry.number);
        if let Some((_, entry)) = self.entries.remove_if(&receipt_id, |_, entry| is_meant(entry)) {
            entry.lost.cancel();
        }
    }

    fn remove(&self, receipt_id: ReceiptId, number: u64) -> Option<Entry<T>> {
        let removed = self.entries.remove_if(&receipt_id, |_, entry| entry.number == number);
        removed.map(|(_, entry)| entry)
    }
}

/// The right to move one of them in this process; it ends when dropped.
pub struct InFlightGuard<T> {
    in_flight: Arc<InFlight<T>>,
    receipt_id: ReceiptId,
    number: u64,
    lost: CancellationToken,
    place: Option<Slot>,
}

impl<T> InFlightGuard<T> {
    /// The same, holding its slot as long as it is registered.
    pub fn with_slot(mut self, place: Slot) -> Self {
        self.place = Some(place);
        self
    }

    /// Leaves, and keeps the slot for something else.
    pub fn into_slot(mut self) -> Option<Slot> {
        self.place.take()
    }

    /// It is on disk that this process moves it.
    pub fn set_leased(&self) {
        let entry = self.in_flight.entries.get(&self.receipt_id);
        if let Some(entry) = entry.filter(|entry| entry.number == self.number) {
            entry.is_leased.store(true, Ordering::Release);
        }
    }

    /// Resolves when it was taken out of this one's hands.
    pub async fn lost(&self) {
        self.lost.cancelled().await;
    }

    /// Shows those who wait what has been committed.
    pub fn update(&self, present: Arc<T>) {
        let mut entry = self.in_flight.entries.get_mut(&self.receipt_id);
        let own = entry.as_deref_mut().filter(|entry| entry.number == self.number);
        if let Some(shown) = own.and_then(|entry| entry.shown.as_ref()) {
            shown.send_replace(present);
        }
    }

    /// Stays registered, and sends whoever waits, now or later, to what is on disk.
    pub fn let_waiters_go(&self) {
        let mut entry = self.in_flight.entries.get_mut(&self.receipt_id);
        if let Some(own) = entry.as_deref_mut().filter(|entry| entry.number == self.number) {
            own.shown = None;
        }
    }

    /// Shows the last there is to show, after making room: whoever acts on it at once must find room.
    pub fn finish(mut self, present: Arc<T>) {
        drop(self.place.take());
        if let Some(shown) = self
            .in_flight
            .remove(self.receipt_id, self.number)
            .and_then(|own| own.shown)
        {
            shown.send_replace(present);
        }
    }
}

impl<T> Drop for InFlightGuard<T> {
    fn drop(&mut self) {
        self.in_flight.remove(self.receipt_id, self.number);
    }
}

/// No place is left of what `setting` bounds; nothing happened. The hint says whether it is the project's share that is taken.
pub fn at_capacity(full: NoRoom, setting: &str) -> Refusal {
    Refusal::of(ErrorCode::Overloaded).hint(match full {
        NoRoom::All => format!("{setting}: all are in use"),
        NoRoom::Share => format!("{setting}: this project's share is in use"),
    })
}

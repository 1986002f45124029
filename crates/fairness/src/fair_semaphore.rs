//! Places that are waited for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::{Capacity, NoRoom, Party, RoundRobin, Share};

/// Places that are waited for in lines, one for each set of parties; the lines take turns.
pub struct FairSemaphore<K: Party, const N: usize>(Arc<Mutex<State<K, N>>>);

impl<K: Party, const N: usize> Clone for FairSemaphore<K, N> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

struct State<K: Party, const N: usize> {
    places: Capacity<K>,
    waiting: RoundRobin<[K; N], Waiter<K, N>>,
}

struct Waiter<K: Party, const N: usize> {
    shares: [Share<K>; N],
    grant: oneshot::Sender<Permit<K, N>>,
}

impl<K: Party, const N: usize> FairSemaphore<K, N> {
    pub fn new(max: usize) -> Self {
        Self(Arc::new(Mutex::new(State {
            places: Capacity::new(max),
            waiting: RoundRobin::default(),
        })))
    }

    /// A place, once its parties' turn has come. Whoever gives up leaves the line by dropping this.
    pub async fn acquire(&self, shares: [Share<K>; N]) -> Permit<K, N> {
        loop {
            let granted = {
                let mut state = self.state();
                if state.places.room(&shares).is_ok() {
                    state.places.take(&shares);
                    return self.place(shares);
                }
                let (grant, granted) = oneshot::channel();
                let line = shares.map(|share| share.of);
                // Those who gave up stand at the head: who came first gives up first.
                state.waiting.drop_heads(&line, |waiter| waiter.grant.is_closed());
                state.waiting.push(line, Waiter { shares, grant });
                granted
            };
            if let Ok(place) = granted.await {
                return place;
            }
        }
    }

    /// A place now. Errors: why there is none.
    pub fn try_acquire(&self, shares: [Share<K>; N]) -> Result<Permit<K, N>, NoRoom> {
        let mut state = self.state();
        state.places.room(&shares)?;
        state.places.take(&shares);
        Ok(self.place(shares))
    }

    /// A place now, also where there is no room: for what cannot be turned away.
    pub fn acquire_over_limit(&self, shares: [Share<K>; N]) -> Permit<K, N> {
        self.state().places.take(&shares);
        self.place(shares)
    }

    /// How many places nobody holds.
    pub fn free(&self) -> usize {
        self.state().places.free()
    }

    fn place(&self, shares: [Share<K>; N]) -> Permit<K, N> {
        Permit {
            shares,
            turns: self.clone(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<K, N>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has so many places from now on. Those that are held beyond stay held; who waits gets a new one at once.
    pub fn set_max(&self, max: usize) {
        self.grant(|places| places.set_max(max));
    }

    fn give_back(&self, shares: &[Share<K>; N]) {
        self.grant(|places| places.give_back(shares));
    }

    /// Makes a change, and gives the places that are free after it to those whose turn it is.
    fn grant(&self, change: impl FnOnce(&mut Capacity<K>)) {
        let mut granted = Vec::new();
        {
            let mut state = self.state();
            let State { places, waiting } = &mut *state;
            change(places);
            let has_turn = |places: &Capacity<K>, waiter: &Waiter<K, N>| {
                waiter.grant.is_closed() || places.room(&waiter.shares).is_ok()
            };
            while let Some((_, waiter)) = waiting.next(|_, waiter| has_turn(places, waiter)) {
                if !waiter.grant.is_closed() {
                    places.take(&waiter.shares);
                    granted.push(waiter);
                }
            }
        }
        for Waiter { shares, grant } in granted {
            // One that gave up just now gives it back as it is dropped.
            let _ = grant.send(self.place(shares));
        }
    }
}

/// A place; free again when dropped.
pub struct Permit<K: Party, const N: usize> {
    shares: [Share<K>; N],
    turns: FairSemaphore<K, N>,
}

impl<K: Party, const N: usize> Drop for Permit<K, N> {
    fn drop(&mut self) {
        self.turns.give_back(&self.shares);
    }
}

#[cfg(test)]
mod tests;

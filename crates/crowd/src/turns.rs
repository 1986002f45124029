//! Places that are waited for.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::{Full, Party, Places, Ring, Share};

/// Places that are waited for in lines, one for each set of parties; the lines take turns.
pub struct Turns<K: Party, const N: usize>(Arc<Mutex<Desk<K, N>>>);

impl<K: Party, const N: usize> Clone for Turns<K, N> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

struct Desk<K: Party, const N: usize> {
    places: Places<K>,
    waiting: Ring<[K; N], Waiter<K, N>>,
}

struct Waiter<K: Party, const N: usize> {
    shares: [Share<K>; N],
    grant: oneshot::Sender<Place<K, N>>,
}

impl<K: Party, const N: usize> Turns<K, N> {
    pub fn new(max: usize) -> Self {
        Self(Arc::new(Mutex::new(Desk {
            places: Places::new(max),
            waiting: Ring::default(),
        })))
    }

    /// A place, once its parties' turn has come. Whoever gives up leaves the line by dropping this.
    pub async fn turn(&self, shares: [Share<K>; N]) -> Place<K, N> {
        loop {
            let granted = {
                let mut desk = self.desk();
                if desk.places.room(&shares).is_ok() {
                    desk.places.take(&shares);
                    return self.place(shares);
                }
                let (grant, granted) = oneshot::channel();
                let line = shares.map(|share| share.of);
                // Those who gave up stand at the head: who came first gives up first.
                desk.waiting.drop_heads(&line, |waiter| waiter.grant.is_closed());
                desk.waiting.push(line, Waiter { shares, grant });
                granted
            };
            if let Ok(place) = granted.await {
                return place;
            }
        }
    }

    /// A place now. Errors: why there is none.
    pub fn now(&self, shares: [Share<K>; N]) -> Result<Place<K, N>, Full> {
        let mut desk = self.desk();
        desk.places.room(&shares)?;
        desk.places.take(&shares);
        Ok(self.place(shares))
    }

    /// A place now, also where there is no room: for what cannot be turned away.
    pub fn anyway(&self, shares: [Share<K>; N]) -> Place<K, N> {
        self.desk().places.take(&shares);
        self.place(shares)
    }

    /// How many places nobody holds.
    pub fn free(&self) -> usize {
        self.desk().places.free()
    }

    fn place(&self, shares: [Share<K>; N]) -> Place<K, N> {
        Place {
            shares,
            turns: self.clone(),
        }
    }

    fn desk(&self) -> MutexGuard<'_, Desk<K, N>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give_back(&self, shares: &[Share<K>; N]) {
        let mut granted = Vec::new();
        {
            let mut desk = self.desk();
            let Desk { places, waiting } = &mut *desk;
            places.give_back(shares);
            let has_turn = |places: &Places<K>, waiter: &Waiter<K, N>| {
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
pub struct Place<K: Party, const N: usize> {
    shares: [Share<K>; N],
    turns: Turns<K, N>,
}

impl<K: Party, const N: usize> Drop for Place<K, N> {
    fn drop(&mut self) {
        self.turns.give_back(&self.shares);
    }
}

#[cfg(test)]
#[path = "turns_tests.rs"]
mod tests;

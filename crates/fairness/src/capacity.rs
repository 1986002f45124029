//! Places of which nobody may hold all.

use std::collections::HashMap;
use std::hash::Hash;

/// Who may hold places.
pub trait Party: Copy + Eq + Hash {}

impl<K: Copy + Eq + Hash> Party for K {}

/// How many places one party may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    AtMost(usize),
    /// So many times what is left free: a party that is alone at it stops at a half (1), two thirds (2), three quarters (3),
    /// and whoever comes next always finds some. Places that are held by what hangs cannot be taken back, so they are never
    /// given away to the last.
    OfFree(usize),
}

impl Limit {
    /// No limit but the places themselves.
    pub const NONE: Self = Self::AtMost(usize::MAX);
}

/// A party, and how much it may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share<K> {
    pub of: K,
    pub limit: Limit,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRoom {
    /// All are taken.
    All,
    /// One of the parties holds its share.
    Share,
}

/// So many places, and how many each party holds. One place may count for several parties.
#[derive(Debug)]
pub struct Capacity<K> {
    max: usize,
    taken: usize,
    held: HashMap<K, usize>,
}

impl<K: Party> Capacity<K> {
    pub fn new(max: usize) -> Self {
        Self {
            max,
            taken: 0,
            held: HashMap::new(),
        }
    }

    /// Has so many places from now on; those that are held beyond stay held.
    pub fn set_max(&mut self, max: usize) {
        self.max = max;
    }

    /// How many nobody holds.
    pub fn free(&self) -> usize {
        self.max.saturating_sub(self.taken)
    }

    /// How many `of` holds.
    pub fn held(&self, of: K) -> usize {
        self.held.get(&of).copied().unwrap_or(0)
    }

    /// Whether a place may be taken that counts for all of `shares`. Errors: why not.
    pub fn room(&self, shares: &[Share<K>]) -> Result<(), NoRoom> {
        let free = self.free();
        if free == 0 {
            return Err(NoRoom::All);
        }
        let is_below = |share: &Share<K>| {
            let most = match share.limit {
                Limit::AtMost(most) => most,
                Limit::OfFree(times) => free.saturating_mul(times),
            };
            self.held(share.of) < most
        };
        if shares.iter().all(is_below) {
            Ok(())
        } else {
            Err(NoRoom::Share)
        }
    }

    /// Takes a place, also where there is no room.
    pub fn take(&mut self, shares: &[Share<K>]) {
        self.taken += 1;
        for share in shares {
            *self.held.entry(share.of).or_default() += 1;
        }
    }

    /// Gives back what was taken.
    pub fn give_back(&mut self, shares: &[Share<K>]) {
        self.taken -= 1;
        for share in shares {
            if let Some(held) = self.held.get_mut(&share.of) {
                *held -= 1;
                if *held == 0 {
                    self.held.remove(&share.of);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(of: char, times: usize) -> Share<char> {
        Share {
            of,
            limit: Limit::OfFree(times),
        }
    }

    /// How many `of` can take on end.
    fn fill(places: &mut Capacity<char>, share: Share<char>) -> usize {
        let mut taken = 0;
        while places.room(&[share]).is_ok() {
            places.take(&[share]);
            taken += 1;
        }
        taken
    }

    #[test]
    fn whoever_comes_next_finds_a_place() {
        let mut places = Capacity::new(256);
        assert_eq!(fill(&mut places, share('a', 1)), 128);
        assert_eq!(fill(&mut places, share('b', 1)), 64);
        assert_eq!(fill(&mut places, share('c', 1)), 32);
        assert_eq!(places.room(&[share('a', 1)]), Err(NoRoom::Share));
        for late in 'd'..='h' {
            assert!(fill(&mut places, share(late, 1)) > 0, "{late}");
        }
    }

    #[test]
    fn shares_by_their_times_and_a_fixed_one() {
        for (times, most) in [(1, 50), (2, 67), (3, 75), (99, 99)] {
            assert_eq!(fill(&mut Capacity::new(100), share('a', times)), most, "{times}");
        }
        let fixed = Share {
            of: 'a',
            limit: Limit::AtMost(4),
        };
        assert_eq!(fill(&mut Capacity::new(100), fixed), 4);
        let none = Share {
            of: 'a',
            limit: Limit::NONE,
        };
        let mut places = Capacity::new(100);
        assert_eq!(fill(&mut places, none), 100);
        assert_eq!(places.room(&[none]), Err(NoRoom::All));
    }

    #[test]
    fn the_smallest_numbers_still_serve_somebody() {
        assert_eq!(fill(&mut Capacity::new(0), share('a', 1)), 0);
        assert_eq!(fill(&mut Capacity::new(1), share('a', 1)), 1);
        let mut two = Capacity::new(2);
        assert_eq!((fill(&mut two, share('a', 1)), fill(&mut two, share('b', 1))), (1, 1));
    }

    #[test]
    fn what_is_given_back_is_free_again() {
        let mut places = Capacity::new(10);
        let both = [share('a', 1), share('b', 3)];
        places.take(&both);
        assert_eq!((places.free(), places.held('a'), places.held('b')), (9, 1, 1));
        places.give_back(&both);
        assert_eq!((places.free(), places.held('a'), places.held('b')), (10, 0, 0));
    }
}

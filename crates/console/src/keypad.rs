//! What a person has pressed on telephones that still ring. In memory: the PG only hears of the end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::ReceiptId;

/// Wrong keys that end a call.
pub const WRONG_MAX: u8 = 3;
/// Telephones that are remembered.
const PHONES_MAX: usize = 1000;

/// One telephone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pressed {
    pub wrong: u8,
    /// The person lets it ring.
    pub is_left: bool,
}

/// All telephones.
#[derive(Clone, Default)]
pub struct KeypadPresses(Arc<Mutex<HashMap<ReceiptId, Pressed>>>);

impl KeypadPresses {
    pub fn of(&self, receipt: ReceiptId) -> Pressed {
        self.lock().get(&receipt).copied().unwrap_or_default()
    }

    /// One more wrong key; says how many there were.
    pub fn wrong(&self, receipt: ReceiptId) -> u8 {
        let mut phones = self.lock();
        make_room(&mut phones);
        let pressed = phones.entry(receipt).or_default();
        pressed.wrong = pressed.wrong.saturating_add(1);
        pressed.wrong
    }

    pub fn leave(&self, receipt: ReceiptId) {
        let mut phones = self.lock();
        make_room(&mut phones);
        phones.entry(receipt).or_default().is_left = true;
    }

    /// Its call is over.
    pub fn forget(&self, receipt: ReceiptId) {
        self.lock().remove(&receipt);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ReceiptId, Pressed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ids grow with time: the least is the oldest.
fn make_room(phones: &mut HashMap<ReceiptId, Pressed>) {
    while phones.len() >= PHONES_MAX {
        let Some(oldest) = phones.keys().min().copied() else {
            return;
        };
        phones.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::ObjectId;

    use super::*;

    #[test]
    fn the_third_wrong_key_is_the_third_and_old_telephones_are_forgotten() {
        let receipt = |number| ReceiptId(ObjectId::from_parts(1, [0; 5], number));
        let presses = KeypadPresses::default();
        assert_eq!([1, 2, 3].map(|_| presses.wrong(receipt(0))), [1, 2, 3]);
        presses.forget(receipt(0));
        assert_eq!(presses.of(receipt(0)), Pressed::default());
        for number in 0..3_000 {
            presses.leave(receipt(number));
        }
        assert!(presses.of(receipt(2_999)).is_left && !presses.of(receipt(1_000)).is_left);
        assert!(presses.lock().len() <= PHONES_MAX);
    }
}

//! Webhooks out of order, and twice.

use std::collections::{HashMap, VecDeque};

use crate::value::ReceiptId;

/// A webhook in relation to what was handled before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Order {
    /// The next one: handle it.
    Next,
    /// News, but others are missing before it: they were lost, or come later and are then [`Order::Old`]. Handle it, or
    /// look the receipt up.
    Gap,
    /// Handled already, or overtaken: answer success, and do nothing.
    Old,
    /// Without a number: the hosted service's. Look the receipt up.
    Unnumbered,
}

impl Order {
    pub(super) fn of(sequence: Option<u64>, last: Option<u64>) -> Self {
        let Some(sequence) = sequence else {
            return Self::Unnumbered;
        };
        let last = last.unwrap_or(0);
        if sequence <= last {
            Self::Old
        } else if sequence == last + 1 {
            Self::Next
        } else {
            Self::Gap
        }
    }
}

/// Remembers the last sequence of the receipts seen last, in memory. Enough for one process that looks receipts up anyway;
/// a service that must not do a thing twice keeps the number in its database, in the transaction that does it, and asks
/// [`super::Event::order_after`].
#[derive(Debug)]
pub struct Sequences {
    last: HashMap<ReceiptId, u64>,
    oldest: VecDeque<ReceiptId>,
    receipts_max: usize,
}

impl Sequences {
    /// For at most `receipts_max` receipts; past that the one first seen is forgotten.
    #[must_use]
    pub fn of_at_most(receipts_max: usize) -> Self {
        Self {
            last: HashMap::new(),
            oldest: VecDeque::new(),
            receipts_max: receipts_max.max(1),
        }
    }

    /// Judges a webhook, and remembers it when it is news. Call it after the webhook was handled only if handling it twice
    /// does no harm; before, if losing it does none.
    pub fn see(&mut self, receipt_id: &ReceiptId, sequence: Option<u64>) -> Order {
        let order = Order::of(sequence, self.last.get(receipt_id).copied());
        if let (Order::Next | Order::Gap, Some(sequence)) = (order, sequence) {
            if self.last.insert(receipt_id.clone(), sequence).is_none() {
                self.oldest.push_back(receipt_id.clone());
            }
            if self.oldest.len() > self.receipts_max
                && let Some(forgotten) = self.oldest.pop_front()
            {
                self.last.remove(&forgotten);
            }
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_and_stragglers_are_old() {
        let mut seen = Sequences::of_at_most(2);
        let a = ReceiptId::from("a");
        let orders: Vec<Order> = [1, 1, 3, 2, 4].map(|number| seen.see(&a, Some(number))).into();
        assert_eq!(orders, [Order::Next, Order::Old, Order::Gap, Order::Old, Order::Next]);
        assert_eq!(seen.see(&a, None), Order::Unnumbered);
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_goes_first() {
        let mut seen = Sequences::of_at_most(2);
        for id in ["a", "b", "c"] {
            assert_eq!(seen.see(&id.into(), Some(1)), Order::Next);
        }
        assert_eq!((seen.last.len(), seen.oldest.len()), (2, 2));
        assert_eq!(seen.see(&"c".into(), Some(1)), Order::Old);
        assert_eq!(seen.see(&"a".into(), Some(1)), Order::Next);
    }
}

//! Lines whose heads take turns.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// A line for each key; the lines are served one after another, however long they are.
#[derive(Debug)]
pub struct RoundRobin<K, V> {
    lines: HashMap<K, VecDeque<V>>,
    /// The keys that have a line, the next to be served first.
    order: VecDeque<K>,
    count: usize,
}

impl<K, V> Default for RoundRobin<K, V> {
    fn default() -> Self {
        Self {
            lines: HashMap::new(),
            order: VecDeque::new(),
            count: 0,
        }
    }
}

impl<K: Clone + Eq + Hash, V> RoundRobin<K, V> {
    /// How many wait, in all lines.
    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many wait in one line.
    pub fn waiting(&self, key: &K) -> usize {
        self.lines.get(key).map_or(0, VecDeque::len)
    }

    /// The keys that have a line.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.order.iter()
    }

    /// Joins the end of a line.
    pub fn push(&mut self, key: K, value: V) {
        let line = self.lines.entry(key.clone()).or_default();
        if line.is_empty() {
            self.order.push_back(key);
        }
        line.push_back(value);
        self.count += 1;
    }

    /// The head of the next line whose head may leave. The others keep their places.
    pub fn next(&mut self, mut may_leave: impl FnMut(&K, &V) -> bool) -> Option<(K, V)> {
        for _line in 0..self.order.len() {
            let key = self.order.pop_front()?;
            let line = self.lines.get_mut(&key)?;
            if line.front().is_none_or(|head| !may_leave(&key, head)) {
                self.order.push_back(key);
                continue;
            }
            let head = line.pop_front()?;
            self.count -= 1;
            if line.is_empty() {
                self.lines.remove(&key);
            } else {
                self.order.push_back(key.clone());
            }
            return Some((key, head));
        }
        None
    }

    /// Takes the whole line of a key.
    pub fn take(&mut self, key: &K) -> VecDeque<V> {
        let line = self.lines.remove(key).unwrap_or_default();
        if !line.is_empty() {
            self.order.retain(|other| other != key);
        }
        self.count -= line.len();
        line
    }

    /// Takes heads off a line as long as they are `gone`; how many.
    pub fn drop_heads(&mut self, key: &K, gone: impl Fn(&V) -> bool) -> usize {
        let Some(line) = self.lines.get_mut(key) else { return 0 };
        let before = line.len();
        while line.front().is_some_and(&gone) {
            line.pop_front();
        }
        let dropped = before - line.len();
        self.count -= dropped;
        if line.is_empty() {
            self.lines.remove(key);
            self.order.retain(|other| other != key);
        }
        dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(ring: &mut RoundRobin<char, u32>) -> String {
        std::iter::from_fn(|| ring.next(|_, _| true))
            .map(|(key, value)| format!("{key}{value}"))
            .collect()
    }

    #[test]
    fn a_long_line_waits_no_less_than_a_short_one() {
        let mut ring = RoundRobin::default();
        for number in 0..4 {
            ring.push('a', number);
        }
        ring.push('b', 0);
        ring.push('c', 0);
        assert_eq!((ring.len(), ring.waiting(&'a')), (6, 4));
        assert_eq!(all(&mut ring), "a0b0c0a1a2a3");
        assert!(ring.is_empty());
    }

    #[test]
    fn who_may_not_leave_keeps_its_place() {
        let mut ring = RoundRobin::default();
        for key in ['a', 'b', 'c'] {
            ring.push(key, 1);
        }
        assert_eq!(ring.next(|key, _| *key == 'b'), Some(('b', 1)));
        assert_eq!(ring.next(|_, _| false), None);
        assert_eq!(ring.len(), 2);
        ring.push('b', 2);
        let rest = all(&mut ring);
        assert_eq!(rest.len(), 6, "{rest}");
    }

    #[test]
    fn lines_and_heads_can_be_taken_away() {
        let mut ring = RoundRobin::default();
        for number in 0..3 {
            ring.push('a', number);
            ring.push('b', number);
        }
        assert_eq!(ring.drop_heads(&'a', |number| *number < 2), 2);
        assert_eq!(ring.take(&'b'), [0, 1, 2]);
        assert_eq!((ring.len(), all(&mut ring).as_str()), (1, "a2"));
        ring.push('a', 7);
        assert_eq!(ring.drop_heads(&'a', |_| true), 1);
        assert!(ring.is_empty() && ring.keys().next().is_none());
    }
}

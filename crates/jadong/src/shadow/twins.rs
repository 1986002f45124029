//! Which of the sandbox's receipts, keys and reserves stands for which of the upstream's; in memory, and only so many.

use std::collections::{HashMap, VecDeque};

use super::json::Json;
use super::pseudonym::Pseudonyms;

/// The oldest is forgotten for the next. What has no twin is compared with the description.
const TWINS_MAX: usize = 50_000;
/// The fields that name something.
pub const IDS: &[&str] = &["receipt_id", "billing_key", "reserve_id"];

/// The twins.
#[derive(Default)]
pub struct Twins {
    of: HashMap<String, String>,
    oldest: VecDeque<String>,
    orders: u64,
    pub pseudonyms: Pseudonyms,
}

impl Twins {
    /// The sandbox's for the upstream's.
    pub fn get(&self, upstream: &str) -> Option<&str> {
        self.of.get(upstream).map(String::as_str)
    }

    pub fn insert(&mut self, upstream: &str, twin: &str) {
        if self.of.insert(upstream.to_owned(), twin.to_owned()).is_none() {
            self.oldest.push_back(upstream.to_owned());
        }
        if self.oldest.len() > TWINS_MAX
            && let Some(oldest) = self.oldest.pop_front()
        {
            self.of.remove(&oldest);
        }
    }

    /// The id that stands for one of the merchant's, who may have written a telephone number into it.
    pub fn order(&mut self, upstream: &str) -> String {
        if let Some(known) = self.get(upstream) {
            return known.to_owned();
        }
        self.orders += 1;
        // As long as the merchant's, which may be too long.
        let width = upstream.chars().count().min(1_000);
        let twin = format!("{:x>width$}", format!("o-{}", self.orders));
        self.insert(upstream, &twin);
        twin
    }

    /// Pairs what two answers to one request name.
    pub fn learn(&mut self, upstream: &Json, twin: &Json) {
        match (upstream, twin) {
            (Json::Object(those), Json::Object(these)) => {
                for (name, there) in those {
                    match (there, these.get(name)) {
                        (Json::Text(there), Some(Json::Text(here))) if IDS.contains(&name.as_str()) => {
                            self.insert(there, here);
                        }
                        (there, Some(here)) => self.learn(there, here),
                        _ => {}
                    }
                }
            }
            (Json::List(those), Json::List(these)) => {
                for (there, here) in those.iter().zip(these) {
                    self.learn(there, here);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twins_are_learned_at_every_level_and_the_oldest_is_forgotten() {
        let mut twins = Twins::default();
        let [upstream, twin] = ["a", "b"].map(|side| {
            let text = format!(r#"{{"receipt_id":"{side}1","list":[{{"data":{{"billing_key":"{side}2"}}}}]}}"#);
            Json::read(text.as_bytes()).unwrap()
        });
        twins.learn(&upstream, &twin);
        assert_eq!((twins.get("a1"), twins.get("a2")), (Some("b1"), Some("b2")));
        for number in 0..TWINS_MAX {
            twins.insert(&format!("{number}"), "x");
        }
        assert_eq!((twins.get("a2"), twins.of.len()), (None, TWINS_MAX));
    }

    #[test]
    fn an_order_has_one_twin_that_is_as_long_and_says_nothing() {
        let mut twins = Twins::default();
        let first = twins.order("01012345678-2026-01");
        assert_eq!(first, "xxxxxxxxxxxxxxxxo-1");
        assert_eq!(twins.order("01012345678-2026-01"), first);
        assert_eq!((twins.order("7").as_str(), twins.order("").as_str()), ("o-2", "o-3"));
    }
}

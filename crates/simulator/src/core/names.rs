//! Texts that come again and again, kept once: a million debits have a handful of goods names.

use std::collections::HashMap;
use std::sync::Arc;

/// Where a text stands in [`Names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameNo(u32);

/// Each text once.
#[derive(Default)]
pub struct Names {
    texts: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, NameNo>,
}

impl Names {
    pub fn keep(&mut self, text: &str) -> NameNo {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = NameNo(u32::try_from(self.texts.len()).expect("fewer names than 2^32"));
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        self.numbers.insert(text, number);
        number
    }

    #[must_use]
    pub fn text(&self, number: NameNo) -> &Arc<str> {
        &self.texts[number.0 as usize]
    }
}

//! When banks are being maintained and debit nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// In place of a bank's code: every bank.
pub const ALL_BANKS: &str = "all";

/// One bank's maintenance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub from_ms: i64,
    /// The first millisecond after it.
    pub until_ms: i64,
}

/// At most one window a bank.
#[derive(Default)]
pub struct Maintenance {
    windows: BTreeMap<Box<str>, Window>,
}

impl Maintenance {
    /// Replaces the bank's window.
    pub fn set(&mut self, bank_code: Box<str>, window: Window) {
        self.windows.insert(bank_code, window);
    }

    pub fn clear(&mut self) {
        self.windows.clear();
    }

    #[must_use]
    pub fn is_on(&self, bank_code: &str, now_ms: i64) -> bool {
        if self.windows.is_empty() {
            return false;
        }
        let windows = [bank_code, ALL_BANKS].map(|code| self.windows.get(code));
        let mut windows = windows.into_iter().flatten();
        windows.any(|window| (window.from_ms..window.until_ms).contains(&now_ms))
    }

    pub fn windows(&self) -> impl Iterator<Item = (&str, Window)> {
        self.windows.iter().map(|(code, window)| (code.as_ref(), *window))
    }
}

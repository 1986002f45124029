//! The banks: names, aliases, codes, account lengths, and who allows automatic transfers.

mod account;
mod find;
mod name;

use std::sync::LazyLock;

pub use account::{Account, AccountDigitsMax};
pub use find::find;

/// One row of `banks.csv`.
#[derive(Debug)]
pub struct Bank {
    /// Three digits, the clearing institute's.
    pub code: String,
    pub name: String,
    pub aliases: Vec<String>,
    pub account_lengths: Vec<usize>,
    /// Whether the bank takes part in automatic transfers.
    pub auto_transfer: bool,
}

impl Bank {
    /// The name as answers carry it: `국민` for `국민은행`. (Recorded.)
    #[must_use]
    pub fn short_name(&self) -> &str {
        self.name
            .strip_suffix("은행")
            .filter(|short| !short.is_empty())
            .unwrap_or(&self.name)
    }

    /// Everything that it is called.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }

    /// The bank with this code. `None` for a code that is not in the table.
    #[must_use]
    pub fn by_code(code: &str) -> Option<&'static Self> {
        BANKS.iter().find(|bank| bank.code == code)
    }
}

/// All banks, read once from the table that is part of the binary.
pub static BANKS: LazyLock<Vec<Bank>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_bytes!("banks.csv").as_slice())
        .into_records()
        .map(|record| {
            let record = record.expect("banks.csv is part of the program and was tested with it");
            let list = |column: usize| record[column].split('|').filter(|item| !item.is_empty());
            Bank {
                code: record[0].to_owned(),
                name: record[1].to_owned(),
                aliases: list(2).map(str::to_owned).collect(),
                account_lengths: list(3).filter_map(|length| length.parse().ok()).collect(),
                auto_transfer: &record[4] == "yes",
            }
        })
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        assert_eq!(BANKS.len(), 25);
        assert!(
            BANKS
                .iter()
                .all(|bank| bank.code.len() == 3 && !bank.account_lengths.is_empty())
        );
        assert_eq!(Bank::by_code("004").map(Bank::short_name), Some("국민"));
        assert_eq!(Bank::by_code("090").map(Bank::short_name), Some("카카오뱅크"));
    }
}

//! The two languages in which people are told something.

/// The language of messages and pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Korean,
    English,
}

//! Text that must never be printed, logged, serialised or stored: account, identity and telephone numbers.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A secret string. Its `Debug` shows nothing, it has neither `Display` nor `Serialize`, and it is wiped when dropped.
#[derive(Clone, Default)]
pub struct Sensitive(Zeroizing<String>);

impl Sensitive {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. Every caller is a place to look at in a review.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sensitive(…)")
    }
}

impl PartialEq for Sensitive {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Sensitive {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_text() {
        assert_eq!(format!("{:?}", Sensitive::new("12345678901234")), "Sensitive(…)");
    }
}

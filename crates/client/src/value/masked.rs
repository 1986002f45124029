//! What may be shown of an account.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// An account with its last digits hidden, `123456789*****`. A service that does not mask is masked here: whatever it
/// answers, the whole number is never in this type.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct MaskedAccount(String);

/// As the PG does it.
const HIDDEN: usize = 5;

impl MaskedAccount {
    /// Ready to be shown and stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(account: String) -> Self {
        if account.contains('*') {
            return Self(account);
        }
        let length = account.chars().count();
        let shown = account.chars().take(length.saturating_sub(HIDDEN));
        Self(shown.chain(std::iter::repeat_n('*', length.min(HIDDEN))).collect())
    }
}

impl fmt::Display for MaskedAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for MaskedAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MaskedAccount({})", self.0)
    }
}

impl<'de> Deserialize<'de> for MaskedAccount {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::lenient::words(from).map(Self::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_that_comes_unmasked_is_masked() {
        let masked = |text: &str| serde_json::from_str::<MaskedAccount>(text).unwrap().0;
        assert_eq!(masked("\"123456789*****\""), "123456789*****");
        assert_eq!(masked("\"12345678901234\""), "123456789*****");
        assert_eq!(masked("12345678901234"), "123456789*****");
        assert_eq!(masked("\"123\""), "***");
        assert_eq!(masked("null"), "");
    }
}

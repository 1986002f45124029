//! Ids as types of their own, so that one is not taken for another.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The id as it is on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        /// Numbers are taken too: an id that was sent as a number may come back as one.
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = crate::lenient::text(from)?;
                text.map(Self).ok_or_else(|| serde::de::Error::custom(concat!(stringify!($name), ": neither text nor a number")))
            }
        }
    )*};
}

macro_rules! printable {
    ($($name:ident)*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )*};
}

ids! {
    /// Of a request for a key, of a payment, or of a cash receipt: 24 hexadecimal characters.
    ReceiptId;
    /// What is charged. Whoever has it and the project's credentials can debit the customer, so it has no `Display`, and
    /// `Debug` shows its first eight characters only.
    BillingKey;
    /// Of a reserve.
    ReserveId;
    /// The merchant's name for an order: at most one debit each.
    OrderId;
    /// The merchant's name for a request for a key: one open request each.
    SubscriptionId;
    /// The merchant's name for a cancel: the guard against giving money back twice.
    CancelId;
}

printable! { ReceiptId ReserveId OrderId SubscriptionId CancelId }

impl fmt::Debug for BillingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.0.chars().take(8).collect();
        // A text that short is no key; then nothing of it is shown.
        if self.0.chars().count() < 16 {
            return f.write_str("BillingKey(…)");
        }
        write!(f, "BillingKey({shown}…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ids_too_and_a_key_does_not_print() {
        let id: OrderId = serde_json::from_str("1716848284697").unwrap();
        assert_eq!(id.to_string(), "1716848284697");
        assert!(serde_json::from_str::<OrderId>("{}").is_err());
        let key = BillingKey::from("66550abf3324a61b141f9206");
        assert_eq!(format!("{key:?}"), "BillingKey(66550abf…)");
        assert_eq!(format!("{:?}", BillingKey::from("66550abf")), "BillingKey(…)");
    }
}

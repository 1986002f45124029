//! Statuses. A number that this version does not know is kept, not an error: services grow.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $number:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
            /// A number that this version does not know.
            Other(i64),
        }

        impl $name {
            /// As on the wire.
            #[must_use]
            pub const fn number(self) -> i64 {
                match self {
                    $(Self::$variant => $number,)*
                    Self::Other(number) => number,
                }
            }
        }

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                match number {
                    $($number => Self::$variant,)*
                    other => Self::Other(other),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_i64(self.number())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let value = Value::deserialize(from)?;
                let number = crate::lenient::whole(&value);
                number.map(Self::from).ok_or_else(|| serde::de::Error::custom("a status is a number"))
            }
        }
    )*};
}

statuses! {
    /// Of a receipt: of a request for a key, of a payment, or of a cash receipt that stands alone.
    ReceiptStatus {
        /// The cash receipt is issued, and its cancel was refused.
        CashReceiptCancelFailed = -61,
        /// The cash receipt was refused.
        CashReceiptFailed = -60,
        /// No key: refused, expired or failed.
        KeyFailed = -40,
        /// The key was issued and has been destroyed.
        KeyDestroyed = -11,
        /// The request failed.
        RequestFailed = -4,
        /// Not debited: declined, never arrived, or undone.
        PaymentFailed = -2,
        /// Waiting.
        Waiting = 0,
        /// Debited. Of a request for a key: the key is issued (as documented).
        Paid = 1,
        /// Not known yet whether the customer was debited.
        InDoubt = 2,
        /// The PG was asked.
        PgAsked = 4,
        /// The key is issued (as recorded from the hosted service).
        KeyIssued = 11,
        /// Debited, and all of it given back.
        Cancelled = 20,
        /// Publish was called, and the PG's answer is not known yet.
        KeyPreparing = 40,
        /// The request for a key is open.
        KeyRequested = 41,
        /// The key was issued.
        KeyReady = 42,
        /// The cash receipt is issued.
        CashReceiptIssued = 60,
        /// The cash receipt is cancelled.
        CashReceiptCancelled = 61,
    }

    /// Of a key, looked up by itself.
    KeyStatus {
        /// It can be charged.
        Active = 1,
        /// It cannot any more.
        Destroyed = -11,
    }

    /// Of a reserve.
    ReserveStatus {
        /// Waits, or is being executed.
        Waiting = 0,
        /// The customer was debited.
        Done = 1,
        /// The customer was not debited.
        Failed = -1,
        /// Failed, as older documentation has it.
        FailedOld = 2,
        /// Revoked.
        Revoked = 3,
    }

    /// Of a cash receipt, within the receipt of its payment.
    CashReceiptStatus {
        /// Refused.
        Failed = -60,
        /// Not known yet.
        InDoubt = 2,
        /// Issued.
        Issued = 60,
        /// Cancelled.
        Cancelled = 61,
    }
}

impl ReceiptStatus {
    /// Of a request for a key: it is issued. 1 is documented, 11 recorded.
    #[must_use]
    pub const fn is_key_issued(self) -> bool {
        matches!(self, Self::Paid | Self::KeyIssued | Self::KeyReady)
    }

    /// Nobody knows yet: look again before drawing a conclusion.
    #[must_use]
    pub const fn is_in_doubt(self) -> bool {
        matches!(self, Self::InDoubt | Self::PgAsked | Self::KeyPreparing)
    }
}

impl ReserveStatus {
    /// Failed, whichever number says so.
    #[must_use]
    pub const fn is_failed(self) -> bool {
        matches!(self, Self::Failed | Self::FailedOld)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_number_survives_and_a_known_one_has_a_name() {
        let status: ReceiptStatus = serde_json::from_str("77").unwrap();
        assert_eq!((status, status.number()), (ReceiptStatus::Other(77), 77));
        assert_eq!(serde_json::to_string(&status).unwrap(), "77");
        assert_eq!(
            serde_json::from_str::<ReceiptStatus>("\"20\"").unwrap(),
            ReceiptStatus::Cancelled
        );
        assert!(serde_json::from_str::<ReceiptStatus>("null").is_err());
    }
}

//! Ids on the wire: 24 lower-case hex characters, shaped like ObjectIds: 4 bytes seconds, 5 bytes per process, 3 bytes
//! counter. They grow with time, which keeps inserts at the end of the index.

use std::fmt;
use std::str::FromStr;

/// The text is not 24 lower-case hex characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id has 24 lower-case hexadecimal characters")]
pub struct NotAnId;

/// The 12 bytes behind every id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId([u8; 12]);

impl ObjectId {
    /// Puts an id together; only the lower 24 bits of `counter` count.
    #[must_use]
    pub fn from_parts(epoch_seconds: u32, process: [u8; 5], counter: u32) -> Self {
        let mut bytes = [0; 12];
        bytes[..4].copy_from_slice(&epoch_seconds.to_be_bytes());
        bytes[4..9].copy_from_slice(&process);
        bytes[9..].copy_from_slice(&counter.to_be_bytes()[1..]);
        Self(bytes)
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 24];
        // 12 bytes always fill 24 characters, and hex digits are always text.
        hex::encode_to_slice(self.0, &mut text).map_err(|_| fmt::Error)?;
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ObjectId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let mut bytes = [0; 12];
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(NotAnId);
        }
        hex::decode_to_slice(text, &mut bytes).map_err(|_| NotAnId)?;
        Ok(Self(bytes))
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub ObjectId);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                text.parse().map(Self)
            }
        }
    };
}

id!(
    /// A receipt: one issuance or one payment, and a cancel and a delivery have one too.
    ReceiptId
);
id!(
    /// A billing key as the merchant holds it.
    BillingKeyId
);
id!(
    /// A payment that is reserved for a date.
    ReserveId
);
id!(
    /// A project: one merchant's set of credentials, receipts and keys.
    ProjectId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_begins_with_its_second_and_survives_its_text() {
        let id = ObjectId::from_parts(0x6655_069c, [0xa6, 0x91, 0x57, 0x3f, 0x1b], 0x00b9_c28a);
        assert_eq!(id.to_string(), "6655069ca691573f1bb9c28a");
        assert_eq!("6655069ca691573f1bb9c28a".parse(), Ok(id));
    }

    #[test]
    fn other_texts_are_no_ids() {
        for bad in [
            "",
            "rid",
            "6655069CA691573F1BB9C28A",
            "6655069ca691573f1bb9c28",
            "6655069ca691573f1bb9c28ag",
        ] {
            assert_eq!(bad.parse::<ReceiptId>(), Err(NotAnId), "{bad}");
        }
    }
}

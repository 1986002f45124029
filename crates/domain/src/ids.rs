//! Ids on the wire: 24 lower-case hex characters, shaped like ObjectIds: 4 bytes seconds, 2 bytes that say in which part of the
//! database the project is, 3 bytes of the node that made it, 3 bytes counter. They grow with time, which keeps inserts at the end
//! of the index. Older ones have 5 random bytes in the middle.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::time::EpochMs;

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

/// In the place of the bucket, so that it is not taken for an older id's random byte too often.
const BUCKET_MARK: u8 = 0xb0;

impl ObjectId {
    /// Made by the node with this number (three bytes of it count) for a project in this bucket.
    #[must_use]
    pub fn of_node(epoch_seconds: u32, bucket: u8, node: u32, counter: u32) -> Self {
        let [_, a, b, c] = node.to_be_bytes();
        Self::from_parts(epoch_seconds, [BUCKET_MARK, bucket, a, b, c], counter)
    }

    /// When it was made, to the second.
    #[must_use]
    pub fn made_at(self) -> EpochMs {
        let [a, b, c, d, ..] = self.0;
        EpochMs(i64::from(u32::from_be_bytes([a, b, c, d])) * 1000)
    }

    /// In which bucket its project is, if it says so; of an older id it may say so wrongly.
    #[must_use]
    pub fn bucket_hint(self) -> Option<u8> {
        (self.0[4] == BUCKET_MARK).then_some(self.0[5])
    }

    /// The number of the node that made it, if it says so; of an older id it may say so wrongly.
    #[must_use]
    pub fn node_hint(self) -> Option<u32> {
        let [_, _, _, _, mark, _, a, b, c, ..] = self.0;
        (mark == BUCKET_MARK).then(|| u32::from_be_bytes([0, a, b, c]))
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

impl ProjectId {
    /// The part of the database that the project's rows are in, by its id alone: 256 of them.
    #[must_use]
    pub fn bucket(self) -> u8 {
        Sha256::digest(self.to_string())[1]
    }
}

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
    fn an_id_names_its_bucket_and_its_node() {
        let id = ObjectId::of_node(0x6655_069c, 7, 0x00ab_cdef, 1);
        assert_eq!(
            (id.to_string().as_str(), id.bucket_hint()),
            ("6655069cb007abcdef000001", Some(7))
        );
        let older: ObjectId = "6655069ca691573f1bb9c28a".parse().unwrap();
        assert_eq!(older.bucket_hint(), None);
    }

    /// Rows are placed by it: another answer is another place.
    #[test]
    fn a_project_stays_in_its_bucket() {
        let bucket = |text: &str| text.parse::<ProjectId>().unwrap().bucket();
        let found = ["6655069ca691573f1bb9c28a", "000000010000000000000001"].map(bucket);
        assert_eq!(found, [218, 152]);
        let many: std::collections::HashSet<u8> = (0..2_000)
            .map(|number| ProjectId(ObjectId::from_parts(1, [0; 5], number)).bucket())
            .collect();
        assert!(many.len() > 250, "they are spread: {}", many.len());
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

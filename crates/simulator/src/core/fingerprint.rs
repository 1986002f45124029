//! Keyed hashes: how the bank remembers a phone, an account or a receipt's number without being able to say which.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use sha2::Sha256;

/// HMAC-SHA-256 of a number; on the wire 64 hex characters.
///
/// Keyed, because a bare hash of eleven digits is found by trying them all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimulatorFingerprint([u8; 32]);

impl fmt::Display for SimulatorFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for SimulatorFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint(…)")
    }
}

impl Serialize for SimulatorFingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SimulatorFingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| D::Error::custom("not 64 hex characters"))?;
        Ok(Self(bytes))
    }
}

/// Makes fingerprints with one key. Not printable.
pub struct FingerprintKey {
    keyed: Hmac<Sha256>,
}

impl FingerprintKey {
    #[must_use]
    pub fn with_key(key: &[u8; 32]) -> Self {
        Self {
            keyed: Hmac::new_from_slice(key).expect("HMAC takes a key of any length"),
        }
    }

    /// Of a phone's digits.
    #[must_use]
    pub fn phone(&self, digits: &str) -> SimulatorFingerprint {
        self.mark(&["phone", digits])
    }

    /// Of an account: bank code and digits.
    #[must_use]
    pub fn account(&self, bank_code: &str, digits: &str) -> SimulatorFingerprint {
        self.mark(&["account", bank_code, digits])
    }

    /// Of a cash receipt's number.
    #[must_use]
    pub fn receipt(&self, digits: &str) -> SimulatorFingerprint {
        self.mark(&["receipt", digits])
    }

    /// The separator keeps two parts from running into each other.
    fn mark(&self, parts: &[&str]) -> SimulatorFingerprint {
        let mut mac = self.keyed.clone();
        for part in parts {
            mac.update(part.as_bytes());
            mac.update(b":");
        }
        SimulatorFingerprint(mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_value_marks_alike_under_one_key_only() {
        let fingerprints = FingerprintKey::with_key(&[1; 32]);
        assert!(fingerprints.phone("01012345678") == fingerprints.phone("01012345678"));
        assert!(fingerprints.phone("01012345678") != FingerprintKey::with_key(&[2; 32]).phone("01012345678"));
        assert!(fingerprints.account("004", "1234567") != fingerprints.account("0041", "234567"));
    }
}
